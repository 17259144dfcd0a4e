"""`--rerun`: what is cached is computed anew and replaced, once, and what it does not name is not."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import app

LAB = """
import os
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from harness import Benchmark, BenchmarkSpec, FrameModel, ModelSpec, Preprocessing, StimulusSet, Weights, hookimpl
from harness.assemblies import Score
from harness.benchmarks import make_score

@hookimpl
def register_models():
    return [ModelSpec("tiny", load="plug_lab:tiny", summary="")]

@hookimpl
def register_benchmarks():
    specs = [("Lab2026-bright", {}), ("Lab2026-dark", {"sign": -1})]
    return [BenchmarkSpec(name, load="plug_lab:Bright", summary="", arguments=more) for name, more in specs]

def note(what):
    with Path(os.environ["LAB_NOTES"]).open("a") as file:
        file.write(what + " ")

def tiny():
    network = torch.nn.Sequential(torch.nn.Identity())
    return FrameModel(
        "tiny", network, preprocessing=Preprocessing(size=4), regions={"V1": "0"}, weights=Weights("none"), layouts={}
    )

class Bright(Benchmark):
    version, parent = 1, "in-silico"

    def __init__(self, sign=1):
        self.sign, self.identifier = sign, "Lab2026-bright" if sign == 1 else "Lab2026-dark"

    @cached_property
    def ceiling(self):
        note("ceiling")
        return Score(0.5)

    def run(self, candidate):
        note("score")
        images = {f"{i}": np.full((4, 4), i / 4, dtype=np.float32) for i in range(5)}
        candidate.start_recording("V1", time_bins=[(0, 10)])
        seen = candidate.look_at(StimulusSet.from_images("greys", images, duration=10))
        return make_score(self.sign * float(seen.values.mean()), error=0.1, ceiling=self.ceiling)
"""


@pytest.fixture
def noted(
    install: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., dict[str, int]]:
    """Scores by command; gives what was done."""
    install("some-lab", lab=LAB)
    monkeypatch.setenv("HARNESS_PLUGINS", "lab")
    notes = tmp_path / "notes"
    monkeypatch.setenv("LAB_NOTES", str(notes))

    def parts() -> int:
        return len(list((Path(os.environ["HARNESS_HOME"]) / "cache" / "activations").glob("??/*/*.npy")))

    def score(*options: str) -> dict[str, int]:
        notes.write_text("")
        before = parts()
        result = CliRunner().invoke(app, ["score", "-m", "tiny", "-b", "Lab2026-*", "--json", *options])
        assert result.exit_code == 0, result.output
        assert [one["score"] for one in json.loads(result.stdout)] == [0.5, -0.5]
        done = notes.read_text().split()
        return {what: done.count(what) for what in ("ceiling", "score")} | {"parts": parts() - before}

    return score


def test_each_kind_is_computed_anew_and_then_served(noted: Callable[..., dict[str, int]]) -> None:
    everything, nothing = {"ceiling": 2, "score": 2, "parts": 1}, {"ceiling": 0, "score": 0, "parts": 0}
    assert noted() == everything
    assert noted() == nothing
    assert noted("--rerun", "scores") == nothing | {"score": 2}
    assert noted() == nothing
    assert noted("--rerun", "ceilings") == nothing | {"ceiling": 2, "score": 2}
    assert noted("--rerun", "activations") == nothing | {"score": 2, "parts": 1}, (
        "benchmarks share what is recorded anew"
    )
    assert noted("--rerun", "all") == everything
    assert noted() == nothing
    assert CliRunner().invoke(app, ["cache", "compact"]).stdout.startswith("3 parts became 1")
    assert noted("--rerun", "scores")["parts"] == 0


def test_a_study_is_run_anew_from_a_moment_on(noted: Callable[..., dict[str, int]], tmp_path: Path) -> None:
    from harness.studies import read_study, run_study

    noted()
    file = tmp_path / "proof.yaml"
    file.write_text("{study: proof, models: [tiny], benchmarks: [Lab2026-bright], run: {jobs: 1}}")
    told = CliRunner().invoke(app, ["run", str(file), "--dry-run", "--json", "--rerun", "scores"]).stdout
    assert [pair["state"] for pair in json.loads(told)] == ["run"]
    study = read_study(file)
    assert [one.cached for one in run_study(study)] == [True]
    moment = study.run.model_copy(update={"rerun": {"scores": file.stat().st_mtime}})
    assert [one.cached for one in run_study(study, moment)] == [False]
    assert [one.cached for one in run_study(study, moment)] == [True], "what is new since then counts"


def test_another_word_is_refused() -> None:
    result = CliRunner().invoke(app, ["score", "-m", "tiny", "-b", "x", "--rerun", "weights"])
    assert result.exit_code != 0
