"""Scores of regions from folds: what is compared, resampled and shuffled."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.regression.voxelwise import (
    cell_ratios,
    correlation,
    from_neighbours,
    shuffled_sums,
    within_folds,
)
from harness.metrics.statistics.correlation import pearson
from harness.metrics.statistics.resampling import Split


@pytest.fixture
def pair():
    random = np.random.default_rng(0)
    y = random.standard_normal((120, 7))
    return 0.5 * y + random.standard_normal((120, 7)), y


def test_one_fold_gives_pearsons_r(pair):
    x, y = (within_folds(values, np.zeros(120)) for values in pair)
    np.testing.assert_allclose(correlation(x, y), pearson(*pair), atol=1e-12)


def test_differences_between_folds_carry_nothing(pair):
    folds = np.repeat([0, 1, 2], 40)
    x, y = (within_folds(values, folds) for values in pair)
    expected = np.mean([pearson(pair[0][folds == k], pair[1][folds == k]) for k in range(3)], axis=0)
    np.testing.assert_allclose(correlation(x, y), expected, atol=1e-12)
    moved = within_folds(pair[0] * 3 + 10 * folds[:, None], folds)
    np.testing.assert_allclose(correlation(moved, y), expected, atol=1e-12)


def test_what_does_not_vary_has_no_correlation(pair):
    x, y = pair
    x = np.where(np.arange(7) == 2, 4.1, x)
    r = correlation(*(within_folds(values, np.zeros(120)) for values in (x, y)))
    assert np.isnan(r).tolist() == [False, False, True, False, False, False, False]


def test_cells_are_ratios_of_sums_of_what_has_both():
    r = np.array([0.2, 0.4, np.nan, 0.3, 0.1])
    ceilings = np.array([0.5, 0.5, 0.9, np.nan, 0.2])
    np.testing.assert_allclose(cell_ratios(r, ceilings, np.array([0, 0, 0, 1, 2]), 3), [0.6, np.nan, 0.5])
    assert cell_ratios(np.stack([r, r]), ceilings, np.array([0, 0, 0, 1, 2]), 3).shape == (2, 3)


def test_shuffled_responses_give_nothing_and_keep_their_autocorrelation(pair):
    x, y = (within_folds(values, np.zeros(120)) for values in pair)
    null = shuffled_sums(x, y, 5, draws=400)
    assert abs(null.mean()) < 0.1 and correlation(x, y).sum() > null.max()
    slow = np.cumsum(np.random.default_rng(2).standard_normal((2, 120, 7)), axis=1)
    slow = [within_folds(values, np.zeros(120)) for values in slow]
    assert shuffled_sums(*slow, 20, draws=400).std() > 2 * shuffled_sums(*slow, 1, draws=400).std()
    with pytest.raises(BenchmarkError, match="too few blocks"):
        shuffled_sums(x, y, 60)


def test_neighbours_are_weighted_by_their_nearness_and_never_of_another_run():
    responses = np.array([0.0, 9, 9, 30, 100, 9, 9, 7])[:, None]
    runs = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    split = Split(np.array([0, 3, 4]), np.array([1, 2, 5, 6, 7]))
    np.testing.assert_allclose(from_neighbours(responses, split, runs)[:, 0], [10, 20, 100, 0, 0])
