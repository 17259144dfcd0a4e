"""Measures of orientation tuning against their closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import iv

from harness.errors import BenchmarkError
from harness.metrics.tuning.orientation import (
    circular_variance,
    direction_selectivity_index,
    driven,
    fit_von_mises,
    orientation_bandwidth,
    orientation_selectivity_index,
    preferred_orientation,
)

DENSE = np.arange(180.0)


def von_mises(kappa, preferred, orientations):
    kappa, preferred = np.atleast_1d(kappa)[:, None], np.atleast_1d(preferred)[:, None]
    return np.exp(kappa * (np.cos(2 * np.deg2rad(orientations - preferred)) - 1))


@settings(max_examples=30, deadline=None)
@given(kappa=st.floats(0.01, 20), preferred=st.floats(0, 179.9), steps=st.sampled_from([36, 90, 180]))
def test_von_mises_closed_forms(kappa, preferred, steps):
    orientations = np.arange(steps) * 180 / steps
    responses = von_mises(kappa, preferred, orientations)
    assert circular_variance(responses, orientations)[0] == pytest.approx(1 - iv(1, kappa) / iv(0, kappa), abs=1e-6)
    error = (preferred_orientation(responses, orientations)[0] - preferred + 90) % 180 - 90
    assert abs(error) < 1e-3
    index = np.tanh(kappa)  # (1 - e^-2k) / (1 + e^-2k)
    on_grid = von_mises(kappa, orientations[3], orientations)
    assert orientation_selectivity_index(on_grid, orientations)[0] == pytest.approx(index, abs=1e-9)


@pytest.mark.parametrize("kappa", [0.5, 1.7, 4.0])
def test_bandwidth_of_von_mises_without_smoothing(kappa):
    expected = np.rad2deg(np.arccos(1 - np.log(2) / (2 * kappa))) / 2
    measured = orientation_bandwidth(von_mises([kappa, kappa], [40, 90], DENSE), DENSE, smoothing=0)
    assert measured == pytest.approx([expected, expected], abs=0.02)


def test_bandwidth_with_smoothing():
    """Smoothing multiplies the second harmonic of a curve 1 + m cos 2(theta - mu) by that of the Hanning window."""
    theta = np.linspace(-27, 27, 20001)
    window = 1 + np.cos(np.pi * theta / 27)
    damping = (window * np.cos(2 * np.deg2rad(theta))).sum() / window.sum()
    modulation = 0.8
    curve = 1 + modulation * np.cos(2 * np.deg2rad(DENSE - 63))
    criterion = (1 + modulation * damping) / np.sqrt(2)
    expected = np.rad2deg(np.arccos((criterion - 1) / (modulation * damping))) / 2
    assert orientation_bandwidth(curve[None], DENSE)[0] == pytest.approx(expected, abs=0.05)


def test_a_curve_that_never_falls_has_bandwidth_180():
    curve = 1 + 0.05 * np.cos(2 * np.deg2rad(DENSE))
    assert orientation_bandwidth(curve[None], DENSE)[0] == 180


def test_bandwidth_of_a_unit_that_answers_to_one_of_twelve_orientations():
    """The least there is: a triangle, from the interpolation, under the window."""
    theta = np.arange(-60, 60, 0.05)
    smooth = np.convolve(
        np.maximum(1 - abs(theta) / 15, 0), np.where(abs(theta) < 27, 1 + np.cos(np.pi * theta / 27), 0), "same"
    )
    expected = np.ptp(theta[smooth > smooth.max() / np.sqrt(2)]) / 2
    orientations = np.arange(0, 180, 15.0)
    responses = (orientations == 45).astype(float)[None]
    assert circular_variance(responses, orientations)[0] == pytest.approx(0, abs=1e-12)
    assert orientation_bandwidth(responses, orientations)[0] == pytest.approx(expected, abs=0.15)


def test_extremes_and_units_without_response():
    responses = np.array([np.ones(12), np.zeros(12)])
    orientations = np.arange(0, 180, 15.0)
    assert circular_variance(responses, orientations)[0] == pytest.approx(1)
    assert orientation_bandwidth(responses, orientations)[0] == 180
    assert orientation_selectivity_index(responses, orientations)[0] == 0
    for measure in (circular_variance, orientation_bandwidth, orientation_selectivity_index, preferred_orientation):
        assert np.isnan(measure(responses, orientations)[1])


def test_order_and_gain_do_not_matter():
    random = np.random.default_rng(0)
    orientations = np.arange(0, 180, 15.0)
    responses, order = random.random((5, 12)), random.permutation(12)
    for measure in (circular_variance, orientation_bandwidth, orientation_selectivity_index, preferred_orientation):
        plain = measure(responses, orientations)
        assert measure(3 * responses[:, order], orientations[order] + 180) == pytest.approx(plain)


def test_driven_subtracts_the_blank_and_rectifies():
    responses = np.array([[[1.0, 3.0]], [[-1.0, 0.5]]])
    assert driven(responses, np.array([2.0, -0.5])).tolist() == [[[0.0, 1.0]], [[0.0, 1.0]]]


@pytest.mark.parametrize(
    ("responses", "orientations", "reason"),
    [
        (np.full((1, 4), -1.0), [0, 45, 90, 135], "negative"),
        (np.ones((1, 4)), [0, 10, 90, 135], "evenly"),
        (np.ones((1, 4)), [0, 90, 180, 270], "evenly"),
        (np.ones(4), [0, 45, 90, 135], "units, orientations"),
    ],
)
def test_what_has_no_tuning_is_refused(responses, orientations, reason):
    with pytest.raises(BenchmarkError, match=reason):
        circular_variance(responses, orientations)


def test_direction_selectivity():
    directions = np.arange(0, 360, 30.0)
    towards = np.cos(np.deg2rad(directions - 60))
    responses = np.stack([1 + 0.5 * towards, np.maximum(towards, 0), np.ones(12), np.zeros(12)])
    index = direction_selectivity_index(responses, directions)
    assert index[:3] == pytest.approx([0.5, 1, 0]) and np.isnan(index[3])
    with pytest.raises(BenchmarkError, match="360"):
        direction_selectivity_index(responses[:, :6], directions[:6])


@settings(max_examples=20, deadline=None)
@given(kappa=st.floats(0.5, 8), preferred=st.floats(0, 179), scale=st.floats(1e-3, 1e3), baseline=st.floats(0, 1))
def test_von_mises_fit_recovers_the_curve(kappa, preferred, scale, baseline):
    orientations = np.arange(0, 180, 15.0)
    fit = fit_von_mises(scale * (baseline + von_mises(kappa, preferred, orientations)), orientations)
    assert fit["kappa"][0] == pytest.approx(kappa, rel=0.02)
    assert abs((fit["preferred"][0] - preferred + 90) % 180 - 90) < 0.1
    assert fit["amplitude"][0] == pytest.approx(scale, rel=0.02) and fit.explained[0] > 0.9999


def test_von_mises_half_width_errors_and_what_is_undefined():
    orientations = np.arange(0, 180, 15.0)
    random = np.random.default_rng(0)
    noisy = 2 + von_mises(1.7, 40, orientations) + random.normal(0, 0.02, (40, 12))
    fit = fit_von_mises(noisy, orientations)
    assert fit["half_width"].mean() == pytest.approx(26.84, abs=0.5)
    for name, value in [("preferred", 40), ("half_width", 26.84), ("kappa", 1.7)]:
        assert 0.6 < ((fit[name] - value) / fit.errors[name]).std() < 1.5, name
    broad = fit_von_mises(1 + 0.2 * np.cos(2 * np.deg2rad(orientations - 30))[None], orientations)
    assert broad["kappa"][0] < 0.3 and broad["half_width"][0] == 180
    flat = fit_von_mises(np.ones((1, 12)), orientations)
    assert np.isnan(flat["preferred"][0])
