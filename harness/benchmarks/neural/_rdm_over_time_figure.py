"""The figure of representations over time."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(details: dict[str, Any], title: str) -> Figure:
    """Agreement and ceiling over time; agreement of every time of the model with every time of the brain."""
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    course, matrix = figure.subplots(1, 2, width_ratios=[1.3, 1])
    bins = np.array(details["time_bins"])
    centres = bins.mean(1)
    course.plot(centres, details["ceiling_over_time"], color="0.5", lw=1, label="ceiling")
    course.plot(centres, details["agreement"], color="tab:blue", label="model")
    course.axhline(0, color="k", lw=0.6)
    course.axvline(0, color="k", lw=0.6, ls=":")
    course.set(xlabel="ms from stimulus onset", ylabel="agreement")
    course.legend(frameon=False, fontsize=8)
    course.spines[["top", "right"]].set_visible(False)
    values = np.array(details["matrix"])
    largest = max(float(np.abs(values).max()), 1e-9)
    edges = [bins[0, 0], bins[-1, 1]] * 2
    image = matrix.imshow(values, origin="lower", extent=edges, cmap="RdBu_r", vmin=-largest, vmax=largest)
    matrix.plot(edges[:2], edges[:2], color="0.4", lw=0.6, ls=":")
    matrix.set(xlabel="ms of the brain", ylabel="ms of the model")
    figure.colorbar(image, ax=matrix, label="agreement", shrink=0.8)
    figure.suptitle(
        f"{title}: {details['stimuli']} stimuli, {details['participants']} participants, gain of time {details['gain']:+.3f}",
        fontsize=10,
    )
    return figure
