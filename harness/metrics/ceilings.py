"""How well repeated measurements could be predicted: reliability of the mean over repeats, and the ceiling on a correlation."""

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.correlation import pearson


def spearman_brown(r: np.ndarray | float) -> np.ndarray:
    """Reliability of the whole from the correlation of its halves, 2r / (1 + r) (Spearman 1910; Brown 1910)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * np.asarray(r) / (1 + np.asarray(r))


def split_half_reliability(responses: np.ndarray, partitions: int = 100, seed: int = 0) -> np.ndarray:
    """Reliability of the mean over repeats, from random halves of the repeats.

    In every partition the repeats of each stimulus are divided at random into halves (of which one is larger by one repeat where
    their number is odd) and averaged; the correlation of the two averages over stimuli is averaged over partitions after
    Fisher's z and stepped up by the Spearman-Brown formula. Responses to different numbers of repeats are taken as they are,
    so the result holds for the mean of their typical number.

    Args:
        responses: (n_repeats, n_stimuli, n_units); NaN where a stimulus has fewer repeats.
        partitions: how many random partitions.

    Returns:
        (n_units,), not clipped: noise can make it negative. NaN for a unit whose halves do not vary.

    Raises:
        BenchmarkError: if a stimulus has fewer than two repeats, because halves of one repeat do not exist.
    """
    responses = np.asarray(responses, dtype=np.float64)
    valid = np.isfinite(responses)
    if valid.sum(0).min(initial=2) < 2 or not responses.size:
        raise BenchmarkError("a split-half ceiling needs at least two repeats of every stimulus in every unit")
    if (valid == valid[..., :1]).all():
        valid = valid[..., :1]  # one set of repeats for all units: one partition serves them all
    random = np.random.default_rng(seed)
    values = np.where(np.isfinite(responses), responses, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = [np.arctanh(_half_correlation(values, valid, random)) for _ in range(partitions)]
    return spearman_brown(np.tanh(np.mean(z, axis=0)))


def correlation_ceiling(reliability: np.ndarray) -> np.ndarray:
    """The correlation that a perfect model reaches with the mean over repeats: the square root of its reliability.

    NaN where the reliability is not positive: such a unit has no ceiling (Schoppe et al. 2016).
    """
    reliability = np.asarray(reliability, dtype=np.float64)
    return np.sqrt(np.where(reliability > 0, reliability, np.nan))


def _half_correlation(values: np.ndarray, valid: np.ndarray, random: np.random.Generator) -> np.ndarray:
    order = np.where(valid, random.random((*valid.shape[:2], 1)), np.inf)
    ranks = order.argsort(0).argsort(0)
    first = ranks < valid.sum(0) // 2
    second = valid & ~first
    means = [(values * half).sum(0) / half.sum(0) for half in (first, second)]
    return pearson(*means)
