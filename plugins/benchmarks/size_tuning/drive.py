"""The lowest contrast that still drives a unit, found as physiologists find it: by lowering the contrast of the
optimal stimulus.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from harness.benchmarks.physiology import Laboratory, Unit

if TYPE_CHECKING:
    from harness.stimuli import Timeline

CONTRASTS = 0.5 ** (np.arange(11) / 2)
"""From 1 to 0.03 in half octaves."""
LEAST_SHARE = 0.05
"""Of the response at the highest contrast; a unit with less counts as not driven."""
PROBE = 2.0
"""Size of what is shown at all contrasts, in summation diameters: where contrast is low, more of it drives better."""
EXPOSURE = 200.0
WINDOW = 300.0


def rates(laboratory: Laboratory, make: "Callable[[Unit], dict[str, Timeline]]") -> dict[str, np.ndarray]:
    """condition -> (units,), the mean response from the onset of 200 ms to 100 ms after the end; NaN where it does not fit."""
    return laboratory.each(make, [(0, WINDOW)]).rates()


def lowest_contrasts(laboratory: Laboratory, draw: Callable[[Unit], np.ndarray]) -> tuple[dict[int, float], np.ndarray]:
    """Channel -> the lowest contrast of those down from the highest that all give a twentieth of the response to the highest.

    Args:
        draw: a unit's stimulus, as modulation at the highest contrast.

    Returns:
        the contrasts as a share of the highest, and (units, contrasts) responses.
    """

    def make(unit: Unit) -> "dict[str, Timeline]":
        full = draw(unit)
        return {f"{contrast:g}": laboratory.still(contrast * full, EXPOSURE) for contrast in CONTRASTS.tolist()}

    responses = np.nan_to_num(np.stack(list(rates(laboratory, make).values()), axis=1))
    driven = np.logical_and.accumulate(responses >= LEAST_SHARE * responses[:, :1], axis=1) & (responses > 0)
    lowest = np.maximum(driven.sum(1) - 1, 0)
    return {unit.channel: float(CONTRASTS[at]) for unit, at in zip(laboratory.units, lowest, strict=True)}, responses


def growth(sizes: np.ndarray, responses: np.ndarray, criterion: float) -> np.ndarray:
    """(units,), the size at which each unit reaches `criterion` of its largest response, where each has sizes of its own.

    Args:
        sizes: (units, sizes), increasing.
        responses: (units, sizes).
    """
    from harness.metrics.tuning import summation_diameter

    rows = zip(sizes, responses, strict=True)
    return np.array([summation_diameter(own, curve[None], criterion)[0] for own, curve in rows])
