"""Shared parts of the figures of in-silico experiments: model against cells."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.checks import Count, checked
from harness.errors import BenchmarkError

MODEL, CELLS, NULL = "tab:blue", "0.25", "0.7"


@checked(BenchmarkError, pure=True)
def panels(count: Count, width: float = 3.4, height: float = 3.2) -> tuple[Figure, list[Axes]]:
    """A figure with panels in a row, the right and upper spines removed."""
    figure = Figure(figsize=(width * count, height), layout="constrained")
    axes = list(np.ravel(figure.subplots(1, count)))
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes


@checked(BenchmarkError, pure=True)
def units_curve(axis: Axes, x: Sequence[float] | np.ndarray, curves: Any, colour: str = MODEL, label: str = "") -> None:
    """Mean over units and its standard error, single units behind it. `curves` is (units, points), None where undefined."""
    values = numbers(curves)
    axis.plot(x, values.T, color=colour, lw=0.5, alpha=0.2)
    mean, error = np.nanmean(values, axis=0), np.nanstd(values, axis=0) / np.sqrt(max(len(values), 1))
    axis.errorbar(x, mean, error, color=colour, marker="o", ms=3, lw=1.5, capsize=2, label=label)


@checked(BenchmarkError, pure=True)
def published(axis: Axes, x: Sequence[float], y: Any, error: Any = None, label: str = "published") -> None:
    """Published points with their errors."""
    spread = None if error is None else np.broadcast_to(numbers(error), np.shape(numbers(y)))
    axis.errorbar(x, numbers(y), spread, color=CELLS, marker="s", ms=4, lw=1, ls="--", capsize=2, label=label)


@checked(BenchmarkError, pure=True)
def scorecard(axis: Axes, details: dict[str, Any]) -> None:
    """Every target as a row: 0 is no effect, 1 the published effect, the dot what the model shows; orders as ticks below."""
    names = list(details["targets"])
    labels = []
    for row, name in enumerate(names):
        target = details["targets"][name]
        value, null = numbers(target["value"]), numbers(target["null"])
        effect, scale = value - null, np.sum((value - null) ** 2)
        error = None if target["error"] is None else np.broadcast_to(numbers(target["error"]), value.shape)
        spread = None if error is None else float(np.sqrt(np.sum((error * effect) ** 2)) / scale)
        axis.errorbar(1, row, xerr=spread, color=CELLS, marker="s", ms=5, capsize=2)
        axis.plot(np.clip(details["size"][name], -1, 2.5), row, "o", color=MODEL, ms=6, zorder=3)
        labels.append(name.replace("_", " "))
    for row, (name, order) in enumerate(details["orders"].items(), start=len(names)):
        axis.plot(order["held"], row, "D", color="tab:green" if order["held"] > 0 else "tab:red", ms=5)
        labels.append(name.replace("_", " "))
    axis.axvline(0, color=NULL, lw=1)
    axis.axvline(1, color=CELLS, lw=1, ls=":")
    axis.set_yticks(range(len(labels)), labels, fontsize=7)
    axis.set(xlim=(-1.1, 2.6), ylim=(len(labels) - 0.5, -0.5), xlabel="no effect 0 .. 1 published effect")
