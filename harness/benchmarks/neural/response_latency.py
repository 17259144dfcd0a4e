"""Latencies of responses: which stimuli a model answers to later than others, compared with neurons."""

from functools import cached_property
from typing import ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, influences, make_score, plain
from harness.brain_model import BrainModel
from harness.checks import checked
from harness.data import RecordedData, recording
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.similarity import spearman
from harness.metrics.statistics import Crossed, correlation_ceiling, jackknife, mean_of_defined, spearman_brown
from harness.stimuli import StimulusSet, notes_on_copies, successive_bins

LEVEL = 0.5
PARTITIONS = 50


@checked(BenchmarkError)
class ResponseLatencyBenchmark(Benchmark):
    """Rank correlation over stimuli of the time at which a region's mean response has half of its change.

    The response to a stimulus is the mean over units of the absolute change from the first time bin; its latency is where that
    first reaches half of its largest value, interpolated between bins. The raw score is Spearman's rank correlation of the
    latencies of model and neurons, the ceiling the square root of the reliability of the neurons' latencies, from halves of
    repeats. A model whose response does not begin later for one stimulus than for another has nothing to compare. `details` hold
    the median latencies in ms.

    Args:
        identifier: its name.
        recording: identifier of a data set that loads as `RecordedData`.
        region: one of its regions.
        start, end, step: ms, of the time bins.
        citation: BibTeX.
    """

    version = 1
    parent = "neural"
    seed: ClassVar[int] = 0

    def __init__(
        self,
        identifier: str,
        recording: str,
        region: str,
        start: float,
        end: float,
        step: float,
        citation: str = "",
    ):
        self.time_bins = successive_bins(start, end, step)
        if len(self.time_bins) < 3:
            raise BenchmarkError(
                f"a latency takes three time bins or more between {start:g} and {end:g} ms, not {len(self.time_bins)}"
            )
        self.identifier, self.recording, self.region, self.bibtex = identifier, recording, region, citation

    @cached_property
    def _shown(self) -> tuple[StimulusSet, np.ndarray]:
        """Stimuli, and responses (repeats, stimuli, bins, units), of stimuli with two repeats or more of every unit."""
        data: RecordedData = recording(self.recording).select(self.region)
        if data.stimuli is None:
            raise BenchmarkError(f"'{self.recording}' gives no latencies: its stimuli are not here")
        responses = np.stack([data.within(*bin_).repeats()[..., 0] for bin_ in self.time_bins], axis=2)
        kept = np.flatnonzero((np.isfinite(responses).sum(0) >= 2).all((1, 2)))
        if len(kept) < 10:
            raise BenchmarkError(
                f"'{self.recording}' has {len(kept)} repeated stimuli in {self.region}, and latencies need 10"
            )
        ids = np.array(data.stimulus_ids)[kept]
        return data.stimuli.select([data.stimuli.ids.index(name) for name in ids]), responses[:, kept]

    @property
    def stimuli(self) -> StimulusSet:
        """The stimuli."""
        return self._shown[0]

    @cached_property
    def latencies(self) -> np.ndarray:
        """(stimuli,), of the neurons, in ms."""
        return self._of(mean_of_defined(self._shown[1]))

    @cached_property
    def ceiling(self) -> Score:
        """Square root of the reliability of the neurons' latencies."""
        random, responses = np.random.default_rng(self.seed), self._shown[1]
        found = []
        for _ in range(PARTITIONS):
            order = random.permutation(len(responses))
            halves = [self._of(mean_of_defined(responses[order[part::2]])) for part in (0, 1)]
            found.append(_correlated(*halves))
        half = float(np.nanmean(found)) if np.isfinite(found).any() else float("nan")
        value = float(correlation_ceiling(np.array([float(spearman_brown(half))]))[0])
        if not np.isfinite(value):
            raise BenchmarkError(
                f"the latencies of {self.region} in '{self.recording}' are not reliable, so there is no ceiling"
            )
        return make_score(value, error=None)

    def run(self, candidate: BrainModel) -> Score:
        own = self._of(candidate.record(self.stimuli, self.region, self.time_bins))
        raw = _correlated(own, self.latencies)
        if not np.isfinite(raw):
            raise NotMeasurable("the model answers to all stimuli equally late, so that latencies cannot be compared")
        best = float(self.ceiling)
        found = jackknife(lambda kept: _correlated(own[kept], self.latencies[kept]) / best, len(own))
        error = Crossed({"stimuli": found.influence}, np.zeros(0)).error
        return make_score(
            raw / best,
            error=error,
            raw=make_score(raw, error=error * best),
            ceiling=self.ceiling,
            details={
                "latencies": {"model": plain(own), "neurons": plain(self.latencies)},
                "median": {"model": _median(own), "neurons": _median(self.latencies)},
                "stimuli": len(own),
                "time_bins": [list(bin_) for bin_ in self.time_bins],
                "per_sample": influences("stimuli", self.stimuli.ids, found, raw / best),
                "notes": notes_on_copies(self.stimuli),
            },
        )

    def _of(self, responses: np.ndarray) -> np.ndarray:
        """(stimuli,), ms, of responses (stimuli, bins, units); NaN where nothing changes."""
        change = np.abs(responses - responses[:, :1]).mean(2)
        centres = np.array([(start + end) / 2 for start, end in self.time_bins])
        return np.array([_passage(row, centres) for row in change])


def _passage(change: np.ndarray, times: np.ndarray) -> float:
    """When a change, 0 in the first bin, first reaches half of its largest value; NaN if there is none."""
    level = LEVEL * change.max()
    if not level > 0:
        return float("nan")
    at = int((change >= level).argmax())
    share = (level - change[at - 1]) / (change[at] - change[at - 1])
    return float(times[at - 1] + share * (times[at] - times[at - 1]))


def _correlated(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's rank correlation where both are known; NaN if one does not vary, or fewer than five are."""
    known = np.isfinite(one) & np.isfinite(other)
    if known.sum() < 5 or np.ptp(one[known]) <= 1e-6 or np.ptp(other[known]) <= 1e-6:
        return float("nan")
    return spearman(one[known], other[known])


def _median(values: np.ndarray) -> float | None:
    known = values[np.isfinite(values)]
    return plain(np.median(known)) if len(known) else None
