"""Agreement with published effects: 1 for the effect, 0 for none or one of the wrong sign."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BenchmarkError
from harness.metrics.statistics.published_effects import Target, agreement, holds, repeated

NUMBERS = st.floats(-1e3, 1e3)


def target(value=0.5, null=0.0, error=0.1):
    return Target(value, null, error, "Anyone 2000", "high")


EFFECTS = st.tuples(NUMBERS, NUMBERS).filter(lambda pair: abs(pair[0] - pair[1]) > 1e-3)


@given(EFFECTS)
def test_the_effect_scores_1_and_none_scores_0(effect):
    value, null = effect
    targets = {"effect": target(value, null)}
    assert agreement({"effect": value}, targets) == pytest.approx(1)
    assert agreement({"effect": null}, targets) == pytest.approx(0)


@given(EFFECTS, st.floats(0, 5))
def test_the_wrong_sign_and_more_than_twice_the_size_are_no_better_than_nothing(effect, more):
    value, null = effect
    targets = {"effect": target(value, null)}
    assert agreement({"effect": null - more * (value - null)}, targets) == pytest.approx(0, abs=1e-9)
    assert agreement({"effect": null + (2 + more) * (value - null)}, targets) == pytest.approx(0, abs=1e-9)


@given(EFFECTS, NUMBERS, st.floats(0.1, 100), NUMBERS)
def test_the_unit_of_a_property_does_not_matter(effect, measured, scale, shift):
    value, null = effect
    plain = agreement({"effect": measured}, {"effect": target(value, null)})
    moved = agreement(
        {"effect": scale * measured + shift}, {"effect": target(scale * value + shift, scale * null + shift)}
    )
    assert moved == pytest.approx(plain, abs=1e-6)


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=6), NUMBERS)
def test_scores_lie_between_0_and_1(shares, _):
    targets = {str(number): target(1.0, 0.0) for number in range(len(shares))}
    assert 0 <= agreement({str(number): share for number, share in enumerate(shares)}, targets) <= 1


def test_a_pattern_is_one_target():
    pattern = target([1.0, 0.0, -1.0], [0.0, 0.0, 0.0], [0.1, 0.1, 0.2])
    assert pattern.scale == pytest.approx(np.sqrt(2 / 3))
    assert pattern.distance(np.array([1.0, 0.0, -1.0])) == 0
    assert pattern.distance(np.zeros(3)) == pytest.approx(1)
    assert pattern.distance(np.array([0.5, 0.0, -0.5])) == pytest.approx(0.5)


def test_two_targets_of_which_one_is_met():
    targets = {"met": target(), "missed": target()}
    assert agreement({"met": 0.5, "missed": 0.0}, targets) == pytest.approx(1 - np.sqrt(0.5))


def test_without_targets_nothing_is_missed():
    assert agreement({}, {}) == 1
    assert (repeated({}, draws=10) == 1).all()


def test_repetitions_spread_with_the_published_error():
    sharp, blurred = repeated({"a": target(error=0.01)}), repeated({"a": target(error=0.1)})
    assert sharp.mean() == pytest.approx(1 - 0.02 * np.sqrt(2 / np.pi), abs=2e-3)
    assert blurred.mean() < sharp.mean()
    assert (repeated({"a": target()}, seed=3) == repeated({"a": target()}, seed=3)).all()


def test_orders_hold_beyond_error_and_rounding():
    assert holds(np.full(10, 0.2))
    assert not holds(np.full(10, 0.009)) and not holds(np.full(10, -0.2)) and not holds(np.zeros(10))
    assert holds(np.linspace(0.05, 0.3, 10)) and not holds(np.linspace(-0.25, 0.3, 10))
    assert not holds(np.r_[np.full(8, np.nan), 0.2, 0.3])
    assert holds(np.r_[np.nan, np.full(9, 0.2)])  # a unit without a response shows no difference


@pytest.mark.parametrize(
    ("value", "null", "error"), [([1, 2], 0, 0.1), (1, 0, [0.1, 0.1]), (1, 0, -0.1), (1, 1, 0.1), ([1, 2], [1, 2], 0)]
)
def test_targets_that_make_no_sense_are_refused(value, null, error):
    with pytest.raises(BenchmarkError, match="Anyone 2000"):
        target(value, null, error)
