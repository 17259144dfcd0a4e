"""Least-squares fits of a function to every unit, with bounds, a standard error for every parameter, and NaN where a
fit is impossible.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import AnyNumber, checked
from harness.errors import BenchmarkError

Bounds = Mapping[str, tuple[AnyNumber, AnyNumber]]
_AT_BOUND = 1e-6
_TOLERANCES = {"ftol": 1e-10, "xtol": 1e-10, "gtol": 1e-10}


@dataclass(frozen=True)
class Fit:
    """Parameters of a function fitted to every unit.

    Attributes:
        values: name -> (units,); NaN for a unit that could not be fitted.
        errors: name -> (units,), the standard error from the curvature of the residuals (Gauss-Newton); NaN where it is undefined:
            at a bound, and where the data leave a parameter free.
        explained: (units,), R^2 = 1 - residual / total sum of squares.
    """

    values: dict[str, np.ndarray]
    errors: dict[str, np.ndarray]
    explained: np.ndarray

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]

    def where(self, kept: np.ndarray) -> "Fit":
        """The same, with NaN for the units that are not kept; (units,) booleans."""
        values, errors = (
            {name: np.where(kept, a, np.nan) for name, a in part.items()} for part in (self.values, self.errors)
        )
        return Fit(values, errors, np.where(kept, self.explained, np.nan))


@checked(BenchmarkError, pure=True)
def fit_units(
    function: Callable[..., np.ndarray],
    x: np.ndarray,
    responses: np.ndarray,
    bounds: Bounds,
    starts: Callable[[np.ndarray, np.ndarray], Sequence[Sequence[float]]],
    amplitudes: Sequence[str],
) -> Fit:
    """Fit `function(x, *parameters)` to each unit by bounded least squares, from every start, keeping the best.

    A unit is fitted at a largest magnitude of 1, and its amplitudes are scaled back, so that its units of measurement change
    nothing. A unit whose responses are all equal, or not all finite, gets NaN.

    Args:
        x: (conditions,).
        responses: (units, conditions).
        bounds: name -> (lowest, highest), in the order of the function's arguments; of amplitudes, after the scaling.
        starts: called with x and the scaled responses of a unit; gives one or several starting points.
        amplitudes: names of the parameters that scale with the responses.

    Raises:
        BenchmarkError: if the arrays do not match, or there are not more conditions than parameters.
    """
    x, responses = np.asarray(x, dtype=float), np.asarray(responses, dtype=float)
    if responses.ndim != 2 or x.shape != responses.shape[1:]:
        raise BenchmarkError(
            f"a fit needs responses (units, conditions), not {responses.shape} at {x.shape} conditions"
        )
    if len(x) <= len(bounds):
        raise BenchmarkError(f"{len(bounds)} parameters cannot be fitted to {len(x)} conditions; measure more")
    fitted = np.full((len(responses), 2, len(bounds)), np.nan)
    explained = np.full(len(responses), np.nan)
    scaled = np.array([name in amplitudes for name in bounds])
    for unit, curve in enumerate(responses):
        if np.isfinite(curve).all() and np.ptp(curve) > 0:
            scale = np.abs(curve).max()
            fitted[unit], explained[unit] = _best(function, x, curve / scale, bounds, starts(x, curve / scale))
            fitted[unit][:, scaled] *= scale
    values, errors = np.moveaxis(fitted, 1, 0)
    return Fit(dict(zip(bounds, values.T, strict=True)), dict(zip(bounds, errors.T, strict=True)), explained)


def _best(
    function: Callable[..., np.ndarray],
    x: np.ndarray,
    curve: np.ndarray,
    bounds: Bounds,
    starts: Sequence[Sequence[float]],
) -> tuple[np.ndarray, float]:
    """Values and errors (2, parameters) of the best of several fits, and what it explains."""
    from scipy.optimize import least_squares

    low, high = np.array(list(bounds.values()), dtype=float).T
    inside = [np.clip(start, low + 1e-9, high - 1e-9) for start in starts]
    fits = [
        least_squares(lambda p: function(x, *p) - curve, start, bounds=(low, high), x_scale="jac", **_TOLERANCES)
        for start in inside
    ]
    best = min(fits, key=lambda fit: fit.cost)
    span = np.where(np.isfinite(high - low), high - low, 1.0)
    free = (best.x - low > _AT_BOUND * span) & (high - best.x > _AT_BOUND * span)
    errors = np.full(len(low), np.nan)
    errors[free] = _errors(best.jac[:, free], 2 * best.cost / (len(x) - len(low)))
    return np.stack([best.x, errors]), 1 - 2 * best.cost / ((curve - curve.mean()) ** 2).sum()


def _errors(jacobian: np.ndarray, variance: float) -> np.ndarray:
    """Standard errors of the free parameters; NaN for all if the data do not fix them."""
    if not jacobian.shape[1] or np.linalg.matrix_rank(jacobian) < jacobian.shape[1]:
        return np.full(jacobian.shape[1], np.nan)
    return np.sqrt(variance * np.diag(np.linalg.inv(jacobian.T @ jacobian)))
