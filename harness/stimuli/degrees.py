"""Sizes in degrees of visual angle."""

import numbers

from harness.checks import is_number

WIDEST = 360.0
"""Degrees around an observer."""


def is_size(value: object) -> bool:
    """Whether a value is a size in degrees of visual angle: a positive number, all around at most."""
    return isinstance(value, numbers.Real) and is_number(value) and 0 < float(value) <= WIDEST
