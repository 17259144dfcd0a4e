"""The studies of the examples are what they say, and can be run."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.studies import expand, read_study

FOLDER = Path(__file__).parents[3] / "examples" / "studies"
SIZES = [("duration", 18, 2), ("activity_loss", 12, 2), ("contrast", 10, 1)]


@pytest.mark.parametrize(("name", "models", "benchmarks"), SIZES)
def test_an_example_expands(name: str, models: int, benchmarks: int) -> None:
    study = read_study(FOLDER / f"{name}.yaml")
    found = expand(study)
    assert (study.study, len(found.models), len(found.benchmarks)) == (name, models, benchmarks)
    assert study.run.jobs == 2


@pytest.mark.parametrize(
    ("name", "models", "benchmarks"),
    [
        pytest.param(
            *each, id=each[0], marks=[pytest.mark.slow] if each[0] == "contrast" else []
        )  # three AlexNets are built
        for each in SIZES
    ],
)
def test_every_pair_of_an_example_can_be_run(name: str, models: int, benchmarks: int, home: Path) -> None:
    told = CliRunner().invoke(app, ["run", str(FOLDER / f"{name}.yaml"), "--dry-run", "--json"])
    assert told.exit_code == 0, told.output
    assert [pair["state"] for pair in json.loads(told.stdout)] == ["run"] * models * benchmarks
    assert not (home / "results").exists() and not (home / "runs").exists(), "nothing is run"


def test_every_example_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {"common", *(name for name, *_ in SIZES)}
