"""Figures of both contrast benchmarks."""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, panels, scorecard, units_curve
from harness_plugins.benchmarks.contrast_response.naka_rushton import naka_rushton


def response(details: dict[str, Any]) -> Figure:
    """Three panels: contrast response functions, c50 against n, scorecard."""
    figure, (curves, plane, card) = panels(3)
    _functions(curves, details)
    _plane(plane, details)
    scorecard(card, details)
    figure.suptitle("Contrast response of single units", fontsize=10)
    return figure


def time_course(details: dict[str, Any]) -> Figure:
    """Three panels: responses over time, latencies against contrast, scorecard."""
    figure, (traces, times, card) = panels(3)
    _traces(traces, details)
    _latencies(times, details)
    scorecard(card, details)
    figure.suptitle("Contrast and the time of the response in single units", fontsize=10)
    return figure


def _functions(axis: Axes, details: dict[str, Any]) -> None:
    contrasts = numbers(details["contrasts"])
    c50, n = 10 ** details["targets"]["log10_c50"]["value"], details["targets"]["n"]["value"]
    fine = np.geomspace(contrasts.min(), 1, 100)
    factor = details["factor_of_spread"] ** 0.5
    early, middle, late = (naka_rushton(fine, 1, each, n) for each in (c50 / factor, c50, c50 * factor))
    top = naka_rushton(contrasts.max(), 1, c50, n)
    axis.fill_between(fine, late / top, early / top, color=CELLS, alpha=0.15, lw=0, label="spread of cells")
    axis.plot(fine, middle / top, color=CELLS, ls="--", label="published")
    units_curve(axis, contrasts.tolist(), details["responses"], label="model")
    axis.set(xscale="log", xlabel="contrast", ylabel="response (share of largest)", ylim=(0, 1.3))
    axis.legend(frameon=False, fontsize=7)


def _plane(axis: Axes, details: dict[str, Any]) -> None:
    c50, n = details["targets"]["log10_c50"], details["targets"]["n"]
    axis.errorbar(10 ** c50["value"], n["value"], n["error"], color=CELLS, marker="s", capsize=2, label="published")
    axis.plot(10 ** c50["null"], n["null"], "x", color=CELLS, label="linear in contrast")
    units = details["per_unit"]
    axis.plot(10 ** numbers(units["log10_c50"]), numbers(units["n"]), "o", color=MODEL, alpha=0.5, ms=4, label="units")
    axis.set(xscale="log", xlim=(0.03, 1.2), ylim=(0, 5.2), xlabel="c50 (contrast)", ylabel="exponent n")
    axis.legend(frameon=False, fontsize=7)


def _traces(axis: Axes, details: dict[str, Any]) -> None:
    for place, (contrast, trace) in enumerate(zip(details["contrasts"], details["traces"], strict=True)):
        colour = colormaps["viridis"](0.9 - 0.9 * place / (len(details["contrasts"]) - 1))
        axis.plot(details["times"], trace, color=colour, lw=1.2, label=f"{100 * contrast:g} %")
    axis.axvspan(0, 200, ymax=0.02, color=CELLS)
    axis.set(xlabel="time from onset (ms)", ylabel="mean response (share of largest)")
    axis.legend(frameon=False, fontsize=6, ncols=2)


def _latencies(axis: Axes, details: dict[str, Any]) -> None:
    contrasts = numbers(details["contrasts"])
    measured = {name: numbers(details[name]) for name in ("half_maximum", "peak")}
    if not np.isfinite(measured["half_maximum"]).any():
        reason = "no latency: the response\nis there from the first bin on"
        axis.text(0.5, 0.5, reason, transform=axis.transAxes, ha="center")
    for (name, times), colour in zip(measured.items(), (MODEL, "tab:orange"), strict=True):
        defined = np.isfinite(times).any(0)
        if defined.any():
            units_curve(axis, contrasts[defined].tolist(), times[:, defined], colour, name.replace("_", " "))
            axis.legend(frameon=False, fontsize=7)
    axis.set(xscale="log", xlabel="contrast", ylabel="time from onset (ms)")
