"""Berezutskaya2021-fmri: encoding models of the recording."""

from harness.benchmarks.fmri import DynamicVisionBenchmark, FMRIBenchmark
from harness_plugins.benchmarks.berezutskaya2021 import BIBTEX


class Berezutskaya2021(FMRIBenchmark):
    """BOLD of each participant; the ceiling is inter-subject, since all saw the movie once."""

    identifier = "Berezutskaya2021-fmri"
    version = 1
    recording = "berezutskaya2021"
    bibtex = BIBTEX


class Berezutskaya2021DynamicVision(DynamicVisionBenchmark):
    """The same data by the protocol of Dynamic-Vision, which leaks."""

    identifier = "Berezutskaya2021-fmri-dynamic_vision"
    version = 1
    recording = "berezutskaya2021"
    bibtex = BIBTEX
