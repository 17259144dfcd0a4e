"""Time-limited recognition with a mask: decisions of a linear read-out of a model's states over time.

A model sees a target and then a mask. A linear read-out, fitted to long presentations without a mask of other
exemplars, gives the evidence for every choice at every moment; the evidence of a trial is its integral from the
target's onset over a fixed window, mask included. Criteria are unbiased: in every condition a read-out's mean evidence
for each choice is taken off, as trained participants adapt to what every trial of a condition has in common (all choices are
right equally often). Noise of one level is added to the evidence, and the largest wins. That level is the one number
that is fitted, in the one condition in which participants are best.

The state of a model without memory is a function of the frame on the screen, so its evidence is that of the target times the
exposure, plus that of the mask times the mask's duration. It is a perfect integrator: a mask erases nothing of what it saw and
can only add evidence of its own. A mask that is the same on every trial is common to the condition and therefore costs it
nothing.
"""

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from harness.benchmarks import Benchmark, require_variation
from harness.brain_model import BrainModel, record_first
from harness.checks import checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.behaviour import Noise, choice_probability
from harness.metrics.decoding import PENALTY
from harness.metrics.statistics import Split, group_k_fold, split_digest
from harness.stimuli import StimulusSet, joined

SIGNIFICANCE = 0.01


@dataclass(frozen=True)
class Evidence:
    """The evidence that the read-out finds in a model's states.

    Attributes:
        time_course: (trials, choices, time bins), evidence per second, unbiased in every condition.
        total: (trials, choices), its integral.
        right: (trials,), position of the right choice.
        long_accuracy: share of long presentations of unknown exemplars that the read-out names.
        region: what was recorded from.
        units: number of units.
        splits: digest of which exemplars were fitted and which tested.
    """

    time_course: np.ndarray
    total: np.ndarray
    right: np.ndarray
    long_accuracy: float
    region: str
    units: int
    splits: str

    def until(self, end: float, time_bins: Sequence[tuple[float, float]]) -> "Evidence":
        """The same with an integral that ends earlier, at the end of a time bin."""
        within = [stop - start if stop <= end + 1e-9 else 0.0 for start, stop in time_bins]
        return replace(self, total=self.time_course @ np.array(within) / 1000)


