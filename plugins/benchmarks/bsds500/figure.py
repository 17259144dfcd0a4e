"""The figure of a score: precision against recall, and ODS over time where a model has a time course."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure


def draw(details: dict[str, Any]) -> Figure:
    """One panel, or two for a model whose contours unfold in time."""
    time_course = details.get("time_course")
    figure = Figure(figsize=(8.5 if time_course else 4.6, 4), layout="constrained")
    curve, *time = figure.subplots(1, 2 if time_course else 1, squeeze=False)[0]
    _contours_of_f(curve)
    curve.plot(
        details["recall"], details["precision"], "o-", color="tab:blue", ms=4, label=f"model {details['ods']:.2f}"
    )
    participants = details["participants"]
    curve.plot(
        participants["recall"],
        participants["precision"],
        "o",
        color="tab:green",
        ms=9,
        label=f"participants {participants['f']:.2f}",
    )
    curve.set(xlim=(0, 1), ylim=(0, 1), xlabel="recall", ylabel="precision", aspect="equal")
    curve.legend(frameon=False, loc="lower left", title="F")
    if time_course:
        _over_time(time[0], time_course, details["noise"])
    for axis in (curve, *time):
        axis.spines[["top", "right"]].set_visible(False)
    subset = f"{details['images']} images" + (" (a subset)" if details["subset"] else "")
    figure.suptitle(f"BSDS500: {subset}, noise {details['noise']:.2f}", fontsize=10)
    return figure


def _over_time(axis: Axes, time_course: dict[str, Any], noise: float) -> None:
    middle = [(start + end) / 2 for start, end in time_course["time_bins"]]
    axis.plot(middle, time_course["ods"], "o-", color="tab:blue")
    axis.axhline(noise, color="0.5", ls=":", lw=1)
    axis.set(xlabel="time (ms)", ylabel=f"ODS ({time_course['images']} images)", ylim=(0, 1))


def _contours_of_f(axis: Axes) -> None:
    recall, precision = np.meshgrid(np.linspace(0.01, 1, 99), np.linspace(0.01, 1, 99))
    f = 2 * recall * precision / (recall + precision)
    axis.contour(recall, precision, f, levels=np.arange(0.2, 1, 0.2), colors="0.85", linewidths=0.8)
