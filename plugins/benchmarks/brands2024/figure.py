"""The figure of a score: time courses, and recovery, summation and width beside the measured ones."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.dynamics import condition_colours
from harness.benchmarks.physiology import CELLS, MODEL, NULL, panels

LABELS = {
    "recovery": ("interval (ms)", "second / first response"),
    "summed": ("duration (ms)", "summed / that at 533 ms"),
    "width": ("duration (ms)", "width at half maximum (ms)"),
}


def draw(details: dict[str, Any], title: str) -> Figure:
    """Time courses for one pulse, time courses for two, and three measures with their published values and those of no dynamics."""
    figure, axes = panels(5, 3.0, 3.0)
    count = len(details["values"])
    traces, times = numbers(details["traces"][details["regions"][0]]), numbers(details["times"])
    for axis, rows, what in [(axes[0], slice(0, count), "one pulse"), (axes[1], slice(count, None), "two pulses")]:
        _time_courses(axis, times, traces[rows], details["values"], what)
    for axis, (name, labels) in zip(axes[2:], LABELS.items(), strict=True):
        _measure(axis, details, name, *labels)
    axes[2].legend(frameon=False, fontsize=7)
    peak, late = (details["measured"][name] for name in ("time_to_peak", "late_to_peak"))
    published = details["targets"]
    figure.suptitle(
        f"{title}, {details['regions'][0]}: time to peak {peak:.0f} ms (measured {published['time_to_peak']['value']:g}), "
        f"after 533 ms {late:.2f} of the peak ({published['late_to_peak']['value']:g})",
        fontsize=9,
    )
    return figure


def _time_courses(axis: Axes, times: np.ndarray, traces: np.ndarray, values: list[float], what: str) -> None:
    largest = np.nanmax(np.abs(traces)) or 1.0
    for trace, colour, value in zip(traces, condition_colours(len(traces)), values, strict=True):
        axis.plot(times, trace / largest, color=colour, lw=1, label=f"{value:g} ms")
    axis.set(xlabel="time from onset (ms)", ylabel="response / largest")
    axis.set_title(what, fontsize=9)
    axis.legend(frameon=False, fontsize=6)


def _measure(axis: Axes, details: dict[str, Any], name: str, x: str, y: str) -> None:
    target, values = details["targets"][name], numbers(details["values"])
    axis.plot(values, numbers(target["null"]), color=NULL, ls=":", label="no dynamics")
    axis.plot(values, numbers(target["value"]), "s--", color=CELLS, ms=4, lw=1, label="measured")
    axis.plot(values, numbers(details["measured"][name]), "o-", color=MODEL, ms=4, lw=1.5, label="model")
    axis.set_xscale("log")
    axis.set_xticks(values, [f"{value:g}" for value in values], fontsize=7)
    axis.minorticks_off()
    axis.set(xlabel=x, ylabel=y)
    axis.set_title(f"distance {details['distance'][name]:.2f}", fontsize=9)
