"""The figure of a score: distributions over units beside the published ones."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

MODEL, CELLS = "tab:blue", "0.75"


def draw(details: dict[str, Any]) -> Figure:
    """Three panels: circular variance, bandwidth, and circular variance over time."""
    figure = Figure(figsize=(10.5, 3.2), layout="constrained")
    selectivity, sharpness, time_course = figure.subplots(1, 3)
    _cumulative(selectivity, details, "circular_variance", "circular variance", (0, 1))
    _cumulative(sharpness, details, "bandwidth", "bandwidth (degrees; last bar: 84 and more)", (0, 90))
    selectivity.set_ylabel("share of units")
    selectivity.legend(frameon=False, fontsize=8)
    _time_course(time_course, details)
    kept = details["units"]["kept"]
    figure.suptitle(
        f"Orientation tuning: {kept} of {details['units']['recorded']} units against 308 macaque V1 cells", fontsize=10
    )
    return figure


def _cumulative(axis: Axes, details: dict[str, Any], name: str, label: str, limits: tuple[float, float]) -> None:
    """Histograms, and over them the cumulative shares that the score compares."""
    target = details["published"][name]
    edges, counts = np.array(target["edges"]), np.array(target["counts"])
    values = np.array(details[name])
    bins = np.linspace(*limits, 16)
    centres = np.repeat((edges[:-1] + edges[1:]) / 2, counts)
    for sample, colour, legend in [(centres, CELLS, "macaque cells"), (values, MODEL, "model")]:
        shown = np.clip(sample, *limits)
        axis.hist(
            shown, bins.tolist(), weights=np.full(len(shown), 1 / len(shown)), color=colour, alpha=0.6, label=legend
        )
    axis.plot(edges, np.r_[0, counts.cumsum() / counts.sum()], color="0.3", lw=1)
    axis.step(np.sort(values), np.arange(1, len(values) + 1) / len(values), color=MODEL, lw=1, where="post")
    axis.set(xlabel=label, xlim=limits, ylim=(0, 1.02))
    axis.set_title(f"similarity {details['similarity'][name]:.2f}, median {details['median'][name]:.2f}", fontsize=9)
    axis.spines[["top", "right"]].set_visible(False)


def _time_course(axis: Axes, details: dict[str, Any]) -> None:
    middle = [sum(time_bin) / 2 for time_bin in details["time_bins"]]
    medians = [np.nan if value is None else value for value in details["median_circular_variance_over_time"]]
    axis.plot(middle, medians, "o-", color=MODEL, ms=3)
    axis.set(xlabel="time from onset (ms)", ylabel="median circular variance")
    axis.set(xlim=(0, details["time_bins"][-1][1]), ylim=(0, 1.02))
    axis.set_title("time course of selectivity", fontsize=9)
    axis.spines[["top", "right"]].set_visible(False)
