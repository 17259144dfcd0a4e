"""Representations of a recording over time, from its repeats: one time course of dissimilarities for each brain."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from harness.benchmarks.neural.rdm import RdmBenchmark
from harness.benchmarks.neural.rdm_over_time import BrainCourses, RdmOverTimeBenchmark
from harness.checks import checked
from harness.data import RecordedData, recording
from harness.errors import BenchmarkError
from harness.metrics.similarity import rdm_course
from harness.metrics.statistics import mean_of_defined
from harness.stimuli import StimulusSet, TimeBin, successive_bins

FEWEST_UNITS, FEWEST_STIMULI = 3, 12
"""For a pattern, and for dissimilarities of which some are left out."""
SENSORS = ("eeg", "meg")
"""Modalities whose channels share so much of their response that they are standardised over stimuli first."""


@checked(BenchmarkError)
def brain_courses(data: RecordedData, region: str, time_bins: Sequence[TimeBin]) -> BrainCourses:
    """Dissimilarities between the mean patterns of a region, for each subject with three neuroids or more, in given time bins.

    Stimuli that some subject did not see count for none. Where there is one subject, the halves of its repeats stand for two.

    Raises:
        BenchmarkError: if there are too few stimuli, neuroids or repeats.
        DataError: if the recording has no such region, or does not cover a time bin.
    """
    chosen = data.select(region)
    if chosen.stimuli is None:
        raise BenchmarkError(f"'{data.identifier}' gives no representations of {region}: its stimuli are not here")
    standardise = data.measurement.modality in SENSORS
    wide = [one.subject for one in chosen.subjects if len(one.neuroids) >= FEWEST_UNITS]
    if not wide:
        raise BenchmarkError(f"'{data.identifier}' has no subject with {FEWEST_UNITS} neuroids or more in {region}")
    if not len(time_bins):
        raise BenchmarkError(f"a time course of '{data.identifier}' has time bins; give at least one")
    windows = [chosen.within(start, end) for start, end in time_bins]
    repeats = {name: np.stack([one.repeats(name)[..., 0] for one in windows], axis=2) for name in wide}
    brains = {name: mean_of_defined(values) for name, values in repeats.items()}
    halves = len(brains) == 1
    if halves:
        (values,) = repeats.values()
        if len(values) < 2:
            raise BenchmarkError(
                f"'{data.identifier}' has one subject without repeats in {region}, so there is no ceiling"
            )
        brains = {name: mean_of_defined(values[first::2]) for first, name in enumerate(("even repeats", "odd repeats"))}
    seen = np.flatnonzero(np.all([np.isfinite(values).all((1, 2)) for values in brains.values()], axis=0))
    if len(seen) < FEWEST_STIMULI:
        raise BenchmarkError(
            f"'{data.identifier}' has {len(seen)} stimuli to which all of {region} responded, and dissimilarities need "
            f"{FEWEST_STIMULI}"
        )
    ids = np.array(chosen.stimulus_ids)[seen]
    stimuli = chosen.stimuli.select([chosen.stimuli.ids.index(name) for name in ids])
    courses = np.array([rdm_course(values[seen], standardise) for values in brains.values()])
    return BrainCourses(stimuli, courses, list(time_bins), list(brains), halves)


@checked(BenchmarkError)
class RecordedRdmOverTime(RdmOverTimeBenchmark):
    """`RdmOverTimeBenchmark` on a region of a recording.

    Args:
        identifier: its name.
        recording: identifier of a data set that loads as `RecordedData`.
        region: one of its regions.
        start, end, step: ms, of the time bins.
        layers: whether all layers of a model are mixed, rather than its layer for the region taken.
        citation: BibTeX.
    """

    version = 1

    def __init__(
        self,
        identifier: str,
        recording: str,
        region: str,
        start: float,
        end: float,
        step: float = 20.0,
        layers: bool = False,
        citation: str = "",
    ):
        self.identifier, self.recording, self.region, self.bibtex = identifier, recording, region, citation
        self.regions = () if layers else (region,)
        self.time_bins = successive_bins(start, end, step)

    def load(self) -> BrainCourses:
        return brain_courses(recording(self.recording), self.region, self.time_bins)


@checked(BenchmarkError)
class RecordedRdm(RdmBenchmark):
    """`RdmBenchmark` on a region of a recording, in one time bin. Halves of repeats stand for two subjects where there is one.

    Args:
        identifier: its name.
        recording: identifier of a data set that loads as `RecordedData`.
        region: one of its regions.
        time_bin: [start, end) in ms over which responses are averaged.
        citation: BibTeX.
    """

    version = 1

    def __init__(self, identifier: str, recording: str, region: str, time_bin: tuple[float, float], citation: str = ""):
        self.identifier, self.recording, self.region, self.bibtex = identifier, recording, region, citation
        self.regions = (region,)
        self.time_bin = (float(time_bin[0]), float(time_bin[1]))  # type: ignore[misc]

    @cached_property
    def data(self) -> BrainCourses:
        """Of the one time bin."""
        return brain_courses(recording(self.recording), self.region, [self.time_bin])

    def load(self) -> StimulusSet:
        return self.data.stimuli

    @cached_property
    def rdms(self) -> np.ndarray:
        from scipy.spatial.distance import squareform

        return np.array([squareform(course[0], checks=False) for course in self.data.courses])
