"""Ridge regression from sums: the same as from samples."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.moments import Moments, fit
from harness.metrics.regression.ridge import PENALTIES, fit_ridge_cv, gram
from harness.metrics.statistics.correlation import pearson
from harness.metrics.statistics.resampling import leave_one_group_out


def series(seed=0, n=60, features=8, targets=5, blocks=4, noise=1.0):
    random = np.random.default_rng(seed)
    X = random.standard_normal((blocks * n, features)) + 2
    Y = X @ random.standard_normal((features, targets)) + noise * random.standard_normal((blocks * n, targets)) - 1
    return X, Y, np.repeat(np.arange(blocks), n)


def test_it_is_ridge_regression_with_penalties_chosen_by_block():
    X, Y, block = series()
    parts = [Moments.of(X[block == b], Y[block == b]) for b in range(3)]
    fitted = fit(parts)
    train = block < 3
    K = gram(X[train])
    expected = fit_ridge_cv(K, Y[train], leave_one_group_out(block[train]), PENALTIES)
    predicted = expected.predict((X[~train] - X[train].mean(0)) @ (X[train] - X[train].mean(0)).T)
    np.testing.assert_allclose(fitted.predict(X[~train]), predicted, atol=1e-6)
    np.testing.assert_allclose(fitted.error, ((predicted - Y[~train]) ** 2).mean(0), rtol=0.5)


def test_parts_of_a_block_add_up():
    X, Y, _ = series()
    both, whole = Moments.of(X[:20], Y[:20]) + Moments.of(X[20:], Y[20:]), Moments.of(X, Y)
    for name in ("n", "x", "y", "xx", "xy", "yy"):
        np.testing.assert_allclose(getattr(both, name), getattr(whole, name))


def test_unrelated_series_are_not_predicted():
    X, _, block = series(0, n=400)
    _, Y, _ = series(7, n=400)
    parts = [Moments.of(X[block == b], Y[block == b]) for b in range(3)]
    assert abs(pearson(fit(parts).predict(X[block == 3]), Y[block == 3]).mean()) < 0.06


def test_what_does_not_vary():
    X, Y, block = series()
    Y[:, 0] = 3
    parts = [Moments.of(X[block == b], Y[block == b]) for b in range(2)]
    np.testing.assert_allclose(fit(parts).predict(X[block == 2])[:, 0], 3)
    still = [Moments.of(0 * X[block == b] + 1, Y[block == b]) for b in range(2)]
    with pytest.raises(BenchmarkError, match="do not vary"):
        fit(still)
    with pytest.raises(BenchmarkError, match="two blocks"):
        fit(parts[:1])
    with pytest.raises(BenchmarkError, match="finite"):
        Moments.of(X * np.nan, Y)
