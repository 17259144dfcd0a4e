"""A cached score is told without loading anything, and only while all that it depends on is as it was."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.host.plugin_host import host
from harness.identity import sources
from harness.results import Result
from harness.scoring import _files, _known
from harness.scoring._options import RunOptions
from harness.scoring.score_pairs import score_all
from harness.store.switches import is_enabled

PLUGIN = """
from harness import BenchmarkSpec, ModelSpec, hookimpl

@hookimpl
def register_models():
    return [ModelSpec("lab-net", load="lab_net:load", summary="")]

@hookimpl
def register_benchmarks():
    return [BenchmarkSpec("Lab2026", load="lab_experiment:Experiment", summary="")]
"""
NETWORK = """
from pathlib import Path
import torch
from harness import FrameModel, Preprocessing, Weights

calls = []

def load(kind="file", path="weights.pt", seed=0):
    calls.append(kind)
    torch.manual_seed(seed)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1))
    if kind != "random":
        network.load_state_dict(torch.load(path, weights_only=True))
    try:
        network[0].bias.data *= float(Path("gain.txt").read_text())
    except FileNotFoundError:
        pass
    weights = Weights(kind, path) if kind != "random" else Weights("random", seed=seed)
    return FrameModel("lab-net", network, preprocessing=Preprocessing(4), regions={"V1": "0"}, weights=weights)
"""
EXPERIMENT = """
import numpy as np
from harness import Benchmark, StimulusSet
from harness.benchmarks import make_score

class Experiment(Benchmark):
    identifier, version, parent = "Lab2026", 1, "task"

    def run(self, candidate):
        candidate.start_recording("V1", time_bins=[(0, 10)])
        grey = {f"i{n}": np.full((4, 4), n / 4, dtype="float32") for n in range(5)}
        seen = candidate.look_at(StimulusSet.from_images("greys", grey, duration=10, visual_degrees=8))
        return make_score(float(seen.values.mean()), error=0.1, details={"n": 5})
"""


@pytest.fixture
def lab(install: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A laboratory in the current folder. Gives a function that scores as a new process would: the result, and whether the
    network was built."""
    import torch

    (tmp_path / "lab_net.py").write_text(NETWORK)
    (tmp_path / "lab_experiment.py").write_text(EXPERIMENT)
    (tmp_path / "work").mkdir()
    torch.save(torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1)).state_dict(), tmp_path / "work/weights.pt")
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    install("some-lab", lab=PLUGIN)

    before = set(os.environ) | {"LAB_GAIN", "RESULTCACHING_DISABLE"}

    def score(**arguments: object) -> tuple[Result, bool]:
        for name in ("lab_net", "lab_experiment", "plug_lab"):
            sys.modules.pop(name, None)
        importlib.invalidate_caches()
        sources.forget()
        host.cache_clear()
        _files._noted.clear()
        _known._place.cache_clear()
        for name in set(os.environ) - before:  # which libraries set when they are imported
            del os.environ[name]
        (result,) = score_all([("lab-net", arguments)], ["Lab2026"], RunOptions(remember=True))
        assert result.status == "scored", result.message
        return result, "lab_net" in sys.modules

    return score


@pytest.mark.parametrize("kind", ["random", "file", "pretrained"])
def test_what_is_known_is_told_without_a_network(lab, kind: str) -> None:
    first, built = lab(kind=kind)
    assert built and not first.cached
    again, built = lab(kind=kind)
    assert not built and again.cached
    assert again == first.model_copy(update={"cached": True})


def test_another_network_is_never_told(lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    first, _ = lab()

    def differs(**arguments: object) -> bool:
        result, built = lab(**arguments)
        return built and result.score != first.score

    torch.manual_seed(5)
    torch.save(torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1)).state_dict(), tmp_path / "work/weights.pt")
    assert differs(), "the file of weights"
    (tmp_path / "work/gain.txt").write_text("7")
    assert differs(), "a file that was not there"
    (tmp_path / "work/gain.txt").write_text("9")
    assert differs(), "a file that was read"
    (tmp_path / "lab_net.py").write_text(NETWORK.replace("*= float", "+= 3 * float"))
    assert differs(), "the plugin's source"
    assert differs(kind="random"), "arguments"


@pytest.mark.parametrize("change", ["environment", "folder", "score", "switch"])
def test_what_may_matter_is_looked_at_again(lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    lab(path=str(tmp_path / "work/weights.pt"))
    if change == "environment":
        monkeypatch.setenv("LAB_GAIN", "2")
    elif change == "folder":
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
    elif change == "score":
        for path in Path(_known.cache_home() / "results").rglob("*measured/*.zip"):
            path.unlink()
    else:
        monkeypatch.setenv("RESULTCACHING_DISABLE", "1")
    _, built = lab(path=str(tmp_path / "work/weights.pt"))
    assert built


def test_weights_that_came_unseen_are_not_relied_on(lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_known, "files_read", list)
    lab(kind="pretrained")
    _, built = lab(kind="pretrained")
    assert built


def test_a_process_in_which_others_run_code_remembers_nothing(lab) -> None:
    lab()
    (result,) = score_all(["lab-net"], ["Lab2026"])
    assert result.cached and "lab_net" in sys.modules


def test_damaged_memory_is_no_memory(lab) -> None:
    lab()
    for path in (_known.cache_home() / "known").iterdir():
        path.write_text('{"data": {}')
    result, built = lab()
    assert built and result.cached


@pytest.mark.parametrize("value", ["", "0", "1", "harness.scoring", "other,harness", "other"])
def test_switches_are_those_of_result_caching(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    result_caching = pytest.importorskip("result_caching")
    monkeypatch.setenv("RESULTCACHING_DISABLE", value)
    assert is_enabled("harness.scoring/1") == result_caching.is_enabled("harness.scoring/1")


def test_a_known_pair_imports_no_torch(tmp_path: Path) -> None:
    import subprocess

    program = (
        "import sys; from harness.scoring import RunOptions, score_each\n"
        "from harness.scoring._known import known_result\nfrom harness.scoring._pair import *\n"
        "from harness.cli._progress import bars\n"
        "known_result(Pair(ModelOfPair.of('cifar_resnet20'), BenchmarkOfPair.of('Digits-decoding')))\n"
        "print(sorted({'torch', 'torchvision', 'xarray', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
