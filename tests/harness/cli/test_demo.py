"""The demo: needs no data, says what it left out, and is served from the cache afterwards."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import app, demo
from harness.cli._programmes import FULL, SHORT, Part
from harness.host.plugin_host import host

ORIENTATION = Part("orientation", (("pixels", {"size": 8}),), (("Ringach2002-orientation_tuning", {}),))


@pytest.fixture
def bare(tmp_path: Path, monkeypatch) -> Path:
    """An empty folder to run in, no data anywhere, and two small models on what is not in-silico."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    monkeypatch.setattr(demo, "BESIDE", tmp_path / "nothing")
    models = (("pixels", {"size": 8}), ("cifar_resnet20", {}))
    monkeypatch.setattr(demo, "FULL", (replace(FULL[0], models=models), ORIENTATION))
    return tmp_path


def test_without_data_it_keeps_what_is_embedded_and_says_the_rest(bare):
    job = demo.choose(demo.FULL)
    assert [part.benchmarks for part in job.parts] == [(("Digits-decoding", {}),), ORIENTATION.benchmarks]
    assert {identifier for part in job.parts for identifier, _ in part.models} == {"pixels"}
    assert sorted(job.left_out) == ["Cowley2023.V4-ridge", "Peterson2019-cifar10h", "cifar_resnet20"]
    assert all("HARNESS_DATA" in reason and "published at" in reason for reason in job.left_out.values())


@pytest.mark.usefixtures("bare")
def test_the_short_programme_needs_no_data_and_shows_benchmarks_of_every_kind():
    job = demo.choose(SHORT)
    assert job.parts == list(SHORT) and not job.left_out
    registry, [part] = host().benchmarks, job.parts
    specs = [registry.get(identifier) for identifier, _ in part.benchmarks]
    assert {spec.tags[0] for spec in specs} == {"neural", "behaviour", "task", "in-silico"}
    assert {tag for spec in specs for tag in spec.tags} >= {"fmri", "iEEG", "V1", "causal", "decoding"}
    assert all(spec.discriminates for spec in specs), "a mean of what tells models from noise"
    assert job.pairs == len(part.models) * len(specs) == 80
    assert {"weights": "random"}.items() <= dict(part.models[1][1]).items(), (
        "a trained network beside its untrained twin"
    )


def test_the_full_programme_names_what_there_is_and_shows_every_in_silico_experiment(data):
    registry = host().benchmarks
    job = demo.choose(FULL)
    assert len(job.parts) == len(FULL) and not job.left_out
    shown = {identifier for part in job.parts for identifier, _ in part.benchmarks}
    assert shown >= {
        spec.identifier for spec in registry if "in-silico" in spec.tags and "distribution" not in spec.tags
    }
    assert {registry.get(identifier).tags[0] for identifier in shown} == {"neural", "behaviour", "task", "in-silico"}


def test_results_go_to_the_folder_and_data_come_from_beside_the_checkout(bare, monkeypatch):
    monkeypatch.delenv("HARNESS_HOME")
    monkeypatch.setattr(demo, "BESIDE", bare)
    for name in ("HARNESS_HOME", "HARNESS_DATA", "OMP_NUM_THREADS"):
        monkeypatch.setitem(demo.os.environ, name, "")  # so that what the demo sets is taken back
        monkeypatch.delitem(demo.os.environ, name)
    demo.settle()
    assert demo.os.environ["HARNESS_HOME"] == str(bare / "demo" / "home")
    assert demo.os.environ["HARNESS_DATA"] == str(bare)
    assert demo.os.environ["OMP_NUM_THREADS"] == "1"
    demo.os.environ["OMP_NUM_THREADS"] = "2"
    demo.settle()
    assert demo.os.environ["OMP_NUM_THREADS"] == "2", "what the user says is kept"


def test_arguments_go_to_the_benchmarks_that_take_them(bare):
    tagged = dict(demo._tagged("in-silico", {"units": 2}))
    assert tagged["TrottBorn2015"] == {"units": 2} and tagged["Ringach2002-orientation_tuning"] == {}


@pytest.mark.slow
def test_a_second_run_comes_from_the_cache(bare):
    first = CliRunner().invoke(app, ["demo", "--full"])
    assert first.exit_code == 0 and "0 of 2 scores" in first.output
    assert "1 of 2: pixels(size=8) on Digits-decoding: " in first.output
    assert "Left out: Cowley2023.V4-ridge" in first.output
    assert len(list((bare / "demo" / "figures").glob("*.png"))) == 2
    scores = _scores(bare)
    assert "2 of 2 scores" in CliRunner().invoke(app, ["demo", "--full"]).output
    assert _scores(bare) == scores


def test_a_failure_is_told_and_the_status_says_so(bare, monkeypatch):
    monkeypatch.setattr(demo, "SHORT", (Part("nothing", (("pixels", {"size": -1}),), (("Digits-decoding", {}),)),))
    done = CliRunner().invoke(app, ["demo"])
    assert done.exit_code == 1 and "pixels(size=-1) on Digits-decoding failed: " in done.output


def _records(folder: Path) -> list[dict]:
    return json.loads((folder / "demo" / "leaderboard.json").read_text())["results"]


def _scores(folder: Path) -> list[float]:
    return [result["score"] for result in _records(folder)]
