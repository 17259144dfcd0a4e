"""Decoding benchmarks: classification of stimuli from a model's responses, for every layer and time bin."""

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, on_axes, require_variation
from harness.brain_model import BrainModel
from harness.checks import Count, checked
from harness.errors import BenchmarkError, ModelError
from harness.metrics.decoding import Decoding, answers, calibration_error, decode, learning_curve
from harness.metrics.statistics import Crossed, split_digest
from harness.stimuli import StimulusSet, TimeBin, notes_on_copies, split_groups

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@checked(BenchmarkError, pure=True)
def equal_bins(stimuli: StimulusSet, bins: Count) -> list[TimeBin]:
    """So many time bins of one length, from onset to the end of the shortest stimulus."""
    if bins < 1:
        raise BenchmarkError(f"responses are decoded in one time bin or more, not {bins}")
    shortest = min(timeline.duration for timeline in stimuli.timelines)
    return list(pairwise(np.linspace(0, shortest, bins + 1).tolist()))


class ReadOutBenchmark(Benchmark):
    """Something about the stimuli is read from every layer and time bin: `DecodingBenchmark`, `RegressionBenchmark`.

    Models are read at their default layers, through a random projection to `units`; of one that is known by its regions alone these
    are read as they come. A subclass implements `load`.

    Attributes:
        group: column of what is never split between training and test (clips of one video, draws of one seed), if there is one.
        time_bins: [start, end) in ms.
        units: to how many units per layer is projected.
    """

    parent: ClassVar[str] = "task"
    group: str | None = None
    time_bins: Sequence[TimeBin]
    units: ClassVar[int] = 256
    folds: Count = 5
    inner_folds: ClassVar[int] = 3
    seed: ClassVar[int] = 0

    @abstractmethod
    def load(self) -> StimulusSet:
        """The stimuli, with a column of what is read out."""

    @cached_property
    def stimuli(self) -> StimulusSet:
        """The labelled stimulus set, from `load`."""
        return self.load()

    @property
    def groups(self) -> np.ndarray | None:
        """(stimuli,), the group of each, those that show the same in one; None if each is one of its own."""
        return split_groups(self.stimuli, None if self.group is None else self.stimuli.table[self.group])

    @property
    def compared_over(self) -> tuple[str, np.ndarray]:
        """Samples over which models are compared, stimuli or their groups, and the sample of each stimulus."""
        return ("stimuli", np.array(self.stimuli.ids)) if self.groups is None else ("groups", self.groups)

    def observe(self, candidate: BrainModel) -> dict[str, np.ndarray]:
        """Layer or region -> (stimuli, time, units).

        Raises:
            NotMeasurable: if nothing that is recorded differs between stimuli.
        """
        found = self._recorded(candidate)
        require_variation(found.values())
        return found

    def _recorded(self, candidate: BrainModel) -> dict[str, np.ndarray]:
        if candidate.layers or not candidate.regions:
            return self._layers(candidate)
        regions = {}
        for region in candidate.regions:
            try:
                regions[region] = candidate.record(self.stimuli, region, self.time_bins)
            except (ModelError, NotImplementedError):
                continue  # a model without this region
        if not regions:
            raise BenchmarkError(
                f"'{candidate.identifier}' can be recorded from in none of {', '.join(candidate.regions)}"
            )
        return regions

    def _layers(self, candidate: BrainModel) -> dict[str, np.ndarray]:
        from harness.engine import RandomProjection

        if not candidate.layers:
            raise BenchmarkError(
                f"'{candidate.identifier}' has no default layers to decode from; give the model `layers`"
            )
        kept = RandomProjection(self.units)
        responses = candidate.record_layers(self.stimuli, candidate.layers, self.time_bins, kept)
        return {layer: responses[layer].array() for layer in responses}


