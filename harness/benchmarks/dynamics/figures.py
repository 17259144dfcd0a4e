"""The figure of experiments on dynamics: time courses with one row per region; all regions together; the summary
measure.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.benchmarks import numbers
from harness.checks import Count, checked
from harness.errors import BenchmarkError

REGION_COLOURS = ("tab:blue", "tab:green", "tab:orange", "tab:red", "tab:purple", "tab:brown")
PUBLISHED, NULL = "0.15", "0.7"
UNITS = {"contrast": "", "duration": " ms", "interval": " ms"}
LABELS = {"contrast": "contrast", "duration": "duration (ms)", "interval": "interval (ms)"}


def draw(details: dict[str, Any], title: str) -> Figure:
    """Left, the time courses of every region in every condition; right, all regions in the last, and the summary over
    conditions."""
    regions = details["regions"]
    figure = Figure(figsize=(10, max(4.0, 1.3 * len(regions) + 1.2)), layout="constrained")
    left, right = np.ravel(np.asarray(figure.subfigures(1, 2, width_ratios=(3, 2))))
    ridges = np.ravel(left.subplots(len(regions), 1, sharex=True, squeeze=False))
    for axis, region in zip(ridges, regions, strict=True):
        _ridge(axis, details, region)
    ridges[-1].set_xlabel("time from onset (ms)")
    ridges[0].legend(
        frameon=False, fontsize=6, ncols=2, loc="upper right", title=LABELS[details["parameter"]], title_fontsize=7
    )
    together, summary = right.subplots(2, 1)
    _together(together, details)
    _summary(summary, details)
    figure.suptitle(f"{title}: {_held(details)}", fontsize=10)
    return figure


@checked(BenchmarkError, pure=True)
def condition_colours(count: Count) -> list[tuple[float, ...]]:
    """From light to dark with the parameter."""
    return [colormaps["viridis_r"](0.1 + 0.85 * position / max(count - 1, 1)) for position in range(count)]


def _ridge(axis: Axes, details: dict[str, Any], region: str) -> None:
    traces, times = numbers(details["traces"][region]), numbers(details["times"])
    largest = np.nanmax(np.abs(traces)) or 1.0
    labels = [f"{value:g}{UNITS[details['parameter']]}" for value in details["values"]]
    labels += ["one pulse"] * (len(traces) - len(labels))
    colours = condition_colours(len(traces))
    for trace, colour, label in zip(traces, colours, labels, strict=True):
        axis.plot(times, trace / largest, color=colour, lw=1.2, label=label)
    for row, on in enumerate(details["stimulus"]):
        for start, end in on:
            on_screen = colours[row] if len(details["stimulus"]) > 1 else "0.3"
            axis.plot([start, end], [-0.12 - 0.05 * row] * 2, color=on_screen, lw=1.5)
    axis.axhline(0, color=NULL, lw=0.6)
    axis.set_ylabel(region, rotation=0, ha="right", va="center")
    axis.set_yticks([0, 1])
    axis.spines[["top", "right"]].set_visible(False)


def _together(axis: Axes, details: dict[str, Any]) -> None:
    times, last = numbers(details["times"]), len(details["values"]) - 1
    for region, colour in zip(details["regions"], _cycle(len(details["regions"])), strict=True):
        trace = numbers(details["traces"][region][last])
        axis.plot(times, trace / (np.nanmax(np.abs(trace)) or 1.0), color=colour, lw=1.2, label=region)
    axis.set(xlabel="time from onset (ms)", ylabel="response / its peak")
    axis.set_title(
        f"all regions, {details['parameter']} {details['values'][last]:g}{UNITS[details['parameter']]}", fontsize=9
    )
    axis.legend(frameon=False, fontsize=7)
    axis.spines[["top", "right"]].set_visible(False)


def _summary(axis: Axes, details: dict[str, Any]) -> None:
    values, summary = numbers(details["values"]), details["summary"]
    for region, colour in zip(details["regions"], _cycle(len(details["regions"])), strict=True):
        mean, error = numbers(summary["mean"][region]), numbers(summary["error"][region])
        axis.errorbar(values, mean, error, color=colour, marker="o", ms=3, lw=1.2, capsize=2, label=region)
    if "proportional" in details:
        axis.plot(values, numbers(details["proportional"]), color=NULL, ls=":", label="proportional")
        axis.set_yscale("log")
    if published := details.get("published_summary"):
        axis.plot(values, numbers(published), "s--", color=PUBLISHED, ms=4, lw=1, label="published")
    axis.set_xscale("log")
    axis.set_xticks(values, [f"{value:g}" for value in values], fontsize=7)
    axis.minorticks_off()
    axis.set(xlabel=LABELS[details["parameter"]], ylabel=summary["label"])
    axis.legend(frameon=False, fontsize=7)
    axis.spines[["top", "right"]].set_visible(False)


def _held(details: dict[str, Any]) -> str:
    orders = details["orders"]
    held = sum(order["held"] for order in orders.values())
    return f"{held:.1f} of {len(orders)} required orders" if orders else f"{details['images']} images"


def _cycle(count: int) -> Sequence[str]:
    return [REGION_COLOURS[position % len(REGION_COLOURS)] for position in range(count)]
