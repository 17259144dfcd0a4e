"""Correlation, R2 and Poisson deviance explained for each target, NaN where undefined."""

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError

_ROUNDING = 1e-12
_LEAST_RATE = 1e-9


@checked(BenchmarkError, pure=True)
def pearson(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson's r of every column.

    Args:
        x, y: arrays of shape (n_samples, ...), or that broadcast to one another.

    Returns:
        float64 array of the shape behind the first axis. NaN where x or y does not vary (to a relative 1e-12) or holds a NaN:
        an undefined correlation is never 0.
    """
    x, y = _centred(x), _centred(y)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = (x * y).sum(0) / np.sqrt((x**2).sum(0) * (y**2).sum(0))
    return np.clip(r, -1, 1)  # beyond 1 by rounding only


@checked(BenchmarkError, pure=True)
def held_out_pearson(prediction: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`pearson`, but 0 where y varies and its prediction does not, since that predicts nothing; NaN without samples."""
    if not len(y):
        return np.full(y.shape[1:], np.nan)
    r = pearson(prediction, y)
    return np.where((np.ptp(y, axis=0) > 0) & np.isnan(r), 0.0, r)


@checked(BenchmarkError, pure=True)
def mean_of_defined(values: np.ndarray) -> np.ndarray:
    """Mean over the first axis of what is finite; NaN where nothing is."""
    defined = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.where(defined, values, 0).sum(0) / defined.sum(0)


@checked(BenchmarkError, pure=True)
def r_squared(prediction: np.ndarray, y: np.ndarray) -> np.ndarray:
    """1 - sum (y - prediction)^2 / sum (y - mean y)^2 of every column, of any sign; NaN where y does not vary.

    Args:
        prediction, y: (n_samples, ...).
    """
    y = np.asarray(y, dtype=np.float64)
    scale = np.abs(y).max(0, initial=0.0)
    residual = (y - prediction) / np.where(scale > 0, scale, 1)
    spread = (_centred(y) ** 2).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, 1 - (residual**2).sum(0) / spread, np.nan)


@checked(BenchmarkError, pure=True)
def poisson_deviance_explained(rates: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """1 - D(counts, rates) / D(counts, mean count) of every column, D the Poisson deviance: what a model of spike counts explains.

    Args:
        rates: (n_samples, ...), predicted, positive (those below 1e-9 count as that).
        counts: (n_samples, ...), not negative.

    Returns:
        Of the shape behind the first axis, of any sign up to 1; NaN where the counts do not vary.

    Raises:
        BenchmarkError: for negative counts.
    """
    from scipy.special import rel_entr

    counts = np.asarray(counts, dtype=np.float64)
    if (counts < 0).any():
        raise BenchmarkError("a Poisson deviance is of counts, which are never negative; use r_squared")

    def deviance(predicted: np.ndarray) -> np.ndarray:
        return 2 * (rel_entr(counts, predicted) - counts + predicted).sum(0)

    with np.errstate(invalid="ignore", divide="ignore"):
        null = deviance(np.broadcast_to(counts.mean(0), counts.shape))
        return np.where(np.ptp(counts, axis=0) > 0, 1 - deviance(np.maximum(rates, _LEAST_RATE)) / null, np.nan)


@checked(BenchmarkError, pure=True)
def squared_roots(prediction: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Expected counts, always positive, from predictions of their square roots: E[y] = E[sqrt y]^2 + Var(sqrt y).

    Square roots of Poisson counts have a variance of about 1/4, whatever their mean (Bartlett 1936; Anscombe 1948), so that
    least squares suit them.

    Args:
        prediction: (n_samples, n_targets), of square roots; negative ones count as 0.
        error: (n_targets,), mean squared error of such predictions in samples left out of training.
    """
    return np.maximum(prediction, 0) ** 2 + error


@checked(BenchmarkError, pure=True)
def roots(counts: np.ndarray) -> np.ndarray:
    """Square roots of spike counts.

    Raises:
        BenchmarkError: for negative ones.
    """
    if (counts < 0).any():
        raise BenchmarkError("square roots are of spike counts, which are never negative; leave link out")
    return np.sqrt(counts)


@checked(BenchmarkError, pure=True)
def within_groups(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Values (n_samples, ...) less the mean of their group, so that differences between the groups (clips, say) carry nothing."""
    values = np.array(values, dtype=np.float64)
    for group in np.unique(groups):
        values[groups == group] -= values[groups == group].mean(0)
    return values


def _centred(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=np.float64)
    centred = values - values.mean(0)
    scale = np.abs(values).max(0, initial=0.0)
    centred /= np.where(scale > 0, scale, 1)  # squares of small numbers must not underflow
    return np.where(np.abs(centred).max(0, initial=0.0) <= _ROUNDING, 0, centred)
