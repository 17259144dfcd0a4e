"""MajajHong2015-pose: size, rotation and position of an object, decoded from a model's responses."""

import numpy as np

from harness import StimulusSet
from harness.benchmarks.readout import RegressionBenchmark, equal_bins
from harness_plugins.benchmarks.majajhong2015 import BIBTEX
from harness_plugins.benchmarks.majajhong2015.recording import load_images


class Pose(RegressionBenchmark):
    """Size (s), rotations about three axes (rxy, rxz, ryz; angles) and translations (ty, tz) of the object in the public images.

    Args:
        images: how many, at random; all if not given.
        groups: column of what is never split between training and test, `object_name` say.
        duration: ms for which an image is shown.
        bins: number of time bins within it.
        folds: number of folds of the cross-validation.
    """

    identifier = "MajajHong2015-pose"
    version = 1
    bibtex = BIBTEX
    targets = ("s", "rxy", "rxz", "ryz", "ty", "tz")
    circular = ("rxy", "rxz", "ryz")

    def __init__(
        self,
        images: int | None = 1000,
        groups: str | None = None,
        duration: float = 200.0,
        bins: int = 4,
        folds: int = 5,
    ):
        self._images, self._duration, self._bins = images, float(duration), int(bins)
        self.group, self.folds = groups, int(folds)

    def load(self) -> StimulusSet:
        """The images; the time bins follow from them."""
        stimuli = load_images(self._duration)
        self.time_bins = equal_bins(stimuli, self._bins)
        if self._images is None or self._images >= len(stimuli):
            return stimuli
        return stimuli.select(np.sort(np.random.default_rng(self.seed).permutation(len(stimuli))[: self._images]))
