"""The tutorials: their files and commands run as they stand, each in an empty folder, and the results are what they say."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness import results
from harness.cli import app
from harness.host import plugin_host

ROOT = Path(__file__).parents[2]
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", (ROOT / "docs" / "tutorials.md").read_text(), re.M | re.S))
ELSEWHERE = ("pip ", "cp ")
"""Commands that change the environment; `test_third_party.py` installs the package."""


def follow(section: str, folder: Path) -> str:
    """Save the files of a section, run its commands in turn, and return what they print."""
    said = []
    for language, block in re.findall(r"^```(\w+)\n(.*?)^```", SECTIONS[section], re.M | re.S):
        if language != "sh":
            name, _, _ = block.removeprefix("# ").partition("\n")
            (folder / name).write_text(block)
            continue
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if not line.startswith(ELSEWHERE) and "slurm" not in words:
                said.append(run(words, folder))
    return "\n".join(said)


def run(words: list[str], folder: Path) -> str:
    """A command, in this process where it is one of the harness."""
    if words[0] == "harness":
        plugin_host.host.cache_clear()
        done = CliRunner().invoke(app, words[1:])
        assert done.exit_code == 0, (words, done.output, done.exception)
        return done.output
    script = ROOT / words[1] if (ROOT / words[1]).exists() else folder / words[1]
    command = [sys.executable, "-W", "ignore", str(script), *words[2:]]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    finished = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr[-2000:]
    return finished.stdout


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with results and data of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HARNESS_HOME", str(tmp_path / "home"))
    return tmp_path


def scores(benchmark: str) -> dict[str, float]:
    """Of every model that was scored, by its name with arguments."""
    found, broken = results.load_all()
    assert broken == []
    return {one.model_name: one.score for one in found if one.benchmark == benchmark and one.score is not None}


@pytest.mark.slow
def test_a_network_of_yours(empty: Path) -> None:
    follow("Score a network of yours", empty)
    betas = scores("Simulated-betas")
    [own] = [score for name, score in betas.items() if "mynet" in name]
    assert own > 0.4 > 0.2 > max(betas["pixels"], betas["noise"])
    assert (empty / "board.html").is_file()


def test_your_recording(empty: Path) -> None:
    follow("Bring your recording", empty)
    found = scores("Ours2026.V4-ridge")
    assert found["pixels"] > 0.8 > 0.3 > found["noise"]


@pytest.mark.slow
@pytest.mark.skipif(not find_spec("lightning"), reason="the extra [train] is not installed")
def test_from_training_to_the_board(empty: Path) -> None:
    follow("A recurrent network, from training to the board", empty)
    assert len(scores("Simulated-naming")) == 2 and (empty / "curves.png").is_file()


@pytest.mark.slow
def test_a_lesion_study(empty: Path) -> None:
    said = follow("A lesion study", empty)
    assert said.startswith("intact: ") and "\nV1 " in said and "\nIT " in said
    assert len(scores("Simulated-naming")) == 3


@pytest.mark.slow
def test_a_study(empty: Path) -> None:
    said = follow("A study on SLURM", empty)
    assert "recurrence" in said and len(results.load_all()[0]) == 5


@pytest.mark.parametrize("section", SECTIONS)
def test_each_ends_in_a_result(section: str) -> None:
    *_, last = SECTIONS[section].strip().split("\n\n")
    assert last.startswith("**The result**")


def test_a_package() -> None:
    """What it names is in the example, which `test_third_party.py` installs."""
    text = "".join(path.read_text() for path in (ROOT / "examples" / "third_party_plugin" / "my_lab").glob("*.py"))
    assert all(name in text for name in re.findall(r"my_lab_\w+|MyLab2026-\w+", SECTIONS["A benchmark as a package"]))
