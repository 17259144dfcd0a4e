"""Occluded objects in human visual cortex: similarity of 24 conditions."""

from functools import cached_property

import numpy as np

from harness import StimulusSet
from harness.benchmarks.neural import RdmBenchmark
from harness.errors import BenchmarkError
from harness_plugins.benchmarks.coggan2024 import BIBTEX
from harness_plugins.benchmarks.coggan2024.matrices import Similarities, load, stimuli

EXPOSURE = 1000.0


class Coggan2024(RdmBenchmark):
    """Eight objects, whole and behind two kinds of occluders, in a region of human visual cortex (Coggan & Tong 2024).

    Rank correlation of the 276 pairs of conditions with each participant's matrix of pattern correlations (as distances, 1 -
    r). The
    exposure, 1 s, and the size, the whole field of view, are not stated with the data: low confidence.

    Args:
        region: V1, V2, V4 or IT.
    """

    version = 1
    bibtex = BIBTEX
    time_bin = (0.0, EXPOSURE)

    def __init__(self, region: str = "IT"):
        self.identifier = f"Coggan2024.{region}-rdm"
        self.region = region
        self.regions = (region,)

    @cached_property
    def similarities(self) -> Similarities:
        """All participants and regions."""
        return load()

    @cached_property
    def rdms(self) -> np.ndarray:
        rows = (self.similarities.maps["region"] == self.region).to_numpy()
        if not rows.any():
            known = ", ".join(sorted({str(name) for name in self.similarities.maps["region"]}))
            raise BenchmarkError(f"there is no region '{self.region}' in Coggan2024_fMRI; there are {known}")
        return 1 - self.similarities.matrices[rows]

    def load(self) -> StimulusSet:
        """In the order of the matrices."""
        shown = stimuli(EXPOSURE)
        order = [str(name) for name in self.similarities.conditions["stimulus_id"]]
        if set(order) != set(shown.ids):
            raise BenchmarkError("the images of Coggan2024_fMRI are not those of its matrices; fetch it again")
        return shown.select([shown.ids.index(name) for name in order])
