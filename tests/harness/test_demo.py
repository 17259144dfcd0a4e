"""The demo on a machine without data: runs what is embedded, says what it left out, and is served from the cache afterwards."""

import json
from pathlib import Path

import pytest

from harness import demo


@pytest.fixture
def bare(tmp_path: Path, monkeypatch) -> Path:
    """An empty folder to run in, no data anywhere, and one small model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    monkeypatch.setattr(demo, "BESIDE", tmp_path / "nothing")
    monkeypatch.setattr(demo, "MODELS", (("pixels", {"size": 8}), ("cifar_resnet20", {})))
    monkeypatch.setattr(demo, "RECURRENT", ())
    return tmp_path


def test_without_data_it_keeps_what_is_embedded_and_says_the_rest(bare):
    job = demo.choose()
    assert job.benchmarks == [("digits-decoding", {}), ("orientation_tuning", {})]
    assert [identifier for identifier, _ in job.models] == ["pixels"]
    assert sorted(job.left_out) == ["Cowley2023.V4-ridge", "Peterson2019-cifar10h", "cifar_resnet20"]
    assert all("HARNESS_DATA" in reason and "published at" in reason for reason in job.left_out.values())


def test_results_go_to_the_folder_and_data_come_from_beside_the_checkout(bare, monkeypatch):
    monkeypatch.delenv("HARNESS_HOME")
    monkeypatch.setattr(demo, "BESIDE", bare)
    for name in ("HARNESS_HOME", "HARNESS_DATA"):
        monkeypatch.setitem(demo.os.environ, name, "")  # so that what the demo sets is taken back
        monkeypatch.delitem(demo.os.environ, name)
    demo.settle()
    assert demo.os.environ["HARNESS_HOME"] == str(bare / "demo" / "home")
    assert demo.os.environ["HARNESS_DATA"] == str(bare)


def test_recurrent_models_of_many_steps_run_on_one_benchmark(bare, monkeypatch):
    monkeypatch.setattr(demo, "RECURRENT", (("cordsnet_r2", {"size": 32, "dt": 10, "lead_in": 0}),))
    monkeypatch.setattr(demo, "MODELS", ())
    assert demo.main() == 0
    assert [record["model"] for record in _records(bare)] == ["cordsnet_r2"]


def test_with_data_everything_runs(bare, data):
    job = demo.choose()
    assert {identifier for identifier, _ in job.benchmarks} >= {
        "Cowley2023.V4-ridge",
        "Peterson2019-cifar10h",
        "digits-decoding",
        "orientation_tuning",
    }
    assert not job.left_out
    assert len(job.models) == 2


@pytest.mark.slow
def test_a_second_run_comes_from_the_cache(bare, capsys):
    assert demo.main() == 0
    first = capsys.readouterr().out
    assert "0 of 2 scores" in first
    assert "Left out: Cowley2023.V4-ridge" in first
    assert len(list((bare / "demo" / "figures").glob("*.png"))) == 2
    scores = _scores(bare)
    assert demo.main() == 0
    assert "2 of 2 scores" in capsys.readouterr().out
    assert _scores(bare) == scores


def _records(folder: Path) -> list[dict]:
    return json.loads((folder / "demo" / "leaderboard.json").read_text())["records"]


def _scores(folder: Path) -> list[float]:
    return [record["score"] for record in _records(folder)]
