"""From evidence to choices, and the agreement of two psychometric curves.

The observer is that of signal detection theory with many alternatives: every choice has an evidence, independent
Gaussian noise of one standard deviation is added to each, and the largest wins (Green & Swets 1966).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

from harness.checks import checked
from harness.errors import BenchmarkError

LOWEST = 1e-3
"""Probabilities are held between this and 1 minus this in a likelihood: participants press a wrong button now and then."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(81)


@checked(BenchmarkError, pure=True)
def choice_probability(evidence: np.ndarray, right: np.ndarray, noise: float) -> np.ndarray:
    """Probability of the right choice on every trial.

    Args:
        evidence: (trials, choices).
        right: (trials,), position of the right choice.
        noise: standard deviation of the noise on each choice's evidence; 0 for none, when equal evidence is decided by
            guessing.

    Returns:
        (trials,)
    """
    evidence = np.asarray(evidence, dtype=float)
    is_right = np.arange(evidence.shape[1]) == np.asarray(right)[:, None]
    own, others = evidence[is_right], evidence[~is_right].reshape(len(evidence), -1)
    if not noise:
        best = evidence.max(1)
        tied = np.isclose(evidence, best[:, None], rtol=1e-9, atol=0).sum(1)
        return np.where(np.isclose(own, best, rtol=1e-9, atol=0), 1 / tied, 0.0)
    lead = (own[:, None] - others) / noise  # (trials, choices - 1)
    if lead.shape[1] == 1:
        return ndtr(lead[:, 0] / np.sqrt(2))
    below = ndtr(lead[:, None, :] + _NODES[:, None]).prod(2)  # (trials, nodes)
    return below @ _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Noise:
    """Noise with which an observer is right as often as participants are in one condition.

    Attributes:
        level: its standard deviation, in the units of the evidence.
        reached: the share of right choices with it.
        wanted: the share that participants reached.
        found: whether the two agree to within 0.005.
    """

    level: float
    reached: float
    wanted: float
    found: bool


@checked(BenchmarkError, pure=True)
def fit_noise(evidence: np.ndarray, right: np.ndarray, wanted: float) -> Noise:
    """The level of noise at which the mean probability of the right choice is `wanted`.

    Where no level makes the observer good enough, it is the one that brings it closest, and `found` says that it
    failed. Levels from a thousandth to a thousand times the spread of the evidence are tried.
    """
    spread = float(np.sqrt(np.mean((evidence - evidence.mean(1, keepdims=True)) ** 2)))
    if not spread > 0:
        chance = 1 / evidence.shape[1]
        return Noise(0.0, chance, wanted, bool(abs(chance - wanted) < 0.005))

    def excess(logarithm: float) -> float:
        return float(choice_probability(evidence, right, spread * np.exp(logarithm)).mean()) - wanted

    low, high = np.log(1e-3), np.log(1e3)
    grid = np.linspace(low, high, 57)
    values = np.array([excess(x) for x in grid])
    crossings = np.flatnonzero((values[:-1] >= 0) & (values[1:] < 0))
    if len(crossings):
        at = crossings[-1]  # the noisiest observer that is good enough
        logarithm = brentq(excess, grid[at], grid[at + 1])
    else:
        logarithm = grid[np.abs(values).argmin()]
    level = spread * float(np.exp(logarithm))
    reached = excess(logarithm) + wanted
    return Noise(level, reached, wanted, bool(abs(reached - wanted) < 0.005))


@checked(BenchmarkError, pure=True)
def concordance(x: np.ndarray, y: np.ndarray) -> float:
    """Lin's (1989, Biometrics 45:255) coefficient: 1 for equal curves, less for another shape, size or height, 0 for a flat one.

    Args:
        x, y: (conditions,).
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    scale = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    covariance = ((x - x.mean()) * (y - y.mean())).mean()
    return float(2 * covariance / scale) if scale > 1e-12 else 0.0


@checked(BenchmarkError, pure=True)
def mask_cost(accuracy: np.ndarray) -> np.ndarray:
    """The cost of a mask: (2 n, ...) accuracies, in n conditions without it and then in the same with it -> (n, ...)."""
    without, masked = np.split(np.asarray(accuracy, dtype=float), 2)
    return without - masked


@checked(BenchmarkError, pure=True)
def mask_agreement(x: np.ndarray, y: np.ndarray, scored: np.ndarray) -> float:
    """Half the concordance of the accuracies of two observers, half the concordance of their masking costs.

    Args:
        x, y: (2 n,), see `mask_cost`.
        scored: (2 n,), whether an accuracy counts in the first half.
    """
    return (concordance(x[scored], y[scored]) + concordance(mask_cost(x), mask_cost(y))) / 2


@checked(BenchmarkError, pure=True)
def likelihood_position(p: np.ndarray, right: np.ndarray, trials: np.ndarray, chance: float) -> float:
    """Log-likelihood of participants' choices, relative to guessing (0) and to their own accuracies (1).

    Args:
        p: (conditions,), predicted probability of a right answer.
        right, trials: (participants, conditions), numbers of right answers and of trials.
        chance: probability of a right guess.
    """
    right, trials = np.asarray(right, dtype=float), np.asarray(trials, dtype=float)

    def likelihood(probability: np.ndarray) -> float:
        held = np.clip(probability, LOWEST, 1 - LOWEST)
        return float((right * np.log(held) + (trials - right) * np.log(1 - held)).sum())

    guessing = likelihood(np.full(np.shape(p), chance))
    saturated = likelihood(right / np.maximum(trials, 1))
    return (likelihood(np.asarray(p, dtype=float)) - guessing) / (saturated - guessing)


@checked(BenchmarkError, pure=True)
def closeness(x: np.ndarray, target: np.ndarray, error: np.ndarray, k: float = 3.0) -> float:
    """1 - sqrt(mean(min(|x - target| / (k error), 1)^2)): 1 on the target, 0 where every value misses it by k errors or more."""
    missed = np.minimum(np.abs(np.asarray(x) - target) / (k * np.asarray(error)), 1)
    return float(1 - np.sqrt(np.mean(missed**2)))


@checked(BenchmarkError, pure=True)
def threshold(times: Sequence[float], p: Sequence[float], level: float = 0.75) -> float | None:
    """The time at which a curve first rises through `level`, by interpolation over the logarithm of time; None if it does not."""
    log_times, values = np.log(np.asarray(times, dtype=float)), np.asarray(p, dtype=float)
    crossings = np.flatnonzero((values[:-1] < level) & (values[1:] >= level))
    if not len(crossings):
        return None
    at = crossings[0]
    share = (level - values[at]) / (values[at + 1] - values[at])
    return float(np.exp(log_times[at] + share * (log_times[at + 1] - log_times[at])))


@checked(BenchmarkError, pure=True)
def leave_one_out(participants: np.ndarray, agreement: Callable[[np.ndarray, np.ndarray], float]) -> np.ndarray:
    """(participants,), how well each participant's curve agrees with the mean of all others.

    Args:
        participants: (participants, conditions).
    """
    total = participants.sum(0)
    return np.array(
        [agreement((total - participant) / (len(participants) - 1), participant) for participant in participants]
    )
