"""The figure of a recording: stimuli, mean responses over time, reliability of neuroids, trials that are lost."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from harness.checks import Count, checked
from harness.data.recorded_data import RecordedData
from harness.errors import BenchmarkError, DataError
from harness.metrics.statistics import split_half_reliability


@checked(DataError)
def recording_figure(data: RecordedData, most: Count = 24) -> Figure:
    """Some stimuli (`most`, evenly spread), the mean response of each region over time with quartiles over neuroids, the split-half
    reliability of neuroids of the mean over all bins, and for each neuroid the share of trials without a response."""
    figure = Figure(figsize=(11, 6.5), layout="constrained")
    parts: Any = figure.subfigures(2, 1, height_ratios=[1, 1.4])
    above, below = parts
    _stimuli(above, data, most)
    course, reliability, lost = below.subplots(1, 3, width_ratios=[1.4, 1, 1])
    centres = np.array(data.time_bins).mean(1)
    for region in data.regions:
        own = data.select(region)
        means = np.concatenate([np.nanmean(one.responses, axis=0) for one in own.subjects])
        _course(course, centres, means, region)
        if (found := _reliability(own)) is not None:
            reliability.hist(found[np.isfinite(found)], bins=np.linspace(-0.5, 1, 31), alpha=0.6, label=region)
        shares = np.concatenate([(~one.valid).all(2).mean(0) for one in own.subjects])
        lost.plot(np.sort(shares)[::-1], label=f"{region}: {shares.mean():.1%}")
    course.set(xlabel="ms from stimulus onset", ylabel=data.measurement.unit)
    reliability.set(xlabel="reliability of the mean over repeats", ylabel="neuroids")
    lost.set(xlabel="neuroids, sorted", ylabel="share of trials lost", ylim=(0, None))
    for axis in (course, reliability, lost):
        axis.spines[["top", "right"]].set_visible(False)
        if axis.get_legend_handles_labels()[1]:
            axis.legend(frameon=False, fontsize=8)
    trials = sum(len(one.presentations) for one in data.subjects)
    counts = f"{len(data.stimulus_ids)} stimuli, {len(data.subjects)} subjects, {trials} trials"
    figure.suptitle(f"{data.identifier}: {counts}", fontsize=10)
    return figure


def _stimuli(part: SubFigure, data: RecordedData, most: int) -> None:
    if data.stimuli is None:
        part.text(0.5, 0.5, "the stimuli are not here", ha="center")
        return
    chosen = np.unique(np.linspace(0, len(data.stimuli) - 1, min(most, len(data.stimuli))).astype(int))
    columns = min(12, len(chosen))
    axes = part.subplots(-(-len(chosen) // columns), columns, squeeze=False).ravel()
    for axis in axes:
        axis.axis("off")
    for axis, row in zip(axes, chosen, strict=False):
        frame = data.stimuli.timelines[row].frames[0].load(data.stimuli.background)
        axis.imshow(frame, cmap="gray", vmin=0, vmax=255 if frame.dtype == np.uint8 else 1)
        axis.set_title(data.stimuli.ids[row][:12], fontsize=6)


def _course(axis: Axes, centres: np.ndarray, means: np.ndarray, region: str) -> None:
    low, middle, high = np.nanpercentile(means, [25, 50, 75], axis=0)
    (line,) = axis.plot(centres, middle, "o-", ms=3, label=f"{region} ({len(means)} neuroids)")
    axis.fill_between(centres, low, high, color=line.get_color(), alpha=0.2)


def _reliability(data: RecordedData) -> np.ndarray | None:
    """(neuroids,), of stimuli with two repeats or more; None if there are none."""
    responses = data.within(data.time_bins[0][0], max(end for _, end in data.time_bins)).repeats()[..., 0]
    repeated = (np.isfinite(responses).sum(0) >= 2).all(-1)
    if repeated.sum() < 3:
        return None
    try:
        return split_half_reliability(responses[:, repeated])
    except BenchmarkError:
        return None