@checked(BenchmarkError)
class MaskingBenchmark(Benchmark):
    """Base class: stimuli and participants come from a subclass, what a model decides is found here.

    Args:
        window: ms from the target's onset over which evidence is integrated.
        units: to how many units per region is projected, of a model with layers.

    Attributes:
        regions: from which of them is recorded: the first that the model has.
        bin_width: ms of a time bin of the recording.
        long: ms of a long presentation.
        asked: what is read out, in a word.
        folds: of exemplars, where trials and long presentations show the same ones.
    """

    parent: ClassVar[str] = "behavioural"
    regions: ClassVar[Sequence[str]] = ("IT", "V4", "V2", "V1")
    bin_width: ClassVar[float] = 25.0
    long: ClassVar[float] = 300.0
    asked: ClassVar[str] = "category"
    folds: ClassVar[int] = 5
    seed: ClassVar[int] = 0

    def __init__(self, window: float = 800.0, units: int = 256):
        if not window >= self.bin_width or units < 1:
            raise BenchmarkError(f"evidence needs a window of at least {self.bin_width:g} ms and at least one unit")
        self.window, self.units = float(window), int(units)

    @property
    @abstractmethod
    def choices(self) -> Sequence[str]:
        """The choices."""

    @cached_property
    @abstractmethod
    def fitting(self) -> StimulusSet:
        """Long presentations without a mask, with the columns `choice` and `exemplar`."""

    @cached_property
    @abstractmethod
    def trials(self) -> StimulusSet:
        """Masked and unmasked trials, with the columns `choice`, `exemplar` and `condition`."""

    @property
    def time_bins(self) -> list[tuple[float, float]]:
        """[start, end) in ms, from the target's onset to the end of the window."""
        edges = np.arange(0, self.window - 1e-9, self.bin_width).tolist()
        return list(zip(edges, [*edges[1:], self.window], strict=True))

    def observe(self, candidate: BrainModel) -> Evidence:
        """Show everything to a model, read out, integrate.

        Raises:
            NotMeasurable: if the model answers to all long presentations alike, or no more of unknown exemplars are named than by
                guessing (binomial test).
        """
        region, shown, seen = self._record(candidate)
        require_variation([shown])
        fit_table, table = self.fitting.table, self.trials.table
        labels, right = self._positions(fit_table["choice"]), self._positions(table["choice"])
        exemplars, tested_exemplars = self._of_images()
        accuracy = self._long_accuracy(shown, labels, exemplars)
        time_course = np.zeros((len(table), len(self.choices), seen.shape[1]))
        splits = self._splits(exemplars, tested_exemplars)
        for split in splits:
            tested = split.test - len(labels)
            answers = _readout(shown[split.train], labels[split.train], seen[tested])
            time_course[tested] = _unbiased(answers, table["condition"].to_numpy()[tested])
        digest = split_digest(splits, [f"long:{i}" for i in self.fitting.ids] + self.trials.ids)
        total = np.zeros(time_course.shape[:2])
        evidence = Evidence(time_course, total, right, accuracy, region, shown.shape[1], digest)
        return evidence.until(self.window, self.time_bins)

    def share_right(self, evidence: Evidence, noise: float, rows: np.ndarray) -> float:
        """Mean probability of the right choice in some trials."""
        return float(choice_probability(evidence.total[rows], evidence.right[rows], noise).mean())

    def over_windows(
        self, evidence: Evidence, score: Callable[[Evidence], float], shortest: float
    ) -> dict[str, list[float]]:
        """Scores with shorter windows, the noise fitted anew: whether the score is owed to the choice of the window.

        Args:
            score: of evidence.
            shortest: ms of the shortest window, as long as the longest SOA.
        """
        ends = [end for _, end in self.time_bins if end >= shortest - 1e-9]
        ends = [ends[at] for at in np.unique(np.linspace(0, len(ends) - 1, 8).astype(int))]
        scores = [score(evidence.until(end, self.time_bins)) for end in ends]
        return {"window": ends, "score": [round(value, 5) for value in scores]}

    def declared(self, candidate: BrainModel, evidence: Evidence, soas: Sequence[float]) -> dict[str, Any]:
        """Details of the experiment, for the result."""
        step = candidate.time_step
        return {
            "region": evidence.region,
            "units": evidence.units,
            "window": self.window,
            "bin_width": self.bin_width,
            "long_presentation": self.long,
            "long_accuracy": round(evidence.long_accuracy, 5),
            "split_digest": evidence.splits,
            "time_step": step,
            "soa": [round(soa, 4) for soa in soas],
            "soa_seen": [round(seen_for(soa, step), 4) for soa in soas],
            "visual_degrees": self.trials.visual_degrees,
            "trials": len(self.trials),
            "fitting_stimuli": len(self.fitting),
            "fitted_numbers": 1,
            "criteria": "unbiased in every condition",
        }

    def _record(self, candidate: BrainModel) -> tuple[str, np.ndarray, np.ndarray]:
        """Region, (long presentations, units) and (trials, time bins, units)."""
        from harness.engine import RandomProjection

        kept = RandomProjection(self.units)
        region, shown = record_first(candidate, self.fitting, self.regions, [(0.0, self.long)], kept)
        return region, shown[:, 0], candidate.record(self.trials, region, self.time_bins, kept)

    def _positions(self, choices: Any) -> np.ndarray:
        position = {choice: index for index, choice in enumerate(self.choices)}
        return np.array([position[choice] for choice in choices])

    def _long_accuracy(self, shown: np.ndarray, labels: np.ndarray, exemplars: np.ndarray) -> float:
        from scipy.stats import binomtest

        named = np.zeros(len(labels), dtype=bool)
        for split in group_k_fold(exemplars, min(self.folds, len(np.unique(exemplars))), self.seed):
            evidence = _readout(shown[split.train], labels[split.train], shown[split.test][:, None])[:, :, 0]
            named[split.test] = evidence.argmax(1) == labels[split.test]
        guessing = 1 / len(self.choices)
        if binomtest(int(named.sum()), len(named), guessing, alternative="greater").pvalue >= SIGNIFICANCE:
            raise NotMeasurable(
                f"no {self.asked} can be read from presentations of {self.long:g} ms: {named.mean():.2f} right, where guessing "
                f"gives {guessing:.2g}"
            )
        return float(named.mean())

    def _of_images(self) -> tuple[np.ndarray, np.ndarray]:
        """Exemplars of long presentations and of trials; those that begin with the same image are one, called by the first name."""
        stimuli = self.fitting, self.trials
        names = np.concatenate([shown.table["exemplar"].to_numpy(dtype=object) for shown in stimuli])
        images = [timeline.frames[0].digest for shown in stimuli for timeline in shown.timelines]
        component = joined(names.tolist(), images)
        _, first = np.unique(component, return_index=True)
        merged = names[first[component]]
        return merged[: len(self.fitting)], merged[len(self.fitting) :]

    def _splits(self, fitted: np.ndarray, tested: np.ndarray) -> list[Split]:
        """Long presentations to fit to and trials to test, never of one exemplar; rows of trials are counted after the others."""
        names = np.unique(tested)
        known = names[np.isin(names, fitted)]
        if not len(known):
            return [Split(np.arange(len(fitted)), len(fitted) + np.arange(len(tested)))]
        if len(known) < len(names):
            raise BenchmarkError(
                "the exemplars of the trials must all be among the long presentations, or none of them"
            )
        sides = [names[fold.test] for fold in group_k_fold(names, min(self.folds, len(names)), self.seed)]
        return [
            Split(np.flatnonzero(~np.isin(fitted, side)), len(fitted) + np.flatnonzero(np.isin(tested, side)))
            for side in sides
        ]


