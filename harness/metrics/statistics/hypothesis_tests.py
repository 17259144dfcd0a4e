"""Hypothesis tests: permutation against chance, comparison of models, bootstrap on several levels, correction for
multiple tests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics.resampling import Bootstrap, interval

LEVEL = 0.05
EXACT = 12
"""Up to so many units all sign flips are tried."""


@checked(BenchmarkError, pure=True)
def permutation_p(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """p = (b + 1) / (m + 1), b of m null values at least as large as the observed one: never 0 (Phipson & Smyth 2010).

    Args:
        observed: (...).
        null: (m, ...).
    """
    return ((null >= observed).sum(0) + 1) / (len(null) + 1)


def family_wise_p(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """The same against the largest null value over all targets: the chance that any of them is as large (max-statistic).

    Args:
        observed: (n_targets,).
        null: (m, n_targets).
    """
    return permutation_p(np.asarray(observed), null.max(1, keepdims=True))


@checked(BenchmarkError, pure=True)
def permuted_blocks(
    statistic: Callable[[np.ndarray], np.ndarray],
    y: np.ndarray,
    block: Count,
    runs: Sequence[object] | np.ndarray | None = None,
    draws: Count = 1000,
    seed: Seed = 0,
) -> np.ndarray:
    """Null distribution of a statistic of a time series, by shuffling it in blocks that keep its autocorrelation.

    Within each run the series is shifted in a circle by a random number of samples, then its blocks are shuffled.

    Args:
        statistic: of (n_samples, ...), in the order of `y`.
        y: (n_samples, ...).
        block: samples of a block: at least what the noise and the response to the stimulus remember (20 s for BOLD).
        runs: (n_samples,), one run if None.

    Returns:
        (draws, ...).

    Raises:
        BenchmarkError: if there are fewer than 6 blocks, whose orders are too few to tell anything.
    """
    runs = np.zeros(len(y), dtype=int) if runs is None else np.asarray(runs)
    parts = [np.flatnonzero(runs == run) for run in dict.fromkeys(runs.tolist())]
    if sum(-(-len(part) // block) for part in parts) < 6:
        raise BenchmarkError(f"{len(y)} samples in blocks of {block} are too few blocks to permute; use shorter ones")
    random = np.random.default_rng(seed)
    null = []
    for _ in range(draws):
        order = np.concatenate([_shuffled(part, block, random) for part in parts])
        shuffled = np.empty_like(y)
        shuffled[np.concatenate(parts)] = y[order]
        null.append(statistic(shuffled))
    return np.array(null)


def effective_samples(n: int, autocorrelation_x: float, autocorrelation_y: float) -> float:
    """n (1 - a b) / (1 + a b): independent samples that two first-order autoregressive series of n samples are worth to a
    correlation (Bartlett 1935)."""
    shared = autocorrelation_x * autocorrelation_y
    return n * (1 - shared) / (1 + shared)


@checked(BenchmarkError, pure=True)
def holm(p: np.ndarray) -> np.ndarray:
    """Adjusted p of several tests, controlling the family-wise error rate (Holm 1979); any shape, NaN stays NaN."""
    p = np.asarray(p, dtype=np.float64)
    adjusted = np.full(p.shape, np.nan)
    there = np.isfinite(p)
    order = np.argsort(p[there], kind="stable")
    scaled = np.maximum.accumulate(p[there][order] * (len(order) - np.arange(len(order)))).clip(max=1)
    adjusted[there] = scaled[np.argsort(order)]
    return adjusted


def false_discovery(p: np.ndarray, dependent: bool = False) -> np.ndarray:
    """Adjusted p of several tests, controlling the false discovery rate: Benjamini-Hochberg, or Benjamini-Yekutieli for any
    dependence; any shape, NaN stays NaN."""
    from scipy.stats import false_discovery_control

    p = np.asarray(p, dtype=np.float64)
    adjusted, there = np.full(p.shape, np.nan), np.isfinite(p)
    if there.any():
        adjusted[there] = false_discovery_control(p[there], method="by" if dependent else "bh")
    return adjusted


def hierarchical_bootstrap(
    statistic: Callable[[list[np.ndarray]], float],
    samples: Sequence[np.ndarray],
    draws: Count = 1000,
    seed: Seed = 0,
) -> Bootstrap:
    """Error over participants and, within each, over the samples there (stimuli, blocks, units), both with replacement.

    One participant fewer is drawn than there are (Rao & Wu 1988), which corrects the error of a mean for small samples.

    Args:
        statistic: called with a list of arrays, one per subject.
        samples: one array per subject, along whose first axis is resampled; the numbers may differ.
    """
    _two(len(samples), "subjects")
    random = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        chosen = [np.asarray(samples[subject]) for subject in random.integers(0, len(samples), len(samples) - 1)]
        values.append(statistic([own[random.integers(0, len(own), len(own))] for own in chosen]))
    return interval(np.array(values))


def crossed_bootstrap(
    statistic: Callable[[np.ndarray], float], values: np.ndarray, draws: Count = 1000, seed: Seed = 0
) -> Bootstrap:
    """Error over participants and stimuli (or blocks) where all participants saw the same ones: rows and columns with
    replacement.

    One fewer is drawn of each, as in `hierarchical_bootstrap`.

    Args:
        statistic: of (n_subjects, n_stimuli, ...).
        values: (n_subjects, n_stimuli, ...).
    """
    subjects, stimuli = values.shape[:2]
    _two(subjects, "subjects")
    _two(stimuli, "stimuli")
    random = np.random.default_rng(seed)
    resampled = [
        statistic(values[np.ix_(random.integers(0, subjects, subjects - 1), random.integers(0, stimuli, stimuli - 1))])
        for _ in range(draws)
    ]
    return interval(np.array(resampled))


def sign_flip_p(differences: np.ndarray, draws: Count = 10000, seed: Seed = 0) -> float:
    """Two-sided p of a mean difference over units (participants) whose signs are exchangeable under the null hypothesis.

    All sign patterns are tried for up to 12 units, `draws` random ones for more: with five participants p is never below 1/16.

    Args:
        differences: (n_units,), paired.
    """
    differences = np.asarray(differences, dtype=np.float64)
    _two(len(differences), "units")
    sums = _signed_sums(differences[None], draws, seed)
    return _two_sided(float(differences.sum()), sums[:, 0], exact=len(differences) <= EXACT)


@dataclass(frozen=True)
class ModelComparison:
    """Every model against every other on the same units.

    Attributes:
        models: their names.
        difference: (n_models, n_models), mean score of the row less that of the column.
        low, high: the same, ends of the 95 % interval of the paired difference over units by Student's t, which holds for few
            units, too; each pair for itself.
        p: the same, two-sided, by sign flips or Student's t; NaN on the diagonal.
        adjusted: the same, corrected for the number of pairs.
    """

    models: list[str]
    difference: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    adjusted: np.ndarray

    def better(self, level: float = 0.05) -> np.ndarray:
        """(n_models, n_models) of bool, whether the row is better than the column by the corrected p."""
        return (self.adjusted < level) & (self.difference > 0)


@checked(BenchmarkError, pure=True)
def compare_models(
    scores: dict[str, np.ndarray],
    correction: Literal["holm", "fdr"] = "holm",
    draws: Count = 10000,
    seed: Seed = 0,
    pairs: int | None = None,
) -> ModelComparison:
    """Which models differ from which, by paired differences over the sampled units (participants, stimuli, neurons).

    Args:
        scores: model -> (n_units,), scores of the same units in the same order. Units that any model lacks (NaN) are refused, not
            dropped: models would be compared on what suits one of them.
        correction: for the number of pairs, "holm" or "fdr" (Benjamini-Yekutieli, as the pairs share models).
        pairs: how many will be corrected for, where more models are compared than these. Where sign flips are too few to give p
            below 0.05 / pairs (7 subjects and 4 models; 33 models), p is of the paired t test instead.

    Raises:
        BenchmarkError: if the units are not the same, or fewer than two, or there is but one model.
    """
    names = list(scores)
    _two(len(names), "models")
    if len({np.shape(values) for values in scores.values()}) > 1:
        raise BenchmarkError(
            f"models are compared on the same units; {', '.join(names)} have different numbers of them"
        )
    values = np.array([scores[name] for name in names], dtype=np.float64)
    if values.ndim != 2 or not np.isfinite(values).all():
        raise BenchmarkError("every model needs one score for every unit; leave out the same units for all models")
    rows, columns = upper = np.triu_indices(len(names), 1)
    n = values.shape[1]
    means, quantile = values.mean(1), float(stdtrit(n - 1, 0.975))
    half = np.array([(row - values).std(1, ddof=1) for row in values]) * quantile / np.sqrt(n)
    difference = means[:, None] - means
    low, high = difference - half, difference + half
    if (2.0 ** (1 - n) if n <= EXACT else 1 / (draws + 1)) > LEVEL / (pairs or len(rows)):
        p = _paired_t(values)
        np.fill_diagonal(p, np.nan)
    else:
        sums, observed, p = _signed_sums(values, draws, seed), values.sum(1), np.full(difference.shape, np.nan)
        for i, j in zip(rows, columns, strict=True):
            p[i, j] = p[j, i] = _two_sided(observed[i] - observed[j], sums[:, i] - sums[:, j], exact=n <= EXACT)
    corrected = holm(p[upper]) if correction == "holm" else false_discovery(p[upper], dependent=True)
    adjusted = np.full(p.shape, np.nan)
    adjusted[upper] = adjusted.T[upper] = corrected
    return ModelComparison(names, difference, low, high, p, adjusted)


def _signed_sums(values: np.ndarray, draws: Count, seed: Seed) -> np.ndarray:
    """Sums of (m, n_units) under common sign flips: all patterns of few units, random ones of more; (patterns, m)."""
    n = values.shape[1]
    if n <= EXACT:
        return np.array(list(product((1.0, -1.0), repeat=n))) @ values.T
    random = np.random.default_rng(seed)
    return np.concatenate([(2.0 * random.integers(0, 2, (size, n)) - 1) @ values.T for size in _batches(draws, n)])


def _paired_t(values: np.ndarray) -> np.ndarray:
    """(m, m), two-sided p of the paired t test between rows of (m, n_units); that of all signs alike where they do not vary."""
    from scipy.special import stdtr

    n = values.shape[1]
    mean = np.array([(row - values).mean(1) for row in values])
    error = np.array([(row - values).std(1, ddof=1) for row in values]) / np.sqrt(n)
    steady = error <= 1e-12 * np.abs(values).max()
    p = 2 * stdtr(n - 1, -np.abs(mean) / np.where(steady, 1, error))
    return np.where(steady, np.where(np.abs(mean) > error, 2.0 ** (1 - n), 1.0), p)


def _batches(draws: Count, n: int) -> list[int]:
    """Sizes of batches of draws of n numbers each."""
    largest = max(1, 2**22 // n)
    return [min(largest, draws - start) for start in range(0, draws, largest)]


def _two_sided(observed: float, sums: np.ndarray, exact: bool) -> float:
    largest = np.abs(sums).max(initial=abs(observed))
    null = np.abs(sums) + 1e-12 * largest  # equal but for rounding counts as equal
    return float((null >= abs(observed)).mean()) if exact else float(permutation_p(np.array(abs(observed)), null))


def _shuffled(part: np.ndarray, block: Count, random: np.random.Generator) -> np.ndarray:
    shifted = np.roll(part, random.integers(len(part)))
    blocks = [shifted[start : start + block] for start in range(0, len(part), block)]
    return np.concatenate([blocks[k] for k in random.permutation(len(blocks))])


def _two(number: int, what: str) -> None:
    if number < 2:
        raise BenchmarkError(f"this takes at least two {what}, not {number}")
