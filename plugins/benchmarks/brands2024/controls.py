"""Regions with the measured time courses of an area, and regions that do the opposite."""

from typing import Any

import numpy as np

from harness_plugins.benchmarks._controls.regions import SimulatedRegions
from harness_plugins.benchmarks.brands2024.published import PULSE, TIMES, Area


class AsPublished(SimulatedRegions):
    """Traces built to have the measures of an area: a bump of the measured width and sum for each duration, a plateau under the
    longest, and a second response that is the first, scaled by the measured recovery.
    """

    def __init__(self, area: Area):
        self._area = area

    def trace(self, contrast: np.ndarray, region: str) -> np.ndarray:
        on, off = (np.flatnonzero(np.diff(np.r_[0, contrast > 0, 0].astype(int)) == sign) for sign in (1, -1))
        time = np.arange(len(contrast)) + 0.5
        if not len(on):
            return np.zeros(len(time))
        trace = self.bump(time - on[0], off[0] - on[0])
        if len(on) == 2:
            position = list(TIMES).index(on[1] - off[0])
            trace = trace + self._area.recovery[position] * self.bump(time - on[1], PULSE)
        return contrast.max() * trace

    def bump(self, time: np.ndarray, duration: float) -> np.ndarray:
        """The response to one pulse, (ms,) after its onset; what is early is cut off."""
        area, position = self._area, list(TIMES).index(duration)
        width, late = area.width[position], area.late if duration == TIMES[-1] else 0.0
        shape = np.exp(-np.log(2) * (2 * (time - area.time_to_peak) / width) ** 2)
        shape[time < 0] = 0
        if late:  # scaled so that the half maximum stays where it is
            shape = np.where((time > area.time_to_peak) & (time < duration) & (shape < late), late, shape)
        return shape * area.summed[position] / shape.sum()


class Growing(SimulatedRegions):
    """Responses that grow with the square of all that was shown: they sum superadditively, and a second one is larger."""

    def trace(self, contrast: np.ndarray, region: str) -> np.ndarray:
        return contrast * (1 + (np.cumsum(contrast) / 100) ** 2)


def measured(benchmark: Any) -> AsPublished:
    """The time courses of the benchmark's area."""
    return AsPublished(benchmark.area)


def growing(benchmark: Any) -> Growing:
    """Responses that grow with every ms of image."""
    return Growing()
