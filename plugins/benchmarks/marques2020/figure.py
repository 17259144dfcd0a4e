"""The figure of a score: the units' histogram over that of the cells."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels


def draw(details: dict[str, Any], title: str) -> Figure:
    """Shares of units and cells in the published bins, and the cumulated shares whose largest difference is the distance."""
    edges, counts = numbers(details["published"]["edges"]), numbers(details["published"]["counts"])
    figure, (bars, sums) = panels(2, 4.0)
    samples = [
        (counts / counts.sum(), CELLS, f"{counts.sum():.0f} cells"),
        (numbers(details["shares"]), MODEL, f"{details['units']['with the property']} units"),
    ]
    value = np.clip(details["without_effect"]["value"], edges[0], edges[-1])
    for axis in (bars, sums):
        axis.axvline(value, color=NULL, lw=1, ls=":", label="no effect")
    for shares, colour, label in samples:
        bars.stairs(shares, edges, color=colour, fill=True, alpha=0.4, label=label)
        sums.plot(edges, np.r_[0, shares.cumsum()], color=colour, lw=1.5, label=label)
    for axis in (bars, sums):
        axis.set_xlabel(details["label"], fontsize=8)
        if details["logarithmic"]:
            axis.set_xscale("log")
    bars.set_ylabel("share")
    sums.set(ylabel="cumulated share", ylim=(0, 1.02))
    sums.legend(frameon=False, fontsize=8)
    figure.suptitle(f"{title}: distance {details['distance']:.2f}", fontsize=9)
    return figure
