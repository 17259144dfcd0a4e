"""A laboratory whose benchmarks end in every way, for studies."""

from collections.abc import Callable
from pathlib import Path

import pytest

LAB = """
import os
import time
from pathlib import Path

import numpy as np
import torch
from harness import Benchmark, BenchmarkSpec, FrameModel, ModelSpec, Preprocessing, StimulusSet, SuiteSpec, Weights, hookimpl
from harness.benchmarks import make_score

@hookimpl
def register_models():
    return [ModelSpec("tiny", load="plug_lab:tiny", summary="", parameters={"gain": "", "seed": ""})]

@hookimpl
def register_benchmarks():
    return [
        BenchmarkSpec("Lab-bright", load="plug_lab:Bright", summary="", tags=("temporal",)),
        BenchmarkSpec("Lab-odd", load="plug_lab:Odd", summary="", parameters={"way": "", "marks": ""}),
        BenchmarkSpec("Lab-spikes", load="plug_lab:Bright", summary="", tags=("temporal",), data=("not_registered",)),
    ]

@hookimpl
def register_suites():
    return [SuiteSpec("lab-v1", summary="", benchmarks=("Lab-bright",), arguments={"Lab-bright": {"offset": 1}})]

def tiny(gain=1.0, seed=0):
    network = torch.nn.Sequential(torch.nn.Identity())
    return FrameModel(
        "tiny", network, preprocessing=Preprocessing(size=4), regions={"V1": "0"}, weights=Weights("random", seed=seed),
        layouts={}, visual_degrees=8 * gain,
    )

class Bright(Benchmark):
    identifier, version, parent = "Lab-bright", 1, "in-silico"

    def __init__(self, offset=0.0):
        self.offset = offset

    def run(self, candidate):
        images = {f"{i}": np.full((4, 4), i / 4, dtype=np.float32) for i in range(5)}
        candidate.start_recording("V1", time_bins=[(0, 10)])
        seen = candidate.look_at(StimulusSet.from_images("greys", images, duration=10))
        return make_score(float(seen.values.mean()) + self.offset, error=0.1)

class Odd(Benchmark):
    identifier, version, parent = "Lab-odd", 1, "in-silico"

    def __init__(self, way="", marks="", seconds=60):
        self.way, self.marks, self.seconds = way, marks, seconds

    def run(self, candidate):
        mark = Path(self.marks) / self.way
        first = not mark.exists()
        mark.touch()
        if self.way == "dies once" and first:
            os._exit(9)
        if self.way == "cannot read once" and first:
            raise OSError(5, "Input/output error")
        if self.way == "is slow":
            time.sleep(self.seconds)
        if self.way == "is wrong":
            raise ValueError("something odd")
        return make_score(0.25, error=0.1)
"""


@pytest.fixture
def lab(install: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The laboratory, installed; gives an empty folder."""
    install("some-lab", lab=LAB)
    monkeypatch.setenv("HARNESS_PLUGINS", "lab")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # for jobs of a cluster
    marks = tmp_path / "marks"
    marks.mkdir()
    return marks
