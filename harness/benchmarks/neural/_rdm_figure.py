"""The figure of a representational similarity benchmark."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.spatial.distance import squareform


def draw(details: dict[str, Any], title: str) -> Figure:
    """Two matrices of ranks, and agreements with each subject and of each layer."""
    figure = Figure(figsize=(13, 3.8), layout="constrained")
    target, model, participants, layers = figure.subplots(1, 4, width_ratios=[1, 1, 0.8, 0.9])
    for axis, key, name in (
        (target, "rdm", "mean of those recorded"),
        (model, "model_rdm", f"model, {details['region']}"),
    ):
        image = axis.imshow(squareform(np.array(details[key])), cmap="viridis", vmin=0, vmax=1)
        axis.set_title(name, fontsize=9)
        axis.set(xticks=[], yticks=[])
    figure.colorbar(image, ax=[target, model], label="dissimilarity (rank)", shrink=0.8)
    _participants(participants, details)
    _layers(layers, details)
    figure.suptitle(f"{title}: {details['stimuli']} stimuli, {details['units']} units", fontsize=10)
    return figure


def _participants(axis: Axes, details: dict[str, Any]) -> None:
    values = details["agreement"]
    if details["ceiling_bounds"]:
        axis.axhspan(*details["ceiling_bounds"], color="0.88", label="bounds of the ceiling")
        axis.axhline(details["ceiling"], color="0.4", lw=1, label="ceiling")
        axis.legend(frameon=False, fontsize=7)
    axis.bar(range(1, len(values) + 1), values, color="tab:blue", width=0.7)
    axis.axhline(0, color="k", lw=0.6)
    axis.set(xlabel="compared with", ylabel="agreement", xticks=range(1, len(values) + 1, 1 + len(values) // 8))
    axis.set_ylim(min(0, *values) - 0.05, max([*values, *(details["ceiling_bounds"] or [])]) * 1.35 + 0.02)
    axis.spines[["top", "right"]].set_visible(False)


def _layers(axis: Axes, details: dict[str, Any]) -> None:
    names = list(details["layers"])
    axis.plot(list(details["layers"].values()), range(len(names)), "o-", color="tab:blue", ms=4)
    axis.axvline(0, color="k", lw=0.6)
    axis.set_yticks(range(len(names)), names, fontsize=7)
    axis.set(xlabel="agreement of each layer", ylim=(-0.5, max(len(names) - 0.5, 0.5)))
    axis.spines[["top", "right"]].set_visible(False)
