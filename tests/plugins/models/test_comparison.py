"""performance/models.py --gpu: the comparison, with a CPU in the place of the GPU."""

import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch

from harness import load_model

SCRIPT = Path(__file__).parents[3] / "performance" / "models.py"
WITHOUT = """
import runpy, sys
for name in ("brainscore_core", "brainscore_vision", "xarray"):
    sys.modules[name] = None  # importing it fails
sys.argv = sys.argv[1:]
sys.path.insert(0, {folder!r})
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.mark.parametrize("identifier", ["pixels", "cifar_resnet20", "motion_energy"])
def test_one_device_agrees_with_itself_and_bfloat16_with_float32_nearly(identifier, monkeypatch):
    monkeypatch.syspath_prepend(SCRIPT.parent)
    comparison = import_module("_comparison")
    random = {"weights": "random"} if identifier == "cifar_resnet20" else {}
    row = comparison.compare(load_model(identifier, **random), "cpu", 0.01)
    assert tuple(row) == comparison.COLUMNS
    assert row["model"] == identifier
    assert row["CPU - GPU"] == 0
    assert row["float32 - bf16"] < 0.05
    assert (row["float32 - bf16"] > 0) == (identifier != "pixels")  # which computes nothing
    assert min(row["frames or steps/s"], row["frames or steps/s (bf16)"]) > 0


def test_the_worst_layer_is_named_and_nan_is_worst(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPT.parent)
    worst = import_module("_comparison").worst
    expected = {"a": np.array([1.0, -4.0]), "b": np.array([2.0, 1.0]), "c": np.zeros(2)}
    assert worst(expected, {**expected, "a": np.array([2.0, -4.0])}) == ("a", 0.25)
    assert worst(expected, {**expected, "c": np.ones(2)}) == ("c", np.inf)
    layer, apart = worst(expected, {**expected, "b": np.array([np.nan, 1.0])})
    assert layer == "b"
    assert np.isnan(apart)


def test_its_table_takes_the_place_of_the_sentence_and_leaves_the_other(tmp_path, monkeypatch):
    script = runpy.run_path(str(SCRIPT))
    page = tmp_path / "models.md"
    page.write_text(
        f"{script['BEGIN']}\n| `pixels` | there |\n{script['END']}\n{script['BEGIN_GPU']}\nNone.\n{script['END']}\n"
    )
    monkeypatch.setitem(script["write"].__globals__, "PAGE", page)
    monkeypatch.setitem(script["write"].__globals__, "machine", lambda device: device)
    for name in ("dn/pixels", "constant"):
        script["write"]({name: f"| `{name}` | new |"}, ("model", "kind"), script["BEGIN_GPU"], "cuda")
    first, second = page.read_text().split(script["BEGIN_GPU"])
    assert "| `pixels` | there |" in first
    assert "new" not in first
    assert second.split("\n")[1:] == [
        *("Measured on cuda.", "", "| model | kind |", "|---|---|"),
        *("| `constant` | new |", "| `dn/pixels` | new |", script["END"], ""),
    ]


def test_it_runs_without_brain_score_and_writes_nothing_without_a_gpu():
    page = SCRIPT.parents[1] / "docs" / "models.md"
    before = page.read_text()
    code = WITHOUT.format(folder=str(SCRIPT.parent))
    asked = ["--gpu", "--device", "cpu", "--measure", "pixels", "--seconds", "0.01"]
    done = subprocess.run([sys.executable, "-c", code, SCRIPT, *asked], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"CPU - GPU": 0.0' in done.stdout
    assert page.read_text() == before


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_ends_with_a_sentence():
    done = subprocess.run([sys.executable, SCRIPT, "--gpu"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "needs a GPU" in done.stderr