def seen_for(soa: float, step: float | None) -> float:
    """ms for which a model with a time step sees what is shown for `soa` ms: it takes what is there in the middle of each step."""
    return soa if not step else float(np.ceil(soa / step - 0.5)) * step


@checked(BenchmarkError)
def describe_noise(noise: Noise, fitted_to: str) -> dict[str, Any]:
    """The fitted level, and the condition in which it makes a model as accurate as participants, for the result."""
    return {"level": noise.level, "fitted_to": fitted_to, "reached": noise.reached, "wanted": noise.wanted}


def _readout(fitted: np.ndarray, labels: np.ndarray, states: np.ndarray) -> np.ndarray:
    """Evidence (log odds) of multinomial logistic regression on standardised features.

    Args:
        fitted: (samples, units), with labels (samples,).
        states: (trials, time bins, units).

    Returns:
        (trials, choices, time bins)
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from threadpoolctl import threadpool_limits

    trials, bins, units = states.shape
    with threadpool_limits(1):
        readout = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=1000))
        readout.fit(fitted.astype(float), labels)
        evidence = readout.decision_function(states.reshape(-1, units).astype(float))
    if evidence.ndim == 1:
        evidence = np.stack([-evidence / 2, evidence / 2], axis=1)
    return np.moveaxis(evidence.reshape(trials, bins, -1), 1, 2)


def _unbiased(time_course: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """Evidence without what all trials of a condition have in common."""
    time_course = time_course.copy()
    for condition in np.unique(conditions):
        rows = conditions == condition
        time_course[rows] -= time_course[rows].mean(0)
    return time_course
