"""What a file of a study comes to, and what is said where it is wrong."""

from pathlib import Path

import pytest

from harness.errors import HarnessError
from harness.studies import Expansion, expand, read_study

pytestmark = pytest.mark.usefixtures("lab")


def expansion(folder: Path, text: str) -> Expansion:
    (folder / "study.yaml").write_text(text)
    return expand(read_study(folder / "study.yaml"))


def test_grids_and_seeds_are_taken_in_all_combinations(tmp_path: Path) -> None:
    found = expansion(
        tmp_path,
        """
study: proof
models:
  - model: tin*
    grid: {gain: [1, 2]}
    seeds: [0, 1]
  - tiny
benchmarks: [Lab-bright, "suite:lab-v1", Lab-bright]
""",
    )
    assert [arguments for _, arguments in found.models] == [
        {"gain": 1, "seed": 0}, {"gain": 1, "seed": 1}, {"gain": 2, "seed": 0}, {"gain": 2, "seed": 1}, {},
    ]  # fmt: skip
    assert found.benchmarks == [("Lab-bright", {}), ("Lab-bright", {"offset": 1})]


def test_of_many_benchmarks_those_without_data_are_left_out_and_named(tmp_path: Path) -> None:
    found = expansion(tmp_path, "{study: proof, models: [tiny], benchmarks: ['tag:temporal']}")
    assert (found.benchmarks, found.absent) == ([("Lab-bright", {})], ["Lab-spikes"])


def test_a_base_is_merged_at_every_depth(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "{study: common, benchmarks: [Lab-bright], run: {jobs: 3, slurm: {mem_gb: 4, slurm_partition: short}}}"
    )
    (tmp_path / "own.yaml").write_text("{base: base.yaml, study: own, models: [tiny], run: {slurm: {mem_gb: 8}}}")
    study = read_study(tmp_path / "own.yaml")
    assert (study.study, study.run.jobs, study.run.slurm) == ("own", 3, {"mem_gb": 8, "slurm_partition": "short"})


WRONG = {
    "models: [tiny]": "study: Field required (1 more of such kind)",
    "{study: a b, models: [tiny], benchmarks: [Lab-bright]}": "study: String should match pattern",
    "{study: a, models: [], benchmarks: [Lab-bright]}": "models: List should have at least 1 item",
    "{study: a, models: [tiny], benchmarks: [Lab-bright], job: 3}": "job: there is no such entry",
    "{study: a, models: [{model: tiny, argument: {gain: 1}}], benchmarks: [Lab-bright]}": "models.0.argument: there is no such",
    "{study: a, models: [{model: tiny, arguments: {gain: 1}, grid: {gain: [1]}}], benchmarks: [Lab-bright]}": "'gain' stands both",
    "{study: a, models: [{model: tiny, grid: {gain: []}}], benchmarks: [Lab-bright]}": "models.0.grid.gain: List should have",
    "{study: a, models: [{model: tiny, grid: {seed: [1]}, seeds: [1]}], benchmarks: [Lab-bright]}": "the seed stands both",
    "{study: a, models: [tiny], benchmarks: [Lab-bright], run: {timeout_minutes: 0}}": "run.timeout_minutes: Input should be",
    "{study: a, study: b}": "has the entry 'study' twice",
    "{base: study.yaml}": "is its own base",
    "{base: nowhere.yaml}": "cannot be read (No such file or directory)",
    "{study: a, models: [tinny], benchmarks: [Lab-bright]}": "unknown model 'tinny'; did you mean tiny?",
    "{study: a, models: [tiny], benchmarks: [Lab-sp*]}": "the data of no benchmark of 'a' are here",
    "{study: a, models: [tiny], benchmarks: [{benchmark: 'suite:lab-v1', arguments: {offset: 2}}]}": "arguments of its own",
    "[1]": "must hold lines of the form name: value",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(HarnessError) as error:
        expansion(tmp_path, text)
    assert WRONG[text] in str(error.value) and "\n" not in str(error.value)
