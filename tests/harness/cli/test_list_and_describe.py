"""`harness list`, `describe`, `plugins`, and how errors are shown."""

import json
import subprocess
import sys
from collections import OrderedDict
from functools import partial
from pathlib import Path

import pytest
import torch
from rich.console import Console
from typer.testing import CliRunner, Result

from harness import FrameModel, ModelSpec, Preprocessing, StimuliSpec
from harness.cli import _output, app
from harness.host.plugin_host import host
from harness.host.registry import Plugin
from harness.host.specs import BenchmarkSpec, DatasetSpec, RecipeSpec, SuiteSpec

LAB = Plugin("lab", "some-lab", "1.2", "lab.plugin")


def build(name: str = "net", side: int = 8) -> FrameModel:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), torch.nn.ReLU())
    return FrameModel(name, network, preprocessing=Preprocessing(size=side), regions={"V1": "1"}, visual_degrees=5)


def deep(name: str = "net", side: int = 8) -> FrameModel:
    network = torch.nn.Sequential(OrderedDict((f"layer{i}", torch.nn.ReLU()) for i in range(30)))
    return FrameModel(name, network, preprocessing=Preprocessing(size=side), layers=[f"layer{i}" for i in range(30)])


def members() -> list[str]:
    return ["ant", "bee"]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch):
    """A host with one of each kind, in place of what is installed."""
    host.cache_clear()
    monkeypatch.setenv("HARNESS_PLUGINS", "-vision-dynamics-harness")
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    new = host()
    module = type(sys)("a_lab")
    module.build, module.members, module.deep = build, members, deep
    monkeypatch.setitem(sys.modules, "a_lab", module)
    new.models.add(
        ModelSpec("net", load="a_lab:build", summary="a small net", tags=("static",), parameters={"side": "pixels"}),
        LAB,
    )
    new.models.add(ModelSpec("zoo/*", load="a_lab:build", members="a_lab:members", summary="a family"), LAB)
    new.stimuli.add(StimuliSpec("bars", load="a_lab:build", summary="bars", tags=("static", "moving")), LAB)
    new.benchmarks.add(BenchmarkSpec("V1-x", load="a_lab:build", summary="an experiment", data=("spikes",)), LAB)
    new.datasets.add(
        DatasetSpec("spikes", summary="spikes", files={"a": ""}, source="doi", licence="CC0", instructions="fetch"), LAB
    )
    new.suites.add(SuiteSpec("lab-v1", summary="a suite", benchmarks=("V1-x", "V2-x")), LAB)
    yield
    host.cache_clear()


