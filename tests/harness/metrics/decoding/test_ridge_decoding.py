"""Reading out numbers: finds what is there, nothing in noise, and no seam where an angle comes round."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.decoding.ridge_decoding import Targets, correlations, read_out
from harness.metrics.statistics.correlation import pearson

N = 150
RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((N, 12))
NOISE = RANDOM.standard_normal((N, 12))
ANGLE = np.rad2deg(np.arctan2(X[:, 0], X[:, 1]))


def test_each_target_chooses_the_set_that_holds_it():
    other = RANDOM.standard_normal((N, 12))
    targets = Targets.of({"a": X @ np.arange(12), "b": 3 + 1e-3 * other[:, 0]})
    found = read_out([NOISE, X, other], targets)
    assert (found.choices == [1, 2]).all() and (found.selected.each > 0.99).all()
    assert abs(found.sets[0].mean) < 3 * found.sets[0].jackknife.error


def test_noise_is_at_zero_and_not_below():
    """Training means alone would correlate negatively with the tested targets."""
    results = []
    for seed in range(12):
        random = np.random.default_rng(seed)
        targets = Targets.of({"a": random.standard_normal(60)})
        results.append(read_out([random.standard_normal((60, 30)) for _ in range(3)], targets).selected.mean)
    assert abs(np.mean(results)) < 3 * np.std(results) / np.sqrt(12)
    constant = read_out([np.ones((N, 3))], Targets.of({"a": X[:, 0]})).selected
    assert constant.mean == 0 and constant.jackknife.error == 0


def test_an_angle_has_no_seam_and_no_preferred_zero():
    features = np.column_stack([np.cos(np.deg2rad(ANGLE)), np.sin(np.deg2rad(ANGLE)), NOISE])
    turned = (ANGLE + 77) % 360
    targets = Targets.of({"a": ANGLE, "b": turned}, circular=["a", "b"])
    assert targets.values.shape == (N, 4)
    result = read_out([features], targets).selected.each
    assert result.min() > 0.99 and result[0] == pytest.approx(result[1], abs=1e-3)
    guess, every = targets.values[:, :2] + 0.7 * NOISE[:, :2], np.ones(N, dtype=bool)
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    one = Targets(("a",), targets.values[:, :2], np.zeros(2, dtype=int))
    exact = correlations(guess, one, one.values, every)
    np.testing.assert_allclose(exact, correlations(guess @ rotation, one, one.values @ rotation, every), rtol=1e-9)


def test_one_column_is_pearsons_r_of_what_is_kept():
    y, guess, kept = X[:, 0], X[:, 0] + NOISE[:, 0], np.arange(N) % 3 > 0
    result = correlations(guess[:, None], Targets.of({"a": y}), y[:, None], np.array([kept, ~kept]))
    assert result[:, 0] == pytest.approx([pearson(guess[kept], y[kept]), pearson(guess[~kept], y[~kept])])


@pytest.mark.parametrize("signal", [0.0, 0.4])
def test_errors_are_the_spread_over_stimuli(signal):
    """Of the predictions as they are, without fitting again, errors would be 0.7 times the spread, or less."""
    scores, errors, differ = [], [], []
    for seed in range(60):
        random = np.random.default_rng(seed)
        y = random.standard_normal(50)
        pair = [
            read_out([random.standard_normal((50, 8)) + signal * y[:, None]], Targets.of({"a": y})).selected
            for _ in range(2)
        ]
        scores += [one.mean for one in pair]
        errors += [one.jackknife.error for one in pair]
        difference = pair[0].mean - pair[1].mean + pair[0].jackknife.influence - pair[1].jackknife.influence
        differ.append(abs(difference.mean()) > 2.09 * difference.std(ddof=1) / np.sqrt(len(difference)))
    assert 0.85 < np.sqrt(np.mean(np.square(errors))) / np.std(scores) < 1.3
    assert np.mean(differ) < 0.12


def test_a_fold_of_two_has_no_correlation():
    with pytest.raises(BenchmarkError, match="a fold of 2 stimuli"):
        read_out([X[:10]], Targets.of({"a": np.arange(10)}))


def test_groups_stay_together_and_are_what_is_left_out():
    groups = np.repeat(np.arange(15), 10)
    marks = np.eye(15)[groups] + 0.01 * NOISE[:, :1]
    target = Targets.of({"a": np.random.default_rng(3).standard_normal(15)[groups] + 0.01 * X[:, 0]})
    assert read_out([marks], target).selected.mean > 0.9
    found = read_out([marks], target, groups=groups)
    assert len(found.selected.blocks) == 15 and found.selected.mean < 0.5
    assert all(not np.intersect1d(groups[split.train], groups[split.test]).size for split in found.splits)


@pytest.mark.parametrize(
    ("column", "message"),
    [(["a"] * 5, "not made of numbers"), ([1, 2, np.nan, 3, 4], "no value for 1 of 5"), ([2.0] * 5, "same for all")],
)
def test_targets_that_cannot_be_read(column, message):
    with pytest.raises(BenchmarkError, match=message):
        Targets.of({"x": np.array(column)})
