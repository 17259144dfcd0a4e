"""Figures of the texture benchmarks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels, scorecard, units_curve

ALONE = "bar alone"
COLOURS = {ALONE: "black", "parallel": "tab:red", "orthogonal": "tab:blue"}


def surround(details: dict[str, Any], title: str) -> Figure:
    """Three panels: responses over time, what differs and since when, scorecard."""
    figure, (time_courses, differences, card) = panels(3)
    _time_courses(time_courses, details)
    _differences(differences, details)
    scorecard(card, details)
    figure.suptitle(f"{title}: a bar in a texture", fontsize=10)
    return figure


def border(details: dict[str, Any], title: str) -> Figure:
    """Three panels: enhancement by distance of the border, responses over time, scorecard."""
    figure, (distances, time_courses, card) = panels(3)
    _distances(distances, details)
    for name, colour, label in (
        ("uniform", CELLS, "uniform texture"),
        ("border", "tab:orange", "near the border"),
        ("0.45", MODEL, "middle of a figure"),
    ):
        time_courses.plot(details["times"], details["traces"][name], color=colour, lw=1.2, label=label)
    time_courses.set(xlabel="time from onset (ms)", ylabel="response (share of the uniform peak)")
    time_courses.legend(frameon=False, fontsize=7)
    scorecard(card, details)
    figure.suptitle(title, fontsize=10)
    return figure


def _time_courses(axis: Axes, details: dict[str, Any]) -> None:
    for name, colour in COLOURS.items():
        label = name if name == ALONE else f"in {name}"
        axis.plot(details["times"], details["traces"][name], color=colour, lw=1.2, label=label)
        if name != ALONE:
            alone = details["traces"][f"{name} texture alone"]
            axis.plot(details["times"], alone, color=colour, lw=0.8, ls=":", label=f"{name}, no centre")
    axis.set(xlabel="time from onset (ms)", ylabel="response (share of peak, bar alone)")
    axis.set_ylim(top=1.5 * axis.get_ylim()[1])
    axis.legend(frameon=False, fontsize=6, ncols=2, loc="upper left")


def _differences(axis: Axes, details: dict[str, Any]) -> None:
    """Response lost by any texture, and by the parallel one more than by the orthogonal one, from the response's onset."""
    onset = numbers(details["onset"])
    at = float(np.nanmean(onset)) if np.isfinite(onset).any() else 0.0
    times = numbers(details["times"]) - at
    alone, parallel, orthogonal = (numbers(details["traces"][name]) for name in COLOURS)
    for name, curve, colour, label in (
        ("general", alone - np.minimum(parallel, orthogonal), "tab:purple", "suppression by either"),
        ("orientation", orthogonal - parallel, "tab:green", "orthogonal less parallel"),
    ):
        axis.plot(times, curve, color=colour, lw=1.2, label=label)
        begins = numbers(details["properties"][f"{name}_latency"])
        if np.isfinite(begins).any():
            axis.axvline(float(np.nanmean(begins)), color=colour, lw=1, ls="--")
    axis.axhline(details["criteria"]["difference"], color=NULL, lw=1)
    axis.set(xlim=(-20, 100), xlabel="time from the response's onset (ms)", ylabel="difference (share of peak)")
    axis.legend(frameon=False, fontsize=7)


def _distances(axis: Axes, details: dict[str, Any]) -> None:
    sides, centred = details["sides"], numbers(details["centred"])
    if np.isfinite(centred).any(0).all():
        units_curve(axis, (np.array(sides) / 2).tolist(), centred, label="middle of figures")
    near = numbers(details["border"])
    axis.plot(np.zeros(len(near)), near, "o", color="tab:orange", alpha=0.5, ms=4, label="near the border of one")
    axis.axhspan(-details["changed"], details["changed"], color=NULL, alpha=0.3, lw=0)
    axis.set(xlabel="distance of the border (degrees)", ylabel="enhancement over uniform texture")
    axis.legend(frameon=False, fontsize=7)
