"""Observers with the accuracies of participants under masks, or with those mirrored about their mean."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.testing import SimulatedObserver


def mirrored(accuracy: Mapping[Any, float], guessing: float) -> dict[Any, float]:
    """Accuracies as far above their mean as they were below it, no less than guessing and short of certainty."""
    middle = float(np.mean(list(accuracy.values())))
    return {name: float(np.clip(2 * middle - value, guessing, 0.99)) for name, value in accuracy.items()}


def observer(benchmark: Any, accuracy: Any) -> SimulatedObserver:
    """Of an accuracy in each of a benchmark's conditions, in their order."""
    return SimulatedObserver(benchmark.choices, dict(enumerate(np.asarray(accuracy).tolist())))


def opposite_observer(benchmark: Any, accuracy: Any) -> SimulatedObserver:
    """The same, mirrored."""
    given = mirrored(dict(enumerate(np.asarray(accuracy).tolist())), 1 / len(benchmark.choices))
    return SimulatedObserver(benchmark.choices, given)
