"""The figure of an electrode benchmark over time."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(details: dict[str, Any], title: str) -> Figure:
    """Mean correlation and ceiling in every time bin, and every electrode's."""
    figure = Figure(figsize=(5.5, 3.6), layout="constrained")
    axis = figure.subplots()
    times = np.array(details["time_bins"]).mean(1)
    r, ceiling = (np.array(details[key], dtype=float) for key in ("r", "ceiling"))
    axis.plot(times, r, color="tab:blue", lw=0.4, alpha=0.25)
    axis.plot(times, np.nanmean(ceiling, 1), "o-", color="0.4", ms=4, label="ceiling (√ reliability)")
    axis.plot(times, np.nanmean(r, 1), "o-", color="tab:blue", ms=4, label="r with held-out responses")
    axis.axhline(0, color="0.8", lw=0.8)
    axis.set(xlabel="time from onset (ms)", ylabel="correlation", ylim=(min(-0.2, np.nanmin(r)), 1))
    axis.legend(frameon=False, fontsize=8)
    axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title, fontsize=10)
    return figure
