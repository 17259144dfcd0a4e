"""The studies of the examples are what they say."""

from pathlib import Path

import pytest

from harness.studies import expand, read_study

FOLDER = Path(__file__).parents[3] / "examples" / "studies"


@pytest.mark.parametrize(
    ("name", "models", "benchmarks"), [("contrast", 10, 1), ("duration", 18, 2), ("activity_loss", 12, 2)]
)
def test_an_example_expands(name: str, models: int, benchmarks: int) -> None:
    study = read_study(FOLDER / f"{name}.yaml")
    found = expand(study)
    assert (study.study, len(found.models), len(found.benchmarks)) == (name, models, benchmarks)
    assert study.run.jobs == 2
