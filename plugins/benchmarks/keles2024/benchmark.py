"""Keles2024-fmri: encoding models of the recording."""

from harness.benchmarks.fmri.benchmark import FMRIBenchmark
from harness.benchmarks.fmri.dynamic_vision import DynamicVisionBenchmark
from harness_plugins.benchmarks.keles2024 import BIBTEX


class Keles2024(FMRIBenchmark):
    """BOLD of each person, mean over two showings of the film; blocks of it are predicted from others."""

    identifier = "Keles2024-fmri"
    version = 1
    recording = "keles2024"
    bibtex = BIBTEX


class Keles2024DynamicVision(DynamicVisionBenchmark):
    """The same data in a scheme that leaks."""

    identifier = "Keles2024-fmri-dynamic_vision"
    version = 1
    recording = "keles2024"
    bibtex = BIBTEX
