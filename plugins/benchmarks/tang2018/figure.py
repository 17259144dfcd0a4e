"""The figure of a score: accuracy over SOA, the cost of the mask, and the evidence over time."""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks.behaviour import MODEL, PARTICIPANTS, finish, windows


def draw(details: dict[str, Any]) -> Figure:
    """Four panels."""
    figure = Figure(figsize=(13, 3.4), layout="constrained")
    axes = curve, cost, time_course, window = figure.subplots(1, 4)
    _curve(curve, details)
    _cost(cost, details)
    _time_course(time_course, details)
    windows(window, details)
    finish(axes)
    note = f"; {details['failures'][0]}" if details["failures"] else ""
    figure.suptitle(f"Occluded objects, read from {details['region']}, {details['images']} images{note}", fontsize=10)
    return figure


def _curve(axis: Axes, details: dict[str, Any]) -> None:
    soa, n = details["soa"], len(details["soa"])
    for start, style, name in ((0, "--", "no mask"), (n, "-", "mask")):
        part = slice(start, start + n)
        errors = np.array(details["people_sd"][part])
        axis.errorbar(
            soa,
            details["people_mean"][part],
            errors,
            fmt="o" + style,
            color=PARTICIPANTS,
            ms=4,
            capsize=2,
            label=f"participants, {name}",
        )
        axis.plot(soa, details["accuracy"][part], "s" + style, color=MODEL, ms=5, label=f"model, {name}")
    axis.plot(soa[-1], details["accuracy"][n - 1], "s", color=MODEL, ms=7, mfc="white", label="fitted")
    axis.axhline(details["guessing"], color="0.6", lw=0.8, ls=":")
    axis.set(xlabel="SOA = exposure (ms)", ylabel="proportion correct (SD over participants)", ylim=(0, 1))
    axis.legend(frameon=False, fontsize=7, ncols=2, loc="upper left")


def _cost(axis: Axes, details: dict[str, Any]) -> None:
    soa = details["soa"]
    axis.errorbar(
        soa,
        details["people_cost"],
        details["people_cost_sd"],
        fmt="o-",
        color=PARTICIPANTS,
        capsize=2,
        ms=4,
        label="participants, SD",
    )
    axis.plot(soa, details["cost"], "s-", color=MODEL, ms=5, label="model")
    axis.axhline(0, color="0.6", lw=0.8, ls=":")
    axis.set(xlabel="SOA (ms)", ylabel="cost of the mask (proportion correct)")
    axis.legend(frameon=False, fontsize=7)


def _time_course(axis: Axes, details: dict[str, Any]) -> None:
    middle = [sum(time_bin) / 2 for time_bin in details["time_bins"]]
    n = len(details["soa"])
    colours = colormaps["viridis"](np.linspace(0.9, 0.1, n))
    for condition, time_course in enumerate(details["evidence_over_time"]):
        masked = condition >= n
        name = f"{details['soa'][condition % n]:g}" if masked else None
        axis.plot(middle, time_course, "-" if masked else "--", color=colours[condition % n], lw=1.2, label=name)
    axis.axhline(0, color="0.6", lw=0.8, ls=":")
    axis.set(xlabel="time from target onset (ms)", ylabel="evidence for the right choice (log odds)")
    axis.legend(frameon=False, fontsize=7, title="SOA (ms); dashed: no mask", title_fontsize=7)
