"""The documentation is complete, and what it shows works."""

import ast
import importlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from importlib.util import find_spec
from inspect import getmembers, isfunction
from pathlib import Path

import numpy as np
import pytest
import typer.main

from harness.cli import app
from harness.cli.run import StudyFirst
from harness.host import hookspecs, specs
from harness.host import plugin_host as host

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "plugins.md").read_text()
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "examples").glob("*/README.md")),
]
HOOKS = [name for name, function in getmembers(hookspecs, isfunction) if hasattr(function, "harness_spec")]
SPECS = [
    specs.ModelSpec,
    specs.StimuliSpec,
    specs.BenchmarkSpec,
    specs.DatasetSpec,
    specs.SuiteSpec,
    specs.RecipeSpec,
    specs.TrainingSetSpec,
]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_has_a_section_and_an_example(hook: str) -> None:
    _, heading, after = GUIDE.partition(f"\n### `{hook}`\n")
    assert heading, f"docs/plugins.md has no section on {hook}"
    assert f"@hookimpl\ndef {hook}(" in re.split(r"\n##", after)[0]


@pytest.mark.parametrize("spec", SPECS)
def test_every_field_of_a_description_is_explained(spec: type) -> None:
    _, heading, after = GUIDE.partition(f"| field of `{spec.__name__}` |")
    assert heading
    explained = re.findall(r"^\| `(\w+)` \|", after.partition("\n\n")[0], flags=re.M)
    assert explained == [field.name for field in fields(spec)]


@pytest.fixture
def guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The package that the guide's blocks make up, installed as far as `importlib.metadata` can tell."""
    for block in blocks(GUIDE, "python"):
        name, _, code = block.partition("\n")
        path = tmp_path / name.removeprefix("# ")
        path.parent.mkdir(exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + code + "\n\n")
    (tmp_path / "my_lab" / "__init__.py").touch()
    [entry_points] = blocks(GUIDE, "ini")
    info = tmp_path / "my_lab-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-lab\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(entry_points.replace("[options.entry_points]\nharness =", "[harness]"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("HARNESS_PLUGINS", "my_lab")
    host.host.cache_clear()
    yield tmp_path
    host.host.cache_clear()


def test_the_guides_package_works(
    guide: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from harness import list_models, load_model, load_stimuli, score_model, train_model
    from harness.errors import MissingData

    assert [(plugin.status, plugin.reason) for plugin in host.host().plugins if plugin.name == "my_lab"] == [
        ("loaded", "")
    ]
    assert list_models("my_lab/*") == ["my_lab/small", "my_lab/large"]
    assert load_model("my_lab/large").network.channels == 8
    assert len(load_stimuli("my_lab_steps", duration=50)) == 4
    score = score_model("my_lab_net", "MyLab2026-luminance", model_args={"tau": 20.0})
    assert 0 <= float(score) <= 1
    if find_spec("lightning"):
        trained = train_model(
            "my_lab_net", "my_lab_regression", "my_lab_brightness", out=guide / "a.safetensors", fast=True
        )
        assert trained.metric[0] == "loss" and trained.path.is_file()
    suppression = score_model("my_lab_net", "MyLab2026-suppression", benchmark_args={"units": 2})
    assert -2 < float(suppression) <= 1.1 and "laboratory" in suppression.attrs["details"]
    printed = capsys.readouterr().err  # standard output is for what a program reads
    assert "my_lab_net has seen 4 stimuli" in printed and "my_lab_net on MyLab2026-luminance: scored" in printed
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    with pytest.raises(MissingData, match="zenodo"):
        score_model("my_lab_net", "MyLab2026.V1-recording")
    (guide / "my_lab_spikes").mkdir()
    np.save(guide / "my_lab_spikes" / "rates.npy", [1.0, 3.0, 5.0, 8.0])
    monkeypatch.setenv("HARNESS_DATA", str(guide))
    assert -1 <= float(score_model("my_lab_net", "MyLab2026.V1-recording")) <= 1


def test_the_guides_tests_pass(guide: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "my_lab/test_my_lab.py"]
    path = os.pathsep.join([str(guide), *filter(None, sys.path)])
    done = subprocess.run(command, cwd=guide, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


def commands() -> list[tuple[str, str]]:
    """Every `harness ...` line of a shell block or an indented block of the documentation."""
    found = []
    for page in PAGES:
        text = page.read_text()
        lines = [line for block in blocks(text, "sh") for line in block.replace("\\\n", "").splitlines()]
        lines += [line[4:] for line in text.splitlines() if line.startswith("    harness ")]
        found += [(page.name, line.partition(" #")[0].strip()) for line in lines if line.startswith("harness ")]
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_every_command_shown_exists_with_its_options(page: str, line: str) -> None:
    command = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    if isinstance(command, StudyFirst):
        command = command.commands["study"]
    assert not hasattr(command, "commands") or command.name == "cache" or words[0].startswith("-"), line
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= known | {"--help", "--version"}


def python_blocks() -> list[tuple[str, str]]:
    return [(page.name, block) for page in PAGES for block in blocks(page.read_text(), "python")]


@pytest.mark.parametrize(("page", "block"), python_blocks())
def test_every_name_that_is_imported_is_public(page: str, block: str) -> None:
    """A block parses, and takes from the harness only what the interface of a package lists."""
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "harness":
            package = importlib.import_module(node.module)
            missing = {alias.name for alias in node.names} - set(package.__all__)
            assert not missing, f"{page}: {node.module} does not list {sorted(missing)}"


def links() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
        targets = sorted(set(re.findall(r"\]\(([^)\s]+)\)", prose)))
        found += [(str(page.relative_to(ROOT)), target) for target in targets if not target.startswith("http")]
    return found


@pytest.mark.parametrize(("page", "target"), links())
def test_links_between_pages_lead_somewhere(page: str, target: str) -> None:
    path, _, section = target.partition("#")
    file = (ROOT / page).parent / path if path else ROOT / page
    assert file.exists(), f"{page} links to {target}"
    if section:
        titles = [title.lower() for title in re.findall(r"^#+ (.*)$", file.read_text(), flags=re.M)]
        assert section in {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


def python_pages() -> list[Path]:
    return [
        page for page in PAGES if page.name not in ("plugins.md", "tutorials.md") and blocks(page.read_text(), "python")
    ]


@pytest.mark.parametrize("page", python_pages(), ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.host.cache_clear()
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Callable] = {"__name__": "documentation"}
    for block in blocks(page.read_text(), "python"):
        exec(compile(block, str(page), "exec"), namespace)


HELD_BY = re.findall(
    r"`((?:harness|plugins)/[\w/]+\.py)::(test_\w+)` \|$", (ROOT / "docs" / "coming-from.md").read_text(), flags=re.M
)


@pytest.mark.parametrize(("file", "name"), HELD_BY, ids=lambda part: part.rpartition("/")[2])
def test_a_test_that_holds_a_feature_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / "tests" / file).read_text())
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_feature_of_the_four_systems_is_held_by_a_test() -> None:
    table = (ROOT / "docs" / "coming-from.md").read_text().partition("| feature | by | held by |\n")[2].splitlines()
    rows = [line for line in table if line.startswith("| ") and not line.startswith("|---")]
    assert len(rows) == len(HELD_BY) >= 40
