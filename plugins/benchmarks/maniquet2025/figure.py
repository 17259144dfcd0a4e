"""The figure of a score: the profile over conditions, the cost of the mask, and the published networks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks.behaviour import MODEL, PARTICIPANTS, finish, windows

NETWORKS = "0.82"


def draw(details: dict[str, Any]) -> Figure:
    """Four panels."""
    figure = Figure(figsize=(14, 4.2), layout="constrained")
    axes = profile, cost, networks, window = figure.subplots(1, 4, width_ratios=[2.2, 1, 1, 1])
    _profile(profile, details)
    _cost(cost, details)
    _networks(networks, details)
    windows(window, details)
    finish(axes)
    note = f"; {details['failures'][0]}" if details["failures"] else ""
    figure.suptitle(f"Masked objects under manipulations, read from {details['region']}{note}", fontsize=10)
    return figure


def _profile(axis: Axes, details: dict[str, Any]) -> None:
    n = len(details["conditions"])
    places = np.arange(n)
    for number, network in enumerate(details["networks"].values()):
        axis.plot(
            places, network["accuracy"], color=NETWORKS, lw=0.8, label="published networks" if not number else None
        )
    for start, style, name in ((0, "--", "no mask"), (n, "-", "mask")):
        part = slice(start, start + n)
        errors = 2 * np.array(details["people_error"][part])
        axis.errorbar(
            places,
            details["participants"][part],
            errors,
            fmt="o" + style,
            color=PARTICIPANTS,
            ms=4,
            lw=1,
            label=f"participants, {name}",
        )
        axis.plot(places, details["accuracy"][part], "s" + style, color=MODEL, ms=4, lw=1, label=f"model, {name}")
    axis.axhline(details["guessing"], color="0.6", lw=0.8, ls=":")
    axis.set_xticks(places, details["short"], rotation=60, ha="right", fontsize=7)
    axis.set(ylabel="proportion correct (2 standard errors)", ylim=(0, 1.02))
    axis.legend(frameon=False, fontsize=7, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _cost(axis: Axes, details: dict[str, Any]) -> None:
    participants, model = details["people_cost"], details["cost"]
    axis.scatter(participants, model, s=16, color=MODEL)
    axis.axline((0, 0), slope=1, color="0.6", lw=0.8, ls=":")
    for row in np.argsort(participants)[-3:]:
        axis.annotate(
            details["short"][row],
            (participants[row], model[row]),
            fontsize=7,
            xytext=(-3, 4),
            textcoords="offset points",
            ha="right",
        )
    axis.axhline(0, color="0.8", lw=0.8)
    across = min(participants) - 0.02, max(participants) + 0.02
    axis.set(xlabel="cost of the mask, participants", ylabel="cost of the mask, model", xlim=across)
    axis.set_title(f"concordance {details['concordance']['cost']:.2f}", fontsize=9)


def _networks(axis: Axes, details: dict[str, Any]) -> None:
    bars = {name: network["concordance"] for name, network in details["networks"].items()}
    bars["model"] = details["without_mask"]["concordance"]
    names = sorted(bars, key=lambda name: bars[name])
    axis.barh(names, [bars[name] for name in names], color=[MODEL if name == "model" else "0.7" for name in names])
    axis.axvline(0, color="0.3", lw=0.8)
    axis.tick_params(axis="y", labelsize=7)
    axis.set(xlabel="concordance without mask", xlim=(min(0, *bars.values()), 1))
