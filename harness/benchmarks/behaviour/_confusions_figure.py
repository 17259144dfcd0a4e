"""The figure of a confusion benchmark."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(title: str, details: dict[str, Any]) -> Figure:
    """Tables of participants and of the model, and the model's signature against participants'."""
    figure = Figure(figsize=(12, 4.4), layout="constrained")
    participants, model, axis = figure.subplots(1, 3)
    names = details["choices"]
    few = len(names) <= 12
    for panel, key, label in ((participants, "confusions_human", "participants"), (model, "confusions", "model")):
        image = panel.imshow(np.array(details[key], dtype=float), vmin=0, vmax=1, cmap="magma")
        panel.set_title(label, fontsize=9)
        panel.set_xticks(range(len(names)) if few else [], names if few else [], rotation=60, ha="right", fontsize=7)
        panel.set_yticks(range(len(names)) if few else [], names if few else [], fontsize=7)
        panel.set_xlabel("chosen instead", fontsize=8)
        panel.set_ylabel("shown", fontsize=8)
    figure.colorbar(image, ax=[participants, model], shrink=0.7, label="chosen over what is shown")
    axis.plot(details["signature_human"], details["signature"], "o", color="tab:blue", ms=4, mew=0, alpha=0.5)
    axis.set(xlabel=f"participants' {details['measure']} (d')", ylabel=f"model's {details['measure']} (d')")
    axis.set_title(f"r = {details['agreement_all_trials']:.2f}, {details['numbers']} numbers", fontsize=9)
    axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        f"{title}: {details['stimuli']} stimuli, {details['trials']} trials of participants; accuracy {details['accuracy']:.2f} "
        f"(participants {details['human_accuracy']:.2f}), {details['readout']} read-out",
        fontsize=10,
    )
    return figure
