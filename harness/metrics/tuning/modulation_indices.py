"""Indices of contextual modulation. All take responses above the blank as arrays of one shape, and return that shape.

Each divides by the response to the centre alone; where that is not positive the index is NaN. Signs are kept: suppression is never
cut at zero, nor is a baseline chosen that would make one sign impossible.
"""

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError


@checked(BenchmarkError, pure=True)
def suppression_index(centre: np.ndarray, with_surround: np.ndarray) -> np.ndarray:
    """SI = (R_c - R_cs) / R_c: 0 for no effect, 1 for silence, negative for facilitation."""
    return _over(np.subtract(centre, with_surround), centre)


def facilitation_index(target: np.ndarray, with_flankers: np.ndarray) -> np.ndarray:
    """FI = (R_tf - R_t) / R_t, the collinear index where the flankers are collinear: 0 for no effect, 1 for a doubled response."""
    return _over(np.subtract(with_flankers, target), target)


@checked(BenchmarkError, pure=True)
def orientation_contrast_index(orthogonal: np.ndarray, parallel: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """OCI = (R_orth - R_par) / R_c: positive where an orthogonal surround suppresses less (Knierim & Van Essen 1992)."""
    return _over(np.subtract(orthogonal, parallel), centre)


def nonlinear_suppression_index(single: np.ndarray, flanks: np.ndarray, together: np.ndarray) -> np.ndarray:
    """((R_single + R_flanks) - R_together) / R_single: what the sum of the parts exceeds (Kinoshita, Gilbert & Das 2009)."""
    return _over(np.add(single, flanks) - np.asarray(together, dtype=float), single)


def modulation_index(largest: np.ndarray, smallest: np.ndarray) -> np.ndarray:
    """(max - min) / (max + min), between 0 and 1 for responses that are not negative."""
    return _over(np.subtract(largest, smallest), np.add(largest, smallest))


def _over(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    denominator = np.asarray(denominator, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)
