"""Peak and cut-offs of tuning to spatial frequency."""

import numpy as np
import pytest

from harness_plugins.benchmarks.marques2020.frequency import frequency_tuning

FREQUENCIES = 2.0 ** np.linspace(-2, 4, 25)


def test_of_a_log_gaussian():
    peaks = np.array([1.0, 2.5])
    curves = np.exp(-(np.log2(FREQUENCIES / peaks[:, None]) ** 2))
    tuning = frequency_tuning(curves, FREQUENCIES)
    np.testing.assert_allclose(tuning.peak, peaks, rtol=0.03)
    np.testing.assert_allclose(tuning.low, peaks * 2 ** -np.sqrt(np.log(np.sqrt(2))), rtol=0.05)
    np.testing.assert_allclose(tuning.high, peaks * 2 ** np.sqrt(np.log(np.sqrt(2))), rtol=0.05)


def test_what_was_not_reached_is_missing():
    low_pass, silent = 1 / FREQUENCIES, np.zeros_like(FREQUENCIES)
    tuning = frequency_tuning(np.stack([low_pass, silent]), FREQUENCIES)
    assert tuning.peak[0] == pytest.approx(FREQUENCIES[0]) and np.isnan(tuning.low[0]) and np.isfinite(tuning.high[0])
    assert np.isnan([each[1] for each in tuning]).all()


def test_of_no_unit_there_is_no_tuning():
    assert [each.shape for each in frequency_tuning(np.empty((0, len(FREQUENCIES))), FREQUENCIES)] == [(0,)] * 3
