"""The benchmark on the simulated recording."""

from harness.benchmarks.fmri import DynamicVisionBenchmark, FMRIBenchmark
from harness_plugins.benchmarks.fake_fmri import BIBTEX


class FakeFMRI(FMRIBenchmark):
    """Simulated voxels that follow luminance and contrast, and a region that follows nothing."""

    identifier = "Simulated-fmri"
    version = 1
    recording = "fake-fmri"
    control_regions = ("control",)
    bibtex = BIBTEX


class FakeFMRIDynamicVision(DynamicVisionBenchmark):
    """The same data by the protocol of Dynamic-Vision, which leaks."""

    identifier = "Simulated-fmri-dynamic_vision"
    version = 1
    recording = "fake-fmri"
    bibtex = BIBTEX
