"""A stranger's package: built, installed into a fresh environment, listed, scored, uninstalled."""

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "examples" / "third_party_plugin"


class Environment:
    """A virtual environment on top of the one that runs the tests, so that nothing needs to be fetched."""

    def __init__(self, folder: Path):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        self.python = folder / "bin" / "python"
        site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        # `addsitedir` also reads the parent's own .pth files, which a plain path would not.
        parent = sysconfig.get_path("purelib")
        (site / "_parent.pth").write_text(f"import site; site.addsitedir({parent!r})\n")

    def pip(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "pip", "--python", str(self.python), "--disable-pip-version-check", *arguments]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def harness(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.python), "-m", "harness", *arguments], capture_output=True, text=True, cwd=self.python.parent
        )


def test_a_package_of_ones_own_comes_works_and_goes(tmp_path: Path) -> None:
    copy = shutil.copytree(PACKAGE, tmp_path / "package")  # building in place would leave build/ and egg-info behind
    environment = Environment(tmp_path / "a fresh one")
    environment.pip("install", "--quiet", "--no-index", "--no-build-isolation", str(copy))
    found_listed_and_described(environment)
    scored(environment, tmp_path / "figures")
    passes_its_tests(environment, copy / "tests")
    environment.pip("uninstall", "--quiet", "--yes", "my-lab")
    gone(environment)


def entries(environment: Environment, *arguments: str) -> list[dict]:
    return json.loads(environment.harness("list", "--json", *arguments).stdout)


def found_listed_and_described(environment: Environment) -> None:
    plugins = json.loads(environment.harness("plugins", "--json").stdout)
    [mine] = [plugin for plugin in plugins if plugin["distribution"] == "my-lab"]
    assert (mine["name"], mine["version"], mine["status"], mine["reason"]) == ("my_lab", "0.1.0", "loaded", "")
    listed = {(entry["kind"], entry["identifier"]) for entry in entries(environment, "--tag", "x-my_lab")}
    assert listed == {
        ("models", "my_lab_leaky"),
        ("stimuli", "my_lab_flashes"),
        ("benchmarks", "MyLab2026-summation"),
    }
    inside = json.loads(environment.harness("describe", "my_lab_leaky", "--args", "tau=30", "--json").stdout)
    assert inside["consumes time as"] == "recurrent" and inside["time step (ms)"] == 10
    assert inside["weights"] == "random (seed 0)"


def scored(environment: Environment, figures: Path) -> None:
    """The model that integrates scores near 1, one without memory scores 0."""
    done = environment.harness(
        *("score", "-m", "my_lab_leaky", "-m", "pixels", "-b", "MyLab2026-summation"),
        *("--json", "--figures", str(figures)),
    )
    assert done.returncode == 0, done.stderr
    leaky, pixels = json.loads(done.stdout)
    assert leaky["status"] == "scored" and leaky["score"] > 0.95 and leaky["error"] < 0.05
    assert pixels["score"] == pytest.approx(0, abs=1e-6)
    assert leaky["provenance"]["plugins"]["benchmark"].startswith("my-lab 0.1.0")
    assert len(list(figures.glob("*.png"))) == 2


def passes_its_tests(environment: Environment, tests: Path) -> None:
    """Its own tests are those of the testing kit, and pass."""
    command = [str(environment.python), "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tests)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout and "skipped" not in done.stdout


def gone(environment: Environment) -> None:
    assert "unknown tag 'x-my_lab'" in environment.harness("list", "--tag", "x-my_lab").stderr
    assert "unknown model 'my_lab_leaky'" in environment.harness("score", "-m", "my_lab_leaky", "-b", "x").stderr
