"""Kinds of numbers, for type hints: what of a `float` or an `int` can be meant."""

import math
import numbers
import sys
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True)
class Within:
    """The range of a number; `wants` says it in words.

    Attributes:
        lowest, highest: that it may take.
        above: whether the lowest itself is left out.
        finite: whether it has to be a finite number.
    """

    wants: str
    lowest: float = -math.inf
    highest: float = math.inf
    above: bool = False
    finite: bool = True

    def holds(self, number: Any) -> bool:
        """Whether a number lies within."""
        if not self.finite:
            return True
        return (self.lowest < number if self.above else self.lowest <= number) and number <= self.highest


AnyNumber = Annotated[float, Within("a number", finite=False)]
"""Also infinite, or nan."""
LARGEST = 1e38
"""About the largest number that networks compute with; no quantity is larger."""
Positive = Annotated[float, Within("a number above 0, up to 1e38", 0, LARGEST, above=True)]
NotNegative = Annotated[float, Within("a number from 0 to 1e38", 0, LARGEST)]
Share = Annotated[float, Within("a number from 0 to 1", 0, 1)]
Count = Annotated[int, Within("a whole number from 1 to 1,000,000", 1, 10**6)]
Natural = Annotated[int, Within("a whole number from 0 to 1,000,000", 0, 10**6)]
Seed = Annotated[int, Within("a whole number from 0 to 2^63 - 1", 0, 2**63 - 1)]


def is_array(value: Any) -> bool:
    """Whether it is an array of numpy, which is not imported for that: who has an array has done so."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_number(value: Any, finite: bool = True) -> bool:
    """Whether it is one real number: also of numpy, or an array or labelled array of no axes; not a truth value."""
    if isinstance(value, (bool, str, bytes)):
        return False
    if not isinstance(value, numbers.Real):
        kind = getattr(getattr(value, "dtype", None), "kind", None)
        if kind not in ("f", "i", "u") or getattr(value, "ndim", None) != 0:  # a tensor has a dtype without a kind
            return False
    try:
        return math.isfinite(value) or not finite
    except OverflowError:  # a whole number beyond all floats
        return False


def is_whole(value: Any) -> bool:
    """Whether it is a whole number that counts: of Python or numpy, not a truth value."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)
