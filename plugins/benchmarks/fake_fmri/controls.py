"""Brains that hold what drives the simulated voxels."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.stimuli import StimulusSet, TimeBin, Timeline
from harness.testing import SimulatedBrain
from harness_plugins.benchmarks._contrast_energy import contrast_energy
from harness_plugins.benchmarks.fake_fmri.betas import CYCLES, PLACES


class LuminanceAndContrast(SimulatedBrain):
    """Two units: the mean and the standard deviation of the luminance on the screen, over each time bin."""

    identifier, regions = "luminance and contrast", ("V1",)

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        return np.stack([self._of(timeline, np.asarray(time_bins)) for timeline in stimuli.timelines])

    @staticmethod
    def _of(timeline: Timeline, bins: np.ndarray) -> np.ndarray:
        """(time, 2), weighted by how long each frame is on the screen."""
        frames = [frame.load().astype(float) / 255 for frame, _ in timeline.shown()]
        values = np.array([[frame.mean(), frame.std()] for frame in frames])
        starts, ends = np.asarray(timeline.onsets), np.asarray(timeline.ends)
        shared = np.minimum(bins[:, 1:], ends) - np.maximum(bins[:, :1], starts)
        weights = shared.clip(min=0)
        return weights @ values / np.maximum(weights.sum(1, keepdims=True), 1e-9)


class ContrastEnergy(SimulatedBrain):
    """The contrast energy of the image, at every place and orientation, in every time bin."""

    identifier, regions = "contrast energy", ("V1",)

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        images = np.stack([timeline.at(0.0) for timeline in stimuli.timelines])
        return np.repeat(contrast_energy(images, CYCLES, PLACES)[:, None], len(time_bins), axis=1)


def driving(benchmark: Any) -> LuminanceAndContrast:
    """The drive of the voxels, before the haemodynamic response."""
    return LuminanceAndContrast()


def energetic(benchmark: Any) -> ContrastEnergy:
    """The drive of the voxels that see textures."""
    return ContrastEnergy()
