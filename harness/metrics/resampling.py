"""Splits that cannot leak, and errors by resampling what generalises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from harness.errors import BenchmarkError
from harness.store.digests import digest


@dataclass(frozen=True)
class Split:
    """Positions of the training and of the test samples, each sorted."""

    train: np.ndarray
    test: np.ndarray

    def __post_init__(self) -> None:
        if np.intersect1d(self.train, self.test).size:
            raise BenchmarkError("a sample stands on both sides of a split")


def k_fold(n: int, folds: int, seed: int = 0) -> list[Split]:
    """Random folds of `n` exchangeable samples, whose sizes differ by at most one; every sample is tested once."""
    return group_k_fold(np.arange(n), folds, seed)


def group_k_fold(groups: Sequence[object] | np.ndarray, folds: int, seed: int = 0) -> list[Split]:
    """Random folds that keep each group (repeats of a stimulus, clips of one video) on one side.

    Groups are dealt, in random order and the larger ones first, to the fold that has the fewest samples.

    Args:
        groups: the group of every sample.

    Raises:
        BenchmarkError: if there are fewer groups than folds.
    """
    _, group, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    if not 2 <= folds <= len(sizes):
        raise BenchmarkError(f"{folds} folds cannot be made of {len(sizes)} groups; between 2 and {len(sizes)} can")
    shuffled = np.random.default_rng(seed).permutation(len(sizes))
    filled = np.zeros(folds, dtype=int)
    fold_of_group = np.empty(len(sizes), dtype=int)
    for g in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        fold_of_group[g] = filled.argmin()
        filled[fold_of_group[g]] += sizes[g]
    fold = fold_of_group[group]
    return [Split(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(folds)]


def split_digest(splits: Sequence[Split], ids: Sequence[str]) -> str:
    """Identity of a set of splits by the names of their samples, whatever the order of samples and splits."""
    sides = [(sorted(ids[i] for i in split.train), sorted(ids[i] for i in split.test)) for split in splits]
    return digest("splits", sorted(sides))


@dataclass(frozen=True)
class Bootstrap:
    """Standard error and 95 % percentile interval of a statistic."""

    error: float
    low: float
    high: float


def bootstrap(
    statistic: Callable[..., float], *samples: np.ndarray, draws: int = 1000, seed: int = 0, level: float = 0.95
) -> Bootstrap:
    """Standard error and percentile interval (Efron & Tibshirani 1993) by resampling with replacement along the first axis.

    Args:
        statistic: called with the resampled arrays, gives a number.
        samples: arrays of one length, resampled together; the first axis is what the result shall generalise over
            (subjects, units or stimuli).

    Raises:
        BenchmarkError: with fewer than two samples, which have no spread.
    """
    n = len(samples[0])
    if n < 2 or any(len(sample) != n for sample in samples):
        raise BenchmarkError(f"a bootstrap needs arrays of one length of at least 2, not {[len(s) for s in samples]}")
    random = np.random.default_rng(seed)
    values = np.array([statistic(*(s[rows] for s in samples)) for rows in random.integers(0, n, (draws, n))])
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Bootstrap(float(values.std(ddof=1)), float(low), float(high))
