"""Tuning that repeats is told from random numbers that have a peak."""

import numpy as np
import pytest

from harness.metrics.tuning import beyond_chance, repeats
from harness.metrics.tuning.repeatability import LEVEL

DEGREES = np.arange(0, 180, 15.0)


def tuned(kappa, preferred=37.0):
    return np.exp(kappa * (np.cos(2 * np.deg2rad(DEGREES - preferred)) - 1))


@pytest.mark.parametrize("kappa", [0.1, 1.0, 4.0, 8.0])
def test_tuned_units_repeat_at_any_width_gain_and_pedestal(kappa):
    curves = np.stack([tuned(kappa, preferred) for preferred in range(0, 180, 7)])
    assert repeats(curves).all() and repeats(1e-9 * curves).all() and repeats(100 + curves).all()


def test_as_many_random_units_pass_as_the_level_says():
    random = np.random.default_rng(3)
    for drawn in (random.standard_normal((4000, 12)), np.maximum(random.standard_normal((4000, 12)), 0)):
        for circular in (True, False):
            assert repeats(drawn, circular).mean() == pytest.approx(LEVEL, abs=0.015)
    assert not beyond_chance(repeats(random.standard_normal((48, 12))))


def test_a_flat_curve_a_single_peak_and_an_undefined_one_do_not():
    single = np.eye(12)[:1]
    assert not repeats(np.concatenate([np.ones((1, 12)), single, np.full((1, 12), np.nan)])).any()


def test_a_few_tuned_units_of_few_are_more_than_chance_and_not_of_many():
    assert beyond_chance(np.array([True, True])) and beyond_chance(np.arange(40) < 8)
    assert not beyond_chance(np.arange(40) < 4) and not beyond_chance(np.zeros(5, dtype=bool))


def test_what_grows_from_size_to_size_repeats_without_a_circle():
    assert repeats(np.linspace(0, 1, 12)[None] ** 2, circular=False).all()
