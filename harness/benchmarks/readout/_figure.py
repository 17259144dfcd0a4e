"""The figures of decoding and of regression benchmarks: accuracy, or correlation, over time and layers."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def draw(details: dict[str, Any], identifier: str) -> Figure:
    """Accuracy: curves with their errors on the left, the map of layers and time bins on the right."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    curves, matrix = figure.subplots(1, 2)
    _curves(curves, details, np.array(details["accuracy"]), details["guessing"], "accuracy")
    _matrix(matrix, details, np.array(details["accuracy"]), details["guessing"], "accuracy")
    figure.suptitle(f"{identifier}: {details['stimuli']} stimuli; guessing gives {details['guessing']:g}", fontsize=10)
    return figure


def draw_regression(details: dict[str, Any], identifier: str) -> Figure:
    """Correlation, mean over targets: curves and map as for accuracy; on the right every target at its chosen layer and bin."""
    figure = Figure(figsize=(13, 3.6), layout="constrained")
    curves, matrix, bars = figure.subplots(1, 3, width_ratios=[1, 1, 0.8])
    correlation = np.array(details["correlation"]).mean(2)
    _curves(curves, details, correlation, 0.0, "Pearson's r, mean over targets")
    _matrix(matrix, details, correlation, 0.0, "Pearson's r")
    _bars(bars, details)
    figure.suptitle(f"{identifier}: {details['stimuli']} stimuli in {details['groups']} groups", fontsize=10)
    return figure


def _curves(axes: Axes, details: dict[str, Any], values: np.ndarray, chance: float, quantity: str) -> None:
    errors, bins = np.array(details["error"]), np.array(details["time_bins"])
    for layer, curve, error, colour in zip(details["layers"], values, errors, _colours(len(values)), strict=True):
        axes.plot(bins.mean(1), curve, "o-", color=colour, ms=3, lw=1.2, label=layer)
        axes.fill_between(bins.mean(1), curve - error, curve + error, color=colour, alpha=0.2, lw=0)
    axes.axhline(chance, color="0.5", lw=1, ls=":")
    axes.axvspan(0, details["shown_until"], color="0.94", zorder=0)
    axes.text(0, 1.02, "stimulus on", fontsize=7, color="0.4", transform=axes.get_xaxis_transform())
    low = min(0.0, 1.1 * float((values - errors).min()))
    axes.set(xlabel="time from onset (ms)", ylabel=quantity, ylim=(low, 1.08), xlim=(0, bins.max()))
    axes.legend(frameon=False, fontsize=7, ncols=1 + len(values) // 9)
    axes.spines[["top", "right"]].set_visible(False)


def _matrix(axes: Axes, details: dict[str, Any], values: np.ndarray, chance: float, quantity: str) -> None:
    image = axes.imshow(values, aspect="auto", vmin=chance, vmax=1, cmap="viridis")
    axes.set_yticks(range(len(values)), details["layers"], fontsize=7)
    axes.set_xticks(range(len(details["time_bins"])), [f"{start:g}" for start, _ in details["time_bins"]], fontsize=7)
    axes.set(xlabel="start of the time bin (ms)")
    axes.get_figure().colorbar(image, ax=axes, label=quantity)  # type: ignore[union-attr]


def _bars(axes: Axes, details: dict[str, Any]) -> None:
    targets = details["by_target"][::-1]
    axes.barh(
        range(len(targets)),
        [one["r"] for one in targets],
        xerr=[one["error"] for one in targets],
        color="0.7",
        height=0.6,
    )
    names = [f"{one['target']} (angle)" if one["target"] in details["circular"] else one["target"] for one in targets]
    axes.set_yticks(range(len(targets)), names, fontsize=7)
    axes.axvline(0, color="0.5", lw=1)
    axes.set(
        xlabel="Pearson's r, layer and bin chosen",
        xlim=(min(0, *(one["r"] - one["error"] for one in targets)), 1.05),
    )
    axes.spines[["top", "right"]].set_visible(False)


def _colours(count: int) -> np.ndarray:
    from matplotlib import colormaps

    return colormaps["plasma"](np.linspace(0, 0.85, count))
