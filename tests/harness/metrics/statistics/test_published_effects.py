"""Agreement with published effects: 1 for the effect, 0 for none, below 0 for the opposite one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BenchmarkError
from harness.metrics.statistics.published_effects import Target, agreement, known_errors, order, repeated

NUMBERS = st.floats(-1e3, 1e3)


def target(value=0.5, null=0.0, error=0.1):
    return Target(value, null, error, "Anyone 2000", "quoted")


EFFECTS = st.tuples(NUMBERS, NUMBERS).filter(lambda pair: abs(pair[0] - pair[1]) > 1e-3)


@given(EFFECTS)
def test_the_effect_scores_1_and_none_scores_0(effect):
    value, null = effect
    targets = {"effect": target(value, null)}
    assert agreement({"effect": value}, targets) == pytest.approx(1)
    assert agreement({"effect": null}, targets) == pytest.approx(0)


SIZES = st.floats(-1, 1)


def of_size(size, effect):
    """The agreement of an effect of so many times the published one."""
    value, null = effect
    return agreement({"effect": null + size * (value - null)}, {"effect": target(value, null)})


@given(EFFECTS, SIZES)
def test_up_to_the_published_size_it_is_the_signed_size_and_odd(effect, size):
    assert of_size(size, effect) == pytest.approx(size, abs=1e-6)
    assert of_size(-size, effect) == pytest.approx(-of_size(size, effect), abs=1e-6)


@given(EFFECTS, st.floats(-20, 20), st.floats(-20, 20))
def test_nearer_is_better_and_nothing_jumps(effect, size, other):
    first, second = of_size(size, effect), of_size(other, effect)
    if abs(size - 1) < abs(other - 1) - 1e-6:
        assert first > second
    assert abs(first - second) <= abs(size - other) + 1e-6  # no slope is above 1


@given(EFFECTS, st.floats(2.001, 1e3))
def test_the_opposite_and_what_is_many_times_too_large_lie_below_0_and_above_a_bound(effect, size):
    assert -2 < of_size(size, effect) < 0 and -2 < of_size(1 - size, effect) < 0


def test_the_signed_size_stands_beside():
    assert target().size(0.25) == pytest.approx(0.5) and target().size(-0.5) == pytest.approx(-1)
    assert target([1.0, -1.0], [0.0, 0.0]).size([0.5, -0.5]) == pytest.approx(0.5)


@given(EFFECTS, NUMBERS, st.floats(0.1, 100), NUMBERS)
def test_the_unit_of_a_property_does_not_matter(effect, measured, scale, shift):
    value, null = effect
    plain = agreement({"effect": measured}, {"effect": target(value, null)})
    moved = agreement(
        {"effect": scale * measured + shift}, {"effect": target(scale * value + shift, scale * null + shift)}
    )
    assert moved == pytest.approx(plain, abs=1e-6)


def test_a_pattern_is_one_target():
    pattern = target([1.0, 0.0, -1.0], [0.0, 0.0, 0.0], [0.1, 0.1, 0.2])
    assert pattern.scale == pytest.approx(np.sqrt(2 / 3))
    assert pattern.distance(np.array([1.0, 0.0, -1.0])) == 0
    assert pattern.distance(np.zeros(3)) == pytest.approx(1)
    assert pattern.distance(np.array([0.5, 0.0, -0.5])) == pytest.approx(0.5)


def test_two_targets_of_which_one_is_met():
    targets = {"met": target(), "missed": target()}
    assert agreement({"met": 0.5, "missed": 0.0}, targets) == pytest.approx(0.5)


def test_without_targets_nothing_is_missed():
    assert agreement({}, {}) == 1
    assert (repeated({}, draws=10) == 1).all()


def test_repetitions_spread_with_the_published_error():
    sharp, blurred = repeated({"a": target(error=0.01)}), repeated({"a": target(error=0.1)})
    assert sharp.mean() == pytest.approx(1 - 0.02 * np.sqrt(2 / np.pi), abs=2e-3)
    assert blurred.mean() < sharp.mean()
    assert (repeated({"a": target()}, seed=3) == repeated({"a": target()}, seed=3)).all()


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=8), st.floats(0, 5))
def test_orders_are_odd_bounded_and_grow_with_every_difference(differences, more):
    differences = np.array(differences)
    assert order(-differences) == pytest.approx(-order(differences))
    assert -1 <= order(differences) <= order(differences + more) + 1e-12 <= 1 + 1e-9


def test_orders_count_by_size_and_sign():
    """Adaptation of 2.6, 8.6, 29 and 40 % differ; facilitation by 34 % is not none."""
    counted = [order(np.full(6, share)) for share in (0.0, 0.026, 0.086, 0.29, 0.40)]
    assert counted == pytest.approx([0, 0.254, 0.696, 0.994, 0.999], abs=1e-3) and np.diff(counted).min() > 0
    assert order(np.full(6, -0.34)) == pytest.approx(-0.998, abs=1e-3)
    assert order(np.array([0.3, -0.3])) == 0 and order(np.zeros(3)) == 0
    assert order(np.array([np.nan, 0.5])) == order(np.array([0.5])) and order(np.full(3, np.nan)) == 0
    assert order(np.full(3, 0.03), clear=0.01) == pytest.approx(np.tanh(3))


def test_an_error_that_is_not_known_makes_no_ceiling():
    assert known_errors({"a": target()}) and not known_errors({}) and not known_errors({"a": target(error=None)})
    assumed = Target(0.5, 0.0, 0.1, "Anyone 2000", "assumed")
    assert not known_errors({"a": target(), "b": assumed})
    with pytest.raises(BenchmarkError, match="no ceiling"):
        repeated({"a": assumed})


@pytest.mark.parametrize(
    ("value", "null", "error"),
    [([1, 2], 0, 0.1), (1, 0, [0.1, 0.1]), (1, 0, -0.1), (1, 1, 0.1), ([1, 2], [1, 2], 0.1), (1, 0, 0.0)],
)
def test_targets_that_make_no_sense_are_refused(value, null, error):
    with pytest.raises(BenchmarkError, match="Anyone 2000"):
        target(value, null, error)
