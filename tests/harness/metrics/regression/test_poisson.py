"""Links to spike counts: expected counts of simulated neurons are found, and nothing where there is nothing."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.encoding import cross_validated_ridge, held_out_predictions
from harness.metrics.regression.poisson import cross_validated_poisson
from harness.metrics.regression.ridge import gram
from harness.metrics.statistics.correlation import held_out_pearson, poisson_deviance_explained, roots, squared_roots
from harness.metrics.statistics.resampling import group_k_fold

N, FEATURES, UNITS, REPEATS = 150, 5, 8, 10
IDS = [f"s{i}" for i in range(N)]


@pytest.fixture(scope="module")
def neurons():
    """Features, expected counts that are log-linear in them, and mean counts over repeats."""
    random = np.random.default_rng(0)
    X = random.standard_normal((N, FEATURES))
    expected = np.exp(0.4 * X @ random.standard_normal((FEATURES, UNITS)))
    return X, expected, random.poisson(expected, (REPEATS, N, UNITS)).mean(0)


def test_both_links_come_near_the_true_rate_and_beat_identity(neurons):
    X, expected, counts = neurons
    true = poisson_deviance_explained(expected, counts).mean()
    K = gram(X)
    poisson, square = cross_validated_poisson(K, counts, IDS), cross_validated_ridge(K, counts, IDS, link="sqrt")
    outer = group_k_fold(np.arange(N), 5, 0)
    identity = held_out_predictions(K, counts, outer, lambda train: group_k_fold(train, 5, 0))
    assert poisson.deviance.mean() > 0.97 * true and square.deviance.mean() > 0.85 * true
    assert identity.deviance_explained(counts).mean() < 0.7 * square.deviance.mean()
    assert cross_validated_ridge(K, counts, IDS).deviance is None and poisson.splits == square.splits


def test_unrelated_features_explain_nothing(neurons):
    K = gram(np.random.default_rng(9).standard_normal((N, FEATURES)))
    for found in (cross_validated_poisson(K, neurons[2], IDS), cross_validated_ridge(K, neurons[2], IDS, link="sqrt")):
        assert abs(found.deviance.mean()) < 0.1 and abs(found.correlation.mean()) < 0.1


def test_more_features_than_stimuli_and_a_silent_neuron(neurons):
    X, _, counts = neurons
    counts = np.concatenate([counts[:, :2], np.zeros((N, 1))], axis=1)
    wide = np.hstack([X, 0.05 * np.random.default_rng(1).standard_normal((N, 300))])
    found = cross_validated_poisson(gram(wide), counts, IDS)
    assert (found.deviance[:2] > 0.7).all() and np.isnan(found.deviance[2]) and np.isnan(found.correlation[2])


def test_squares_of_predicted_roots_are_expected_counts():
    counts = np.random.default_rng(0).poisson(3.0, 20_000)
    expected = squared_roots(np.full((1, 1), np.sqrt(counts).mean()), np.array([np.sqrt(counts).var()]))
    assert float(expected[0, 0]) == pytest.approx(counts.mean())
    assert squared_roots(np.array([[-2.0]]), np.array([0.25]))[0, 0] == 0.25


def test_what_predicts_nothing_correlates_by_nothing():
    y = np.arange(6.0).reshape(3, 2) * [1, 0]
    np.testing.assert_array_equal(held_out_pearson(np.ones((3, 2)), y), [0, np.nan])
    assert np.isnan(held_out_pearson(np.ones((0, 2)), np.ones((0, 2)))).all()


def test_counts_are_never_negative(neurons):
    X, _, counts = neurons
    with pytest.raises(BenchmarkError, match="never negative"):
        roots(counts - 1)
    with pytest.raises(BenchmarkError, match="never negative"):
        cross_validated_poisson(gram(X), counts - 1, IDS)
    with pytest.raises(BenchmarkError, match="do not vary"):
        cross_validated_poisson(gram(np.ones((N, 2))), counts, IDS)
