"""A plugin that prints, exits and breaks wherever it can, beside sound ones: `--json` stays JSON, and it alone is named."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NOISY = """
import sys
print("at import")
from harness import hookimpl, ModelSpec

class Mute(BaseException):
    def __str__(self):
        raise ValueError("no words")

@hookimpl
def register_models():
    print("registering")
    return [ModelSpec("leaves", load="plug_noisy_model:net", summary="exits at import"),
            ModelSpec("mute", load="plug_noisy:mute", summary="raises what cannot be shown")]

@hookimpl
def score_finished(result):
    print("finished")
    sys.exit(0)

def mute():
    print("loading")
    raise Mute()
"""
LEAVES = """
import sys
print("leaving")
sys.exit(0)
"""
BROKEN = """
class Mute(BaseException):
    def __str__(self):
        raise ValueError("no words")
raise Mute()
"""


@pytest.fixture
def harness(tmp_path: Path) -> Any:
    """Runs a command where the noisy plugins are installed."""
    info = tmp_path / "noisy-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: noisy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[harness]\nnoisy = plug_noisy\nbroken = plug_broken\nleaver = plug_noisy_model\n"
    )
    for name, source in (("plug_noisy", NOISY), ("plug_noisy_model", LEAVES), ("plug_broken", BROKEN)):
        (tmp_path / f"{name}.py").write_text(source)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = os.environ | {"PYTHONPATH": path, "HARNESS_HOME": str(tmp_path / "home")}

    def run(*words: str) -> tuple[int, Any, str]:
        done = subprocess.run(
            [sys.executable, "-m", "harness", *words],
            capture_output=True,
            text=True,
            env=environment,
            cwd=tmp_path,
            timeout=400,
        )
        return done.returncode, json.loads(done.stdout, parse_constant=pytest.fail), done.stderr

    return run


@pytest.mark.parametrize("words", [["cache", "size"], ["cache", "size", "--json"]], ids=" ".join)
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_under_standard_output_is_one_sentence(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "harness", *words], stdout=full, stderr=subprocess.PIPE, text=True, timeout=400
        )
    assert done.returncode == 1
    assert (
        done.stderr == "standard output or a file cannot be written (No space left on device); free some space there\n"
    )


@pytest.mark.parametrize("more", ["", " --json"])
def test_a_command_whose_standard_output_is_closed_says_nothing_of_it(more: str) -> None:
    command = f'"{sys.executable}" -m harness cache size{more} >&-'
    done = subprocess.run(command, shell=True, stderr=subprocess.PIPE, text=True, timeout=400)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_list_is_json_and_names_those_that_break(harness: Any) -> None:
    status, listed, said = harness("list", "models", "--json")
    assert status == 0 and {"leaves", "mute", "pixels"} <= {one["identifier"] for one in listed}
    assert "at import" in said and "Traceback" not in said


@pytest.mark.parametrize("model", ["leaves", "mute"])
def test_a_model_that_breaks_is_described_by_an_error(harness: Any, model: str) -> None:
    status, told, said = harness("describe", model, "--load", "--json")
    assert status != 0 and told["error"] and told["error"].isprintable() and "Traceback" not in said


def test_pairs_of_sound_models_are_scored_beside_them(harness: Any) -> None:
    status, told, said = harness(
        "score", "-m", "leaves", "-m", "mute", "-m", "pixels", "-b", "Digits-decoding", "--json"
    )
    assert {one["model"]: one["status"] for one in told} == {
        "leaves": "failed",
        "mute": "failed",
        "pixels": "scored",
    }
    assert status == 1 and "finished" in said and "Traceback" not in said
