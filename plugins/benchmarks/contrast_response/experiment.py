"""Preferred gratings at nine contrasts, and the responses that both contrast benchmarks measure."""

from typing import TYPE_CHECKING

import numpy as np

from harness.benchmarks.physiology import Laboratory, Responses, patch

if TYPE_CHECKING:
    from harness.benchmarks.physiology import Unit
    from harness.stimuli import Timeline

CONTRASTS = np.array([0.03, 0.06, 0.1, 0.15, 0.22, 0.33, 0.5, 0.7, 0.9])
EXPOSURE = 200.0
WINDOW = 300.0
BIN = 5.0
TIME_BINS = [(start, start + BIN) for start in np.arange(0, WINDOW, BIN).tolist()]
PATCH = 2.0
"""Diameter of the patch in summation diameters, so that it covers the receptive field and its nearest surround."""


def responses(laboratory: Laboratory) -> Responses:
    """Every unit's responses to its preferred grating at each of `CONTRASTS`, shown for 200 ms and recorded for 300 ms."""

    def make(unit: "Unit") -> "dict[str, Timeline]":
        full = patch(laboratory, unit, PATCH * unit.summation)
        return {f"{contrast:g}": laboratory.still(contrast * full, EXPOSURE) for contrast in CONTRASTS.tolist()}

    return laboratory.each(make, TIME_BINS)
