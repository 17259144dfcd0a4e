"""Time courses of regions: one per region and stimulus, minus the response to the blank screen, aligned to stimulus onset.

A trace is the mean over units of |r| less that to the blank screen. Where a region answers with less than to the blank (10 - r in
place of r), all of its traces are turned over. Units of both signs on a pedestal (10 + r, r of either sign) cancel, and show
nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.brain_model import BrainModel, record_regions
from harness.checks import checked, positions, shown
from harness.engine import MeanAbsolute
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.dynamics import aligned, peak
from harness.stimuli import StimulusSet, TimeBin, Timeline

BASELINE = 100.0
FINEST, STATIC = 2.0, 1.0
FLOOR = 1e-3
FREQUENCY = 2.0
PIXELS_PER_CYCLE = 4
PIXELS_PER_DEGREE = 28
BLANK = "blank"


@checked(BenchmarkError)
@dataclass(frozen=True)
class Screen:
    """How stimuli are shown to a model so that it can see them.

    Attributes:
        step: ms; durations are whole numbers of it, and responses are averaged over bins of this width. The model's own time
            step, or a multiple that is at least 2 ms; 1 ms for a model without one.
        visual_degrees: of the images: the model's field of view.
        size_px: of the images, 28 pixels per degree.
        spatial_frequency: of noise, in cycles per degree: 2, or less where the model has fewer than 8 pixels per degree.
    """

    step: float
    visual_degrees: float
    size_px: int
    spatial_frequency: float

    @classmethod
    def of(cls, candidate: BrainModel) -> "Screen":
        """The screen for a model."""
        step, degrees = candidate.time_step, float(candidate.visual_degrees())
        frequency = min(FREQUENCY, (candidate.input_size or math.inf) / degrees / PIXELS_PER_CYCLE)
        return cls(_whole(step) if step else STATIC, degrees, 2 * round(degrees * PIXELS_PER_DEGREE / 2), frequency)

    def ms(self, duration: float) -> float:
        """The whole number of steps, at least one, that is nearest to a duration."""
        return max(1, round(duration / self.step)) * self.step

    @property
    def lead_in(self) -> float:
        """ms of blank screen before a stimulus: `BASELINE` or a little more, in whole steps."""
        return math.ceil(BASELINE / self.step - 1e-9) * self.step


@checked(BenchmarkError)
@dataclass(frozen=True)
class TimeCourses:
    """Responses over time of regions to stimuli.

    Attributes:
        regions: names.
        traces: (regions, images, conditions, time): the mean over units of |r|, less that to the blank screen at the same time
            and less the mean before the onset; upwards, see the module.
        times: (time,), centres of the bins in ms from the onset.
        floor: (regions, 1, 1): what a response must exceed to have a time course, two standard deviations of the baseline or a
            thousandth of the region's largest response.
        table: conditions, one row each, the same for every image.
    """

    regions: tuple[str, ...]
    traces: np.ndarray
    times: np.ndarray
    floor: np.ndarray
    table: pd.DataFrame

    @property
    def step(self) -> float:
        """Width of the bins in ms."""
        return float(self.times[1] - self.times[0])

    @checked(BenchmarkError)
    def of(self, region: str) -> np.ndarray:
        """(images, conditions, time)."""
        return self.traces[self._row(region)]

    @checked(BenchmarkError)
    def at(self, conditions: Sequence[int]) -> "TimeCourses":
        """Some of the conditions, by position, in the order given."""
        rows = positions(conditions, len(self.table), "conditions", BenchmarkError)
        table = self.table.iloc[rows].reset_index(drop=True)
        return TimeCourses(self.regions, self.traces[:, :, rows], self.times, self.floor, table)

    @checked(BenchmarkError)
    def within(self, regions: Sequence[str]) -> "TimeCourses":
        """Some of the regions, in the order given."""
        rows = [self._row(region) for region in regions]
        return TimeCourses(tuple(regions), self.traces[rows], self.times, self.floor[rows], self.table)

    @checked(BenchmarkError)
    def floor_of(self, region: str) -> np.ndarray:
        """(1, 1)."""
        return self.floor[self._row(region)]

    def _row(self, region: str) -> int:
        if region not in self.regions:
            raise BenchmarkError(
                f"there are no time courses of {shown(region)}; there are those of {', '.join(self.regions)}"
            )
        return self.regions.index(region)


@checked(BenchmarkError)
def mapped_regions(candidate: BrainModel) -> tuple[str, ...]:
    """Regions that can be recorded from.

    Raises:
        NotMeasurable: if there are none.
    """
    if not candidate.regions:
        raise NotMeasurable(f"'{candidate.identifier}' maps no layer to any region; give it regions={{'V1': ...}}")
    return candidate.regions


def record_time_courses(
    candidate: BrainModel, stimuli: StimulusSet, regions: Sequence[str], step: float, until: float
) -> TimeCourses:
    """Show stimuli (and the blank screen) to any `BrainModel` and record each region's mean magnitude.

    Args:
        stimuli: the full crossing of `image`, which changes slowest, with conditions; `onset` is a column.
        step: width of the time bins in ms; the onset is a whole number of them.
        until: ms after the onset up to which responses are recorded.
    """
    onset = float(stimuli.table["onset"].iloc[0])
    count = math.ceil((onset + until) / step - 1e-9)
    bins = [(number * step, (number + 1) * step) for number in range(count)]
    magnitudes = _magnitudes(candidate, _with_blank(stimuli), regions, bins)
    centres = (np.arange(count) + 0.5) * step
    traces, times, deviation = aligned(magnitudes[:, :-1] - magnitudes[:, -1:], centres, onset)
    less = traces[..., times >= 0].sum((1, 2)) < 0
    traces[less] *= -1
    largest = np.nan_to_num(peak(traces, times)).max(1)
    images = stimuli.table["image"].nunique()
    conditions = len(stimuli) // images
    return TimeCourses(
        tuple(regions),
        traces.reshape(len(regions), images, conditions, count),
        times,
        np.maximum(2 * deviation.max(1), FLOOR * largest)[:, None, None],
        stimuli.table.iloc[:conditions].reset_index(drop=True),
    )


def _with_blank(stimuli: StimulusSet) -> StimulusSet:
    table = pd.concat([stimuli.table, pd.DataFrame({"stimulus_id": [BLANK]})], ignore_index=True)
    blank = Timeline.still(stimuli.background_frame(), stimuli.duration)
    return stimuli.replace(table=table, timelines=[*stimuli.timelines, blank])


def _magnitudes(candidate: BrainModel, stimuli: StimulusSet, regions: Sequence[str], bins: list[TimeBin]) -> np.ndarray:
    """(regions, stimuli, time bins), the mean over units of |r|; of a model with layers the engine takes it already."""
    recorded = record_regions(candidate, stimuli, regions, bins, MeanAbsolute())
    return np.stack([np.abs(recorded[region]).mean(2) for region in regions]).astype(float)


def _whole(step: float) -> float:
    """A multiple of a step that is at least `FINEST` ms."""
    return step * max(1, math.ceil(FINEST / step - 1e-9))
