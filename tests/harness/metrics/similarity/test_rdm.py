import numpy as np
import pytest
from scipy.spatial.distance import pdist, squareform
from scipy.stats import spearmanr

from harness.errors import BenchmarkError
from harness.metrics.regression.ridge import gram
from harness.metrics.similarity.rdm import (
    bootstrap_stimuli,
    correlation_distances,
    cosine,
    euclidean_distances,
    kendall_tau_a,
    noise_ceiling,
    pairs,
    spearman,
)


@pytest.fixture
def responses():
    return np.random.default_rng(0).standard_normal((12, 30)) + 2


def test_distances_are_scipys(responses):
    np.testing.assert_allclose(
        correlation_distances(responses), squareform(pdist(responses, "correlation")), atol=1e-12
    )
    np.testing.assert_allclose(euclidean_distances(gram(responses)), squareform(pdist(responses)), atol=1e-6)
    np.testing.assert_allclose(pairs(correlation_distances(responses)), pdist(responses, "correlation"), atol=1e-12)


def test_comparisons_by_hand_and_by_scipy():
    random = np.random.default_rng(0)
    x, y = random.integers(0, 4, (2, 40)).astype(float)
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic)
    signs = np.sign(x[:, None] - x) * np.sign(y[:, None] - y)
    assert kendall_tau_a(x, y) == pytest.approx(signs.sum() / (40 * 39))
    assert cosine(np.array([1.0, 0]), np.array([1.0, 1])) == pytest.approx(0.5**0.5)


@pytest.mark.parametrize("compare", [spearman, kendall_tau_a, cosine])
def test_the_true_matrix_lies_between_the_bounds_of_the_ceiling(compare):
    random = np.random.default_rng(0)
    truth = np.abs(random.standard_normal(66))
    rdms = np.abs(truth + 0.3 * random.standard_normal((8, 66)))
    lower, upper = noise_ceiling(rdms, compare)
    reached = np.mean([compare(rdm, truth) for rdm in rdms])
    assert lower < reached < upper + 1e-12 <= 1 + 1e-12
    with pytest.raises(BenchmarkError, match="two"):
        noise_ceiling(rdms[:1])


def test_the_same_matrix_scores_one_and_shuffled_stimuli_nothing(responses):
    rdm = correlation_distances(responses)
    assert bootstrap_stimuli(rdm, rdm, draws=50).low == pytest.approx(1)
    random = np.random.default_rng(0)
    shuffled = [
        spearman(pairs(rdm), pairs(rdm[np.ix_(order, order)])) for order in (random.permutation(12) for _ in range(200))
    ]
    assert abs(np.mean(shuffled)) < 0.05


def test_the_bootstrap_covers_the_spread_over_sets_of_stimuli():
    """Standard error from one set of 40 stimuli against the true spread over sets."""
    random = np.random.default_rng(0)
    mix = random.standard_normal((20, 20))

    def draw():
        x = random.standard_normal((40, 20))
        return correlation_distances(x), correlation_distances(x @ mix + 3 * random.standard_normal((40, 20)))

    spread = np.std([spearman(*map(pairs, draw())) for _ in range(100)])
    errors = [bootstrap_stimuli(*draw(), draws=60).error for _ in range(8)]
    assert 0.6 * spread < np.mean(errors) < 2 * spread


def test_undefined_distances_are_refused(responses):
    responses[3] = 7
    with pytest.raises(BenchmarkError, match="Euclidean"):
        correlation_distances(responses)
    responses[3, 0] = np.nan
    with pytest.raises(BenchmarkError, match="finite"):
        correlation_distances(responses)


def test_equal_patterns_have_no_distance_whatever_rounding_makes_of_them():
    random = np.random.default_rng(0)
    alike = random.standard_normal(500) * random.uniform(1, 2, (20, 1))
    other = pairs(correlation_distances(random.standard_normal((20, 30))))
    distances = pairs(correlation_distances(alike))
    assert (distances == 0).all()
    assert np.isnan(cosine(distances, other)) and np.isnan(spearman(distances, other))
    assert (euclidean_distances(gram(np.tile(alike[:1] + 1e3, (20, 1)))) == 0).all()
