"""The figure of a score: accuracy over SOA, evidence left by the mask, and evidence over time."""

from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks.behaviour import MODEL, PARTICIPANTS, finish, windows


def draw(details: dict[str, Any]) -> Figure:
    """Four panels."""
    figure = Figure(figsize=(13, 3.4), layout="constrained")
    axes = curve, left, time_course, window = figure.subplots(1, 4)
    _curve(curve, details)
    _left(left, details)
    _time_course(time_course, details)
    windows(window, details)
    finish(axes)
    note = f"; {details['failures'][0]}" if details["failures"] else ""
    figure.suptitle(
        f"Masked orientation, read from {details['region']}: one noise level fitted at 133 ms{note}", fontsize=10
    )
    return figure


def _curve(axis: Axes, details: dict[str, Any]) -> None:
    soa, participants = details["soa"], np.array(details["participants"])
    axis.plot(soa, participants.T, color="0.85", lw=0.7, zorder=1)
    axis.errorbar(
        soa,
        details["people_mean"],
        details["people_sd"],
        fmt="o-",
        color=PARTICIPANTS,
        capsize=2,
        ms=4,
        label="participants, SD",
    )
    axis.plot(soa, details["accuracy_without_mask"], "--", color=MODEL, lw=1, label="model without mask")
    axis.plot(soa[:-1], details["accuracy"][:-1], "s", color=MODEL, ms=5)
    axis.plot(soa[-1], details["accuracy"][-1], "s", color=MODEL, ms=6, mfc="white", label="fitted")
    axis.plot(soa, details["accuracy"], "-", color=MODEL, lw=1.5, label="model, masked", zorder=3)
    axis.axhline(details["guessing"], color="0.6", lw=0.8, ls=":")
    axis.set_xscale("log")
    axis.set_xticks(soa, [f"{value:.0f}" for value in soa])
    axis.minorticks_off()
    axis.set(xlabel="SOA = exposure (ms)", ylabel="proportion correct", ylim=(0.4, 1.02))
    axis.legend(frameon=False, fontsize=7, loc="upper left")


def _left(axis: Axes, details: dict[str, Any]) -> None:
    shares = [np.nan if value is None else value for value in details["evidence_left_by_mask"]]
    axis.plot(details["soa"], shares, "s-", color=MODEL)
    axis.axhline(1, color="0.6", lw=0.8, ls=":")
    axis.text(details["soa"][0], 1.01, "static model", fontsize=7, color="0.4", va="bottom")
    axis.set_xscale("log")
    axis.set_xticks(details["soa"], [f"{value:.0f}" for value in details["soa"]])
    axis.minorticks_off()
    finite = [value for value in shares if np.isfinite(value)]
    axis.set(
        xlabel="SOA (ms)", ylabel="evidence with mask / without", ylim=(min(0, *finite, 0), max(1.15, *finite, 1.15))
    )


def _time_course(axis: Axes, details: dict[str, Any]) -> None:
    middle = [sum(time_bin) / 2 for time_bin in details["time_bins"]]
    colours = colormaps["viridis"](np.linspace(0.9, 0.1, len(details["soa"])))
    for soa, time_course, colour in zip(details["soa"], details["evidence_over_time"], colours, strict=True):
        axis.plot(middle, time_course, color=colour, lw=1.3, label=f"{soa:.0f}")
    axis.axhline(0, color="0.6", lw=0.8, ls=":")
    axis.set(xlabel="time from target onset (ms)", ylabel="evidence for the right choice (log odds)")
    axis.legend(frameon=False, fontsize=7, title="SOA (ms)", title_fontsize=7)
