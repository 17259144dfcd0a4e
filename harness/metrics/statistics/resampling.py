"""Leak-free splits, and errors by resampling the units over which a score generalises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.checks import Count, Natural, Seed, checked
from harness.errors import BenchmarkError
from harness.identity import digest


@checked(BenchmarkError, pure=True)
@dataclass(frozen=True)
class Split:
    """Positions of the training and of the test samples, each sorted."""

    train: np.ndarray
    test: np.ndarray

    def __post_init__(self) -> None:
        if np.intersect1d(self.train, self.test).size:
            raise BenchmarkError("a sample stands on both sides of a split")


@checked(BenchmarkError, pure=True)
def k_fold(n: Natural, folds: Count, seed: Seed = 0) -> list[Split]:
    """Random folds of `n` exchangeable samples, whose sizes differ by at most one; every sample is tested once."""
    return group_k_fold(np.arange(n), folds, seed)


@checked(BenchmarkError, pure=True)
def group_k_fold(groups: Sequence[object] | np.ndarray, folds: Count, seed: Seed = 0) -> list[Split]:
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


@checked(BenchmarkError, pure=True)
def groups_of(n: Natural, groups: Sequence[object] | np.ndarray | None) -> np.ndarray:
    """(n,), the group of every sample; each is one of its own if there are none."""
    return np.arange(n) if groups is None else np.asarray(groups)


@checked(BenchmarkError, pure=True)
def leave_one_group_out(groups: Sequence[object] | np.ndarray) -> list[Split]:
    """One fold per group (a run, a movie, a subject), in the order of their names.

    Raises:
        BenchmarkError: if all samples are of one group.
    """
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        raise BenchmarkError(f"to leave out one group at a time takes two groups; all samples are of {names.tolist()}")
    return [Split(np.flatnonzero(group != g), np.flatnonzero(group == g)) for g in range(len(names))]


@checked(BenchmarkError, pure=True)
def purged(split: Split, times: np.ndarray, gap: float, runs: Sequence[object] | np.ndarray | None = None) -> Split:
    """The split without the training samples that lie less than `gap` from a test sample of their run.

    Args:
        times: (n_samples,), in the unit of `gap`.
        runs: (n_samples,), the run of every sample; one run if None.

    Raises:
        BenchmarkError: if no training sample is left.
    """
    times = np.asarray(times, dtype=np.float64)
    runs = np.zeros(len(times), dtype=int) if runs is None else np.asarray(runs)
    keep = np.ones(len(split.train), dtype=bool)
    for run in np.unique(runs[split.test]):
        tested = np.sort(times[split.test[runs[split.test] == run]])
        here = runs[split.train] == run
        at = times[split.train[here]]
        after = np.searchsorted(tested, at)
        nearest = np.minimum(
            np.abs(at - tested[(after - 1).clip(0)]), np.abs(at - tested[after.clip(max=len(tested) - 1)])
        )
        keep[here] = nearest >= gap
    if not keep.any():
        raise BenchmarkError(
            f"no training sample lies {gap:g} or more from the test samples; use longer blocks or a smaller gap"
        )
    return Split(split.train[keep], split.test)


@checked(BenchmarkError, pure=True)
def block_k_fold(
    times: np.ndarray,
    folds: Count,
    gap: float,
    block: float | None = None,
    runs: Sequence[object] | np.ndarray | None = None,
    seed: Seed = 0,
) -> list[Split]:
    """Folds of contiguous blocks of a time series, with a gap on both sides of every tested block; every sample is tested once.

    Args:
        times: (n_samples,), ascending within each run.
        folds: how many.
        gap: how far training samples keep from tested ones, in the unit of `times`: at least what the noise and the response to the
            stimulus remember (16 s for BOLD).
        block: about how long a block is; blocks are dealt to the folds at random. If None, each run is one series of as many
            blocks as there are folds, one per fold.
        runs: (n_samples,), the run of every sample; no block crosses a border, and no gap is kept across one.

    Raises:
        BenchmarkError: if there are too few blocks, or the gaps leave nothing to train on.
    """
    times = np.asarray(times, dtype=np.float64)
    runs = np.zeros(len(times), dtype=int) if runs is None else np.asarray(runs)
    blocks = np.full(len(times), -1)
    for run in dict.fromkeys(runs.tolist()):
        rows = np.flatnonzero(runs == run)
        span = times[rows[-1]] - times[rows[0]]
        count = folds if block is None else max(1, round(span / block))
        part = (np.arange(len(rows)) * count) // len(rows)
        blocks[rows] = part if block is None else part + blocks.max() + 1
    splits = leave_one_group_out(blocks) if block is None else group_k_fold(blocks, folds, seed)
    return [purged(split, times, gap, runs) for split in splits]


@checked(BenchmarkError, pure=True)
def inner_folds(
    times: np.ndarray, gap: float, runs: Sequence[object] | np.ndarray | None = None, folds: Count = 5
) -> list[Split]:
    """For the choice of penalties and layers within the training samples of a time series: leave one run out if there are three
    runs or more, otherwise contiguous blocks with a gap."""
    if runs is not None and len(np.unique(np.asarray(runs))) >= 3:
        return leave_one_group_out(runs)
    return block_k_fold(times, folds, gap, runs=runs)


@checked(BenchmarkError, pure=True)
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


@checked(BenchmarkError, pure=True)
def bootstrap(
    statistic: Callable[..., float], *samples: np.ndarray, draws: Count = 1000, seed: Seed = 0, level: float = 0.95
) -> Bootstrap:
    """Standard error and percentile interval (Efron & Tibshirani 1993) by resampling with replacement along the first axis.

    One sample fewer is drawn than there are (Rao & Wu 1988), which corrects the error of a mean for small samples.

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
    values = np.array([statistic(*(s[rows] for s in samples)) for rows in random.integers(0, n, (draws, n - 1))])
    return interval(values, level)


