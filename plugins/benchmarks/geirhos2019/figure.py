"""The figure of a score: shape bias for every shape, as Geirhos et al. (2019) draw it."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(details: dict[str, Any]) -> Figure:
    """One point per category for the model and for participants, lines at their biases over all images."""
    figure = Figure(figsize=(6, 5.2), layout="constrained")
    axis = figure.subplots()
    places = np.arange(len(details["shapes"]))
    participants = np.array(details["human_shape_bias"], dtype=float)
    for values, colour, label, mean in (
        (details["human_by_shape"], "tab:red", f"{details['observers']} participants", participants.mean()),
        (details["by_shape"], "tab:blue", "model", details["shape_bias"]),
    ):
        axis.plot(np.array(values, dtype=float), places, "o", color=colour, label=label, ms=6, alpha=0.8)
        if mean is not None:
            axis.axvline(mean, color=colour, lw=1.2)
    axis.axvspan(participants.min(), participants.max(), color="tab:red", alpha=0.15, lw=0)
    axis.axvline(0.5, color="0.6", lw=0.8, ls=":")
    axis.set_yticks(places, details["shapes"])
    axis.invert_yaxis()
    axis.set(xlim=(-0.04, 1.04), xlabel="shape bias (texture 0, shape 1)")
    axis.spines[["top", "right"]].set_visible(False)
    axis.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=8)
    subset = f" of {details['images_published']}" if details["subset"] else ""
    figure.suptitle(
        f"{details['images']}{subset} cue-conflict images, {details['readout']} read-out\n"
        f"either cue named on {details['cue_accuracy']:.0%} (participants {details['human_cue_accuracy']:.0%})",
        fontsize=10,
    )
    return figure
