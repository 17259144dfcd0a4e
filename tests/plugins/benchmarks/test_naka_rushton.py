"""Naka-Rushton fits against known functions and scipy."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from harness.errors import BenchmarkError
from harness_plugins.benchmarks.contrast_response.naka_rushton import fit_naka_rushton, gain_at_c50, naka_rushton

CONTRASTS = np.array([0, 0.03, 0.06, 0.12, 0.25, 0.5, 1.0])


@pytest.mark.parametrize(("c50", "n", "r_max", "baseline"), [(0.2, 2.5, 30, 2), (0.05, 1.0, 1e-3, 0), (0.6, 4, 5, 1)])
def test_recovers_what_was_drawn(c50, n, r_max, baseline):
    fit = fit_naka_rushton(CONTRASTS, naka_rushton(CONTRASTS, r_max, c50, n, baseline)[None])
    expected = {"r_max": r_max, "c50": c50, "n": n, "baseline": baseline}
    for name, value in expected.items():
        assert fit[name][0] == pytest.approx(value, rel=1e-3, abs=1e-5 * r_max), name
    assert fit.explained[0] == pytest.approx(1)
    assert gain_at_c50(fit)[0] == pytest.approx(n * r_max / (4 * c50), rel=0.01)


def test_the_slope_at_c50_is_the_gain():
    step = 1e-6
    slope = (naka_rushton(0.3 + step, 2.0, 0.3, 3.0) - naka_rushton(0.3 - step, 2.0, 0.3, 3.0)) / (2 * step)
    assert slope == pytest.approx(3.0 * 2.0 / (4 * 0.3), rel=1e-6)


def test_values_and_errors_are_those_of_scipy_and_cover_the_truth():
    random = np.random.default_rng(0)
    dense = np.geomspace(0.02, 1, 12)
    clean = naka_rushton(dense, 20, 0.2, 2, 3)
    noisy = clean + random.normal(0, 0.4, (60, len(dense)))
    fit = fit_naka_rushton(dense, noisy)
    expected, covariance = curve_fit(naka_rushton, dense, noisy[0], p0=(20, 0.2, 2, 3))
    for position, name in enumerate(("r_max", "c50", "n", "baseline")):
        assert fit[name][0] == pytest.approx(expected[position], rel=1e-3)
        assert fit.errors[name][0] == pytest.approx(covariance[position, position] ** 0.5, rel=0.02)
    z = (fit["c50"] - 0.2) / fit.errors["c50"]
    assert 0.6 < np.nanstd(z) < 1.6


def test_a_linear_unit_lies_at_the_bound_and_has_no_error_there():
    fit = fit_naka_rushton(CONTRASTS, 7 * CONTRASTS[None])
    assert fit["c50"][0] == pytest.approx(1, abs=1e-3) and np.isnan(fit.errors["c50"][0])


def test_what_is_undefined_is_nan_and_the_other_units_are_fitted():
    falling, flat, missing = 1 - CONTRASTS, np.ones(7), np.full(7, np.nan)
    good = naka_rushton(CONTRASTS, 1, 0.3, 2)
    fit = fit_naka_rushton(CONTRASTS, np.stack([falling, flat, missing, good]))
    assert np.isnan(fit["c50"][:3]).all() and fit["c50"][3] == pytest.approx(0.3, rel=1e-3)
    assert np.isnan(fit.explained[:3]).all()


def test_units_of_measurement_change_nothing():
    curve = naka_rushton(CONTRASTS, 1, 0.3, 2) + np.array([0, 1, -1, 2, -2, 1, 0]) * 0.01
    one, million = fit_naka_rushton(CONTRASTS, curve[None]), fit_naka_rushton(CONTRASTS, 1e6 * curve[None])
    assert million["c50"][0] == pytest.approx(one["c50"][0]) and million.errors["n"][0] == pytest.approx(
        one.errors["n"][0]
    )
    assert million["r_max"][0] == pytest.approx(1e6 * one["r_max"][0])


@pytest.mark.parametrize(("contrasts", "shape"), [(CONTRASTS[:4], (2, 4)), (CONTRASTS, (2, 6)), (CONTRASTS, (7,))])
def test_bad_input_is_refused(contrasts, shape):
    with pytest.raises(BenchmarkError):
        fit_naka_rushton(contrasts, np.ones(shape))
