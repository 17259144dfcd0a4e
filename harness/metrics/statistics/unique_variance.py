"""Variance of many targets that several predictors explain over models, by non-negative least squares, and each one's unique part.

The units are models: how well they do on tasks (predictors) explains how well they match each of many recordings (targets). Weights
are not negative, as a task that models do better on is not to explain why they match a brain worse.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics.hypothesis_tests import false_discovery, permutation_p

PERMUTATIONS = BOOTSTRAPS = 1000


@dataclass(frozen=True)
class UniqueVariance:
    """A regression of targets on predictors over n models, and the part of each predictor.

    Attributes:
        weights: (predictors, targets), of standardised columns.
        explained: (targets,), R2 adjusted for the number of predictors.
        unique: (predictors, targets), adjusted R2 that is lost without a predictor.
        p: (predictors, targets), that a predictor in another order of models adds as much.
        q: the same, corrected for the number of targets (false discovery rate, Benjamini & Hochberg 1995); as p, NaN of a target
            that all models have alike.
        low, high: (predictors, targets), 95 % interval of R2 that is lost without a predictor, in models that were left out of the
            fit.
    """

    weights: np.ndarray
    explained: np.ndarray
    unique: np.ndarray
    p: np.ndarray
    q: np.ndarray
    low: np.ndarray
    high: np.ndarray


@checked(BenchmarkError, pure=True)
def explained_uniquely(
    predictors: np.ndarray,
    targets: np.ndarray,
    permutations: Count = PERMUTATIONS,
    bootstraps: Count = BOOTSTRAPS,
    seed: Seed = 0,
) -> UniqueVariance:
    """Unique part of each predictor in each target.

    Columns are standardised over the models, so that there is no intercept to fit. With p predictors in n models

        adjusted R2 = 1 - (1 - R2) (n - 1) / (n - p - 1).

    A predictor is tested by shuffling its values over models (p = (b + 1) / (m + 1), Phipson & Smyth 2010); its interval comes from
    resamples of the models, with weights of those drawn and R2 of those that were not.

    Args:
        predictors: (models, predictors).
        targets: (models, targets).
        permutations, bootstraps: number of draws.

    Raises:
        BenchmarkError: for fewer models than three more than predictors, values that are not finite, or a predictor that all models
            have alike.
    """
    x, y = np.asarray(predictors, float), np.asarray(targets, float)
    n, count = x.shape
    if n != len(y) or n < count + 3:
        raise BenchmarkError(
            f"{count} predictors of {y.shape[1]} targets need {count + 3} models that have them all, not {min(n, len(y))}"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()) or (x.std(0) == 0).any():
        raise BenchmarkError("predictors and targets are finite numbers, and no predictor is the same for all models")
    x, y = _standardised(x), _standardised(y)
    random = np.random.default_rng(seed)
    whole = _adjusted(x, y)
    reduced = np.stack([_adjusted(np.delete(x, i, 1), y) for i in range(count)])
    unique = whole - reduced
    null = np.empty((permutations, count, y.shape[1]))
    for draw in range(permutations):
        order = random.permutation(n)
        for i in range(count):
            shuffled = x.copy()
            shuffled[:, i] = x[order, i]
            null[draw, i] = _adjusted(shuffled, y) - reduced[i]
    p = np.where(np.isfinite(unique), permutation_p(unique, null), np.nan)
    q = np.stack([false_discovery(row) for row in p])
    low, high = _left_out(x, y, bootstraps, random)
    return UniqueVariance(_weights(x, y), whole, unique, p, q, low, high)


def _standardised(columns: np.ndarray) -> np.ndarray:
    """Columns of mean 0 and variance 1; one that is the same everywhere is 0."""
    spread = columns.std(0)
    return (columns - columns.mean(0)) / np.where(spread > 0, spread, 1.0)


def _weights(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(predictors, targets), none negative."""
    if x.shape[1] == 0:
        return np.zeros((0, y.shape[1]))
    return np.stack([nnls(x, column)[0] for column in y.T], 1)


def _explained(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """R2 of each column; NaN of one that does not vary."""
    left, all_ = ((truth - predicted) ** 2).sum(0), ((truth - truth.mean(0)) ** 2).sum(0)
    return 1 - left / np.where(all_ > 0, all_, np.nan)


def _adjusted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    n, count = x.shape
    return 1 - (1 - _explained(y, x @ _weights(x, y))) * (n - 1) / (n - count - 1)


def _left_out(x: np.ndarray, y: np.ndarray, draws: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the intervals (predictors, targets) of R2 that is lost without a predictor, in models left out of each resample."""
    lost = []
    for _ in range(draws):
        bag = random.integers(0, len(x), len(x))
        rest = np.setdiff1d(np.arange(len(x)), bag)
        if len(rest) < 3 or (x[bag].std(0) == 0).any():
            continue
        without: Sequence[list[int]] = [[], *([i] for i in range(x.shape[1]))]
        fits = [_held_out(np.delete(x, gone, 1), y, bag, rest) for gone in without]
        lost.append([fits[0] - fit for fit in fits[1:]])
    if len(lost) < 2:
        raise BenchmarkError(f"{len(x)} models are too few to leave some out of a fit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of targets that all models have alike
        low, high = np.nanquantile(np.array(lost), [0.025, 0.975], axis=0)
    return low, high


def _held_out(x: np.ndarray, y: np.ndarray, bag: np.ndarray, rest: np.ndarray) -> np.ndarray:
    return _explained(y[rest], x[rest] @ _weights(x[bag], y[bag]))