def harness(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_list_shows_every_kind_and_a_family_in_one_line() -> None:
    shown = harness("list").stdout
    assert [word in shown for word in ("net", "zoo/*", "bars", "V1-x", "spikes")] == [True] * 5
    assert "zoo/ant" not in shown
    assert "data not here: spikes" in shown


def test_list_expands_a_family() -> None:
    entries = json.loads(harness("list", "models", "zoo/b*", "--json").stdout)
    assert [entry["identifier"] for entry in entries] == ["zoo/bee"]
    assert entries[0]["distribution"] == "some-lab"


def test_list_filters_by_tag() -> None:
    entries = json.loads(harness("list", "--tag", "static", "--tag", "moving", "--json").stdout)
    assert [(entry["kind"], entry["identifier"]) for entry in entries] == [("stimuli", "bars")]


def test_data_that_are_here_are_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spikes").mkdir()
    (tmp_path / "spikes" / "a").touch()
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    assert "not here" not in harness("list").stdout
    assert json.loads(harness("describe", "V1-x", "--json").stdout)["data"] == {"spikes": "here"}


def test_describe_says_what_each_member_of_a_suite_needs() -> None:
    needed = json.loads(harness("describe", "lab-v1", "--json").stdout)["benchmarks"]
    assert needed == {"V1-x": "spikes (not here)", "V2-x": "its plugin, which is not installed"}


@pytest.mark.parametrize("identifier", ["net", "zoo/ant", "zoo/*", "bars", "V1-x", "spikes"])
def test_describe_knows_every_kind_without_loading(identifier: str) -> None:
    result = harness("describe", identifier)
    assert result.exit_code == 0
    assert identifier in result.stdout and "lab (some-lab 1.2)" in result.stdout


def test_describe_looks_inside_a_model() -> None:
    inside = json.loads(harness("describe", "net", "--load", "--args", "side=16", "--json").stdout)
    assert inside["consumes time as"] == "frame"
    assert inside["parameter count"] == 8
    assert inside["regions"] == {"V1": "1"} and inside["layers"] == ["1"] and inside["other layers"] == ["0"]
    assert inside["input (pixels)"] == 16 and inside["field of view (degrees)"] == 5


def test_a_recipe_names_the_models_of_its_name() -> None:
    host().recipes.add(RecipeSpec("stepwise", load="a_lab:build", summary="by steps"), LAB)
    host().models.add(ModelSpec("stepwise_r2", load="a_lab:build", summary="two areas"), LAB)
    assert json.loads(harness("describe", "stepwise", "--json").stdout)["models"] == ["stepwise_r2"]


def test_describe_runs_a_model_once_for_the_shapes_of_its_layers() -> None:
    inside = json.loads(harness("describe", "net", "--shapes", "--json").stdout)
    assert inside["shapes"] == dict.fromkeys(("0", "1"), "2 x 8 x 8 (channels, height, width)")
    assert inside["may see the future"] == "no"


def test_describe_is_one_screen_with_defaults_docs_and_citation_and_all_shows_the_rest() -> None:
    host().models.add(
        ModelSpec(
            "deep",
            load="a_lab:deep",
            summary="many layers",
            parameters={"side": "pixels", "name": "of the model"},
            bibtex="@article{x, author = {Doe, Jane and Roe, Richard}, title = {Deep {Nets}},\n  year = {2020}}",
        ),
        LAB,
    )
    shown = harness("describe", "deep").stdout
    assert "side: pixels [8]" in shown and "docs/models.md" in shown and "Doe and Roe 2020, Deep Nets" in shown
    assert "@article" not in shown and "a_lab:deep" not in shown
    loaded = harness("describe", "deep", "--load").stdout
    assert "layer29" not in loaded and "(30; all of them: --all)" in loaded and len(loaded.splitlines()) < 30
    whole = harness("describe", "deep", "--load", "--all").stdout
    assert "layer29" in whole and "@article" in whole and "a_lab:deep" in whole
    assert json.loads(harness("describe", "deep", "--json").stdout)["defaults"] == {"side": 8, "name": "net"}


def test_what_exists_only_in_a_family_is_found_by_a_pattern() -> None:
    entries = json.loads(harness("list", "models", "*ant*", "--json").stdout)
    assert [entry["identifier"] for entry in entries] == ["zoo/ant"]


def test_a_word_of_a_summary_finds_an_unknown_name() -> None:
    assert "did you mean net?" in harness("describe", "Small").stderr


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["describe", "nett"], 1, "unknown identifier 'nett'; did you mean net? (harness list)"),
        (["describe", "net", "--args", "sides=3"], 1, "model 'net' has no argument 'sides'; it takes name, side"),
        (["show", "barz"], 1, "did you mean bars?"),
        (["show", "bars", "--most", "0"], 2, "--most"),
        (["describe", "bars", "--shapes"], 1, "--shapes is for models; 'bars' is not a model"),
        (["describe", "net", "--args", "side"], 2, "'side' is not of the form key=value"),
        (["list", "things"], 2, "things"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_errors_are_a_sentence_on_stderr(arguments: list[str], status: int, message: str) -> None:
    result = harness(*arguments)
    assert result.exit_code == status
    assert message in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.output and result.stdout == ""


def test_debug_shows_where_an_error_came_from() -> None:
    assert harness("--debug", "describe", "nett").exception.__class__.__name__ == "UnknownIdentifier"


def test_plugins_fails_if_one_is_broken() -> None:
    host().plugins[:] = [LAB]
    assert harness("plugins").exit_code == 0
    host().plugins.append(Plugin("bad", "bad-lab", "0.1", "bad", status="broken", reason="no such module"))
    result = harness("plugins", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[1] == {
        "name": "bad",
        "distribution": "bad-lab",
        "version": "0.1",
        "target": "bad",
        "status": "broken",
        "reason": "no such module",
    }
    assert "no such module" in harness("plugins").stdout


def test_plugins_check_names_a_plugin_whose_module_cannot_be_imported() -> None:
    host().plugins[:] = [LAB]
    assert harness("plugins", "--check").exit_code == 0
    host().stimuli.add(StimuliSpec("late", load="no_such_module:load", summary="stimuli"), LAB)
    assert harness("plugins").exit_code == 0
    result = harness("plugins", "--check")
    assert result.exit_code == 1 and "no_such_module" in result.stdout


HEAVY = {
    "torch",
    "torchvision",
    "timm",
    "xarray",
    "pandas",
    "result_caching",
    "numpy",
    "sklearn",
    "matplotlib",
    "jinja2",
}


def test_harness_list_imports_nothing_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real one, with all built-in plugins: light modules and little CPU time (about a third of a second alone)."""
    monkeypatch.delenv("HARNESS_PLUGINS")
    code = (
        "import sys, time\nfrom harness.cli import main\n"
        "try: main()\nexcept SystemExit: print(time.process_time(), file=sys.stderr)"
    )
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, "list"], capture_output=True, text=True, check=True
    )
    *lines, seconds = run.stderr.splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert {name.partition(".")[0] for name in imported} & HEAVY == set()
    assert "pixels" in run.stdout
    assert float(seconds) < 1.0


def test_where_names_and_prose_do_not_fit_beside_each_other_they_stand_below(monkeypatch, capsys):
    monkeypatch.setattr(_output, "Console", partial(Console, width=80, force_terminal=True, color_system=None))
    columns, name = ["model", "benchmark", "score", "reason"], "Marques2020.Cavanaugh2002-surround_suppression_index"
    _output.table(columns, [["dyrcnn_x4_masking(recurrence=full)", name, "0.123", "a reason " * 12]], prose=(3,))
    lines = capsys.readouterr().out.splitlines()
    assert [line.rstrip() for line in lines[:2]] == [
        "dyrcnn_x4_masking(recurrence=full)",
        f"    benchmark {name}, score 0.123",
    ]
    assert max(map(len, lines)) <= 80 and " ".join(" ".join(lines).split()).endswith("a reason a reason")
    _output.table(["model", "score"], [["pixels", "0.1"]])
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == ["model   score", "pixels  0.1"]
