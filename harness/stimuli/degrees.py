"""Sizes in degrees of visual angle."""

import math
import numbers

WIDEST = 360.0
"""Degrees around an observer."""


def is_size(value: object) -> bool:
    """Whether a value is a size in degrees of visual angle: a positive number, all around at most."""
    return (
        isinstance(value, numbers.Real)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 < float(value) <= WIDEST
    )
