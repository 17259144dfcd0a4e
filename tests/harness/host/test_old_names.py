"""Old public names work for one more release, and say what they are called now."""

import json
import subprocess
import sys
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

import harness
from harness import errors, results
from harness.cli import app
from harness.host import old_names
from harness.host.plugin_host import Host

OF_HARNESS = {
    "as_subject": "as_brain_model",
    "Full": "AllUnits",
    "MeanMagnitude": "MeanAbsolute",
    "Projection": "RandomProjection",
    "leaderboard": "write_leaderboard",
    "Record": "Result",
}
IN_MODULES = [
    ("harness.subject", "as_subject", "harness.brain_model.as_brain_model"),
    ("harness.timeline", "Frame", "harness.stimuli.Frame"),
    ("harness.records", "Record", "harness.results.Result"),
    ("harness.leaderboards.build", "leaderboard", "harness.results.leaderboard.write_leaderboard"),
    ("harness.specs", "ModelSpec", "harness.host.ModelSpec"),
    ("harness.metrics.ceilings", "correlation_ceiling", "harness.metrics.statistics.correlation_ceiling"),
    ("harness.metrics.ceilings", "ratio_of_sums", "harness.metrics.statistics.ratio_of_sums"),
    ("harness.metrics.ceilings", "signal_reliability", "harness.metrics.statistics.signal_reliability"),
    ("harness.metrics.encoding", "held_out_predictions", "harness.metrics.regression.held_out_predictions"),
    ("harness.metrics.inference", "compare_models", "harness.metrics.statistics.compare_models"),
    ("harness.metrics.operators", "canonical_hrf", "harness.metrics.regression.canonical_hrf"),
    ("harness.metrics.operators", "transform", "harness.metrics.regression.transform"),
    ("harness.metrics.resampling", "block_k_fold", "harness.metrics.statistics.block_k_fold"),
    ("harness.metrics.ridge", "gram", "harness.metrics.regression.gram"),
    ("harness.benchmarks.insilico", "InSilicoBenchmark", "harness.benchmarks.physiology.InSilicoBenchmark"),
    ("harness.benchmarks.films", "FilmBenchmark", "harness.benchmarks.neural.MovieBenchmark"),
    ("harness.data.film", "film_data", "harness.data.movie_data"),
]


@pytest.fixture(autouse=True)
def nothing_was_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_told", set())


@pytest.mark.parametrize(("old", "new"), OF_HARNESS.items())
def test_an_old_name_of_the_package_is_the_new_one(old: str, new: str) -> None:
    message = f"'harness.{old}' is now 'harness.{new}'; the old name works until harness {errors.DROPPED_IN}"
    with pytest.warns(errors.RenamedWarning) as told:
        assert getattr(harness, old) is getattr(harness, new)
        assert getattr(harness, old) is getattr(harness, new)
    of_ours = [warning for warning in told if warning.category is errors.RenamedWarning]
    assert [(str(warning.message), warning.filename) for warning in of_ours] == [(message, __file__)]
    assert old not in harness.__all__


@pytest.mark.parametrize(("module", "old", "new"), IN_MODULES)
def test_a_name_of_an_old_module_is_the_new_one(module: str, old: str, new: str) -> None:
    package, _, name = new.rpartition(".")
    with pytest.warns(errors.RenamedWarning, match=f"'{module}.{old}' is now '{new}'"):
        assert getattr(import_module(module), old) is getattr(import_module(package), name)


@pytest.mark.parametrize("old", old_names.MODULES)
def test_every_old_module_leads_to_one_that_there_is(old: str) -> None:
    module, now = import_module(f"harness.{old}"), import_module(f"harness.{old_names.MODULES[old]}")
    assert isinstance(module, ModuleType)
    assert module is not now
    name = next(name for name in vars(now) if not name.startswith("_"))
    with pytest.warns(errors.RenamedWarning):
        assert getattr(module, name) is getattr(now, name)
    with pytest.raises(AttributeError, match="no_such_thing"):
        _ = module.no_such_thing


def test_old_modules_hide_nothing_that_is_there_now() -> None:
    for old in old_names.MODULES:
        package, _, name = f"harness.{old}".rpartition(".")
        assert name not in getattr(import_module(package), "__all__", ()), old


