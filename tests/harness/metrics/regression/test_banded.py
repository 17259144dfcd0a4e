import sys

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.banded import fit_banded_ridge, partition_variance, split_r_squared
from harness.metrics.regression.ridge import fit_ridge_cv, gram
from harness.metrics.statistics.correlation import r_squared
from harness.metrics.statistics.resampling import k_fold

pytest.importorskip("himalaya")
TRAIN, TEST = np.arange(90), np.arange(90, 130)


@pytest.fixture
def bands():
    """A band of 15 features that explains the targets, and one of 300 that does not; unequal scales and offsets."""
    random = np.random.default_rng(0)
    A, B = random.standard_normal((130, 15)) + 3, 20 * random.standard_normal((130, 300)) - 8
    Y = A @ random.standard_normal((15, 6)) + random.standard_normal((130, 6)) + 10
    return {"A": gram(A), "B": gram(B)}, Y


def _part(Ks, rows, columns):
    return {band: K[np.ix_(rows, columns)] for band, K in Ks.items()}


def test_one_band_is_ridge_regression(bands):
    Ks, Y = bands
    splits = k_fold(90, 5)
    fit = fit_banded_ridge(_part({"A": Ks["A"]}, TRAIN, TRAIN), Y[TRAIN], splits)
    ridge = fit_ridge_cv(Ks["A"][:90, :90], Y[TRAIN], splits)
    np.testing.assert_allclose(
        fit.predict(_part(Ks, TEST, TRAIN)), ridge.predict(Ks["A"][np.ix_(TEST, TRAIN)]), atol=1e-8
    )


def test_the_band_that_explains_is_found_and_the_other_costs_little(bands):
    Ks, Y = bands
    fit = fit_banded_ridge(_part(Ks, TRAIN, TRAIN), Y[TRAIN], k_fold(90, 5), draws=30)
    assert (fit.strength[0] > 10 * fit.strength[1]).mean() > 0.8
    predicted = fit.predict(_part(Ks, TEST, TRAIN))
    both = fit_ridge_cv((Ks["A"] + Ks["B"])[:90, :90], Y[TRAIN], k_fold(90, 5))
    assert (
        r_squared(predicted, Y[TEST]).mean()
        > r_squared(both.predict((Ks["A"] + Ks["B"])[np.ix_(TEST, TRAIN)]), Y[TEST]).mean() + 0.1
    )


def test_the_parts_of_r_squared_are_himalayas_and_add_up(bands):
    from himalaya.scoring import r2_score_split

    Ks, Y = bands
    fit = fit_banded_ridge(_part(Ks, TRAIN, TRAIN), Y[TRAIN], k_fold(90, 5), draws=10)
    parts = fit.predict_bands(_part(Ks, TEST, TRAIN))
    parts -= parts.mean(1, keepdims=True)
    truth = Y[TEST] - Y[TEST].mean(0)
    contributions = split_r_squared(parts, truth)
    np.testing.assert_allclose(contributions, r2_score_split(truth, parts), atol=1e-10)
    np.testing.assert_allclose(contributions.sum(0), r_squared(parts.sum(0), truth), atol=1e-10)


def test_variance_is_partitioned_as_it_was_made():
    """Y = a + s with s in both bands: A explains all, B what is shared, and only A has something of its own."""
    random = np.random.default_rng(1)
    own, shared = random.standard_normal((2, 200, 5))
    Ks = {"A": gram(np.hstack([own, shared])), "B": gram(shared)}
    Y = own @ random.standard_normal((5, 4)) / 2 + shared @ random.standard_normal((5, 4)) / 2
    Y += 0.2 * random.standard_normal(Y.shape)
    partition = partition_variance(Ks, Y, k_fold(200, 3), lambda train: k_fold(len(train), 3), draws=10)
    assert partition.joint.min() > 0.9 and np.abs(partition.unique[1]).max() < 0.03
    np.testing.assert_allclose(partition.unique[0], partition.joint - partition.alone[1], atol=1e-12)
    np.testing.assert_allclose(partition.shared + partition.unique.sum(0), partition.joint, atol=1e-12)
    with pytest.raises(BenchmarkError, match="two bands"):
        partition_variance({"A": Ks["A"]}, Y, k_fold(200, 3), lambda train: k_fold(len(train), 3))


def test_without_himalaya_it_says_what_to_install(bands, monkeypatch):
    monkeypatch.setitem(sys.modules, "himalaya.kernel_ridge", None)
    with pytest.raises(BenchmarkError, match=r"\[banded\]"):
        fit_banded_ridge(bands[0], bands[1], k_fold(130, 5))
