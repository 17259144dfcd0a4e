"""The wheel holds everything, entry points resolve, and imports run one way only."""

import ast
import configparser
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from importlib import import_module, metadata
from pathlib import Path

import pytest
import yaml
from packaging.metadata import Metadata, parse_email
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from harness.errors import DROPPED_IN

ROOT = Path(__file__).parents[2]
CHANGES = (ROOT / "CHANGELOG.md").read_text()
LEFT_BEHIND = (".*", "build", "dist", "demo", "*.egg-info", "__pycache__", "*.pyc")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: a build in place leaves a `build/` whose old files get into later wheels."""
    copy = tmp_path_factory.mktemp("packages") / "source"
    return shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND), symlinks=True)


@pytest.fixture(scope="module")
def wheel(source: Path) -> zipfile.ZipFile:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]
    done = subprocess.run([*command, "--wheel-dir", str(source.parent), str(source)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return zipfile.ZipFile(next(source.parent.glob("*.whl")))


@pytest.fixture(scope="module")
def sdist(source: Path) -> tarfile.TarFile:
    command = [sys.executable, "setup.py", "--quiet", "sdist", "--dist-dir", str(source.parent)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return tarfile.open(next(source.parent.glob("*.tar.gz")))


def files_below(folder: str) -> list[Path]:
    below = (ROOT / folder).rglob("*")
    return [p.relative_to(ROOT / folder) for p in below if p.is_file() and "__pycache__" not in p.parts]


def test_the_wheel_holds_every_file_of_core_and_plugins(wheel: zipfile.ZipFile) -> None:
    wanted = {f"harness/{path.as_posix()}" for path in files_below("harness")}
    wanted |= {f"harness_plugins/{path.as_posix()}" for path in files_below("plugins")}
    held = set(wheel.namelist())
    assert sorted(wanted - held) == []
    assert {name.partition("/")[0] for name in held if ".dist-info" not in name} == {"harness", "harness_plugins"}


def test_the_wheel_holds_what_is_no_code(wheel: zipfile.ZipFile) -> None:
    held = set(wheel.namelist())
    assert {"harness/py.typed", "harness/__init__.pyi", "harness/data/brainscore_objects.csv"} <= held
    assert {f"harness/results/leaderboard/page.{kind}" for kind in ("html", "css", "js")} <= held


def test_the_sdist_holds_what_it_takes_to_build_test_and_cite(sdist: tarfile.TarFile) -> None:
    names = {name.partition("/")[2] for name in sdist.getnames()}
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    wanted = {f"{top}/{path.as_posix()}" for top in ("harness", "plugins", "tests") for path in files_below(top)}
    wanted |= {"LICENSE", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "README.md", "setup.py", "setup.cfg"}
    wanted |= {
        "pyproject.toml",
        "Makefile",
        *(name for name in tracked if name.startswith("docs/") and name.endswith(".md")),
    }
    assert sorted(wanted - names) == []
    assert not [name for name in names if name.endswith(".pyc") or name.startswith(("build", ".venv", "demo"))]


def test_there_is_one_version(wheel: zipfile.ZipFile, sdist: tarfile.TarFile) -> None:
    harness = import_module("harness")
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    assert Parser().parsestr(wheel.read(name).decode())["Version"] == harness.__version__
    assert Path(str(sdist.name)).name == f"vision_dynamics_harness-{harness.__version__}.tar.gz"
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert cited["version"] == harness.__version__
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    release = Version(harness.__version__).base_version
    assert f"## [Unreleased] ({release})" in CHANGES or f"## [{release}]" in CHANGES
    assert Version(DROPPED_IN) > Version(release)


def test_what_an_index_checks_of_the_metadata(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    parsed, unknown = parse_email(wheel.read(name))
    assert unknown == {}
    facts = Metadata.from_raw(parsed)
    assert facts.summary and "\n" not in facts.summary
    assert facts.description_content_type == "text/markdown"
    assert facts.description == (ROOT / "README.md").read_text()
    assert all(extra in (facts.provides_extra or []) for extra in ("video", "data", "banded", "fmri", "test"))


def test_the_metadata_say_which_python_and_licence(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    facts = Parser().parsestr(wheel.read(name).decode())
    python = SpecifierSet(facts["Requires-Python"])
    versions = "3.10.9", "3.11.0", "3.12.0", "3.13.9", "3.14.0"
    assert [version in python for version in versions] == [False, True, True, True, False]
    stated = [Requirement(line) for line in facts.get_all("Requires-Dist", [])]
    needed = {needed.name.lower(): needed.marker for needed in stated}
    core = needed["brainscore-core"]
    assert core and core.evaluate({"python_version": "3.11"}) and not core.evaluate({"python_version": "3.12"})
    assert "brainio" not in needed, "the brainio on PyPI is an unrelated package"
    assert needed["psutil"] and not needed["psutil"].evaluate({"extra": ""}), (
        "only a test looks at the memory of a process"
    )
    assert any(path.endswith("LICENSE") for path in wheel.namelist())


def test_the_console_command_and_every_plugin_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    [name] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    declared = configparser.ConfigParser()
    declared.read_string(wheel.read(name).decode())
    assert dict(declared["console_scripts"]) == {"harness": "harness.cli:main"}
    assert any(name.startswith("harness_plugins/models/zoo/weights/") for name in wheel.namelist())
    modules = set(declared["harness"].values())
    folders = {
        path.parent
        for path in files_below("plugins")
        if len(path.parts) == 3 and path.name == "__init__.py" and path.parent.name[0] != "_"
    }
    assert modules == {".".join(("harness_plugins", *folder.parts)) for folder in folders}


def test_entry_points_resolve_and_all_built_in_plugins_load() -> None:
    from harness.host.plugin_host import DISTRIBUTION, Host

    own = metadata.entry_points().select(group="console_scripts", name="harness")
    assert all(callable(entry.load()) for entry in own)
    plugins = [plugin for plugin in Host().plugins if plugin.distribution == DISTRIBUTION]
    assert plugins
    assert {plugin.name: plugin.reason for plugin in plugins if plugin.status != "loaded"} == {}


def imports_of(path: Path) -> set[str]:
    """Modules that a file names in an import statement or in a string that looks like one of ours."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isprintable():
            found |= {node.value} if node.value.startswith("harness_plugins.") else set()
    return found


