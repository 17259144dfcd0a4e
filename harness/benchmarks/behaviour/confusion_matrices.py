"""Confusions by object or by image, compared with participants (Rajalingham et al. 2018)."""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, ceiled_score, influences, make_score
from harness.benchmarks.behaviour.choices import ChoiceProbabilities, choice_probabilities
from harness.brain_model import BrainModel
from harness.checks import Count, checked
from harness.errors import BenchmarkError
from harness.metrics.behaviour import Signature, pairwise
from harness.metrics.brain_score import halvings, signature_agreement
from harness.metrics.statistics import Jackknife, jackknife, pearson
from harness.stimuli import StimulusSet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LEAST = 1e-6
"""Reliability of participants without some stimuli, at least: it divides."""


@checked(BenchmarkError)
@dataclass(frozen=True)
class Confusions:
    """Stimuli and the choices of participants.

    Attributes:
        stimuli: with the column `image_label`, what each shows.
        choices: the alternatives, in the order of the columns of `rates`.
        trials: how many trials there are.
        rates: from positions of trials to (stimuli, choices), as `harness.metrics.behaviour.signatures` has it: how often
            each alternative is chosen over what the stimulus shows.
        accuracy: share of trials that were answered correctly.
    """

    stimuli: StimulusSet
    choices: tuple[str, ...]
    trials: int
    rates: Callable[[np.ndarray], np.ndarray]
    accuracy: float

    @property
    def objects(self) -> np.ndarray:
        """(stimuli,), the column of what each shows."""
        position = {choice: column for column, choice in enumerate(self.choices)}
        return np.array([position[label] for label in self.stimuli.table["image_label"]])


