"""SavaSegal2023-fmri-*: encoding models of the recording of each film."""

from typing import Any

from harness.benchmarks.fmri.benchmark import FMRIBenchmark
from harness.benchmarks.fmri.dynamic_vision import DynamicVisionBenchmark
from harness_plugins.benchmarks.savasegal2023 import BIBTEX


class SavaSegal2023(FMRIBenchmark):
    """BOLD of each person for one film; the ceiling is inter-subject, since all saw it once."""

    version = 1
    recording = "savasegal2023"
    bibtex = BIBTEX

    def __init__(self, film: str, **options: Any):
        super().__init__(film=film, **options)
        self.identifier = f"SavaSegal2023-fmri-{film}"


class SavaSegal2023DynamicVision(DynamicVisionBenchmark):
    """The same data in a scheme that leaks."""

    version = 1
    recording = "savasegal2023"
    bibtex = BIBTEX

    def __init__(self, film: str, **loading: Any):
        super().__init__(film=film, **loading)
        self.identifier = f"SavaSegal2023-fmri-{film}-dynamic_vision"
