"""Thresholds of contour maps."""

from collections.abc import Callable, Sequence

import numpy as np

from harness.errors import BenchmarkError

FEWEST = 0.02
"""The smallest share of places on ridges that `by_share` keeps."""

Thresholds = Callable[[Sequence[np.ndarray], int], np.ndarray]
"""From maps of all images, 0 where there is no ridge, and a number, to as many thresholds, the lowest first."""


def evenly_spaced(suppressed: Sequence[np.ndarray], number: int) -> np.ndarray:
    """From 0.01 to 0.99 of the greatest strength."""
    return float(_on_ridges(suppressed).max()) * np.linspace(0.01, 0.99, number)


def by_share(suppressed: Sequence[np.ndarray], number: int) -> np.ndarray:
    """Thresholds that keep all places on ridges, and then each the same factor fewer."""
    return np.quantile(_on_ridges(suppressed), 1 - np.geomspace(1, FEWEST, number))


def _on_ridges(suppressed: Sequence[np.ndarray]) -> np.ndarray:
    strengths = np.concatenate([kept[kept > 0] for kept in suppressed])
    if not strengths.size:
        raise BenchmarkError("the model finds no contour in any image: its maps are constant")
    return strengths
