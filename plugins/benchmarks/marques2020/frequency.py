"""Tuning to spatial frequency: the peak and the cut-off frequencies on either side of it."""

from typing import NamedTuple

import numpy as np

NEIGHBOURS = 1 / 7
"""Weight of each neighbour in the smoothed curve."""
POINTS = 100


class FrequencyTuning(NamedTuple):
    """Each (units,), in cycles per degree; a cut-off that lies beyond what was shown is NaN."""

    peak: np.ndarray
    low: np.ndarray
    high: np.ndarray


def frequency_tuning(
    responses: np.ndarray, frequencies: np.ndarray, criterion: float = 1 / np.sqrt(2)
) -> FrequencyTuning:
    """Peak, and the nearest frequencies on either side at which the response has fallen to `criterion` of it.

    Curves are smoothed over neighbouring frequencies and interpolated by a cubic spline on a logarithmic axis, as in Marques et al.
    (2021). Where a unit does not respond, all is NaN.

    Args:
        responses: (units, frequencies), not negative.
        frequencies: cycles per degree, ascending, at least four.
    """
    from scipy.interpolate import CubicSpline
    from scipy.ndimage import convolve1d

    octaves = np.log2(frequencies)
    smooth = convolve1d(
        np.asarray(responses, dtype=float), [NEIGHBOURS, 1 - 2 * NEIGHBOURS, NEIGHBOURS], mode="nearest"
    )
    fine = np.linspace(octaves[0], octaves[-1], POINTS)
    curves = CubicSpline(octaves, smooth, axis=1)(fine)
    found = np.array([_cut_offs(curve, criterion) for curve in curves], dtype=int).reshape(len(curves), 3)
    shown = np.r_[2.0**fine, np.nan]
    responds = np.max(responses, axis=1) > 0
    return FrequencyTuning(*np.where(responds, shown[found.T], np.nan))


def _cut_offs(curve: np.ndarray, criterion: float) -> tuple[int, int, int]:
    """Positions of the peak and of the nearest points on either side at or below the criterion; -1 where there is none."""
    peak = int(curve.argmax())
    below = np.flatnonzero(curve <= criterion * curve[peak])
    low, high = below[below < peak], below[below > peak]
    return peak, int(low[-1]) if len(low) else -1, int(high[0]) if len(high) else -1
