"""The figure of a decoding benchmark: accuracy over time and layers."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def draw(details: dict[str, Any], identifier: str) -> Figure:
    """Curves with their errors on the left, the map of layers and time bins on the right."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    curves, matrix = figure.subplots(1, 2)
    accuracy, error = np.array(details["accuracy"]), np.array(details["error"])
    bins = np.array(details["time_bins"])
    colours = _colours(len(accuracy))
    for layer, values, errors, colour in zip(details["layers"], accuracy, error, colours, strict=True):
        curves.plot(bins.mean(1), values, "o-", color=colour, ms=3, lw=1.2, label=layer)
        curves.fill_between(bins.mean(1), values - errors, values + errors, color=colour, alpha=0.2, lw=0)
    curves.axhline(details["guessing"], color="0.5", lw=1, ls=":")
    curves.axvspan(0, details["shown_until"], color="0.94", zorder=0)
    curves.text(0, 1.02, "stimulus on", fontsize=7, color="0.4")
    curves.set(xlabel="time from onset (ms)", ylabel="accuracy", ylim=(0, 1.08), xlim=(0, bins.max()))
    curves.legend(frameon=False, fontsize=7, ncols=1 + len(accuracy) // 9)
    curves.spines[["top", "right"]].set_visible(False)
    image = matrix.imshow(accuracy, aspect="auto", vmin=details["guessing"], vmax=1, cmap="viridis")
    matrix.set_yticks(range(len(accuracy)), details["layers"], fontsize=7)
    matrix.set_xticks(range(len(bins)), [f"{start:g}" for start in bins[:, 0]], fontsize=7)
    matrix.set(xlabel="start of the time bin (ms)")
    figure.colorbar(image, ax=matrix, label="accuracy")
    figure.suptitle(f"{identifier}: {details['stimuli']} stimuli; guessing gives {details['guessing']:g}", fontsize=10)
    return figure


def _colours(count: int) -> np.ndarray:
    from matplotlib import colormaps

    return colormaps["plasma"](np.linspace(0, 0.85, count))
