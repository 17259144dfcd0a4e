"""Contrast, duration and two-pulse experiments on regions, as in Groen et al. (2022, J Neurosci 42:7562-7580) and
DynVision.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.dynamics.experiment import (
    RECOVERY_WINDOW,
    SHORTEST,
    TemporalBenchmark,
    describe,
    measure,
    recovery,
    share,
    summed,
)
from harness.benchmarks.dynamics.time_courses import Screen, TimeCourses
from harness.benchmarks.physiology import Measured
from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics import dynamics
from harness.stimuli import Images, StimulusSet, Timeline, cross, numbers

CONTRASTS = (0.0625, 0.125, 0.25, 0.5, 1.0)
CONTRAST_DURATION = 500.0
DURATIONS = (17.0, 33.0, 67.0, 133.0, 267.0, 533.0)
PULSE = 133.0
INTERVALS = (17.0, 33.0, 67.0, 133.0, 267.0, 533.0)
SUMMED_UNTIL = 1000.0


@checked(BenchmarkError)
class ContrastExperiment(TemporalBenchmark):
    """Images at several contrasts. Required, in every region: from the lowest to the highest contrast the response comes earlier
    (half maximum) and peaks earlier, and the transient grows (the late response falls, over the peak); at the highest two, the
    response summed over time grows less than in proportion. A model whose responses are in proportion to contrast, at all times,
    has none of these exactly."""

    parameter: ClassVar[str] = "contrast"

    def __init__(
        self,
        identifier: str,
        contrasts: Iterable[float] = CONTRASTS,
        duration: float = CONTRAST_DURATION,
        exemplars: Count = 4,
        images: Images | None = None,
        seed: Seed = 0,
        regions: Sequence[str] | None = None,
    ):
        super().__init__(identifier, exemplars, images, seed, regions)
        self.contrasts = sorted(numbers("contrasts", contrasts))
        self.duration = float(duration)
        self.until = self.duration + RECOVERY_WINDOW
        if len(self.contrasts) < 2 or self.contrasts[0] <= 0 or self.duration < SHORTEST:
            raise BenchmarkError(
                f"'{self.identifier}' needs two contrasts above 0 and a duration of at least {SHORTEST:g} ms, not "
                f"{self.contrasts} and {self.duration:g}"
            )

    def stimuli(self, screen: Screen) -> StimulusSet:
        shown = self.pulses(screen)
        duration = screen.ms(self.duration)

        def draw(image: str, contrast: float) -> Timeline:
            return shown.timeline([(shown.frame(image, contrast), duration)])

        conditions = cross({"image": shown.names, "contrast": self.contrasts})
        stimuli = shown.stimuli(self.identifier, conditions, draw)
        stimuli.table["offset"] = duration
        return stimuli

    def measure(self, time_courses: TimeCourses) -> Measured:
        measures = {region: measure(time_courses, region) for region in time_courses.regions}
        orders: dict[str, np.ndarray] = {}
        step = self.contrasts[-1] / self.contrasts[-2]
        for region, found in measures.items():
            found["summed"] = summed(time_courses, region, self.until)
            low, high = ({name: values[:, end] for name, values in found.items()} for end in (0, -1))
            for says, name in [("half maximum comes earlier", "t50"), ("peak comes earlier", "time_to_peak")]:
                orders[f"{region}: {says}"] = share(low[name] - high[name], high[name] + time_courses.step)
            orders[f"{region}: response saturates"] = 1 - found["summed"][:, -1] / found["summed"][:, -2] / step
            orders[f"{region}: transient grows"] = low["late_to_peak"] - high["late_to_peak"]
        details = describe(measures, self.contrasts, "time to peak (ms)", "time_to_peak", [[(0, self.duration)]])
        return Measured({}, orders, details)


@checked(BenchmarkError)
class DurationExperiment(TemporalBenchmark):
    """Images shown once for several durations. Required, in every region: the response summed over time grows with duration, but
    less than in proportion (a slope of log summed response on log duration between 0 and 1), and has fallen from its peak by the
    end of the longest. A model without adaptation, linear or not, has not both."""

    parameter: ClassVar[str] = "duration"

    def __init__(
        self,
        identifier: str,
        durations: Iterable[float] = DURATIONS,
        exemplars: Count = 4,
        images: Images | None = None,
        seed: Seed = 0,
        regions: Sequence[str] | None = None,
    ):
        super().__init__(identifier, exemplars, images, seed, regions)
        self.durations = sorted(numbers("durations", durations))
        if len(self.durations) < 2 or self.durations[0] <= 0 or self.durations[-1] < SHORTEST:
            raise BenchmarkError(
                f"'{self.identifier}' needs two durations above 0 ms, the longest of at least {SHORTEST:g}, not {self.durations}"
            )
        self.until = max(SUMMED_UNTIL, self.durations[-1] + RECOVERY_WINDOW)

    def shown_durations(self, screen: Screen) -> list[float]:
        """The durations in whole steps of the model."""
        return _told_apart(screen, self.durations, "durations")

    def stimuli(self, screen: Screen) -> StimulusSet:
        shown = self.pulses(screen)

        def draw(image: str, contrast: float, duration: float) -> Timeline:
            return shown.timeline([(shown.frame(image, contrast), duration)])

        conditions = cross({"image": shown.names, "contrast": [1.0], "duration": self.shown_durations(screen)})
        stimuli = shown.stimuli(self.identifier, conditions, draw)
        stimuli.table["offset"] = stimuli.table["duration"]
        return stimuli

    def measure(self, time_courses: TimeCourses) -> Measured:
        durations = time_courses.table["duration"].to_numpy(dtype=float)
        measures = {region: measure(time_courses, region) for region in time_courses.regions}
        orders: dict[str, np.ndarray] = {}
        slopes: dict[str, np.ndarray] = {}
        for region, found in measures.items():
            found["summed"] = summed(time_courses, region, self.until)
            slope = slopes[region] = dynamics.summation_exponent(found["summed"], durations)
            orders[f"{region}: summation is subadditive"] = np.minimum(slope, 1 - slope)
            orders[f"{region}: response adapts"] = 1 - found["late_to_peak"][:, -1]
            found["summed"] = found["summed"] / found["summed"][:, -1:]
        details = describe(measures, durations, "summed response", "summed", [[(0, d)] for d in durations])
        details["summation_exponent"] = {region: plain(slope.mean()) for region, slope in slopes.items()}
        details["proportional"] = plain(durations / durations[-1])
        return Measured({}, orders, details)


@checked(BenchmarkError)
class IntervalExperiment(TemporalBenchmark):
    """Images shown twice, with several intervals between, and once. Required, in every region: the second response is smaller
    than the first after the shortest interval, and recovers with longer ones. A linear model has neither."""

    parameter: ClassVar[str] = "interval"

    def __init__(
        self,
        identifier: str,
        intervals: Iterable[float] = INTERVALS,
        duration: float = PULSE,
        exemplars: Count = 4,
        images: Images | None = None,
        seed: Seed = 0,
        regions: Sequence[str] | None = None,
    ):
        super().__init__(identifier, exemplars, images, seed, regions)
        self.intervals = sorted(numbers("intervals", intervals))
        self.duration = float(duration)
        if len(self.intervals) < 2 or min(self.intervals[0], self.duration) <= 0:
            raise BenchmarkError(
                f"'{self.identifier}' needs two intervals and a duration above 0 ms, not {self.intervals} and {self.duration:g}"
            )
        self.until = 2 * self.duration + self.intervals[-1] + RECOVERY_WINDOW

    def shown_intervals(self, screen: Screen) -> list[float]:
        """The intervals in whole steps of the model."""
        return _told_apart(screen, self.intervals, "intervals")

    def stimuli(self, screen: Screen) -> StimulusSet:
        shown = self.pulses(screen)
        pulse = screen.ms(self.duration)

        def draw(image: str, contrast: float, interval: float | None) -> Timeline:
            flash = shown.frame(image, contrast), pulse
            return shown.timeline([flash] if interval is None else [flash, flash], interval or 0.0)

        intervals = [*self.shown_intervals(screen), None]
        stimuli = shown.stimuli(
            self.identifier, cross({"image": shown.names, "contrast": [1.0], "interval": intervals}), draw
        )
        gaps = stimuli.table["interval"].astype(float)
        stimuli.table["offset"] = pulse
        stimuli.table["second_onset"] = (gaps + pulse).where(gaps.notna(), np.inf)
        return stimuli

    def measure(self, time_courses: TimeCourses) -> Measured:
        seconds = time_courses.table["second_onset"].to_numpy(dtype=float)
        pulse = float(time_courses.table["offset"].iloc[0])
        intervals = time_courses.table["interval"].to_numpy(dtype=float)[:-1]
        measures, orders = {}, {}
        for region in time_courses.regions:
            recovered = recovery(time_courses, region)
            measures[region] = {"recovery": recovered}
            orders[f"{region}: second response is smaller"] = 1 - recovered[:, 0]
            orders[f"{region}: it recovers"] = recovered[:, -1] - recovered[:, 0]
        bars = [[(0, pulse)] + [(second, second + pulse)] * bool(np.isfinite(second)) for second in seconds]
        details = describe(measures, intervals, "second / first response", "recovery", bars)
        return Measured({}, orders, details)


def _told_apart(screen: Screen, times: list[float], what: str) -> list[float]:
    """Times in whole steps of the model.

    Raises:
        NotMeasurable: if two of them are the same number of steps.
    """
    shown = [screen.ms(time) for time in times]
    if len(set(shown)) < len(shown):
        raise NotMeasurable(
            f"with a time step of {screen.step:g} ms, {what} of {', '.join(f'{time:g}' for time in times)} ms are shown as "
            f"{', '.join(f'{time:g}' for time in shown)} ms; use a smaller step, or {what} that are farther apart"
        )
    return shown
