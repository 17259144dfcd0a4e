"""A population with the time course of IT."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.stimuli import StimulusSet, TimeBin
from harness.testing import SimulatedBrain
from harness_plugins.benchmarks.zhang_desimone2011.neurons import OBJECTS, POSITIONS

UNITS = 300


class LikeIT(SimulatedBrain):
    """Patterns that come after 100 ms, decline, turn into others, and are in part the same at all positions."""

    identifier, regions = "like IT", ("IT",)

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        """The same for drawings of any size, because patterns are those of objects."""
        random = np.random.default_rng(0)
        times = np.mean(time_bins, axis=1) - 100
        after = np.clip(times - 150, 0, None)
        envelope = (0.6 + 0.4 * np.exp(-after / 120)) / (1 + np.exp((102 - times) / 14))
        shape = len(POSITIONS), len(OBJECTS), UNITS
        early, late = (random.standard_normal((1, *shape[1:])) + 0.7 * random.standard_normal(shape) for _ in range(2))
        angle = np.pi / 2 * after / 300
        patterns = early[..., None] * np.cos(angle) + late[..., None] * np.sin(angle)
        return np.moveaxis(4 + (patterns * envelope).reshape(len(stimuli), UNITS, len(times)), 1, 2)


def like_it(benchmark: Any) -> LikeIT:
    """Patterns with the time course of the recorded ones."""
    return LikeIT()
