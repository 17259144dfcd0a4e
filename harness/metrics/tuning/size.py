"""Size tuning: summation, surround suppression, and the ratio of Gaussians of Cavanaugh, Bair & Movshon (2002).

Everywhere `responses` is (units, diameters): the response above that to a blank screen, to a patch of each diameter.
"""

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import Fit, fit_units

SUMMATION_CRITERION = 0.95
LEAST_SURROUND = 1e-3


def ratio_of_gaussians(
    diameter: np.ndarray, centre_gain: float, centre_width: float, surround_gain: float, surround_width: float
) -> np.ndarray:
    """R(x) = k_c L_c(x) / (1 + k_s L_s(x)), L_i(x) = erf(x / w_i)^2 with x the diameter (Cavanaugh et al. 2002, J Neurophysiol
    88:2530-2546; the squared form is a secondary source's)."""
    from scipy.special import erf

    diameter = np.asarray(diameter, dtype=float)
    centre, surround = erf(diameter / centre_width) ** 2, erf(diameter / surround_width) ** 2
    return centre_gain * centre / (1 + surround_gain * surround)


@checked(BenchmarkError, pure=True)
def fit_ratio_of_gaussians(diameters: np.ndarray, responses: np.ndarray) -> Fit:
    """Fit the ratio of Gaussians to every unit.

    Bounds: gains >= 0, surround_gain <= 100; centre_width between a tenth of the smallest diameter and twice the largest,
    surround_width 1 to 20 times centre_width. A surround whose gain is below 0.001 has no width.

    Args:
        diameters: (conditions,), at least five, positive, in degrees.

    Returns:
        Fit of centre_gain (in the unit of the responses), centre_width (degrees), surround_gain and surround_width (degrees).
    """
    diameters = np.asarray(diameters, dtype=float)
    if not (diameters > 0).all():
        raise BenchmarkError("size tuning needs positive diameters; the blank is subtracted, not a size of 0")
    bounds = {
        "centre_gain": (0.0, np.inf),
        "centre_width": (diameters.min() / 10, 2 * diameters.max()),
        "surround_gain": (0.0, 100.0),
        "ratio": (1.0, 20.0),
    }
    fit = fit_units(_by_ratio, diameters, responses, bounds, _starts, amplitudes=("centre_gain",))
    values, errors = dict(fit.values), dict(fit.errors)
    ratio, its_error = values.pop("ratio"), errors.pop("ratio")
    surrounded = values["surround_gain"] > LEAST_SURROUND
    values["surround_width"] = np.where(surrounded, ratio * values["centre_width"], np.nan)
    errors["surround_width"] = values["surround_width"] * np.hypot(
        its_error / ratio, errors["centre_width"] / values["centre_width"]
    )
    return Fit(values, errors, fit.explained).where(values["centre_gain"] > 0)


@checked(BenchmarkError, pure=True)
def summation_diameter(
    diameters: np.ndarray, responses: np.ndarray, criterion: float = SUMMATION_CRITERION
) -> np.ndarray:
    """(units,), the smallest diameter at which a unit reaches `criterion` of its largest response, linearly interpolated from the
    diameter (and, below the smallest, from a response of 0 at diameter 0); NaN for a unit that never responds."""
    diameters, responses = _in_order(diameters, responses)
    grown = np.concatenate([[0.0], diameters])
    curves = np.concatenate([np.zeros((len(responses), 1)), responses], axis=1)
    largest = curves.max(1)
    after = (curves >= criterion * largest[:, None]).argmax(1)
    rows = np.arange(len(curves))
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = curves[rows, after - 1], curves[rows, after]
        share = (criterion * largest - low) / (high - low)
    return np.where(largest > 0, grown[after - 1] + share * (grown[after] - grown[after - 1]), np.nan)


@checked(BenchmarkError, pure=True)
def size_suppression_index(diameters: np.ndarray, responses: np.ndarray) -> np.ndarray:
    """(units,), (R_opt - R_largest) / R_opt, R_opt the largest response and R_largest that to the largest patch; NaN for a unit
    that never responds."""
    _, responses = _in_order(diameters, responses)
    best = responses.max(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(best > 0, (best - responses[:, -1]) / best, np.nan)


@checked(BenchmarkError, pure=True)
def surround_diameter(diameters: np.ndarray, responses: np.ndarray, margin: float = 0.05) -> np.ndarray:
    """(units,), the smallest diameter, beyond that of the largest response, at which a unit has fallen to within `margin` of its
    response to the largest patch, linearly interpolated; that of the largest response for a unit that never falls, NaN for one
    that never responds."""
    diameters, responses = _in_order(diameters, responses)
    found = np.full(len(responses), np.nan)
    for row, curve in enumerate(responses):
        peak, plateau = int(curve.argmax()), curve[-1] + margin * abs(curve[-1])
        if curve[peak] <= 0:
            continue
        after = peak + int((curve[peak:] <= plateau).argmax()) if curve[peak] > plateau else peak
        before = max(after - 1, peak)
        fallen = (curve[before] - plateau) / (curve[before] - curve[after]) if after > peak else 0.0
        found[row] = diameters[before] + fallen * (diameters[after] - diameters[before])
    return found


def _by_ratio(diameter: np.ndarray, gain: float, width: float, surround: float, ratio: float) -> np.ndarray:
    return ratio_of_gaussians(diameter, gain, width, surround, ratio * width)


def _starts(diameters: np.ndarray, curve: np.ndarray) -> list[list[float]]:
    peak = diameters[curve.argmax()]
    return [[1.0 + surround, share * peak, surround, 2.5] for share in (0.5, 1.0) for surround in (0.3, 3.0)]


def _in_order(diameters: np.ndarray, responses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    diameters, responses = np.asarray(diameters, dtype=float), np.asarray(responses, dtype=float)
    if responses.ndim != 2 or diameters.shape != responses.shape[1:] or not (diameters > 0).all():
        raise BenchmarkError(
            f"size tuning needs responses (units, diameters), not {responses.shape} at {diameters.shape} positive diameters"
        )
    order = diameters.argsort()
    return diameters[order], responses[:, order]
