"""Representations over time: how a model tells stimuli apart from moment to moment, compared with brains."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, on_axes
from harness.brain_model import BrainModel, record_first
from harness.checks import checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.decoding import rise_latency
from harness.metrics.similarity import CourseAgreement, course_agreement, rdm_course, spearman
from harness.stimuli import StimulusSet, TimeBin, notes_on_copies, split_groups

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS = 2048
"""Units drawn of a layer, of whose patterns distances are taken; all where there are fewer."""


@checked(BenchmarkError)
@dataclass(frozen=True)
class BrainCourses:
    """Dissimilarities of stimuli over time in several brains.

    Attributes:
        stimuli: what was shown.
        courses: (participants, bins, pairs), pairs as `harness.metrics.similarity.pairs` orders them.
        time_bins: [start, end) in ms from stimulus onset.
        names: of the participants.
        halves: whether there is one brain, whose repeats were divided into two halves that stand for participants.
    """

    stimuli: StimulusSet
    courses: np.ndarray
    time_bins: Sequence[TimeBin]
    names: Sequence[str]
    halves: bool = False

    def __post_init__(self) -> None:
        count = len(self.stimuli)
        wanted = (len(self.names), len(self.time_bins), count * (count - 1) // 2)
        if self.courses.shape != wanted:
            raise BenchmarkError(f"time courses are (participants, bins, pairs) = {wanted}, not {self.courses.shape}")
        if not np.isfinite(self.courses).all():
            raise BenchmarkError(
                "a dissimilarity of the brains is missing; leave out the stimuli or times that lack it"
            )


class RdmOverTimeBenchmark(Benchmark):
    """Rank correlation, at every time, of the dissimilarities of stimuli in a model with those in brains.

    Where `regions` are named, the model's first of them is recorded; else all of its layers, which are mixed with weights that
    are the same at all times, fitted to other participants and other stimuli (`course_agreement`): how representations change in
    time must come from the model. Times are those since the onset of a stimulus, in the model as in the brain; nothing is shifted.
    A moment at which the model tells no stimuli apart, such as before its first response, agrees with nothing.

    The score is the slope through the origin of the agreement on the ceiling over all times; the ceiling at a time is the square
    root of the mean agreement of two participants. The error is over stimuli and participants together. `details` hold `static`,
    what the same layers reach when each is held at its mean over time, and the `gain` of the time course over that and over the
    `best_static_layer`; the `matrix` of all times of the model by all times of the brain; and for every layer when the brain is
    most like it and when the model itself has it. A subclass implements `load`.

    Attributes:
        regions: recorded from: the first that the model has; all layers if there are none.
    """

    parent: ClassVar[str] = "neural"
    regions: Sequence[str] = ()
    seed: ClassVar[int] = 0

    @abstractmethod
    def load(self) -> BrainCourses:
        """Stimuli and the brains' time courses."""

    @cached_property
    def data(self) -> BrainCourses:
        """The brains' time courses, from `load`."""
        return self.load()

    @property
    def stimuli(self) -> StimulusSet:
        """The stimuli."""
        return self.data.stimuli

    @cached_property
    def ceiling(self) -> Score:
        """Of the slope, which is 1 for what the participants have in common."""
        return make_score(1.0, error=None)

    def run(self, candidate: BrainModel) -> Score:
        names, sources = self.observe(candidate)
        if not np.any(sources):
            raise NotMeasurable("no layer tells the stimuli apart at any time, so nothing can be compared")
        found = self._agreement(sources)
        still = self._agreement(self._held(sources))
        of_layers = [self._agreement(one[None]).score for one in self._held(sources)]
        best = int(np.argmax(of_layers))
        details = {
            "static": round(still.score, 5),
            "gain": round(found.score - still.score, 5),
            "best_static_layer": {"layer": names[best], "score": round(of_layers[best], 5)},
            "gain_over_best_static_layer": round(found.score - of_layers[best], 5),
            **self.describe(names, sources, found),
        }
        return make_score(
            found.score,
            error=found.influence.error,
            raw=make_score(float(found.agreement.mean()), error=None),
            ceiling=self.ceiling,
            details=details,
        )

    def observe(self, candidate: BrainModel) -> tuple[list[str], np.ndarray]:
        """Names of layers, or of a region, and their time courses (layers, bins, pairs) in the brains' time bins."""
        from harness.engine import RandomUnits

        after = [bin_ for bin_ in self.data.time_bins if bin_[0] >= 0]
        if not after:
            raise BenchmarkError(f"{self.identifier} has no time bin after the onset of the stimuli")
        if self.regions or not candidate.layers:
            regions = self.regions or candidate.regions
            region, responses = record_first(candidate, self.stimuli, regions, after, RandomUnits(UNITS))
            return [region], self._from_onset(rdm_course(responses))[None]
        recorded = candidate.record_layers(self.stimuli, candidate.layers, after, RandomUnits(UNITS))
        courses = [self._from_onset(rdm_course(recorded[layer].array())) for layer in candidate.layers]
        return list(candidate.layers), np.array(courses)

    def _from_onset(self, course: np.ndarray) -> np.ndarray:
        """A time course with nothing before the onset."""
        before = len(self.data.time_bins) - len(course)
        return np.concatenate([np.zeros((before, course.shape[1])), course])

    def _agreement(self, sources: np.ndarray) -> CourseAgreement:
        return course_agreement(sources, self.data.courses, len(self.stimuli), split_groups(self.stimuli), self.seed)

    def _held(self, sources: np.ndarray) -> np.ndarray:
        """Every layer at its mean over the times at which it tells stimuli apart, at all times."""
        defined = sources.any(-1, keepdims=True)
        mean = sources.sum(1, keepdims=True) / np.maximum(defined.sum(1, keepdims=True), 1)
        return np.repeat(mean, sources.shape[1], axis=1)

    def describe(self, names: Sequence[str], sources: np.ndarray, found: CourseAgreement) -> dict[str, Any]:
        """Plain numbers: courses, the matrix of times by times, latencies, influence."""
        blocks = [self.stimuli.ids[block[0]] for block in found.blocks]
        members = {"stimuli": blocks, "participants": list(self.data.names)}
        return {
            "time_bins": [list(bin_) for bin_ in self.data.time_bins],
            "agreement": np.round(found.agreement, 5).tolist(),
            "shared": np.round(found.shared, 5).tolist(),
            "ceiling_over_time": np.round(np.sqrt(np.maximum(found.shared, 0)), 5).tolist(),
            "weights": dict(zip(names, np.round(found.weights, 4).tolist(), strict=True)),
            "matrix": np.round(found.matrix, 4).tolist(),
            "latencies": {name: self._latencies(one) for name, one in zip(names, sources, strict=True)},
            "participants": len(self.data.names),
            "halves_of_repeats": self.data.halves,
            "stimuli": len(self.stimuli),
            "interval": found.influence.interval(found.score),
            "degrees_of_freedom": round(found.influence.degrees, 2),
            "per_sample": on_axes(found.influence, {of: members[of] for of in found.influence.axes}, found.score),
            "notes": notes_on_copies(self.stimuli),
        }

    def _latencies(self, source: np.ndarray) -> dict[str, float | None]:
        """Times in ms: the brain's agreement with a layer rises to half; is largest; the model itself has half of the layer."""
        centres = np.array([(start + end) / 2 for start, end in self.data.time_bins])
        static = self._held(source[None])[0, 0]
        mean = self.data.courses.mean(0)
        brain = np.nan_to_num(np.array([spearman(static, at) for at in mean]))
        own = np.nan_to_num(np.array([spearman(static, at) if at.any() else 0.0 for at in source]))
        early = (centres < 0).sum() > 1
        onset = float(rise_latency(brain, centres, levels=(0.5,))[0]) if early else float("nan")
        return {
            "brain_onset": round(onset, 2) if np.isfinite(onset) else None,
            "brain_peak": round(float(centres[brain.argmax()]), 2) if brain.max() > 0 else None,
            "model_onset": round(float(centres[int((own >= 0.5).argmax())]), 2) if (own >= 0.5).any() else None,
        }

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Agreement over time under its ceiling, and all times of the model by all times of the brain."""
        from harness.benchmarks.neural._rdm_over_time_figure import draw

        return draw(details, self.identifier)
