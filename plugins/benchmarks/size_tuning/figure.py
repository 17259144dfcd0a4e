"""Figures of size and length tuning."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, panels, scorecard, units_curve

TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
COLOURS = {"high": MODEL, "low": "tab:orange", "texture": "tab:green"}
LABELS = {"high": "highest contrast", "low": "lowest contrast that drives", "texture": "on a texture"}


def sizes(details: dict[str, Any]) -> Figure:
    """Three panels: size tuning, summation fields, scorecard."""
    return _draw(
        details, "Size tuning of single units", "diameter of the patch", "summation field (degrees)", "summation_ratio"
    )


def lengths(details: dict[str, Any]) -> Figure:
    """Three panels: length tuning, excitatory lengths, scorecard."""
    return _draw(
        details, "Length tuning of single units", "length of the bar", "excitatory length (degrees)", "length_ratio"
    )


def _draw(details: dict[str, Any], title: str, what: str, field: str, ratio: str) -> Figure:
    figure, (curves, fields, card) = panels(3)
    _curves(curves, details, what)
    _fields(fields, details, field, details["targets"][ratio]["value"])
    scorecard(card, details)
    figure.suptitle(title, fontsize=10)
    return figure


def _curves(axis: Axes, details: dict[str, Any], what: str) -> None:
    """Responses as shares of each unit's largest in the same condition, at the mean of the units' sizes."""
    own = numbers(details["sizes"])
    for name, curve in details["curves"].items():
        values = numbers(curve)
        largest = np.nanmax(numbers(details["curves"]["high"]) if name == "texture" else values, axis=1, keepdims=True)
        share = values / np.where(largest > 0, largest, np.nan)
        if np.isfinite(share).any(0).all():
            units_curve(axis, np.exp(np.log(own).mean(0)).tolist(), share, COLOURS[name], LABELS[name])
    axis.set_xscale("log")
    _degrees(axis.xaxis)
    axis.set(xlabel=f"{what} (degrees)", ylabel="response (share of largest)", ylim=(0, 1.25))
    axis.legend(frameon=False, fontsize=7)


def _fields(axis: Axes, details: dict[str, Any], label: str, ratio: float) -> None:
    """Every unit at high contrast against the other conditions, with the published ratio."""
    high = numbers(details["fields"]["high"])
    for name, field in details["fields"].items():
        if name != "high":
            axis.plot(high, numbers(field), "o", color=COLOURS[name], alpha=0.6, ms=4, label=LABELS[name])
    everything = np.concatenate([numbers(field) for field in details["fields"].values()])
    low, top = 0.8 * np.nanmin(everything), 1.2 * max(np.nanmax(everything), ratio * np.nanmax(high))
    axis.plot([low, top], [low, top], color="0.7", lw=1)
    axis.plot([low, top], [ratio * low, ratio * top], color=CELLS, lw=1, ls="--", label=f"published: {ratio:g} times")
    axis.set(xscale="log", yscale="log")
    _degrees(axis.xaxis)
    _degrees(axis.yaxis)
    axis.set(xlim=(low, top), ylim=(low, top))
    axis.set(xlabel=f"{label}, highest contrast", ylabel=label)
    axis.legend(frameon=False, fontsize=7)


def _degrees(axis: XAxis | YAxis) -> None:
    """Few numbers on a logarithmic scale."""
    axis.set_major_locator(FixedLocator(TICKS))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(NullLocator())