def test_every_new_name_is_there() -> None:
    everywhere = [import_module("harness"), *(import_module(f"harness.{new}") for new in old_names.MODULES.values())]
    for new in old_names.NAMES.values():
        assert any(hasattr(module, new) for module in everywhere), new


@pytest.mark.parametrize("name", ["extract", "as_brain_model", "score_model"])
def test_observers_are_callbacks(name: str) -> None:
    function = getattr(harness, name)
    arguments = (None,) if name == "as_brain_model" else (None, None)
    notice = pytest.warns(errors.RenamedWarning, match=rf"\(observers=\)' is now '{name}\(callbacks=\)'")
    with notice, pytest.raises(Exception, match="None"):
        function(*arguments, observers=())
    with pytest.raises(errors.ArgumentError, match="'observers' is the old name"):
        function(*arguments, observers=(), callbacks=())


def test_an_old_benchmark_is_loaded_scored_and_described_under_its_name_of_today() -> None:
    with pytest.warns(errors.RenamedWarning, match="'digits-decoding' is now 'Digits-decoding'") as told:
        assert harness.load_benchmark("digits-decoding").identifier == "Digits-decoding"
        score = harness.score_model("pixels", "digits-decoding", benchmark_args={"per_digit": 12})
        run = CliRunner().invoke(app, ["describe", "digits-decoding", "--json"])
    assert sum(warning.category is errors.RenamedWarning for warning in told) == 1
    assert score.attrs["benchmark_identifier"] == "Digits-decoding"
    assert json.loads(run.stdout)["identifier"] == "Digits-decoding"
    (result,), broken = results.load_all()
    assert (result.benchmark, broken) == ("Digits-decoding", [])


def test_old_results_are_shown_under_todays_name() -> None:
    fields = {"model": "net", "status": "scored", "score": 0.25}
    results.write(harness.Result(benchmark="contrast", **fields))
    (shown,), _ = results.load_all()
    assert (shown.benchmark, shown.score) == ("Temporal.contrast", 0.25)
    results.write(harness.Result(benchmark="Temporal.contrast", **fields | {"score": 0.5}))
    assert [result.score for result in results.load_all()[0]] == [0.5]


def test_a_failure_under_todays_name_keeps_the_old_score() -> None:
    results.write(harness.Result(benchmark="contrast", model="net", status="scored", score=0.25))
    results.write(harness.Result(benchmark="Temporal.contrast", model="net", status="failed", message="no memory"))
    found = results.load_all()[0]
    assert {(result.benchmark_name, result.status) for result in found} == {
        ("Temporal.contrast", "scored"),
        ("Temporal.contrast", "failed"),
    }


def test_a_benchmark_that_breaks_the_rule_is_taken_in_with_a_notice() -> None:
    with pytest.warns(errors.RenamedWarning, match="'my_lab_task' is not of the form Author2015"):
        harness.BenchmarkSpec("my_lab_task", load="my_lab:Task", summary="")


class OldPlugin:
    """An observer as it was written for 0.1."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    @harness.hookimpl
    def score_finished(self, record: Any) -> None:
        self.seen.append(record)


def test_an_old_observer_is_still_called(monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = OldPlugin()
    entry = metadata.EntryPoint("old", "my_lab.plugin", "harness")
    monkeypatch.setattr(metadata.EntryPoint, "load", lambda self: plugin)
    with pytest.warns(errors.RenamedWarning, match="'record' of score_finished is now 'result'") as told:
        host = Host([entry])
    assert len(told) == 1
    assert [found.status for found in host.plugins] == ["loaded"]
    host.hook.score_finished(result="a result")  # type: ignore[arg-type]
    assert plugin.seen == ["a result"]


def test_the_notice_is_seen_without_asking_for_it() -> None:
    code = "exec(compile(%r, 'my_lab.py', 'exec'), {'__name__': 'my_lab'})"
    run = [sys.executable, "-c", code % "import harness; harness.Full; harness.Full"]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stderr
    assert said.count("'harness.Full' is now 'harness.AllUnits'") == 1
    assert "my_lab.py:1: RenamedWarning" in said
