"""The figure of a score: the pooled drive and single units over distance and orientation of the flanks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels, scorecard

UNITS = "tab:orange"
LABELS = "gap to the flanks (widths of the bar)", "flanks turned off the line (degrees)"


def draw(details: dict[str, Any]) -> Figure:
    """Four panels."""
    title = "Kinoshita et al. 2009: bars in line, imaged and in spikes"
    figure, axes = panels(4)
    for axis, name, label in zip(axes, ("gaps", "turns"), LABELS, strict=False):
        _curves(axis, details[name], details[f"magnitude_over_{name}"], CELLS, "mean |r|, not scored")
        _curves(axis, details[name], details[f"suppression_over_{name}"], MODEL, "power")
        axis.set(xlabel=label, ylabel="SUPP / linear sum")
    axes[0].legend(frameon=False, fontsize=7)
    _signs(axes[2], details)
    scorecard(axes[3], details)
    layers = ", ".join(details["pooled_layers"]) or "V1"
    figure.suptitle(
        f"{title}; {sum(details['facilitated'])} of {len(details['facilitated'])} units facilitated; pooled: {layers}",
        fontsize=10,
    )
    return figure


def _curves(axis: Axes, x: list[float], curves: list[list[float]], colour: str, label: str) -> None:
    """Every unit's display, and the mean of those that could be shown."""
    values = numbers(curves)
    axis.plot(x, values.T, color=colour, lw=0.5, alpha=0.3)
    there = np.isfinite(values).any(0)
    axis.plot(np.array(x)[there], np.nanmean(values[:, there], axis=0), "o-", color=colour, ms=4, label=label)
    axis.axhline(0, color=NULL, lw=1)


def _signs(axis: Axes, details: dict[str, Any]) -> None:
    """Effect of flanks in line on the pooled drive and on spikes, one point per unit; published: below 0 and above 0."""
    imaged = -numbers(details["suppression_over_turns"])[:, 0]
    spikes = numbers(details["interaction"])
    facilitated = np.array(details["facilitated"], dtype=bool)
    for chosen, colour, label in [(facilitated, UNITS, "facilitated units"), (~facilitated, CELLS, "other units")]:
        axis.plot(imaged[chosen], spikes[chosen], "o", color=colour, ms=4, alpha=0.7, label=label)
    axis.axhline(0, color=NULL, lw=1)
    axis.axvline(0, color=NULL, lw=1)
    wide, high = (max(0.05, 1.15 * np.nanmax(np.abs(values))) for values in (imaged, spikes))
    axis.set(xlim=(-wide, wide), ylim=(-high, high))
    axis.locator_params(axis="x", nbins=4)
    axis.set(xlabel="pooled drive: (three - linear sum) / sum", ylabel="unit: (three - linear sum) / single")
    axis.legend(frameon=False, fontsize=7)
