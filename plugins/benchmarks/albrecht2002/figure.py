"""The figure of a score: time courses by contrast, and latency against contrast."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.benchmarks.dynamics import condition_colours
from harness.benchmarks.physiology import panels, scorecard, units_curve


def draw(details: dict[str, Any], title: str) -> Figure:
    """Three panels: the mean time course of the units at every contrast, their latencies, and measured against published."""
    figure, (time_courses, latencies, card) = panels(3)
    contrasts = details["contrasts"]
    for trace, colour, contrast in zip(
        numbers(details["mean_course"]), condition_colours(len(contrasts)), contrasts, strict=True
    ):
        time_courses.plot(numbers(details["times"]), trace, color=colour, lw=1, label=f"{contrast:g}")
    time_courses.axvspan(0, 200, color="0.94", zorder=0)
    time_courses.set(xlabel="time from onset (ms)", ylabel="response / largest")
    time_courses.legend(frameon=False, fontsize=6, title="contrast", title_fontsize=7)
    for name, line in [("time_to_peak", "tab:blue"), ("half_maximum", "tab:orange")]:
        if np.isfinite(numbers(details[name])).any():
            units_curve(latencies, contrasts, details[name], line, name.replace("_", " "))
    latencies.set(xlabel="contrast", ylabel="ms from onset")
    latencies.legend(frameon=False, fontsize=7)
    scorecard(card, details)
    figure.suptitle(f"{title}: {len(details['laboratory']['units'])} units", fontsize=10)
    return figure
