"""Reading out numbers: finds what is there, nothing in noise, and no seam where an angle comes round."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.correlation import pearson
from harness.metrics.readout import Correlations, Targets, read_out

N = 150
RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((N, 12))
NOISE = RANDOM.standard_normal((N, 12))
ANGLE = np.rad2deg(np.arctan2(X[:, 0], X[:, 1]))


def scored(sets, targets, groups=None):
    found = read_out(sets, targets, groups=groups)
    return found, Correlations.of(found.selected, targets, found.fold, groups)


def test_each_target_chooses_the_set_that_holds_it():
    other = RANDOM.standard_normal((N, 12))
    targets = Targets.of({"a": X @ np.arange(12), "b": 3 + 1e-3 * other[:, 0]})
    found, result = scored([NOISE, X, other], targets)
    assert (found.choices == [1, 2]).all() and (result.each() > 0.99).all()
    one = Correlations.of(found.predicted[0], targets, found.fold)
    assert abs(one.mean()) < 3 * one.mean_error().error


def test_noise_is_at_zero_and_not_below():
    """Training means alone would correlate negatively with the tested targets."""
    results = []
    for seed in range(12):
        random = np.random.default_rng(seed)
        targets = Targets.of({"a": random.standard_normal(60)})
        results.append(scored([random.standard_normal((60, 30)) for _ in range(3)], targets)[1].mean())
    assert abs(np.mean(results)) < 3 * np.std(results) / np.sqrt(12)
    assert scored([np.ones((N, 3))], Targets.of({"a": X[:, 0]}))[1].mean() == 0


def test_an_angle_has_no_seam_and_no_preferred_zero():
    features = np.column_stack([np.cos(np.deg2rad(ANGLE)), np.sin(np.deg2rad(ANGLE)), NOISE])
    turned = (ANGLE + 77) % 360
    targets = Targets.of({"a": ANGLE, "b": turned}, circular=["a", "b"])
    assert targets.values.shape == (N, 4)
    result = scored([features], targets)[1].each()
    assert result.min() > 0.99 and result[0] == pytest.approx(result[1], abs=1e-3)
    found = read_out([features + 0.7 * NOISE[:, :1]], targets)
    exact = [Correlations.of(found.selected * 0 + found.predicted[0], targets, found.fold).each()[0]]
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    both = Targets(("a",), targets.values[:, :2] @ rotation, np.zeros(2, dtype=int))
    rotated = Correlations.of(found.predicted[0][:, :2] @ rotation, both, found.fold).each()
    np.testing.assert_allclose(exact, rotated, rtol=1e-9)


def test_one_column_is_pearsons_r_within_one_fold():
    y, guess = X[:, 0], X[:, 0] + NOISE[:, 0]
    result = Correlations.of(guess[:, None], Targets.of({"a": y}), np.zeros(N, dtype=int))
    assert result.each()[0] == pytest.approx(pearson(guess, y))
    assert result.each_error()[0] == pytest.approx((1 - pearson(guess, y) ** 2) / np.sqrt(N), rel=0.25)


def test_a_fold_of_two_has_no_correlation():
    with pytest.raises(BenchmarkError, match="a fold of 2 stimuli"):
        Correlations.of(np.ones((4, 1)), Targets.of({"a": np.arange(4)}), np.array([0, 0, 1, 1]))


def test_groups_stay_together_and_are_what_is_resampled():
    groups = np.repeat(np.arange(15), 10)
    marks = np.eye(15)[groups] + 0.01 * NOISE[:, :1]
    target = Targets.of({"a": np.random.default_rng(3).standard_normal(15)[groups] + 0.01 * X[:, 0]})
    assert scored([marks], target)[1].mean() > 0.9
    found, grouped = scored([marks], target, groups)
    assert grouped.sums.shape[0] == 15 and grouped.mean() < 0.5
    assert all(not np.intersect1d(groups[split.train], groups[split.test]).size for split in found.splits)


@pytest.mark.parametrize(
    ("column", "message"),
    [(["a"] * 5, "not made of numbers"), ([1, 2, np.nan, 3, 4], "no value for 1 of 5"), ([2.0] * 5, "same for all")],
)
def test_targets_that_cannot_be_read(column, message):
    with pytest.raises(BenchmarkError, match=message):
        Targets.of({"x": np.array(column)})
