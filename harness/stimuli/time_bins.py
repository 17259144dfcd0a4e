"""Time bins, and the overlap of an interval with a bin."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import StimulusError

TimeBin = tuple[float, float]
"""[start, end) in ms from stimulus onset."""


@checked(StimulusError, pure=True)
def overlap(starts: Any, ends: Any, bins: Sequence[TimeBin]) -> np.ndarray:
    """(intervals, bins) in ms: the overlap of each [start, end) with each bin."""
    starts, ends = np.asarray(starts, float)[:, None], np.asarray(ends, float)[:, None]
    first, last = np.array(bins, float).T
    shared = np.minimum(ends, last) - np.maximum(starts, first)
    return np.where(shared > 1e-9, shared, 0.0)
