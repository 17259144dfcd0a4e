"""Regions whose responses over time are known: controls of experiments on contrast, duration and interval."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.models import PRESETS, VENTRAL_STREAM, DelayedNormalization, Model
from harness.stimuli import StimulusSet, TimeBin, Timeline
from harness.testing import SimulatedBrain, reference_model

STREAM = {"V1": "ecog_v1_v3", "V2": "ecog_v1_v3", "V4": "ecog_votc", "IT": "ecog_lotc"}
"""Region -> delayed normalisation as fitted to what was measured there, or near."""
KERNEL = 3000
"""ms of a filter."""


class SimulatedRegions(SimulatedBrain):
    """A brain whose regions respond to the contrast on the screen, in steps of 1 ms; two units, of opposite polarity."""

    identifier, degrees = "simulated regions", 4.0

    @abstractmethod
    def trace(self, contrast: np.ndarray, region: str) -> np.ndarray:
        """(ms,), the response to (ms,) contrasts."""

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        starts, ends = np.asarray(time_bins).round().astype(int).T
        traces = np.stack([self.trace(contrasts(one, int(ends[-1])), region) for one in stimuli.timelines])
        sums = np.pad(traces.cumsum(1), ((0, 0), (1, 0)))
        means = (sums[:, ends] - sums[:, starts]) / (ends - starts)
        return np.stack([0.5 + means, -3 * means], axis=2)


class Normalised(SimulatedRegions):
    """Delayed normalisation (`harness.models.DelayedNormalization`) in every region, convolved as in its equations.

    Args:
        parameters: region -> the parameters, or the name of published ones.
    """

    def __init__(self, parameters: Mapping[str, str | DelayedNormalization] = STREAM):
        self._parameters = {
            region: PRESETS[given] if isinstance(given, str) else given for region, given in parameters.items()
        }

    def trace(self, contrast: np.ndarray, region: str) -> np.ndarray:
        given, time = self._parameters[region], np.arange(float(KERNEL))
        lobes = [time / tau * np.exp(-time / tau) for tau in (given.tau1, 1.5 * given.tau1)]
        first = lobes[0] / lobes[0].sum() - given.weight * lobes[1] / lobes[1].sum()
        pool = np.exp(-time / given.tau2)
        delayed = np.pad(contrast, (round(given.shift), 0))[: len(contrast)]
        linear = np.convolve(delayed, first)[: len(contrast)]
        low = np.abs(np.convolve(linear, pool / pool.sum())[: len(contrast)])
        return np.abs(linear) ** given.n / (given.sigma**given.n + low**given.n)


def contrasts(timeline: Timeline, milliseconds: int) -> np.ndarray:
    """(milliseconds,), the range of luminance on the screen; 0 when nothing is shown."""
    seen = np.zeros(milliseconds)
    for (frame, _), start, end in zip(timeline.shown(), timeline.onsets, timeline.ends, strict=True):
        seen[round(start) : round(end)] = np.ptp(frame.load())
    return seen


def power(exponent: float) -> Normalised:
    """Regions whose response is a power of the contrast, filtered in time, without normalisation."""
    return Normalised(dict.fromkeys(VENTRAL_STREAM, DelayedNormalization(70, 0, 100, exponent, 1000.0)))


def normalised(benchmark: Any) -> Model:
    """Areas whose responses are divided by a pool that follows late: they saturate, sum subadditively, adapt and recover."""
    return reference_model()


def as_measured(benchmark: Any) -> Normalised:
    """Regions from V1 to IT that are the later and wider, the higher they are."""
    return Normalised()


def expanding(benchmark: Any) -> Normalised:
    """Regions that respond with the square of contrast: they accelerate, sum superadditively and facilitate."""
    return power(2.0)
