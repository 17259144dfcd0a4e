"""The figure of a score: accuracy over time, temporal generalisation, and the six measures."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

NEURONS, MODEL = "0.25", "tab:blue"
LABELS = {
    "t10": "10 % of the rise (ms)",
    "t50": "50 % (ms)",
    "t95": "95 % (ms)",
    "late": "late / peak",
    "position": "other / known position",
    "half_width": "half-width of the code (ms)",
}


def draw(details: dict[str, Any]) -> Figure:
    """Four panels."""
    figure = Figure(figsize=(14, 3.6), layout="constrained")
    time_course, neurons, model, measures = figure.subplots(1, 4, width_ratios=[1.3, 1, 1, 1.2])
    _time_course(time_course, details)
    for axis, key, title in ((neurons, "IT", "IT"), (model, "model", f"model, {details['region']}")):
        image = _generalisation(axis, details, key, title)
    figure.colorbar(image, ax=[neurons, model], label="accuracy")
    _measures(measures, details)
    note = f"; {details['failures'][0]}" if details["failures"] else ""
    figure.suptitle(
        f"Seven objects at three positions, {details['neurons']} units, Poisson noise of depth "
        f"{details['noise']['depth']:g}{note}",
        fontsize=10,
    )
    return figure


def _time_course(axis: Axes, details: dict[str, Any]) -> None:
    for key, colour, name in (("IT", NEURONS, "IT"), ("model", MODEL, "model")):
        axis.plot(details["times"], details[key]["known"], color=colour, label=f"{name}, known positions")
        axis.plot(details["times"], details[key]["other"], color=colour, ls="--", label=f"{name}, another position")
    axis.axhline(details["chance"], color="0.6", lw=0.8, ls=":")
    axis.axvspan(0, details["shown_until"], color="0.95", zorder=0)
    axis.set(xlabel="time from onset (ms)", ylabel="accuracy", ylim=(0, 1))
    axis.legend(frameon=False, fontsize=7, loc="upper left")
    axis.spines[["top", "right"]].set_visible(False)


def _generalisation(axis: Axes, details: dict[str, Any], key: str, title: str) -> Any:
    times = details["times"]
    extent = (times[0], times[-1], times[0], times[-1])
    matrix = np.array(details[key]["generalisation"])
    image = axis.imshow(matrix, origin="lower", extent=extent, vmin=details["chance"], vmax=0.8, cmap="viridis")
    axis.set(xlabel="tested at (ms)", ylabel="trained at (ms)")
    axis.set_title(title, fontsize=9)
    return image


def _measures(axis: Axes, details: dict[str, Any]) -> None:
    """Each measure on the scale of its target: 0 is a model without the effect, 1 is IT."""
    for row, (name, target) in enumerate(details["targets"].items()):
        span = target["value"] - target["null"]
        place = float(np.clip((details["measures"][name] - target["null"]) / span, -1, 3))
        axis.errorbar(1, row, xerr=target["error"] / abs(span), fmt="o", color=NEURONS, ms=5, capsize=2)
        axis.plot(place, row, "s", color=MODEL, ms=6)
        said = f"{LABELS[name]}: {details['measures'][name]:.3g}, IT {target['value']:.3g}"
        axis.text(-1.05, row - 0.22, said, fontsize=7, color="0.3")
    axis.axvline(0, color="0.6", lw=0.8, ls=":")
    axis.set(xlim=(-1.1, 3.1), ylim=(len(details["targets"]) - 0.4, -0.6), yticks=[])
    axis.set_xlabel("0: static and tied to position, 1: IT", fontsize=8)
    axis.spines[["top", "right", "left"]].set_visible(False)
