"""The figure of a score: accuracy and error consistency in every condition, and response times."""

import re
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def draw(title: str, details: dict[str, Any]) -> Figure:
    """Two panels, and a third where a model that unfolds in time has decision times."""
    times, details = details.get("response_time"), _ordered(details)
    figure = Figure(figsize=(11 if times else 7.5, 3.6), layout="constrained")
    panels = figure.subplots(1, 3 if times else 2)
    names = details["conditions"]
    places = np.arange(len(names))
    _accuracy(panels[0], places, details)
    _kappa(panels[1], places, details)
    for axis in panels[:2]:
        axis.set_xticks(places, names, rotation=30 if max(map(len, names)) > 4 else 0, ha="center", fontsize=8)
        axis.set_xlim(-0.6, len(names) - 0.4)
    if times:
        _times(panels[2], times)
    for axis in panels:
        axis.spines[["top", "right"]].set_visible(False)
    subset = " (a subset)" if details.get("subset") else ""
    figure.suptitle(
        f"{title}: {details['images']} images{subset}, {details['observers']} observers, {details['readout']} read-out",
        fontsize=10,
    )
    return figure


def _ordered(details: dict[str, Any]) -> dict[str, Any]:
    """With conditions in the order of the numbers in their names."""
    names = details["conditions"]
    numbers = [float(found.group()) if (found := re.search(r"\d+(\.\d+)?", name)) else np.inf for name in names]
    order = sorted(range(len(names)), key=lambda at: (numbers[at], names[at]))
    sorted_ones = (
        "conditions",
        "accuracy_by_condition",
        "accuracy_error",
        "human_accuracy_by_condition",
        "kappa",
        "kappa_people",
    )
    return details | {key: [details[key][at] for at in order] for key in sorted_ones}


def _accuracy(axis: Axes, places: np.ndarray, details: dict[str, Any]) -> None:
    for place, humans in zip(places, details["human_accuracy_by_condition"], strict=True):
        axis.plot(np.full(len(humans), place), humans, "o", color="tab:red", alpha=0.5, ms=4, mew=0)
    axis.plot([], [], "o", color="tab:red", ms=4, label="participants, each")
    axis.errorbar(
        places, details["accuracy_by_condition"], details["accuracy_error"], fmt="s", color="tab:blue", label="model"
    )
    axis.axhline(1 / 16, color="0.6", lw=0.8, ls=":")
    axis.set(ylim=(0, 1.03), ylabel="share of correct answers")
    axis.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _kappa(axis: Axes, places: np.ndarray, details: dict[str, Any]) -> None:
    for key, colour, label, shift in (
        ("kappa_people", "tab:red", "participants with participants", 0.12),
        ("kappa", "tab:blue", "model with participants", -0.12),
    ):
        axis.plot([], [], "o", color=colour, ms=4, label=label)
        for place, values in zip(places, details[key], strict=True):
            axis.plot(np.full(len(values), place + shift), values, "o", color=colour, alpha=0.3, ms=4, mew=0)
            if values:
                axis.plot([place + shift - 0.1, place + shift + 0.1], [np.mean(values)] * 2, color=colour, lw=2)
    axis.axhline(0, color="0.6", lw=0.8, ls=":")
    axis.set(ylabel="error consistency (kappa)")
    axis.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _times(axis: Axes, times: dict[str, Any]) -> None:
    pairs = [
        (h, m) for h, m in zip(times["human_ms"], times["model_ms"], strict=True) if h is not None and m is not None
    ]
    axis.plot(*np.array(pairs, dtype=float).reshape(-1, 2).T, "o", color="tab:blue", alpha=0.4, ms=3, mew=0)
    axis.set(xlabel="participants' median response time (ms)", ylabel=f"model decides (ms, {times['region']})")
    axis.set_title(
        f"rank correlation {times['agreement']:.2f} (participants {times['participants']:.2f})\ndecides on {times['decided']:.0%}",
        fontsize=8,
    )
