"""SavaSegal2023-fmri-*: encoding models of the recording of each movie."""

from typing import Any

from harness.benchmarks.fmri import DynamicVisionBenchmark, FMRIBenchmark
from harness_plugins.benchmarks.savasegal2023 import BIBTEX


class SavaSegal2023(FMRIBenchmark):
    """BOLD of each participant for one movie; the ceiling is inter-subject, since all saw it once."""

    version = 1
    recording = "savasegal2023"
    bibtex = BIBTEX

    def __init__(self, movie: str, **options: Any):
        super().__init__(movie=movie, **options)
        self.identifier = f"SavaSegal2023-fmri-{movie}"


class SavaSegal2023DynamicVision(DynamicVisionBenchmark):
    """The same data by the protocol of Dynamic-Vision, which leaks."""

    version = 1
    recording = "savasegal2023"
    bibtex = BIBTEX

    def __init__(self, movie: str, **loading: Any):
        super().__init__(movie=movie, **loading)
        self.identifier = f"SavaSegal2023-fmri-{movie}-dynamic_vision"
