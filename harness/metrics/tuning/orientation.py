"""Orientation tuning of units: selectivity, bandwidth and preference, as physiologists measure them.

Everywhere: `responses` is (units, orientations), at orientations (degrees) evenly spaced over 180 degrees in any order (directions:
over 360). Rates
cannot be negative and none of these measures is defined for negative numbers, so they are refused: subtract the response to a
blank screen and rectify first (`driven`). A unit that does not respond at all gets NaN.
"""

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import Fit, fit_units

HANNING_HALF_WIDTH = 13.5  # degrees at half height, Ringach et al. 2002


@checked(BenchmarkError, pure=True)
def driven(responses: np.ndarray, blank: np.ndarray) -> np.ndarray:
    """Response above that to a blank screen, half-wave rectified: a unit suppressed below its blank response is silent.

    Args:
        responses: (units, ...).
        blank: (units,), the response to the background alone.
    """
    responses = np.asarray(responses, dtype=float)
    blank = np.asarray(blank, dtype=float).reshape(-1, *[1] * (responses.ndim - 1))
    return np.maximum(responses - blank, 0)


@checked(BenchmarkError, pure=True)
def circular_variance(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    """CV = 1 - |sum r exp(2i theta)| / sum r (Ringach, Shapley & Hawken 2002): 0 for one orientation only, 1 for none.

    Returns:
        (units,)
    """
    responses, orientations = _checked(responses, orientations)
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - np.abs(_resultant(responses, orientations)) / responses.sum(1)


def _folded(angles: np.ndarray) -> np.ndarray:
    """Angles in [0, 180); the remainder of a tiny negative one is rounded to 180."""
    angles = angles % 180
    return np.where(angles < 180, angles, angles - 180)


@checked(BenchmarkError, pure=True)
def preferred_orientation(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    """Direction of the vector average, arg(sum r exp(2i theta)) / 2, in [0, 180) degrees; (units,)."""
    responses, orientations = _checked(responses, orientations)
    angle = _folded(np.rad2deg(np.angle(_resultant(responses, orientations))) / 2)
    return np.where(responses.sum(1) > 0, angle, np.nan)


def orientation_selectivity_index(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    """(R_pref - R_orth) / (R_pref + R_orth), R_pref the largest response and R_orth that at 90 degrees from it, linearly
    interpolated where it was not measured; (units,)."""
    responses, orientations = _checked(responses, orientations)
    return _opposition(responses, orientations, 180.0)


def direction_selectivity_index(responses: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """(R_pref - R_opp) / (R_pref + R_opp), R_pref the largest response and R_opp that to the opposite direction of motion, linearly
    interpolated where it was not measured; (units,).

    Args:
        responses: (units, directions), evenly spaced over 360 degrees.
    """
    responses, directions = _checked(responses, directions, 360.0)
    return _opposition(responses, directions, 360.0)


def _opposition(responses: np.ndarray, angles: np.ndarray, period: float) -> np.ndarray:
    at_peak = angles[responses.argmax(1)] + period / 2
    opposite = np.array(
        [np.interp(at, angles, unit, period=period) for at, unit in zip(at_peak, responses, strict=True)]
    )
    largest = responses.max(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (largest - opposite) / (largest + opposite)


def von_mises(orientation: np.ndarray, amplitude: float, kappa: float, preferred: float, baseline: float) -> np.ndarray:
    """baseline + amplitude exp(kappa (cos 2(orientation - preferred) - 1)); orientations in degrees."""
    apart = 2 * np.deg2rad(np.asarray(orientation, dtype=float) - preferred)
    return baseline + amplitude * np.exp(kappa * (np.cos(apart) - 1))


def fit_von_mises(responses: np.ndarray, orientations: np.ndarray) -> Fit:
    """Fit a von Mises curve to every unit.

    Bounds: amplitude >= 0, 0 <= kappa <= 10, baseline >= 0; a parameter at its bound has no error. A unit without tuning, to
    which a flat curve fits, gets NaN.

    Args:
        orientations: at least five.

    Returns:
        Fit of amplitude and baseline (in the unit of the responses), kappa, preferred (degrees in [0, 180)) and half_width, half of
        the width at half of the amplitude, acos(1 - ln 2 / kappa) / 2 in degrees, 180 where the curve does not fall so far.
    """
    responses, orientations = _checked(responses, orientations)
    bounds = {"amplitude": (0.0, np.inf), "kappa": (0.0, 10.0), "preferred": (-180.0, 360.0), "baseline": (0.0, np.inf)}
    fit = fit_units(von_mises, orientations, responses, bounds, _von_mises_starts, ("amplitude", "baseline"))
    fit.values["preferred"] = _folded(fit["preferred"])
    cosine, slope = _half_width_cosine(fit["kappa"])
    fit.values["half_width"] = np.where(
        np.isnan(fit["kappa"]) | (cosine > -1), np.rad2deg(np.arccos(cosine)) / 2, 180.0
    )
    fit.errors["half_width"] = slope * fit.errors["kappa"]
    return fit.where(fit["amplitude"] * (1 - np.exp(-2 * fit["kappa"])) > 1e-6 * responses.max(1))


def _half_width_cosine(kappa: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """cos of twice the half-width, cut at -1, and the half-width's derivative by kappa (degrees)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.maximum(1 - np.log(2) / kappa, -1)
        slope = np.rad2deg(np.log(2) / kappa**2 / np.sqrt(1 - cosine**2)) / 2
    return cosine, np.where(cosine > -1, slope, np.nan)


def _von_mises_starts(orientations: np.ndarray, curve: np.ndarray) -> list[list[float]]:
    return [[np.ptp(curve), kappa, orientations[curve.argmax()], curve.min()] for kappa in (1.0, 5.0)]


@checked(BenchmarkError, pure=True)
def orientation_bandwidth(
    responses: np.ndarray, orientations: np.ndarray, smoothing: float = HANNING_HALF_WIDTH
) -> np.ndarray:
    """Half of the width at 1/sqrt(2) of the peak, in degrees (Ringach, Shapley & Hawken 2002).

    The curve is interpolated at every degree and smoothed with a Hanning window; the width lies between the orientations nearest to
    the peak, one on either side, at which it falls to 1/sqrt(2) of its maximum. 180 if it never does.

    Args:
        smoothing: half-width of the window at half of its height, in degrees; 0 for none.

    Returns:
        (units,)
    """
    responses, orientations = _checked(responses, orientations)
    degrees = np.arange(180)
    fine = np.array([np.interp(degrees, orientations, unit, period=180) for unit in responses])
    fine = np.fft.irfft(np.fft.rfft(fine) * np.fft.rfft(_hanning(smoothing)), n=180) if smoothing else fine
    peak = fine.argmax(1)[:, None]
    rightwards = np.take_along_axis(fine, (peak + degrees) % 180, 1)
    leftwards = np.take_along_axis(fine, (peak - degrees) % 180, 1)
    width = (_first_crossing(rightwards) + _first_crossing(leftwards)) / 2
    return np.where(responses.sum(1) > 0, np.where(np.isfinite(width), width, 180.0), np.nan)


def _first_crossing(falling: np.ndarray) -> np.ndarray:
    """Degrees from the first column to where each row first falls to 1/sqrt(2) of it; infinite if it does not."""
    criterion = falling[:, 0] / np.sqrt(2)
    below = falling < criterion[:, None]
    after = below.argmax(1)
    rows = np.arange(len(falling))
    high, low = falling[rows, after - 1], falling[rows, after]
    with np.errstate(invalid="ignore", divide="ignore"):
        crossing = after - (criterion - low) / (high - low)
    return np.where(below.any(1), crossing, np.inf)


def _hanning(half_width: float) -> np.ndarray:
    """A Hanning window of unit sum around 0, on the 180 degrees of the circle."""
    distance = np.minimum(np.arange(180), 180 - np.arange(180))
    window = np.where(distance < 2 * half_width, 1 + np.cos(np.pi * distance / (2 * half_width)), 0)
    return window / window.sum()


def _resultant(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    return responses @ np.exp(2j * np.deg2rad(orientations))


def _checked(responses: np.ndarray, orientations: np.ndarray, period: float = 180.0) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays, in the order of the orientations within [0, period)."""
    responses, orientations = np.asarray(responses, dtype=float), np.asarray(orientations, dtype=float) % period
    if responses.ndim != 2 or orientations.shape != responses.shape[1:]:
        raise BenchmarkError(
            f"tuning needs responses (units, orientations), not {responses.shape} at {orientations.shape} orientations"
        )
    order = orientations.argsort()
    orientations = orientations[order]
    steps = np.diff(orientations, append=orientations[:1] + period)
    if len(orientations) < 3 or not np.allclose(steps, period / len(orientations), atol=1e-6):
        raise BenchmarkError(f"tuning needs at least three orientations, evenly spaced over {period:g} degrees")
    if not (responses >= 0).all():
        raise BenchmarkError(
            "tuning is undefined for negative responses; subtract the blank response and rectify first"
        )
    return responses[:, order], orientations
