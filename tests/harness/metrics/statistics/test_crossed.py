"""Errors over two samples at once."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.statistics import Crossed, difference_p, differences_p, projected


def table(random, stimuli, units, spread):
    """(stimuli, units) of a mean, effects of both, and noise of each pair."""
    a, b, both = spread
    effects = a * random.standard_normal((stimuli, 1)) + b * random.standard_normal(units)
    return effects + both * random.standard_normal((stimuli, units))


def crossed(values):
    n, m = values.shape
    return Crossed.of((values - values.mean(0)) / (n * m), (values.mean(0) - values.mean()) / m)


@pytest.mark.parametrize("spread", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.3, 0.5, 1), (0.1, 0.1, 2)])
def test_stated_errors_are_the_spread_of_the_mean(spread):
    random = np.random.default_rng(0)
    tables = [table(random, 30, 12, spread) for _ in range(300)]
    true = np.sqrt(spread[0] ** 2 / 30 + spread[1] ** 2 / 12 + spread[2] ** 2 / 360)
    stated = np.sqrt(np.mean([crossed(values).variance for values in tables]))
    assert 0.95 < stated / true < 1.25  # where all is noise of pairs, the larger of two estimates of it is taken
    far = [abs(t.mean()) > np.diff(crossed(t).interval(0.0))[0] / 2 for t in tables]
    assert np.mean(far) < 0.08


def test_a_difference_has_the_error_of_the_difference_of_the_tables():
    random = np.random.default_rng(1)
    common = table(random, 40, 20, (1, 1, 1))
    one, other = common + table(random, 40, 20, (0.1, 0.2, 1)), common + table(random, 40, 20, (0.1, 0.2, 1))
    apart, exact = crossed(one) - crossed(other), crossed(one - other)
    assert apart.error == pytest.approx(exact.error, rel=0.15)
    assert apart.error < 0.5 * np.hypot(crossed(one).error, crossed(other).error)


def test_projections_are_linear_and_keep_the_sum_of_squares():
    values, more = np.random.default_rng(2).standard_normal((2, 50, 30))
    np.testing.assert_allclose(projected(values + more), projected(values) + projected(more))
    assert np.mean(projected(values, projections=4000) ** 2) == pytest.approx((values**2).sum(), rel=0.1)


def test_degrees_of_freedom_are_those_of_the_axis_that_counts():
    few = crossed(table(np.random.default_rng(0), 500, 4, (0, 1, 0.1)))
    assert few.degrees == pytest.approx(3, abs=0.1)
    low, high = few.interval(0.0)
    assert high == pytest.approx(-low) and high == pytest.approx(3.18 * few.error, rel=0.02)


def test_no_p_comes_from_no_error_and_two_units_are_needed():
    assert np.isnan(difference_p(0.1, 0.0, 5)) and difference_p(0.196, 0.1, np.inf) == pytest.approx(0.05, abs=1e-3)
    with pytest.raises(BenchmarkError, match="takes two units, not 1"):
        Crossed.of(np.zeros((5, 1)), np.zeros(1))


def test_of_a_single_stimulus_the_error_is_over_units_alone():
    units = np.array([0.1, -0.2, 0.3, 0.0])
    found = Crossed.of(np.zeros((1, 4)), units)
    assert list(found.axes) == ["units"]
    assert found.error == pytest.approx(4 * units.std(ddof=1) / 2)


def test_all_pairs_are_what_each_pair_is():
    random = np.random.default_rng(0)
    influences = [
        Crossed({"a": random.standard_normal(9), "b": random.standard_normal(7)}, random.standard_normal(64) / 9)
    ]
    influences += [
        Crossed({"a": random.standard_normal(9), "b": random.standard_normal(7)}, twice)
        for twice in (np.zeros(0), influences[0].twice)
    ]
    influences.append(influences[0])
    means = [0.3, 0.9, 0.4, 0.3]
    found = differences_p(means, influences)
    for i, j in [(0, 1), (0, 2), (1, 2), (2, 3)]:
        apart = influences[i] - influences[j]
        assert (
            found[i, j]
            == found[j, i]
            == pytest.approx(difference_p(means[i] - means[j], apart.error, apart.degrees), rel=1e-9)
        )
    assert found[0, 3] == 1.0
