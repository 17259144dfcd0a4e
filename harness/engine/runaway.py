"""Runaways: activity of a recurrent network that keeps growing, step after step, whatever is shown.

A stimulus raises activity within some steps and then no more; feedback with a gain above 1 raises it by a factor at every step.
So growth is judged by what most steps add, not by what the largest step does.
"""

from dataclasses import dataclass

import numpy as np

WHOLE, LATE = 6.0, 3.0
"""Powers of ten of steady growth over all steps, and over the last third, from which on a layer runs away."""

_FEWEST = 6  # steps that tell growth from an onset
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Runaway:
    """That a layer's activity grows without bound.

    Attributes:
        layer: its name.
        factor: of the growth, from the first step (or from 1, if that is more) to the largest activity.
        within: ms in which it did.
        stimuli: how many stimuli made it do so.
    """

    layer: str
    factor: float
    within: float
    stimuli: int

    def __str__(self) -> str:
        factor = f"{self.factor:.0e}".replace("e+", "e")
        return f"the activity of layer '{self.layer}' grows without bound: x {factor} within {self.within:g} ms"


def unbounded_growth(sizes: np.ndarray) -> np.ndarray:
    """Powers of ten by which activity grew without bound; 0 where it did not, or where steps are too few to tell (below 6).

    Growth counts above an activity of 1, so that the rise from silence is none.

    Args:
        sizes: (rows, steps), mean |r| of a layer in every step.
    """
    logs = np.log10(np.clip(np.nan_to_num(sizes.astype(np.float64), nan=0.0), 1.0, _LARGEST))
    runs_away = (_steady(logs) >= WHOLE) | (_steady(logs[:, -(logs.shape[1] // 3) :]) >= LATE)
    return np.where(runs_away, logs.max(1) - logs[:, 0], 0.0)


def _steady(logs: np.ndarray) -> np.ndarray:
    """The growth over all steps if each added as much as the median one; over a lag of a quarter of them, which evens out waves."""
    steps = logs.shape[1]
    if steps < _FEWEST:
        return np.zeros(len(logs))
    lag = steps // 4
    return np.median(logs[:, lag:] - logs[:, :-lag], axis=1) * (steps - 1) / lag
