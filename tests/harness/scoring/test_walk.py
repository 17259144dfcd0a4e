"""A score is computed on one way down through the packages; what comes back up is a few callbacks."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
import torch

from harness import Preprocessing, RecurrentModel, load_benchmark, score_model

SCRIPT = Path(__file__).parents[3] / "tools" / "walk.py"


class Leaky(torch.nn.Module):
    """A map that moves a third of the way to its rectified input in each step."""

    def __init__(self) -> None:
        super().__init__()
        self.area = torch.nn.ReLU()

    def init(self, batch_size: int, device: torch.device) -> torch.Tensor:
        return torch.zeros(batch_size, 1, 16, 16, device=device)

    def step(self, frame: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        return self.area(state + (frame.abs() - state) / 3)


@pytest.fixture
def script() -> ModuleType:
    spec = spec_from_file_location("walk", SCRIPT)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_return_is_a_call_into_a_package_that_waits_for_the_caller(script: ModuleType) -> None:
    walk = script.Walk()
    for package, name in [("scoring", "a"), ("engine", "b"), ("engine", "c"), ("scoring", "d")]:
        walk(frame(script, package, name), "call", None)
    assert walk.entries == {"scoring": 1, "engine": 1}
    assert walk.returns == {("engine: c", "scoring: d"): 1}
    assert walk.returned_to() == {"scoring": 1}


def test_what_an_import_calls_is_no_part_of_the_way(script: ModuleType) -> None:
    walk = script.Walk()
    for package, name in [("scoring", "a"), ("benchmarks", "<module>"), ("scoring", "b"), ("stimuli", "c")]:
        walk(frame(script, package, name), "call", None)
    assert not walk.entries and not walk.returns
    for _ in range(3):
        walk(frame(script, "stimuli", "c"), "return", None)
    walk(frame(script, "engine", "d"), "call", None)
    assert walk.entries == {"engine": 1}


def frame(script: ModuleType, package: str, name: str) -> object:
    """The frame of a call, as far as a profile function reads it."""
    file = str(SCRIPT.parents[1] / "harness" / package / "module.py")
    code = type("Code", (), {"co_filename": file, "co_qualname": name})
    return type("Frame", (), {"f_code": code})


def test_a_score_passes_each_package_once(script: ModuleType) -> None:
    preprocessing = Preprocessing(size=16, mean=(0.5,), std=(0.5,), channels=1)
    model = RecurrentModel(
        "leaky", Leaky(), dt=16, regions={"V1": "area"}, preprocessing=preprocessing, visual_degrees=4
    )
    benchmark = load_benchmark("Temporal.interval", exemplars=2, intervals=[32, 256])
    with script.walked() as walk:
        score_model(model, benchmark)
    returned = walk.returned_to()
    assert walk.entries["engine"] and walk.entries["benchmarks"] and walk.entries["stimuli"]
    assert {callee for _, callee in walk.returns if callee.startswith("scoring")} <= {"scoring: _tell_plugins"}
    assert set(returned) <= {"scoring", "benchmarks", "metrics", "stimuli"}, walk.returns
