"""Keles2024-fmri: encoding models of the recording."""

from harness.benchmarks.fmri import DynamicVisionBenchmark, FMRIBenchmark
from harness_plugins.benchmarks.keles2024 import BIBTEX


class Keles2024(FMRIBenchmark):
    """BOLD of each participant, mean over two showings of the movie; blocks of it are predicted from others."""

    identifier = "Keles2024-fmri"
    version = 1
    recording = "keles2024"
    bibtex = BIBTEX


class Keles2024DynamicVision(DynamicVisionBenchmark):
    """The same data by the protocol of Dynamic-Vision, which leaks."""

    identifier = "Keles2024-fmri-dynamic_vision"
    version = 1
    recording = "keles2024"
    bibtex = BIBTEX
