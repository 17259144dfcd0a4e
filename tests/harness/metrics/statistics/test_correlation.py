import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from harness.errors import BenchmarkError
from harness.metrics.statistics.correlation import pearson, poisson_deviance_explained, r_squared, within_groups


def test_is_pearsons_r_of_every_column():
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, 30, 7))
    expected = [np.corrcoef(x[:, i], y[:, i])[0, 1] for i in range(7)]
    np.testing.assert_allclose(pearson(x, y), expected, rtol=1e-12)
    np.testing.assert_allclose(pearson(x[:, 0], y[:, 0]), expected[0])


def test_what_does_not_vary_has_no_correlation():
    random = np.random.default_rng(0)
    y = random.standard_normal((20, 4))
    x = np.stack([np.full(20, 0.1), np.zeros(20), np.full(20, 1e8), y[:, 3]], axis=1)
    assert np.isnan(pearson(x, y)).tolist() == [True, True, True, False]
    assert np.isnan(pearson(np.where(np.arange(20)[:, None] == 3, np.nan, y), y)).all()


@given(arrays(float, (12, 2), elements=st.floats(-1e6, 1e6)), st.floats(1e-6, 1e6), st.floats(-1e3, 1e3))
def test_stays_in_range_and_ignores_scale(x, scale, shift):
    y = np.random.default_rng(1).standard_normal((12, 2))
    r, scaled = pearson(x, y), pearson(x * scale, y * 3 + shift)
    assert ((np.abs(r) <= 1) | np.isnan(r)).all()
    both = np.isfinite(r) & np.isfinite(scaled)
    np.testing.assert_allclose(scaled[both], r[both], atol=1e-6)


def test_r_squared_counts_scale_and_offset():
    from sklearn.metrics import r2_score

    random = np.random.default_rng(0)
    y, prediction = random.standard_normal((2, 50, 3))
    y[:, 2] = 4
    r2 = r_squared(prediction, y)
    np.testing.assert_allclose(r2[:2], r2_score(y[:, :2], prediction[:, :2], multioutput="raw_values"))
    assert np.isnan(r2[2]) and r_squared(1e-200 * y[:, :1], 1e-200 * y[:, :1]) == pytest.approx(1)


def test_differences_between_groups_carry_nothing_within_them():
    groups = np.repeat([0, 1], 50)
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, 100)) + 5 * groups
    assert pearson(x, y) > 0.8 > 0.2 > abs(pearson(within_groups(x, groups), within_groups(y, groups)))


def test_deviance_explained_is_scikit_learns():
    from sklearn.metrics import d2_tweedie_score

    random = np.random.default_rng(0)
    rates = random.uniform(0.5, 8, (200, 2))
    counts = random.poisson(rates)
    expected = [d2_tweedie_score(counts[:, i], rates[:, i], power=1) for i in range(2)]
    np.testing.assert_allclose(poisson_deviance_explained(rates, counts), expected)
    np.testing.assert_allclose(poisson_deviance_explained(np.full_like(rates, counts.mean(0)), counts), 0, atol=1e-12)
    assert np.isnan(poisson_deviance_explained(rates[:, 0], np.zeros(200)))
    with pytest.raises(BenchmarkError, match="never negative"):
        poisson_deviance_explained(rates, -counts)
