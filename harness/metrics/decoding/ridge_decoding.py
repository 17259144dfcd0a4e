"""Cross-validated ridge regression of numbers and angles on responses, without leakage from the test samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.decoding.classification import unique_sets
from harness.metrics.regression import (
    PENALTIES,
    gram,
    held_out_loss,
    mean_variance,
    predictions_without,
    standardised,
)
from harness.metrics.statistics import Jackknife, Split, group_k_fold, groups_of, jackknife_blocks

BLOCKS = 20
"""At most so many are left out, one or two at a time, for standard errors."""


@checked(BenchmarkError, pure=True)
@dataclass(frozen=True)
class Targets:
    """Real numbers that are read out. An angle is two columns, its cosine and its sine, which have no jump at a full turn.

    Attributes:
        names: (targets,)
        values: (samples, columns)
        owner: (columns,), the position of the target that a column belongs to.
    """

    names: tuple[str, ...]
    values: np.ndarray
    owner: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, np.ndarray], circular: Sequence[str] = ()) -> "Targets":
        """From a column (samples,) a target; those in `circular` are degrees.

        Raises:
            BenchmarkError: for a value that is not a finite number, and a target that does not vary.
        """
        parts: list[np.ndarray] = []
        owner: list[int] = []
        for position, (name, column) in enumerate(columns.items()):
            values = _checked(name, column)
            angle = np.deg2rad(values)
            own = [np.cos(angle), np.sin(angle)] if name in circular else [values]
            parts += own
            owner += [position] * len(own)
        return cls(tuple(columns), np.stack(parts, 1), np.array(owner))

    def per_target(self, columns: np.ndarray) -> np.ndarray:
        """(..., columns) -> (..., targets), summed over the columns of each."""
        return np.asarray(columns) @ np.eye(len(self.names))[self.owner]


def _checked(name: str, column: np.ndarray) -> np.ndarray:
    try:
        values = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise BenchmarkError(f"target '{name}' is not made of numbers; a label is decoded by classification") from None
    if missing := int((~np.isfinite(values)).sum()):
        raise BenchmarkError(f"target '{name}' has no value for {missing} of {len(values)} stimuli; leave these out")
    if not np.ptp(values) > 0:
        raise BenchmarkError(f"target '{name}' is the same for all stimuli, so there is nothing to read out")
    return values


@dataclass(frozen=True)
class Correlations:
    """Correlations of predictions with targets, within folds, of all samples and without blocks of them.

    The mean over folds, weighted by their samples. Across folds a correlation would be negative where there is nothing to read: the
    mean of a fold and that of its training samples are opposed, and weak spurious slopes count as strong ones. Within a fold its
    expectation is 0, since the fit has not seen the fold. The correlation of an angle is that of the two columns together,
    sum cov(x, y) / sqrt(sum var(x) sum var(y)), the same wherever 0 degrees are. Where a prediction does not vary it is 0.

    Attributes:
        values: (parts, targets), of all samples, and by fits and tests without each block of them, and without each two.
        blocks: positions of their units: groups of samples, in order of their names.
    """

    values: np.ndarray
    blocks: list[np.ndarray]

    @property
    def each(self) -> np.ndarray:
        """(targets,)"""
        return np.asarray(self.values[0])

    @property
    def mean(self) -> float:
        """Over targets."""
        return float(self.each.mean())

    @property
    def each_error(self) -> np.ndarray:
        """(targets,), standard errors, by the jackknife."""
        return np.asarray(self._jackknife(self.values).error)

    @property
    def jackknife(self) -> Jackknife:
        """Influence of each block on the mean over targets."""
        return self._jackknife(self.values.mean(1))

    def _jackknife(self, values: np.ndarray) -> Jackknife:
        value, without, without_two = np.split(values, [1, 1 + len(self.blocks)])
        return Jackknife.corrected(self.blocks, value[0], without, without_two)


@dataclass(frozen=True)
class ReadOut:
    """Cross-validated regression from several sets of features (layers, time bins) of the same samples.

    Attributes:
        sets: what can be read from each set.
        selected: the same from the sets that the training samples of each fold chose for the target.
        choices: (folds, targets), the position of the set that was chosen.
        splits: the folds.
    """

    sets: list[Correlations]
    selected: Correlations
    choices: np.ndarray
    splits: list[Split]


@checked(BenchmarkError, pure=True)
def read_out(
    sets: Sequence[np.ndarray],
    targets: Targets,
    folds: Count = 5,
    inner_folds: Count = 3,
    seed: Seed = 0,
    groups: Sequence[object] | np.ndarray | None = None,
) -> ReadOut:
    """Regress the targets on every set of features, and choose among the sets, target by target, by training samples alone.

    Ridge regression on features that are standardised by the training samples, with the penalty of each column that has the least
    squared error within them; the set with the least squared error there is chosen (the first of equals). Equal sets are computed
    once; from features that do not vary the training mean is predicted.

    For standard errors, blocks of groups, and each two of these, are left out on both sides of every split and all is fitted again,
    with the folds, sets, penalties and scales of features that were chosen with them: folds share training samples, so that the
    predictions as they are understate by how much other samples would change them.

    Args:
        sets: arrays (samples, units).
        groups: (samples,), what is never split between training and test, within the training samples too: clips of one video, say.

    Raises:
        BenchmarkError: for a fold of fewer than three samples, in which any two numbers correlate.
    """
    from threadpoolctl import threadpool_limits

    together = groups_of(len(targets.values), groups)
    unique, index = unique_sets(sets)
    splits = group_k_fold(together, folds, seed)
    if (few := min(len(split.test) for split in splits)) < 3:
        raise BenchmarkError(f"a fold of {few} stimuli has no correlation; use more stimuli, or fewer folds")
    blocks, kept = _parts(together, splits)
    found, choices = [], []
    with threadpool_limits(1):  # the matrices are small: threads would wait for each other most of the time
        for split in splits:
            inner = group_k_fold(together[split.train], inner_folds, seed)
            each, losses = zip(*(_one(features, targets, split, inner, kept) for features in unique), strict=True)
            found.append(np.array(each)[index])
            choices.append(np.array(losses)[index].argmin(0))
    r, chosen = np.array(found), np.array(choices)  # (folds, sets, parts, targets), (folds, targets)
    own = np.take_along_axis(r, chosen[:, None, None], axis=1)
    weights = np.array([kept[:, split.test].sum(1) for split in splits])
    every = (np.concatenate([own, r], axis=1) * weights[:, None, :, None]).sum(0) / weights.sum(0)[:, None]
    selected, *others = (Correlations(values, blocks) for values in every)
    return ReadOut(others, selected, chosen, splits)


def _parts(groups: np.ndarray, splits: Sequence[Split]) -> tuple[list[np.ndarray], np.ndarray]:
    """Blocks of groups, each with its share of every fold; and which samples are kept, (parts, samples): all, those of all blocks
    but one, and of all but two."""
    _, first, unit = np.unique(groups, return_index=True, return_inverse=True)
    fold = np.zeros(len(groups), dtype=int)
    for position, split in enumerate(splits):
        fold[split.test] = position
    blocks = sorted(jackknife_blocks(len(first), fold[first], BLOCKS), key=lambda members: members[0])
    without = np.array([~np.isin(unit, members) for members in blocks])
    one, other = np.triu_indices(len(blocks), 1)
    return blocks, np.concatenate([np.ones((1, len(groups)), dtype=bool), without, without[one] & without[other]])


def _one(
    features: np.ndarray, targets: Targets, split: Split, inner: Sequence[Split], kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Correlations in a fold, of every part (parts, targets), and the squared error within the training samples (targets,)."""
    K, Y = gram(standardised(features, split.train)), targets.values[split.train]
    K_train, K_test = K[np.ix_(split.train, split.train)], K[np.ix_(split.test, split.train)]
    try:
        alphas = PENALTIES * mean_variance(K_train)
        losses = held_out_loss(K_train, Y, inner, alphas)
        loss, alpha = losses.min(0), alphas[losses.argmin(0)]
    except BenchmarkError:  # nothing varies: with any penalty the mean is predicted
        loss, alpha = ((Y - Y.mean(0)) ** 2).sum(0), np.ones(Y.shape[1])
    predicted = predictions_without(K_train, K_test, Y, alpha, ~kept[:, split.train])
    return correlations(predicted, targets, targets.values[split.test], kept[:, split.test]), targets.per_target(loss)


def correlations(predicted: np.ndarray, targets: Targets, truth: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """(..., targets), see `Correlations`.

    Args:
        predicted: (..., samples, columns).
        truth: (samples, columns).
        kept: (..., samples), which samples count.
    """
    x, y = _centred(predicted, kept[..., None]), _centred(truth, kept[..., None])
    both, xx, yy = (targets.per_target((one * other).sum(-2)) for one, other in ((x, y), (x, x), (y, y)))
    known = xx * yy > 0
    return np.where(known, both / np.sqrt(np.where(known, xx * yy, 1)), 0.0)


def _centred(values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Less the mean of those kept, 0 where it is the rounding error of that mean or not kept."""
    mean = (values * kept).sum(-2, keepdims=True) / np.maximum(kept.sum(-2, keepdims=True), 1)
    beyond = np.abs(values - mean) > 1e-9 * np.abs(values).max(-2, keepdims=True)
    return np.where(kept & beyond, values - mean, 0.0)