def offenders(folder: str, forbidden: tuple[str, ...]) -> dict[str, list[str]]:
    found = {}
    for path in sorted((ROOT / folder).rglob("*.py")):
        wrong = [m for m in imports_of(path) if any(m == f or m.startswith((f"{f}.", f"{f}:")) for f in forbidden)]
        if wrong:
            found[str(path.relative_to(ROOT))] = wrong
    return found


def test_plugins_are_never_imported_as_plugins() -> None:
    assert offenders("plugins", ("plugins",)) == {}


IMPORT_ALL = """
import importlib, pkgutil, sys
def everything(name):
    try:
        module = importlib.import_module(name)
    except Exception as error:
        missing = getattr(error.__cause__ or error, "name", None)
        if missing not in {"transformers", "brainscore_core", "ray", "submitit"}:  # what extras or an older Python bring
            raise
        return
    for info in pkgutil.iter_modules(getattr(module, "__path__", []), name + "."):
        if not info.name.endswith("__main__"):
            everything(info.name)
for name in sys.argv[1:]:
    everything(name)
print(" ".join(sys.modules))
"""


def modules_after_importing(*names: str) -> set[str]:
    """All modules of a new process, started where a folder `plugins` lies, after importing packages with all they contain."""
    command = [sys.executable, "-W", "ignore", "-c", IMPORT_ALL, *names]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


@pytest.mark.parametrize(
    "names", [["harness_plugins.models.pixels"], pytest.param(["harness", "harness_plugins"], marks=pytest.mark.slow)]
)
def test_everything_can_be_imported_and_plugins_have_one_name(names: list[str]) -> None:
    found = modules_after_importing(*names)
    assert "harness_plugins.models.pixels" in found
    assert "plugins" not in found


def test_arrays_stay_clear_of_xarray_and_brain_score() -> None:
    parts = ("stimuli", "models", "engine", "store.store", "metrics")
    found = modules_after_importing(*(f"harness.{part}" for part in parts))
    assert "torch" in found
    assert {"xarray", "brainscore_core"} & found == set()


def test_importing_harness_costs_nothing() -> None:
    run = [sys.executable, "-c", "import sys, harness; print(' '.join(sys.modules))"]
    found = set(subprocess.run(run, capture_output=True, text=True, check=True).stdout.split())
    assert {"numpy", "torch", "pandas", "xarray", "pluggy", "pydantic"} & found == set()


def test_every_public_name_is_there() -> None:
    harness = import_module("harness")
    assert [name for name in harness.__all__ if not hasattr(harness, name)] == []
    shown_to_type_checkers = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse((ROOT / "harness" / "__init__.pyi").read_text()))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert shown_to_type_checkers == set(harness.__all__)
    with pytest.raises(AttributeError, match="scor_model"):
        _ = harness.scor_model


def test_continuous_integration_tries_the_wheel_and_builds_the_site_before_what_may_be_left_out() -> None:
    steps = [line.strip() for line in (ROOT / ".ci" / "run").read_text().splitlines() if line.split()[:1] == ["make"]]
    assert steps[:3] == ["make .venv/.installed", "make package", "make site"]
    assert (
        steps.index("make site")
        < steps.index("make test")
        < steps.index("make test-brain-score")
        < steps.index("make release")
    )
