"""Dissimilarities over time: a model's own time course of representations against that of several participants.

A time course is (times, pairs): at every time the dissimilarities of all pairs of stimuli (`pairs`), all zero where nothing
distinguishes the stimuli. Agreement is Spearman's rank correlation; with one that is zero it is 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.similarity.rdm import correlation_distances, pairs
from harness.metrics.statistics import Crossed, group_k_fold, groups_of

FOLDS = 2
"""Of stimuli: weights are fitted to the pairs within one half and tested on those within the other."""
BLOCKS = 20
"""Of stimuli, which are left out one by one for the error."""
ROUNDING = 1e-6
"""Of the largest response: what batches and float32 make of equal ones."""


@checked(BenchmarkError, pure=True)
def rdm_course(responses: np.ndarray, standardise: bool = False) -> np.ndarray:
    """(times, pairs), correlation distances of responses (stimuli, times, units) at every time.

    Args:
        standardise: whether every unit is first standardised over the stimuli, as sensors are whose common response would hide
            how stimuli differ.
    """
    responses = np.asarray(responses, dtype=float)
    count = len(responses)
    return np.array([_distances(at, standardise) for at in responses.swapaxes(0, 1)]).reshape(
        -1, count * (count - 1) // 2
    )


def _distances(patterns: np.ndarray, standardise: bool) -> np.ndarray:
    count = len(patterns)
    if not np.ptp(patterns, axis=0).max(initial=0) > ROUNDING * np.abs(patterns).max(initial=0):
        return np.zeros(count * (count - 1) // 2)
    if standardise:
        spread = patterns.std(0)
        patterns = (patterns - patterns.mean(0)) / np.where(spread > 0, spread, 1)
    flat = np.ptp(patterns, axis=1) <= ROUNDING * np.abs(patterns).max()
    if flat.any():  # a stimulus without a pattern has no distance to the others, and the time counts as undefined
        return np.zeros(count * (count - 1) // 2)
    return pairs(correlation_distances(patterns))


@checked(BenchmarkError)
@dataclass(frozen=True)
class CourseAgreement:
    """How a model's course agrees with those of participants.

    Attributes:
        score: slope through the origin of the agreement on the ceiling, over time: 1 for what the participants have in common at
            every time, 0 for what has nothing to do with them.
        agreement: (times,), mean over participants, with held-out stimuli.
        shared: (times,), mean agreement of two participants on the same pairs; its square root is the ceiling.
        weights: (sources,), of the model's layers, mean over folds and participants.
        matrix: (times of the model, times of the brain), agreement of the model at every time with the brain at every time.
        influence: of stimuli and participants on the score.
        blocks: positions of the stimuli of each block.
    """

    score: float
    agreement: np.ndarray
    shared: np.ndarray
    weights: np.ndarray
    matrix: np.ndarray
    influence: Crossed
    blocks: Sequence[np.ndarray]


@checked(BenchmarkError, pure=True)
def course_agreement(
    sources: np.ndarray,
    participants: np.ndarray,
    stimuli: Count,
    groups: Sequence[object] | np.ndarray | None = None,
    seed: Seed = 0,
) -> CourseAgreement:
    """Agreement of a mixture of a model's layers with participants, at the same times.

    Weights of the layers, not negative and the same at all times, are fitted to the other participants and to pairs of other
    stimuli than those that are tested, so that how representations change in time must come from the model. Where no layer
    agrees with the participants in training, all count alike.

    Args:
        sources: (layers, times, pairs), of the model.
        participants: (participants, times, pairs), two or more.
        stimuli: how many there are.
        groups: (stimuli,), those of one group are never divided between training and test; None if all are independent.

    Raises:
        BenchmarkError: if participants do not agree with one another, or stimuli are too few to leave some out.
    """
    if len(participants) < 2:
        raise BenchmarkError("a time course of dissimilarities has a ceiling with two participants or more")
    folds = [_Fold.of(sources, participants, *halves, stimuli) for halves in _halves(stimuli, groups, seed)]
    blocks = [block for fold in folds for block in fold.blocks]
    a, c = (np.mean([getattr(fold, name) for fold in folds], axis=0) for name in ("a", "c"))
    score = slope(a.mean(0), _shared(c))
    part = _Linear.of(a.mean(0), _shared(c), score)
    without = []
    for at, fold in enumerate(folds):
        rest = folds[:at] + folds[at + 1 :]
        for left_a, left_c in fold.without:
            mean_a = np.mean([left_a, *(other.a for other in rest)], axis=0)
            mean_c = np.mean([left_c, *(other.c for other in rest)], axis=0)
            without.append(part(mean_a, mean_c))
    each, matrix = part(a, c, places=2), np.array(without)
    influence = Crossed.jackknife(each, matrix)
    if len(participants) == 2:  # too few to tell how others would differ
        alone = (len(matrix) - 1) * (matrix.mean(0) - matrix).mean(1)
        influence = Crossed({"stimuli": alone}, np.zeros(0))
    return CourseAgreement(
        score,
        a.mean(0),
        _shared(c),
        np.mean([fold.weights for fold in folds], axis=0),
        np.mean([fold.matrix for fold in folds], axis=0),
        influence,
        blocks,
    )


@checked(BenchmarkError, pure=True)
def slope(agreement: np.ndarray, shared: np.ndarray) -> float:
    """Least-squares slope through the origin of agreements on ceilings sqrt(shared), over time. Where participants have nothing in
    common, noise makes neither numerator nor denominator grow.

    Raises:
        BenchmarkError: if participants agree with one another at no time.
    """
    total = float(np.sum(shared))
    if not total > 0:
        raise BenchmarkError("the participants' dissimilarities do not agree with one another, so there is no ceiling")
    return float(np.sum(np.sqrt(np.maximum(shared, 0)) * agreement) / total)


def _halves(
    stimuli: int, groups: Sequence[object] | np.ndarray | None, seed: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    if stimuli < 12:
        raise BenchmarkError(f"time courses of dissimilarities are compared on 12 stimuli or more, not on {stimuli}")
    return [(split.train, split.test) for split in group_k_fold(groups_of(stimuli, groups), FOLDS, seed)]


def _shared(c: np.ndarray) -> np.ndarray:
    """(times,), mean of (participants, participants, times) off the diagonal."""
    count = len(c)
    return (c.sum((0, 1)) - np.einsum("ppt->t", c)) / (count * (count - 1))


@dataclass(frozen=True)
class _Linear:
    """Parts that participants have in a score, to first order: it is a mean over participants but for a constant.

    Attributes:
        of_agreement, of_shared: (times,), derivatives of the score.
    """

    of_agreement: np.ndarray
    of_shared: np.ndarray

    @classmethod
    def of(cls, agreement: np.ndarray, shared: np.ndarray, score: float) -> "_Linear":
        root, total = np.sqrt(np.maximum(shared, 0)), shared.sum()
        inverse = np.divide(1, 2 * root, out=np.zeros_like(root), where=root > 0.1 * root.max())
        return cls(root / total, (agreement * inverse - score) / total)

    def __call__(self, a: np.ndarray, c: np.ndarray, places: int = 1) -> np.ndarray:
        """(participants,), from agreements (participants, times) and (participants, participants, times).

        Args:
            places: 2 where it is the participants themselves that are exchanged, who have both places in their agreement.
        """
        with_others = (c.sum(1) - np.einsum("ppt->pt", c)) / (len(c) - 1)
        return np.asarray(a @ self.of_agreement + places * with_others @ self.of_shared)


def within(stimuli: int, kept: np.ndarray) -> np.ndarray:
    """Positions of the pairs of which both stimuli are kept."""
    rows, columns = np.triu_indices(stimuli, 1)
    chosen = np.isin(np.arange(stimuli), kept)
    return np.flatnonzero(chosen[rows] & chosen[columns])


def ranked(courses: np.ndarray) -> np.ndarray:
    """(..., pairs), ranks of mean 0 and unit length; 0 where all are equal."""
    from scipy.stats import rankdata

    return unit(rankdata(courses, axis=-1))


def unit(values: np.ndarray) -> np.ndarray:
    """Mean 0 and length 1 along the last axis; 0 where all are equal."""
    centred = values - values.mean(-1, keepdims=True)
    length = np.linalg.norm(centred, axis=-1, keepdims=True)
    return np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-9)


@dataclass(frozen=True)
class _Fold:
    """Agreements on the pairs within the test half.

    Attributes:
        a: (participants, times), of the model with each.
        c: (participants, participants, times).
        without: the same two without each block of stimuli.
    """

    a: np.ndarray
    c: np.ndarray
    weights: np.ndarray
    matrix: np.ndarray
    blocks: list[np.ndarray]
    without: list[tuple[np.ndarray, np.ndarray]]

    @classmethod
    def of(
        cls,
        sources: np.ndarray,
        participants: np.ndarray,
        train: np.ndarray,
        test: np.ndarray,
        stimuli: int,
    ) -> "_Fold":
        learnt, tested = within(stimuli, train), within(stimuli, test)
        X, Y = ranked(sources[..., learnt]), ranked(participants[..., learnt])
        weights = _weights(X, Y)
        X, Y = ranked(sources[..., tested]), ranked(participants[..., tested])
        mixed = np.einsum("pl,ltm->ptm", weights, X)
        blocks = [test[block] for block in np.array_split(np.arange(len(test)), min(BLOCKS // FOLDS, len(test) // 2))]
        without = []
        for block in blocks:
            kept = np.isin(tested, within(stimuli, np.setdiff1d(test, block)))
            without.append(_agreements(mixed[..., kept], Y[..., kept]))
        a, c = _agreements(mixed, Y)
        matrix = np.einsum("psm,ptm->st", unit(mixed), Y) / len(Y)
        return cls(a, c, weights.mean(0), matrix, blocks, without)


def _agreements(mixed: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(participants, times) and (participants, participants, times)."""
    mixed, Y = unit(mixed), unit(Y)
    return np.einsum("ptm,ptm->pt", mixed, Y), np.einsum("ptm,qtm->pqt", Y, Y)


def _weights(X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """(participants, layers), not negative, of sum 1, fitted to the mean of the others; equal where all would be 0."""
    from scipy.optimize import nnls

    gram = np.einsum("ltm,ktm->lk", X, X)
    root = np.linalg.cholesky(gram + 1e-6 * (np.trace(gram) / len(gram) + 1e-12) * np.eye(len(gram)))
    with_each = np.einsum("ltm,ptm->pl", X, Y)
    found = []
    for p in range(len(Y)):
        others = np.delete(with_each, p, axis=0).mean(0)
        weights, _ = nnls(root.T, np.linalg.solve(root, others))
        found.append(weights / weights.sum() if weights.sum() > 0 else np.full(len(X), 1 / len(X)))
    return np.array(found)
