"""Whether a curve is tuning or an accident: random numbers have a peak, a circular variance and a bandwidth, too.

Tuning repeats from one stimulus to the next: what a unit gives to an orientation tells what it gives to the neighbouring ones. So
the even and the odd places of a curve are compared, by the sum of products of neighbours about the mean (von Neumann 1941), with
the same responses in random orders (a permutation test). Neighbours are other images, shown at other times, so that neither a
random number at every moment nor one for every image passes; `LEVEL` of such units do by chance."""

import numpy as np
from scipy.stats import binom

from harness.checks import Seed, checked
from harness.errors import BenchmarkError

LEVEL = 0.05
SIGNIFICANCE = 0.01
ORDERS = 399


@checked(BenchmarkError, pure=True)
def repeats(curves: np.ndarray, circular: bool = True, seed: Seed = 0) -> np.ndarray:
    """(units,), whether neighbours are alike beyond chance at `LEVEL`; not those of a unit that is undefined, flat, or peaks once.

    Args:
        curves: (units, places), responses in the order of the parameter, at least five.
        circular: whether the last place neighbours the first, as orientations do.
        seed: of the random orders.
    """
    curves = np.asarray(curves, dtype=float)
    centred = curves - curves.mean(1, keepdims=True)
    random = np.random.default_rng(seed)
    found = _alike(centred, circular)
    least = found - 1e-9 * np.square(centred).sum(1)
    reached = [_alike(centred[:, random.permutation(centred.shape[1])], circular) >= least for _ in range(ORDERS)]
    share = (1 + np.sum(reached, axis=0)) / (1 + ORDERS)
    return np.isfinite(found) & (share <= LEVEL)


@checked(BenchmarkError, pure=True)
def beyond_chance(passed: np.ndarray) -> bool:
    """Whether more units passed `repeats` than chance explains (binomial test at 1 %)."""
    passed = np.asarray(passed, dtype=bool)
    return bool(binom.sf(passed.sum() - 1, len(passed), LEVEL) < SIGNIFICANCE)


def _alike(centred: np.ndarray, circular: bool) -> np.ndarray:
    """(units,), the sum of products of neighbours."""
    inner = (centred[:, :-1] * centred[:, 1:]).sum(1)
    return inner + centred[:, -1] * centred[:, 0] if circular else inner
