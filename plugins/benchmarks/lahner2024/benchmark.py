"""Lahner2024-fmri: encoding models of the recording."""

from harness.benchmarks.fmri import DynamicVisionBenchmark, FMRIBenchmark
from harness_plugins.benchmarks.lahner2024 import BIBTEX


class Lahner2024(FMRIBenchmark):
    """Betas of each participant for the 102 test clips, shown ten times; 1,000 others train."""

    identifier = "Lahner2024-fmri"
    version = 1
    recording = "lahner2024"
    bibtex = BIBTEX


class Lahner2024DynamicVision(DynamicVisionBenchmark):
    """The same data by the protocol of Dynamic-Vision, which leaks."""

    identifier = "Lahner2024-fmri-dynamic_vision"
    version = 1
    recording = "lahner2024"
    bibtex = BIBTEX
