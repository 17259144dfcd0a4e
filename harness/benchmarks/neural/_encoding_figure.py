"""The figure of an encoding benchmark."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(details: dict[str, Any], title: str) -> Figure:
    """Correlation against ceiling, one dot per neuron, and the histogram of their ratio. Axes are cut for display only."""
    r = np.array(details["r"], dtype=float)
    ceiling = np.array(details["ceiling"], dtype=float)
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    scatter, histogram = figure.subplots(1, 2)
    scatter.plot([0, 1], [0, 1], color="0.7", lw=1, label="perfect model")
    scatter.axhline(0, color="0.9", lw=1, zorder=0)
    scatter.scatter(ceiling, r, s=14, alpha=0.7)
    scatter.set(
        xlim=(0, 1),
        ylim=(min(-0.2, np.nanmin(r)), 1),
        xlabel="ceiling (√ reliability)",
        ylabel="r with held-out responses",
    )
    scatter.legend(frameon=False, loc="upper left")
    ratio = r / ceiling
    histogram.hist(ratio[np.isfinite(ratio)].clip(-0.5, 1.5), bins=np.linspace(-0.5, 1.5, 41))
    histogram.axvline(
        np.nansum(np.where(np.isfinite(ratio), r, np.nan)) / np.nansum(np.where(np.isfinite(ratio), ceiling, np.nan)),
        color="k",
    )
    histogram.set(xlim=(-0.5, 1.5), xlabel="r / ceiling (line: ratio of sums)", ylabel="neurons")
    figure.suptitle(title)
    return figure
