"""Representational similarity benchmarks: a model's dissimilarity matrix compared with brains or judgements."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, on_axes, require_variation
from harness.brain_model import BrainModel, record_first
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.similarity import (
    Comparison,
    agreements,
    correlation_distances,
    mean_rdm,
    pairs,
    rdm_ceiling,
    rdm_influence,
    spearman,
)
from harness.metrics.statistics import Crossed, jackknife_blocks
from harness.stimuli import StimulusSet, TimeBin, notes_on_copies

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class RdmBenchmark(Benchmark):
    """Correlation distances between a model's responses, against the dissimilarity matrices of several others.

    The raw score is the mean agreement over these others (Spearman's rank correlation unless told otherwise), the ceiling what
    they have in common would reach (`rdm_ceiling`); with one matrix only there is none and the ceiling is 1. The error is
    over stimuli and participants together, of the score as of the ceiling. What is recorded from is the model's own choice of a
    layer for the region; the agreements of its other layers are in the details and choose nothing. A subclass implements `load` and
    `rdms`.

    Attributes:
        regions: from which of them is recorded: the first that the model has.
        time_bin: [start, end) in ms.
    """

    parent: ClassVar[str] = "neural"
    regions: Sequence[str] = ("IT", "V4", "V2", "V1")
    time_bin: ClassVar[TimeBin]
    compare: Comparison = staticmethod(spearman)

    @abstractmethod
    def load(self) -> StimulusSet:
        """The stimuli."""

    @cached_property
    @abstractmethod
    def rdms(self) -> np.ndarray:
        """(n_subjects, n_stimuli, n_stimuli)."""

    @cached_property
    def stimuli(self) -> StimulusSet:
        """The stimulus set, from `load`."""
        return self.load()

    @cached_property
    def ceiling(self) -> Score:
        """Agreement of what the subjects have in common with one of them; `raw` holds the lower and the upper bound."""
        if len(self.rdms) < 2:
            return make_score(1.0, error=None)
        found = rdm_ceiling(self.rdms, self.compare)
        participants = len(self.rdms)
        left_out = [
            rdm_ceiling(np.delete(self.rdms, participant, axis=0), self.compare).value
            for participant in range(participants * (participants > 2))
        ]
        error = np.std(left_out) * np.sqrt(participants - 1) if left_out else None
        return make_score(found.value, error=error, raw=np.array([found.lower, found.upper]))

    def run(self, candidate: BrainModel) -> Score:
        region, responses = self.observe(candidate)
        require_variation([responses])
        model = correlation_distances(responses)
        each = agreements(model, self.rdms, self.compare)
        if not np.isfinite(each).all():
            raise NotMeasurable("all stimuli are equally dissimilar in the model, so nothing can be compared")
        score = float(each.mean()) / float(self.ceiling)
        found = self._influence(model, each)
        return make_score(
            score,
            error=found.error,
            raw=make_score(each.mean(), error=found.error * float(self.ceiling)),
            ceiling=self.ceiling,
            details=self.describe(model, each, region, responses.shape[1])
            | {"interval": found.interval(score), "degrees_of_freedom": round(found.degrees, 2)}
            | {"layers": self._layers(candidate), "per_sample": on_axes(found, self._names(found), score)},
        )

    def _influence(self, model: np.ndarray, each: np.ndarray) -> Crossed:
        """Of stimuli on the score, and of subjects where there are several."""
        found = rdm_influence(model, self.rdms, each, self.compare, ceiled=len(each) > 1)
        return found.crossed() if len(each) > 1 else Crossed({"stimuli": found.mean}, np.zeros(0))

    def _names(self, found: Crossed) -> dict[str, Sequence[object]]:
        """Of stimuli, or blocks of them, and subjects."""
        blocks = jackknife_blocks(len(self.stimuli), most=len(found.axes["stimuli"]))
        stimuli = [self.stimuli.ids[block[0]] for block in blocks]
        return {"stimuli": stimuli, "participants": range(len(self.rdms))}

    def observe(self, candidate: BrainModel) -> tuple[str, np.ndarray]:
        """Region and responses (stimuli, units)."""
        region, responses = record_first(candidate, self.stimuli, self.regions, [self.time_bin])
        return region, responses[:, 0]

    def describe(self, model: np.ndarray, each: np.ndarray, region: str, units: int) -> dict[str, Any]:
        """Plain numbers: both matrices as ranks, and how well they agree."""
        bounds = self.ceiling.attrs["raw"]
        return {
            "agreement": np.round(each, 5).tolist(),
            "ceiling": round(float(self.ceiling), 5),
            "ceiling_bounds": None if bounds is None else np.round(bounds, 5).tolist(),
            "model_rdm": np.round(pairs(mean_rdm(model[None])), 3).tolist(),
            "rdm": np.round(pairs(mean_rdm(self.rdms)), 3).tolist(),
            "region": region,
            "units": units,
            "stimuli": len(self.stimuli),
            "notes": notes_on_copies(self.stimuli),
            "time_bin": list(self.time_bin),
            "visual_degrees": self.stimuli.visual_degrees,
        }

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Both matrices, and the agreement with each subject between the bounds of the ceiling."""
        from harness.benchmarks.neural._rdm_figure import draw

        return draw(details, self.identifier)

    def _layers(self, candidate: BrainModel) -> dict[str, float]:
        """Layer -> mean agreement; a layer whose distances are undefined is left out."""
        from harness.engine import RandomProjection

        if not candidate.layers:
            return {}
        responses = candidate.record_layers(self.stimuli, candidate.layers, [self.time_bin], RandomProjection(2048))
        found = {}
        for layer in responses:
            values = responses[layer].array()[:, 0]
            try:
                found[layer] = round(
                    float(agreements(correlation_distances(values), self.rdms, self.compare).mean()), 5
                )
            except BenchmarkError:
                continue
        return found
