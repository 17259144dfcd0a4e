"""Similarity of distributions over bins."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from harness.errors import BenchmarkError
from harness.metrics.statistics.distributions import (
    Histogram,
    ks_distance,
    ks_similarity,
    largest_distance,
    sampled_similarity,
)

UNIFORM = Histogram(edges=tuple(np.linspace(0, 1, 11)), counts=(10,) * 10)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=50), st.lists(st.integers(0, 9), min_size=1, max_size=50))
def test_distance_is_that_of_scipy_on_binned_values(first, second):
    histogram = Histogram(edges=tuple(np.arange(11) - 0.5), counts=(1,) * 10)
    distance = ks_distance(histogram.shares_of(first), histogram.shares_of(second))
    assert distance == pytest.approx(ks_2samp(first, second).statistic)


def test_scale():
    assert ks_similarity(np.linspace(0, 0.999, 1000), UNIFORM) == pytest.approx(1, abs=0.002)
    assert ks_similarity(np.full(50, 0.999), UNIFORM) == pytest.approx(0.1)  # all in the last of ten bins
    assert ks_similarity(np.full(50, 0.45), UNIFORM) == pytest.approx(0.5)


def test_sampled_similarity_is_what_real_samples_reach():
    random = np.random.default_rng(0)
    cells = [np.histogram(random.random(100), UNIFORM.edges)[0] for _ in range(300)]
    real = [ks_similarity(random.random(40), Histogram(UNIFORM.edges, tuple(c))) for c in cells]
    expected = sampled_similarity(UNIFORM, 40)  # 100 published cells
    assert expected.mean() == pytest.approx(np.mean(real), abs=3 * np.std(real) / np.sqrt(300))
    assert sampled_similarity(UNIFORM, 4000).mean() > expected.mean()


def test_values_outside_are_refused():
    with pytest.raises(BenchmarkError, match="outside"):
        ks_similarity(np.array([0.5, 1.5]), UNIFORM)
    with pytest.raises(BenchmarkError, match="edges"):
        Histogram(edges=(0, 1, 1), counts=(1, 1))


def test_nothing_is_farther_than_the_largest_distance():
    published = Histogram((0, 1, 2, 3), (2, 5, 3))
    farthest = max(ks_distance(np.eye(3)[k], published.shares) for k in range(3))
    assert largest_distance(published) == pytest.approx(farthest) == pytest.approx(0.8)
