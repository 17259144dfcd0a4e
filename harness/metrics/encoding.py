"""How well the responses of neurons are predicted, by a linear map, from the features of a model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.correlation import pearson
from harness.metrics.resampling import group_k_fold, split_digest
from harness.metrics.ridge import PENALTIES, fit_ridge_cv, mean_variance


@dataclass(frozen=True)
class Encoding:
    """Cross-validated prediction of every unit.

    Attributes:
        correlation: (n_units,), Pearson's r between prediction and response to held-out stimuli, mean over folds. NaN
            for a unit that does not vary over the test stimuli of any fold.
        penalty: (n_units,), the chosen penalty relative to the variance of the features, geometric mean over folds.
        at_edge: share of the choices that fell on the smallest or largest penalty offered.
        splits: digest of the outer splits.
    """

    correlation: np.ndarray
    penalty: np.ndarray
    at_edge: float
    splits: str


def cross_validated_ridge(
    K: np.ndarray,
    Y: np.ndarray,
    ids: Sequence[str],
    groups: Sequence[object] | np.ndarray | None = None,
    folds: int = 5,
    inner_folds: int = 5,
    seed: int = 0,
) -> Encoding:
    """Predict every unit by ridge regression, cross-validated over stimuli.

    The penalty of each unit is chosen by cross-validation within the training stimuli of each fold. The correlation is
    taken within each fold and then averaged: over pooled folds it would be biased downwards, since the mean of the
    training stimuli is lower where that of the test stimuli is higher.

    Args:
        K: (n_stimuli, n_stimuli) Gram matrix of the features, see `gram`.
        Y: (n_stimuli, n_units).
        ids: names of the stimuli.
        groups: stimuli of one group stay on one side of every split; each stimulus is its own group if there are none.

    Raises:
        BenchmarkError: if responses are missing, or the features do not vary over the stimuli.
    """
    if not np.isfinite(Y).all():
        raise BenchmarkError("a response is missing: every unit needs at least one response to every stimulus")
    groups = np.arange(len(Y)) if groups is None else np.asarray(groups)
    outer = group_k_fold(groups, folds, seed)
    correlations, penalties = [], []
    for split in outer:
        K_train = K[np.ix_(split.train, split.train)]
        fit = fit_ridge_cv(K_train, Y[split.train], group_k_fold(groups[split.train], inner_folds, seed))
        r = pearson(fit.predict(K[np.ix_(split.test, split.train)]), Y[split.test])
        if (np.isnan(r) & (np.ptp(Y[split.test], axis=0) > 0)).any():
            raise BenchmarkError("the features do not vary over the test stimuli of a fold, so nothing can be compared")
        correlations.append(r)
        penalties.append(fit.alpha / mean_variance(K_train))
    chosen = np.array(penalties)
    at_edge = np.isclose(chosen, PENALTIES[0]) | np.isclose(chosen, PENALTIES[-1])
    geometric_mean = np.exp(np.log(chosen).mean(0))
    return Encoding(
        _mean_over_folds(np.array(correlations)), geometric_mean, float(at_edge.mean()), split_digest(outer, ids)
    )


def _mean_over_folds(correlations: np.ndarray) -> np.ndarray:
    defined = np.isfinite(correlations)
    with np.errstate(invalid="ignore"):
        return np.where(defined, correlations, 0).sum(0) / defined.sum(0)
