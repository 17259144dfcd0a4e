"""Log-linear Poisson regression of spike counts, neuron by neuron, on the leading principal components of the features."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.regression.encoding import Encoding
from harness.metrics.regression.influence import Influence, halves_of
from harness.metrics.regression.ridge import mean_variance
from harness.metrics.statistics import (
    Split,
    group_k_fold,
    groups_of,
    held_out_pearson,
    mean_of_defined,
    poisson_deviance_explained,
    split_digest,
    to_numpy,
)

COMPONENTS = 25
PENALTIES = np.logspace(-4, 1, 6)
"""As those of ridge regression, multiples of the variance summed over features; times the mean count, to which the curvature of a
Poisson likelihood is proportional."""


@checked(BenchmarkError, pure=True)
def cross_validated_poisson(
    K: Any,
    Y: np.ndarray,
    ids: Sequence[str],
    groups: Sequence[object] | np.ndarray | None = None,
    folds: Count = 5,
    inner_folds: Count = 3,
    seed: Seed = 0,
) -> Encoding:
    """Expected counts exp(w x + b) of every unit (scikit-learn's `PoissonRegressor`), cross-validated over stimuli.

    Components, at most 25, are those of the training stimuli. The penalty of each unit is the one with the least deviance over
    what is left out within them. There is no closed form: 19 fits per fold and unit, in all 0.2 s per unit for 400 stimuli,
    whatever the number of features.

    Args:
        K: (n_samples, n_samples), Gram matrix of the features.
        Y: (n_samples, n_units), mean counts, not negative.
        ids, groups, folds, inner_folds, seed: as of `cross_validated_ridge`.

    Raises:
        BenchmarkError: for responses that are missing or negative, or features that do not vary.
    """
    if not (np.isfinite(Y).all() and (Y >= 0).all()):
        raise BenchmarkError("a Poisson regression is of counts, which are never missing and never negative")
    K, groups = np.asarray(to_numpy(K), dtype=np.float64), groups_of(len(Y), groups)
    outer = group_k_fold(groups, folds, seed)
    r, deviance, penalty, expected, by_halves = [], [], [], [], []
    for split in outer:
        inner = group_k_fold(groups[split.train], min(inner_folds, len(np.unique(groups[split.train]))), seed)
        train, test = _components(K, split)
        found = [_fit(train, test, y, inner) for y in Y[split.train].T]
        predicted = np.array([one for one, _ in found]).T
        r.append(held_out_pearson(predicted, Y[split.test]))
        deviance.append(poisson_deviance_explained(predicted, Y[split.test]))
        penalty.append([chosen for _, chosen in found])
        expected.append(predicted)
        first, second = (
            np.array([_rates(train[h], y[h], test, p) for y, p in zip(Y[split.train].T, penalty[-1], strict=True)]).T
            for h in halves_of(inner)
        )
        by_halves.append((first, second))
    edges = np.isin(penalty, PENALTIES[[0, -1]])
    return Encoding(
        mean_of_defined(np.array(r)),
        np.exp(np.log(penalty).mean(0)),
        float(edges.mean()),
        split_digest(outer, ids),
        Influence.of(Y, outer, expected, by_halves),
        mean_of_defined(np.array(deviance)),
    )


def _components(K: np.ndarray, split: Split) -> tuple[np.ndarray, np.ndarray]:
    """Scores of training and test samples on the leading components of the former, whose variance sums to at most 1."""
    train, test = K[np.ix_(split.train, split.train)], K[np.ix_(split.test, split.train)]
    scale, mean = mean_variance(train), train.mean(0)
    train, test = (part - mean - (part.mean(1) - mean.mean())[:, None] for part in (train, test))
    values, vectors = np.linalg.eigh(train)
    leading = [i for i in range(len(values))[::-1][:COMPONENTS] if values[i] > 1e-10 * values[-1]]
    basis = vectors[:, leading] / np.sqrt(values[leading] * scale)
    return train @ basis, test @ basis


def _fit(train: np.ndarray, test: np.ndarray, y: np.ndarray, inner: Sequence[Split]) -> tuple[np.ndarray, float]:
    """(n_test,) expected counts, and the penalty."""
    losses = np.zeros(len(PENALTIES))
    for split in inner:
        held_out = y[split.test]
        for at, penalty in enumerate(PENALTIES):
            rates = _rates(train[split.train], y[split.train], train[split.test], penalty)
            losses[at] += (rates - held_out * np.log(rates)).sum()
    chosen = PENALTIES[losses.argmin()]
    return _rates(train, y, test, chosen), float(chosen)


def _rates(train: np.ndarray, y: np.ndarray, test: np.ndarray, penalty: float) -> np.ndarray:
    from sklearn.linear_model import PoissonRegressor

    if not y.any():
        return np.full(len(test), 1e-9)
    model = PoissonRegressor(alpha=penalty * y.mean(), solver="newton-cholesky", max_iter=100)
    return np.maximum(model.fit(train, y).predict(test), 1e-9)
