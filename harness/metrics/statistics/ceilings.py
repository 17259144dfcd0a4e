"""Noise ceilings: reliability of the mean over repeats, and the resulting bound on a correlation.

The reliability rho of the mean is the share of its variance that another set of repeats would share; a perfect model correlates
with the mean by sqrt(rho), so that r is divided by sqrt(rho), and r^2 by rho. Ceilings belong to the samples that were scored.
"""

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics.correlation import mean_of_defined, pearson

_ROUNDS = 20  # of alternating least squares


@checked(BenchmarkError, pure=True)
def spearman_brown(r: np.ndarray | float) -> np.ndarray:
    """Reliability of the whole from the correlation of its halves, 2r / (1 + r) (Spearman 1910; Brown 1910)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * np.asarray(r) / (1 + np.asarray(r))


@checked(BenchmarkError, pure=True)
def split_half_reliability(responses: np.ndarray, partitions: Count = 100, seed: Seed = 0) -> np.ndarray:
    """Reliability of the mean over repeats, from random halves of the repeats.

    In every partition the repeats of each stimulus are divided at random into halves (of which one is larger by one repeat where
    their number is odd) and averaged; the correlation of the two averages over stimuli is averaged over partitions after
    Fisher's z and stepped up by the Spearman-Brown formula. Responses to different numbers of repeats are taken as they are,
    so the result holds for the mean of their typical number. What a repeat has in common over all stimuli (a baseline that drifts
    during a session) is taken away before (`without_repeat_effects`): stimuli are divided differently, so that it would stand with
    opposite signs in the two halves of each, and a perfect model would score more than 1. Where repeats are missing, what such
    effects add to the variance of the mean counts as noise of it.

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
    steady = without_repeat_effects(responses)
    values = np.where(np.isfinite(steady), steady, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = 1.0 if valid.all() else np.nanmean(steady, axis=0).var(0) / np.nanmean(responses, axis=0).var(0)
        z = [np.arctanh(_half_correlation(values, valid, random)) for _ in range(partitions)]
        return np.asarray(spearman_brown(np.tanh(np.mean(z, axis=0))) * kept)


@checked(BenchmarkError, pure=True)
def without_repeat_effects(responses: np.ndarray) -> np.ndarray:
    """Responses less what each repeat has in common over stimuli: r[k, s] - e[k], of the additive model r = m[s] + e[k] + noise.

    Where all stimuli have all repeats, e[k] is the mean of repeat k less that of all; else least squares find it, in turn with
    m[s]. Effects have mean 0 over the responses that are there.

    Args:
        responses: (n_repeats, n_stimuli, n_units), in the order in which they were recorded; NaN where a repeat is missing.
    """
    responses = np.asarray(responses, dtype=np.float64)
    there = np.isfinite(responses)
    if there.all():
        means = responses.mean(1, keepdims=True)
        return np.asarray(responses - means + means.mean(0))
    repeats, stimuli = there.sum(1, keepdims=True), there.sum(0)
    effect = np.zeros((len(responses), 1, responses.shape[2]))
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(_ROUNDS):
            left = np.where(there, responses - effect, 0)
            left = np.where(there, responses - left.sum(0) / stimuli, 0)
            effect = np.where(repeats > 0, left.sum(1, keepdims=True) / repeats, 0)
        effect -= (effect * repeats).sum(0) / repeats.sum(0)
    return np.asarray(responses - effect)


@checked(BenchmarkError, pure=True)
def correlation_ceiling(reliability: np.ndarray) -> np.ndarray:
    """The correlation that a perfect model reaches with the mean over repeats: the square root of its reliability.

    NaN where the reliability is not positive: such a unit has no ceiling (Schoppe et al. 2016).
    """
    reliability = np.asarray(reliability, dtype=np.float64)
    return np.sqrt(np.where(reliability > 0, reliability, np.nan))


def signal_power(responses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance over samples of the part of a response that repeats, and of the part that does not (Sahani & Linden 2003).

    SP = (N^2 Var(mean) - sum Var(y_i)) / (N (N - 1)) and NP = mean Var(y_i) - SP for N repeats (Schoppe et al. 2016, eq. 1 and 2).
    Where repeats are missing, NP is the variance within stimuli, pooled, and SP = Var(mean) - NP mean(1 / N): the same in
    expectation, once what a repeat has in common over stimuli is taken away (`without_repeat_effects`).

    Args:
        responses: (n_repeats, n_samples, n_units); NaN where a sample has fewer repeats.

    Returns:
        Two arrays (n_units,). The first is not clipped: noise can make it negative.

    Raises:
        BenchmarkError: if a sample has no response, or none has two.
    """
    responses = np.asarray(responses, dtype=np.float64)
    there = np.isfinite(responses)
    repeats = there.sum(0)
    if responses.ndim != 3 or not repeats.size or repeats.min() < 1 or repeats.max(0).min() < 2:
        raise BenchmarkError(
            f"signal power needs responses (repeats, samples, units) with a response to every sample and two repeats of some, "
            f"not an array of {responses.shape}; with one repeat only, take the inter-subject ceiling"
        )
    if there.all():
        n = len(responses)
        each, total = responses.var(1, ddof=1), responses.mean(0).var(0, ddof=1)
        signal = (n**2 * total - each.sum(0)) / (n * (n - 1))
        return signal, each.mean(0) - signal
    responses = without_repeat_effects(responses)
    mean = np.where(there, responses, 0).sum(0) / repeats
    free = (repeats - 1).sum(0) - (there.any(1).sum(0) - 1)
    noise = (np.where(there, responses - mean, 0) ** 2).sum((0, 1)) / free.clip(1)
    return mean.var(0, ddof=1) - noise * (1 / repeats).mean(0), noise


@checked(BenchmarkError, pure=True)
def explainable_variance(responses: np.ndarray) -> np.ndarray:
    """(n_units,), share of a single trial's variance that repeats, SP / (SP + NP); see `signal_power`."""
    signal, noise = signal_power(responses)
    with np.errstate(invalid="ignore", divide="ignore"):
        return signal / (signal + noise)


@checked(BenchmarkError, pure=True)
def signal_reliability(responses: np.ndarray) -> np.ndarray:
    """(n_units,), reliability of the mean over repeats, SP / Var(mean); its square root is CC_max of Schoppe et al. (2016).

    It needs no halves, so that no partition adds to its error, and is not clipped.
    """
    signal, _ = signal_power(responses)
    with np.errstate(invalid="ignore", divide="ignore"):
        return signal / np.nanmean(responses, axis=0).var(0, ddof=1)


@checked(BenchmarkError, pure=True)
def reliability_influence(responses: np.ndarray) -> np.ndarray:
    """(n_samples, n_units), what each sample adds to the reliability of the mean over repeats, of mean 0: the influence function of
    1 - mean(s^2 / N) / Var(mean), with the variance s^2 of the N repeats of each sample; divided by the number of samples.

    Args:
        responses: as of `signal_power`.
    """
    responses = without_repeat_effects(responses)
    there = np.isfinite(responses)
    repeats = there.sum(0)
    mean = np.where(there, responses, 0).sum(0) / repeats
    squares = (np.where(there, responses - mean, 0) ** 2).sum(0)
    own = np.where(repeats > 1, squares / ((repeats - 1).clip(1) * repeats), np.nan)
    noise = mean_of_defined(own)
    own = np.where(np.isfinite(own), own, noise)
    total, spread = mean.var(0), (mean - mean.mean(0)) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((noise * (spread - total) / total**2 - (own - noise) / total) / len(mean))


def normalised_correlation(prediction: np.ndarray, responses: np.ndarray) -> np.ndarray:
    """CC_norm = r / CC_max of every unit (Schoppe et al. 2016): 1 for a perfect model, NaN for a unit without signal power.

    Args:
        prediction: (n_samples, n_units).
        responses: (n_repeats, n_samples, n_units), to the same samples.
    """
    return pearson(prediction, np.nanmean(responses, axis=0)) / correlation_ceiling(signal_reliability(responses))


def normalised_r_squared(r: np.ndarray, reliability: np.ndarray) -> np.ndarray:
    """sign(r) r^2 / rho: the share of explainable variance, which keeps the sign of a wrong prediction."""
    return np.sign(r) * r**2 / correlation_ceiling(reliability) ** 2


@checked(BenchmarkError, pure=True)
def ratio_of_sums(r: np.ndarray, ceilings: np.ndarray) -> float:
    """Score of a region, sum r / sum ceiling over units that have both: the noisiest do not rule it, as they do a mean of ratios.

    Raises:
        BenchmarkError: if no unit has both.
    """
    r, ceilings = np.broadcast_arrays(r, ceilings)
    both = np.isfinite(r) & np.isfinite(ceilings)
    if not both.any():
        raise BenchmarkError("no unit has both a correlation and a ceiling, so the region has no score")
    return float(r[both].sum() / ceilings[both].sum())


@checked(BenchmarkError, pure=True)
def inter_subject_ceiling(responses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper bound from other participants: correlation of each with the mean of the others, and with the mean of all.

    Not to be mixed with a ceiling from repeats: variance specific to a participant is noise here, and signal there.

    Args:
        responses: (n_subjects, n_samples, ...), to the same samples in units that correspond.

    Returns:
        Two arrays (n_subjects, ...).

    Raises:
        BenchmarkError: with fewer than two subjects.
    """
    responses = np.asarray(responses, dtype=np.float64)
    if len(responses) < 2:
        raise BenchmarkError("an inter-subject ceiling needs at least two subjects")
    total = responses.sum(0)
    others = [pearson(own, total - own) for own in responses]
    return np.array(others), np.array([pearson(own, total) for own in responses])


def _half_correlation(values: np.ndarray, valid: np.ndarray, random: np.random.Generator) -> np.ndarray:
    order = np.where(valid, random.random((*valid.shape[:2], 1)), np.inf)
    ranks = order.argsort(0).argsort(0)
    first = ranks < valid.sum(0) // 2
    second = valid & ~first
    means = [(values * half).sum(0) / half.sum(0) for half in (first, second)]
    return pearson(*means)
