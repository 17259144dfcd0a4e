"""Representational dissimilarity matrices: computation, comparison, and noise ceiling.

A matrix of n stimuli is (n, n); what is compared are its n (n - 1) / 2 pairs, the upper triangle row by row (`pairs`).
"""

from collections.abc import Callable

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.statistics import Bootstrap, interval, pearson

_ROUNDING = 1e-12
"""Distances below it, relative to the patterns, are those of equal patterns."""
Comparison = Callable[[np.ndarray, np.ndarray], float]


@checked(BenchmarkError, pure=True)
def correlation_distances(responses: np.ndarray) -> np.ndarray:
    """1 - Pearson's r between the response patterns of every two stimuli (Kriegeskorte et al. 2008).

    Args:
        responses: (n_stimuli, n_units).

    Returns:
        (n_stimuli, n_stimuli), exactly 0 for equal patterns, whatever rounding makes of them.

    Raises:
        NotMeasurable: if a stimulus has the same response in every unit.
        BenchmarkError: if a response is missing.
    """
    patterns = _checked(responses)
    patterns = patterns - patterns.mean(1, keepdims=True)
    norms = np.linalg.norm(patterns, axis=1, keepdims=True)
    if not (norms > 1e-12 * np.abs(responses).max(initial=0.0)).all():
        raise NotMeasurable(
            "the correlation distance is undefined for a stimulus to which all units respond alike; use the Euclidean one"
        )
    patterns /= norms
    distances = 1 - patterns @ patterns.T
    np.fill_diagonal(distances, 0)
    return np.where(np.abs(distances) <= _ROUNDING, 0, distances)


def euclidean_distances(K: np.ndarray) -> np.ndarray:
    """Euclidean distances between the response patterns of every two stimuli, from their Gram matrix (centred or not).

    Args:
        K: (n_stimuli, n_stimuli), see `gram`.

    Returns:
        (n_stimuli, n_stimuli), exactly 0 for equal patterns, whatever rounding makes of them.
    """
    norms = np.diagonal(K)
    squares = norms[:, None] + norms - 2 * K
    return np.sqrt(np.where(squares <= _ROUNDING * (norms[:, None] + norms), 0, squares))


@checked(BenchmarkError, pure=True)
def pairs(rdm: np.ndarray) -> np.ndarray:
    """(..., n, n) -> (..., n (n - 1) / 2), the upper triangle."""
    rows, columns = np.triu_indices(rdm.shape[-1], 1)
    return rdm[..., rows, columns]


@checked(BenchmarkError, pure=True)
def spearman(x: np.ndarray, y: np.ndarray) -> float:
    """Rank correlation of two vectors of pairs, with mean ranks for ties; NaN if one does not vary."""
    from scipy.stats import rankdata

    return float(pearson(rankdata(x), rankdata(y)))


def kendall_tau_a(x: np.ndarray, y: np.ndarray) -> float:
    """(concordant - discordant) / all pairs of pairs: unlike tau-b it does not favour models with ties (Nili et al. 2014)."""
    from scipy.stats import kendalltau

    tau_b = kendalltau(x, y).statistic
    total = len(x) * (len(x) - 1) / 2
    untied = [total - _tied(values) for values in (x, y)]
    return float(tau_b * np.sqrt(untied[0] * untied[1]) / total)


def cosine(x: np.ndarray, y: np.ndarray) -> float:
    """Cosine of the angle between two vectors of pairs: for distances with a meaningful zero. NaN if all of one are 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return float(x @ y / np.sqrt((x @ x) * (y @ y)))


def noise_ceiling(rdms: np.ndarray, compare: Comparison = spearman) -> tuple[float, float]:
    """Lower and upper bound of what any model could reach with these subjects (Nili et al. 2014).

    Lower: each subject against the mean of the others. Upper: each against the mean of all, itself included. Before averaging
    a subject's pairs are ranked for `spearman` and `kendall_tau_a` and scaled to unit length for `cosine`.

    Args:
        rdms: (n_subjects, n_pairs).
        compare: `spearman`, `kendall_tau_a` or `cosine`.

    Raises:
        BenchmarkError: with fewer than two subjects.
    """
    from scipy.stats import rankdata

    if len(rdms) < 2:
        raise BenchmarkError("a noise ceiling over subjects needs at least two of them")
    rdms = np.asarray(rdms, dtype=np.float64)
    if compare is cosine:
        alike = rdms / np.linalg.norm(rdms, axis=1, keepdims=True)
    else:
        alike = rankdata(rdms, axis=1)
    total = alike.sum(0)
    lower = np.mean([compare(own, total - part) for own, part in zip(rdms, alike, strict=True)])
    upper = np.mean([compare(own, total) for own in rdms])
    return float(lower), float(upper)


def bootstrap_stimuli(
    x: np.ndarray, y: np.ndarray, compare: Comparison = spearman, draws: Count = 1000, seed: Seed = 0
) -> Bootstrap:
    """Error of a comparison by resampling stimuli; pairs of a stimulus with its own copy are left out.

    Args:
        x, y: (n_stimuli, n_stimuli), two matrices of the same stimuli.
    """
    n = len(x)
    if n < 4:
        raise BenchmarkError(f"to resample stimuli takes four of them or more, not {n}")
    random = np.random.default_rng(seed)
    values = []
    for rows in random.integers(0, n, (draws, n)):
        first, second = np.triu_indices(n, 1)
        first, second = rows[first], rows[second]
        different = first != second
        at = first[different], second[different]
        values.append(compare(x[at], y[at]))
    return interval(np.array(values))


def _tied(values: np.ndarray) -> float:
    counts = np.unique(values, return_counts=True)[1]
    return float((counts * (counts - 1) / 2).sum())


def _checked(responses: np.ndarray) -> np.ndarray:
    responses = np.asarray(responses, dtype=np.float64)
    if responses.ndim != 2 or not np.isfinite(responses).all():
        raise BenchmarkError("dissimilarities need finite responses (stimuli, units)")
    return responses
