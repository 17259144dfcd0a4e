"""Tuning to gratings: what is simple, what is complex, and what each prefers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.metrics.tuning.gratings import grating_tuning

ORIENTATIONS, PHASES = np.arange(0, 180, 30.0), np.array([0, 90, 180, 270.0])


def drive(orientation, frequency, phase=None, gain=1.0, frequencies=3):
    """(1, orientations, frequencies, phases): a half-rectified cosine of phase, or no modulation at all."""
    tuned = np.exp(2 * (np.cos(2 * np.deg2rad(ORIENTATIONS - orientation)) - 1))
    tuned = tuned[:, None] * np.exp(-((np.arange(frequencies) - frequency) ** 2))
    modulation = np.ones(4) if phase is None else np.maximum(np.cos(np.deg2rad(PHASES - phase)), 0)
    return gain * (tuned[..., None] * modulation)[None]


@given(st.integers(0, 5), st.integers(0, 2), st.floats(0, 359), st.floats(1e-3, 1e3))
def test_a_simple_cell(orientation, frequency, phase, gain):
    tuning = grating_tuning(drive(30 * orientation, frequency, phase, gain), PHASES)
    assert tuning.simple[0] and tuning.orientation[0] == orientation and tuning.frequency[0] == frequency
    assert abs((tuning.phase[0] - phase + 180) % 360 - 180) < 1e-3
    assert tuning.curves.shape == (1, 6) and tuning.curves.argmax() == orientation


@given(st.integers(0, 5), st.integers(0, 2), st.floats(1e-3, 1e3))
def test_a_complex_cell(orientation, frequency, gain):
    tuning = grating_tuning(drive(30 * orientation, frequency, None, gain), PHASES)
    assert not tuning.simple[0] and tuning.orientation[0] == orientation and tuning.frequency[0] == frequency
    assert tuning.curves[0, orientation] == pytest.approx(gain)


def test_amplitudes_are_mean_and_first_harmonic():
    tuning = grating_tuning(drive(0, 0, 90.0), PHASES)
    assert tuning.amplitude.shape == (2, 1, 6, 3)
    assert tuning.amplitude[:, 0, 0, 0] == pytest.approx([0.25, 0.5])  # one of four phases drives it


def test_units_do_not_mix():
    both = np.concatenate([drive(60, 1, 180.0), drive(120, 2)])
    tuning = grating_tuning(both, PHASES)
    assert tuning.simple.tolist() == [True, False]
    assert tuning.orientation.tolist() == [2, 4] and tuning.frequency.tolist() == [1, 2]


def test_a_silent_unit_has_a_flat_curve():
    tuning = grating_tuning(np.zeros((1, 6, 3, 4)), PHASES)
    assert (tuning.curves == 0).all() and np.isfinite(tuning.phase).all()
