"""Contrast response functions: the hyperbolic ratio of Naka & Rushton (1966) and Albrecht & Hamilton (1982)."""

import numpy as np

from harness.metrics.statistics import Fit, fit_units

BOUNDS = {"r_max": (0.0, np.inf), "c50": (0.0, 1.0), "n": (0.5, 5.0), "baseline": (0.0, np.inf)}


def naka_rushton(contrast: np.ndarray, r_max: float, c50: float, n: float, baseline: float = 0.0) -> np.ndarray:
    """R(c) = baseline + r_max c^n / (c^n + c50^n), for contrasts between 0 and 1."""
    contrast = np.asarray(contrast, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 1 / (1 + (c50 / contrast) ** n)
    return baseline + r_max * np.where(contrast > 0, share, 0.0)


def fit_naka_rushton(contrasts: np.ndarray, responses: np.ndarray) -> Fit:
    """Fit the hyperbolic ratio to every unit.

    Bounds: r_max >= 0, 0 <= c50 <= 1, 0.5 <= n <= 5, baseline >= 0. A parameter at its bound has no error: a unit that is
    linear in contrast, for instance, has c50 at 1. Where the response does not grow with contrast (r_max is zero) there is no
    c50 and all is NaN.

    Args:
        contrasts: (conditions,), at least five, 0 to 1.
        responses: (units, conditions).

    Returns:
        Fit of r_max and baseline (in the unit of the responses), c50 (contrast) and n.
    """
    fit = fit_units(naka_rushton, contrasts, responses, BOUNDS, _starts, amplitudes=("r_max", "baseline"))
    return fit.where(fit["r_max"] > 1e-6 * np.abs(np.asarray(responses, dtype=float)).max(1))


def gain_at_c50(fit: Fit) -> np.ndarray:
    """(units,), the slope of the fitted curve at c50: n r_max / (4 c50)."""
    return fit["n"] * fit["r_max"] / (4 * fit["c50"])


def _starts(contrasts: np.ndarray, curve: np.ndarray) -> list[list[float]]:
    lowest = max(curve.min(), 0.0)
    return [[max(np.ptp(curve), 0.1), c50, n, lowest] for c50 in (0.1, 0.3, 0.7) for n in (1.0, 3.0)]
