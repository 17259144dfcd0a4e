"""The figure of a score: facilitation over distance, its suppression, and its time course."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels, scorecard

CONFIGURATIONS = {
    "flanker": "flanker alone",
    "target": "target alone",
    "collinear": "collinear",
    "orthogonal": "orthogonal",
    "blocked": "blocked (T)",
    "random": "at random",
    "random_collinear": "some collinear",
}
TIME_COURSES = {"target": CELLS, "collinear": MODEL, "blocked": "tab:orange"}


def draw(details: dict[str, Any]) -> Figure:
    """Four panels."""
    title = "Kapadia et al. 1995: facilitation by collinear flankers"
    figure, axes = panels(4)
    facilitated = np.array(details["facilitated"], dtype=bool)
    _over_distance(axes[0], details, facilitated)
    _configurations(axes[1], details, facilitated)
    _time_courses(axes[2], details, facilitated)
    scorecard(axes[3], details)
    figure.suptitle(f"{title}; {facilitated.sum()} of {len(facilitated)} units facilitated", fontsize=10)
    return figure


def _over_distance(axis: Axes, details: dict[str, Any], facilitated: np.ndarray) -> None:
    index = numbers(details["facilitation_over_distance"])
    _lines(axis, details["gaps"], index, facilitated)
    axis.axhline(0, color=NULL, lw=1)
    axis.axhline(details["criterion"], color=NULL, lw=1, ls=":")
    axis.set(xlabel="gap to the flanker (widths of the bar)", ylabel="facilitation / response to target")
    axis.legend(frameon=False, fontsize=7)


def _lines(axis: Axes, x: list[float], curves: np.ndarray, facilitated: np.ndarray) -> None:
    """Facilitated units and the others: each unit, and the mean of those that have a value."""
    for chosen, colour, label in [(facilitated, MODEL, "facilitated units"), (~facilitated, CELLS, "other units")]:
        if not chosen.any():
            continue
        axis.plot(x, curves[chosen].T, color=colour, lw=0.5, alpha=0.3)
        there = np.isfinite(curves[chosen]).any(0)
        mean = np.nanmean(curves[chosen][:, there], axis=0)
        axis.plot(np.array(x)[there], mean, "o-", color=colour, ms=3, label=label)


def _configurations(axis: Axes, details: dict[str, Any], facilitated: np.ndarray) -> None:
    place = np.arange(len(CONFIGURATIONS))
    for chosen, colour, shift in [(facilitated, MODEL, -0.12), (~facilitated, CELLS, 0.12)]:
        values = np.stack([numbers(details["relative_to_target"][name])[chosen] for name in CONFIGURATIONS], axis=1)
        values = values[np.isfinite(values).all(1)]
        if not len(values):
            continue
        axis.plot(place + shift, values.T, ".", color=colour, ms=3, alpha=0.3)
        axis.errorbar(place + shift, values.mean(0), values.std(0) / np.sqrt(len(values)), color=colour, marker="o", ms=4,
                      ls="", capsize=2)  # fmt: skip
    axis.axhline(1, color=NULL, lw=1)
    axis.set_xticks(place, list(CONFIGURATIONS.values()), rotation=40, ha="right", fontsize=7)
    axis.set(ylabel="response / target alone")


def _time_courses(axis: Axes, details: dict[str, Any], facilitated: np.ndarray) -> None:
    shown = facilitated if facilitated.any() else np.ones_like(facilitated)
    for name, colour in TIME_COURSES.items():
        time_courses = numbers(details["time_courses"][name])[shown]
        axis.plot(
            details["times"], np.nanmean(time_courses, axis=0), "o-", color=colour, ms=3, label=CONFIGURATIONS[name]
        )
    axis.set(xlabel="time from onset (ms)", ylabel="response / mean of target alone")
    axis.set_title("facilitated units" if facilitated.any() else "all units", fontsize=8)
    axis.legend(frameon=False, fontsize=7)