@dataclass(frozen=True)
class Jackknife:
    """The influence of each unit, or block of units, on a statistic.

    Attributes:
        blocks: positions of the units of each.
        influence: (blocks, ...); their mean is 0, and the standard error of their mean is that of the statistic.
    """

    blocks: list[np.ndarray]
    influence: np.ndarray

    @classmethod
    def of(cls, blocks: list[np.ndarray], without: np.ndarray) -> "Jackknife":
        """From the values (blocks, ...) of statistics without each block."""
        return cls(blocks, (len(blocks) - 1) * (without.mean(0) - without))

    @classmethod
    def corrected(
        cls, blocks: list[np.ndarray], value: np.ndarray, without: np.ndarray, without_two: np.ndarray
    ) -> "Jackknife":
        """The same for cross-validated statistics, in which units act in pairs, as what is trained and what is tested on.

        `of` counts the variance of pairs twice, and states an error 1.3 to 1.6 times too large where there is nothing else. The
        values without two blocks tell that variance (Efron & Stein 1981, Annals of Statistics 9:586). Half of it is taken off, by
        scaling influences: in simulations the rest about makes up for choices (of folds, penalties, layers) that are not made anew.

        Args:
            value: (...), of all units.
            without: (blocks, ...), without each block.
            without_two: (blocks (blocks - 1) / 2, ...), without each two, in the order of `np.triu_indices(blocks, 1)`.
        """
        n, first = len(blocks), cls.of(blocks, without)
        one, other = np.triu_indices(n, 1)
        together = n * value - (n - 1) * (without[one] + without[other]) + (n - 2) * without_two
        twice, variance = (together**2).sum(0) / (n * (n - 1)), first.error**2
        left = np.clip(1 - 0.5 * twice / np.where(variance > 0, variance, 1), 0.5, 1)
        return cls(blocks, first.influence * np.sqrt(left))

    @property
    def error(self) -> Any:
        """(...), the standard error of the statistic."""
        return self.influence.std(0, ddof=1) / np.sqrt(len(self.blocks))


@checked(BenchmarkError, pure=True)
def jackknife_blocks(
    n: Natural, strata: Sequence[object] | np.ndarray | None = None, most: Count = 200
) -> list[np.ndarray]:
    """Positions of what is left out at a time: blocks of about one size, as many as `most` allows.

    Args:
        n: how many units.
        strata: (n,), what every block shall have its share of (conditions, categories, folds), where blocks are of several units.
        most: with more units than this, blocks of them are left out, so many at most.

    Raises:
        BenchmarkError: with fewer than two units.
    """
    if n < 2:
        raise BenchmarkError(f"to leave out one unit at a time takes two, not {n}")
    count = -(-n // -(-n // most))
    stratum = np.zeros(n, dtype=int) if strata is None else np.unique(np.asarray(strata), return_inverse=True)[1]
    order = np.argsort(stratum, kind="stable")
    return [np.sort(order[start::count]) for start in range(count)]


@checked(BenchmarkError, pure=True)
def jackknife(
    statistic: Callable[[np.ndarray], float],
    n: Natural,
    strata: Sequence[object] | np.ndarray | None = None,
    most: Count = 200,
) -> Jackknife:
    """Influence of units on a statistic, from its values without each of them (Quenouille 1956; Tukey 1958).

    (G - 1) (mean of the G values - value without the block): added to the statistic they are pseudo-values, which can be averaged
    and compared as if it were a mean over units. A block without which the statistic is undefined counts as one without influence.

    Args:
        statistic: called with the positions that are left, ascending; a number.
        n, strata, most: see `jackknife_blocks`.

    Raises:
        BenchmarkError: with fewer than two units, or if the statistic is undefined whichever is left out.
    """
    blocks = jackknife_blocks(n, strata, most)
    values = np.array([_without(statistic, n, block) for block in blocks])
    known = np.isfinite(values)
    if not known.any():
        raise BenchmarkError("the statistic is undefined whichever unit is left out; there are too few")
    return Jackknife.of(blocks, np.where(known, values, values[known].mean()))


def _without(statistic: Callable[[np.ndarray], float], n: int, block: np.ndarray) -> float:
    try:
        return float(statistic(np.delete(np.arange(n), block)))
    except BenchmarkError:
        return float("nan")


@checked(BenchmarkError, pure=True)
def interval(values: np.ndarray, level: float = 0.95) -> Bootstrap:
    """Standard error and percentile interval from a statistic's resampled values (draws,); undefined ones are left out."""
    values = values[np.isfinite(values)]
    if len(values) < 2:
        raise BenchmarkError("the statistic is undefined in all resamples; there are too few samples")
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Bootstrap(float(values.std(ddof=1)), float(low), float(high))