class DecodingBenchmark(ReadOutBenchmark):
    """Cross-validated logistic regression from every layer and time bin to a label of the stimuli.

    The score is the accuracy at the layer and time bin that are chosen, in every fold, on its training stimuli alone, placed
    between guessing (0) and no error (1). The error is that of a mean over stimuli, or over their groups, with
    what other training stimuli would change.

    Attributes:
        label: column of the stimuli's table that is decoded.
    """

    label: str = "image_label"

    def run(self, candidate: BrainModel) -> Score:
        labels, groups = self.stimuli.table[self.label].to_numpy(), self.groups
        layers = self.observe(candidate)
        sets = [values[:, moment] for values in layers.values() for moment in range(values.shape[1])]
        decoding = decode(sets, labels, self.folds, self.inner_folds, self.seed, groups)
        guessing = 1 / len(np.unique(labels))
        accuracy, found = decoding.selected.mean(), self._influence(decoding)
        placed, score = found / (1 - guessing), (accuracy - guessing) / (1 - guessing)
        return make_score(
            score,
            error=placed.error,
            raw=make_score(accuracy, error=found.error),
            ceiling=self.ceiling,
            details=self.describe(decoding, list(layers), guessing)
            | self._quality(sets, labels, decoding)
            | {"degrees_of_freedom": round(found.degrees, 2)}
            | {"per_sample": on_axes(placed, dict.fromkeys(placed.axes, np.unique(self.compared_over[1])), score)},
        )

    def _influence(self, decoding: Decoding) -> Crossed:
        """Of stimuli, or groups of them, tested and trained on, on the accuracy."""
        of, names = self.compared_over
        group = np.unique(names, return_inverse=True)[1]
        total = lambda values: np.bincount(group, values) * (group.max() + 1) / len(group)
        tested = total(decoding.selected.astype(float))
        axes = {of: tested - tested.mean(), f"training {of}": total(decoding.trained)}
        return Crossed(axes, np.zeros(0))

    def _error(self, correct: np.ndarray) -> np.ndarray:
        """(..., stimuli) -> (...), standard errors of accuracies."""
        group = np.unique(self.compared_over[1], return_inverse=True)[1]
        starts = np.r_[0, np.bincount(group).cumsum()[:-1]]
        sums = np.add.reduceat(correct[..., group.argsort()].astype(float), starts, axis=-1)
        return np.asarray(sums.std(-1, ddof=1) * np.sqrt(len(starts)) / len(group))

    def _quality(self, sets: Sequence[np.ndarray], labels: np.ndarray, decoding: Decoding) -> dict[str, Any]:
        """Calibration and learning curve at the layer and time bin that most folds chose."""
        features = sets[int(np.bincount(decoding.choices).argmax())]
        predicted, confidence = answers(features, labels, decoding.splits)
        numbers, accuracy = learning_curve(features, labels, decoding.splits, groups=self.groups, seed=self.seed)
        known = np.isfinite(accuracy)
        return {
            "calibration_error": calibration_error(confidence, predicted == labels),
            "learning_curve": {"samples": numbers[known].tolist(), "accuracy": np.round(accuracy[known], 5).tolist()},
        }

    def describe(self, decoding: Decoding, layers: Sequence[str], guessing: float) -> dict[str, Any]:
        """Accuracy at every layer and time bin, and what was chosen."""
        correct = decoding.correct.reshape(len(layers), len(self.time_bins), -1)
        chosen = [divmod(int(choice), len(self.time_bins)) for choice in decoding.choices]
        return {
            "layers": list(layers),
            "time_bins": [list(time_bin) for time_bin in self.time_bins],
            "accuracy": np.round(correct.mean(2), 5).tolist(),
            "error": np.round(self._error(correct), 5).tolist(),
            "chosen": [{"layer": layers[layer], "time_bin": list(self.time_bins[moment])} for layer, moment in chosen],
            "shown_until": min(timeline.duration for timeline in self.stimuli.timelines),
            "guessing": guessing,
            "stimuli": correct.shape[2],
            "notes": notes_on_copies(self.stimuli),
            "split_digest": split_digest(decoding.splits, self.stimuli.ids),
            "seed": self.seed,
        }

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Accuracy over time for every layer, and as a map of layers and time bins."""
        from harness.benchmarks.readout._figure import draw

        return draw(details, self.identifier)
