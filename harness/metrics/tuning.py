"""Orientation tuning of units: selectivity, sharpness and preference, as physiologists measure them.

Everywhere: `responses` is (units, orientations), at orientations (degrees) evenly spaced over 180 degrees in any order. Rates
cannot be negative and none of these measures is defined for negative numbers, so they are refused: subtract the response to a
blank screen and rectify first (`driven`). A unit that does not respond at all gets NaN.
"""

import numpy as np

from harness.errors import BenchmarkError

HANNING_HALF_WIDTH = 13.5  # degrees at half height, Ringach et al. 2002


def driven(responses: np.ndarray, blank: np.ndarray) -> np.ndarray:
    """Response above that to a blank screen, half-wave rectified: a unit suppressed below its blank response is silent.

    Args:
        responses: (units, ...).
        blank: (units,), the response to the background alone.
    """
    responses = np.asarray(responses, dtype=float)
    blank = np.asarray(blank, dtype=float).reshape(-1, *[1] * (responses.ndim - 1))
    return np.maximum(responses - blank, 0)


def circular_variance(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    """CV = 1 - |sum r exp(2i theta)| / sum r (Ringach, Shapley & Hawken 2002): 0 for one orientation only, 1 for none.

    Returns:
        (units,)
    """
    responses, orientations = _checked(responses, orientations)
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1 - np.abs(_resultant(responses, orientations)) / responses.sum(1)


def preferred_orientation(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    """Direction of the vector average, arg(sum r exp(2i theta)) / 2, in [0, 180) degrees; (units,)."""
    responses, orientations = _checked(responses, orientations)
    angle = np.rad2deg(np.angle(_resultant(responses, orientations))) / 2 % 180
    return np.where(responses.sum(1) > 0, angle, np.nan)


def orientation_selectivity_index(responses: np.ndarray, orientations: np.ndarray) -> np.ndarray:
    """(R_pref - R_orth) / (R_pref + R_orth), R_pref the largest response and R_orth that at 90 degrees from it, linearly
    interpolated where it was not measured; (units,)."""
    responses, orientations = _checked(responses, orientations)
    at_peak = orientations[responses.argmax(1)]
    orthogonal = np.array(
        [np.interp(peak + 90, orientations, unit, period=180) for peak, unit in zip(at_peak, responses, strict=True)]
    )
    largest = responses.max(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (largest - orthogonal) / (largest + orthogonal)


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


def _checked(responses: np.ndarray, orientations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays, in the order of the orientations within [0, 180)."""
    responses, orientations = np.asarray(responses, dtype=float), np.asarray(orientations, dtype=float) % 180
    if responses.ndim != 2 or orientations.shape != responses.shape[1:]:
        raise BenchmarkError(
            f"tuning needs responses (units, orientations), not {responses.shape} at {orientations.shape} orientations"
        )
    order = orientations.argsort()
    orientations = orientations[order]
    steps = np.diff(orientations, append=orientations[:1] + 180)
    if len(orientations) < 3 or not np.allclose(steps, 180 / len(orientations), atol=1e-6):
        raise BenchmarkError("tuning needs at least three orientations, evenly spaced over 180 degrees")
    if not (responses >= 0).all():
        raise BenchmarkError(
            "tuning is undefined for negative responses; subtract the blank response and rectify first"
        )
    return responses[:, order], orientations