class ConfusionBenchmark(Benchmark):
    """Base class: agreement of a model's signature of confusions with participants'.

    As in the published protocol, participants' trials are halved at random several times; the raw score is the mean
    agreement (Pearson's r) of the model with one half, and the reliability that of the two halves with one another. The
    ceiling is the square root of the reliability, which a model without noise that has participants' true signature
    reaches with a half. The error is a jackknife over stimuli within what they show, of the agreement over the ceiling:
    stimuli that participants answer reliably raise both.

    Attributes:
        signature: `i2n`, `o2` or another of `harness.metrics.behaviour.signatures`.
        repetitions: how often the trials are halved.
        measure: what it is called in figures.
    """

    parent: ClassVar[str] = "behavioural"
    chance: ClassVar[float] = 0.0
    seed: ClassVar[int] = 0
    measure: ClassVar[str]
    repetitions: ClassVar[int]
    signature: ClassVar[Signature]

    @cached_property
    @abstractmethod
    def data(self) -> Confusions:
        """Stimuli and participants' confusions."""

    @abstractmethod
    def answered(self, candidate: BrainModel) -> ChoiceProbabilities:
        """The model's probabilities (stimuli, choices); no read-out was fitted to any of the stimuli it answers about."""

    @cached_property
    def ceiling(self) -> Score:
        """Square root of the split-half correlation over trials."""
        data = self.data
        _, halves = self._agreements(np.zeros((len(data.stimuli), len(data.choices))))
        if not halves.mean() > 0:
            raise BenchmarkError("halves of participants' trials do not agree with one another, so there is no ceiling")
        spread = float(halves.std(ddof=1)) if len(halves) > 1 else 0.0
        return make_score(
            float(np.sqrt(halves.mean())), error=spread / 2 / float(np.sqrt(halves.mean())), raw=halves.tolist()
        )

    def run(self, candidate: BrainModel) -> Score:
        answered = self.answered(candidate)
        model = pairwise(np.maximum(answered.probabilities, 1e-12), self.data.objects)
        agreements, _ = self._agreements(model)
        raw, ceiling, found = float(agreements.mean()), float(self.ceiling), self._by_stimulus(model)
        samples = influences("stimuli", self.data.stimuli.ids, found, raw / ceiling)
        error = float(found.influence.std(ddof=1) / np.sqrt(len(found.blocks)))
        return ceiled_score(
            raw,
            error=error * ceiling,
            ceiling=self.ceiling,
            details=answered.how | self._details(answered.probabilities, model) | {"per_sample": samples},
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Confusions of participants and of the model, and one signature against the other."""
        from harness.benchmarks.behaviour._confusions_figure import draw

        return draw(self.identifier, details)

    def _agreements(self, model: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(repetitions,) each; 0 where a signature does not vary, because then it tells nothing."""
        data = self.data
        with np.errstate(invalid="ignore", divide="ignore"):
            found = signature_agreement(
                type(self).signature, model, data.rates, data.trials, data.objects, self.repetitions
            )
        return np.nan_to_num(found[0]), np.nan_to_num(found[1])

    def _by_stimulus(self, model: np.ndarray) -> Jackknife:
        """Influence of stimuli on the score, through the agreement and through the ceiling."""
        data = self.data
        halves = [(data.rates(a), data.rates(b)) for a, b in halvings(data.trials, self.repetitions)]

        def without(kept: np.ndarray) -> float:
            signatures = lambda *sides: [type(self).signature(side[kept], data.objects[kept]) for side in sides]
            own = signatures(model)[0]
            each = [signatures(*pair) for pair in halves]
            reliability = float(np.mean([_correlation(first, second) for first, second in each]))
            return float(np.mean([_correlation(own, first) for first, _ in each]) / np.sqrt(max(reliability, _LEAST)))

        return jackknife(without, len(data.stimuli), data.objects)

    def _details(self, probabilities: np.ndarray, model: np.ndarray) -> dict[str, Any]:
        data = self.data
        humans = data.rates(np.arange(data.trials))
        x, y = (type(self).signature(side, data.objects).ravel() for side in (humans, model))
        both = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        shown = np.random.default_rng(self.seed).permutation(both)[:1000]
        return {
            "stimuli": len(data.stimuli),
            "trials": data.trials,
            "choices": list(data.choices),
            "seed": self.seed,
            "measure": self.measure,
            "numbers": len(both),
            "accuracy": float((probabilities.argmax(1) == data.objects).mean()),
            "human_accuracy": float(data.accuracy),
            "agreement_all_trials": _correlation(x, y),
            "signature_human": np.round(x[shown], 4).tolist(),
            "signature": np.round(y[shown], 4).tolist(),
            "confusions_human": _table(humans, data.objects),
            "confusions": _table(model, data.objects),
        }


@checked(BenchmarkError, pure=True)
def chosen_among_all(image: np.ndarray, chosen: np.ndarray, objects: np.ndarray, n: Count) -> np.ndarray:
    """`rates` of participants who chose among all alternatives: counts, set on one footing with two alternatives by `pairwise`.

    Args:
        image: (trials,), rows. chosen: (trials,), columns; trials without an answer are left out before.
        objects: (stimuli,). n: how many alternatives.
    """
    counts = np.zeros((len(objects), n))
    np.add.at(counts, (image, chosen), 1)
    return pairwise(counts, objects)


@checked(BenchmarkError)
def ask(
    candidate: BrainModel,
    data: Confusions,
    splits: Sequence[Any],
    fitting: Callable[[np.ndarray], StimulusSet] | None = None,
) -> ChoiceProbabilities:
    """The model's probabilities of the choices; see `harness.benchmarks.behaviour.choices`."""
    return choice_probabilities(candidate, data.stimuli, data.choices, splits, fitting=fitting)


def _correlation(x: np.ndarray, y: np.ndarray) -> float:
    both = np.isfinite(x) & np.isfinite(y)
    r = float(pearson(x[both], y[both])) if both.sum() > 2 else float("nan")
    return r if np.isfinite(r) else 0.0


def _table(M: np.ndarray, objects: np.ndarray) -> list[list[float | None]]:
    """Mean over the stimuli of each kind (row) of how often each other (column) is chosen over it."""
    rows = []
    for shown in range(M.shape[1]):
        part = M[objects == shown]
        there = np.isfinite(part)
        sums, counts = np.where(there, part, 0).sum(0), there.sum(0)
        rows.append([round(float(s / n), 4) if n else None for s, n in zip(sums, counts, strict=True)])
    return rows
