"""The figure of a score: uncertainty of participants and of the model."""

import itertools
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

NAMES = {
    "image_level": "image level\n(score)",
    "other_classes": "other\nclasses",
    "entropy": "entropy",
    "full": "all\n(saturated)",
}


def draw(details: dict[str, Any]) -> Figure:
    """Three panels: certainty image by image, every measure with its ceiling, and the classes."""
    figure = Figure(figsize=(11, 3.5), layout="constrained")
    certainty, measures, classes = figure.subplots(1, 3)
    _certainty(certainty, np.array(details["human_certainty"]), np.array(details["certainty"]))
    _measures(measures, details["correlations"])
    classes.barh(details["classes"], details["image_level_by_class"], color="tab:blue", alpha=0.7)
    classes.axvline(0, color="0.3", lw=0.8)
    classes.invert_yaxis()
    classes.set(xlabel="image-level correlation")
    for axis in (certainty, measures, classes):
        axis.spines[["top", "right"]].set_visible(False)
    readout = f"{details['readout']} read-out" + (f" of {details['layer']}" if details.get("layer") else "")
    figure.suptitle(
        f"CIFAR-10H: {details['images']} images, {readout}; accuracy {details['accuracy']:.2f} "
        f"(participants {details['human_accuracy']:.2f}), cross-entropy {details['cross_entropy']:.2f} "
        f"(at best {details['human_entropy']:.2f})",
        fontsize=10,
    )
    return figure


def _certainty(axis: Axes, humans: np.ndarray, model: np.ndarray) -> None:
    """One point per image, and the mean of the model in ranges of human certainty."""
    axis.scatter(humans, model, s=4, alpha=0.25, color="tab:blue", lw=0)
    edges = np.array([0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.001])
    groups = [(humans >= low) & (humans < high) for low, high in itertools.pairwise(edges)]
    filled = [group for group in groups if group.any()]
    axis.plot(
        [humans[g].mean() for g in filled],
        [model[g].mean() for g in filled],
        "o-",
        color="tab:red",
        ms=4,
        label="mean",
    )
    axis.set(
        xlabel="participants who chose the true class",
        ylabel="model's probability of it",
        xlim=(0, 1.03),
        ylim=(-0.03, 1.03),
    )
    axis.legend(frameon=False, fontsize=8)


def _measures(axis: Axes, correlations: dict[str, dict[str, float]]) -> None:
    places = np.arange(len(correlations))
    axis.bar(places, [c["r"] for c in correlations.values()], 0.6, color="tab:blue", alpha=0.7, label="model")
    for value, colour, label in [("ceiling", "0.2", "ceiling"), ("oracle", "tab:orange", "certain oracle")]:
        levels = [c[value] for c in correlations.values()]
        axis.hlines(levels, places - 0.35, places + 0.35, color=colour, lw=2, label=label)
    axis.axhline(0, color="0.3", lw=0.8)
    axis.set_xticks(places, [NAMES[name] for name in correlations], fontsize=8)
    axis.set(ylabel="correlation with participants", ylim=(min(-0.05, axis.get_ylim()[0]), 1.05))
    axis.legend(frameon=False, fontsize=7, loc="upper center", ncols=3, bbox_to_anchor=(0.5, 1.12))
