"""Studies run in processes of this machine: every outcome, each once, and known the second time."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.results import load_all
from harness.studies import RunEntry, Study, find_run, run_study

WAYS = ["dies once", "cannot read once", "is wrong"]


@pytest.fixture
def study(lab: Path) -> Study:
    odd = {"benchmark": "Lab-odd", "arguments": {"marks": str(lab)}, "grid": {"way": WAYS}}
    return Study.model_validate(
        {
            "study": "proof",
            "models": [{"model": "tiny", "seeds": [0]}],
            "benchmarks": ["Lab-bright", odd],
            "run": {"jobs": 2, "retries": 1},
        }
    )


def test_every_pair_comes_to_its_end_and_none_stops_another(study: Study) -> None:
    ended = {one.benchmark.partition("way=")[2].rstrip(")"): one for one in run_study(study)}
    assert {way: (one.status, one.score, one.attempt) for way, one in ended.items()} == {
        "": ("scored", 0.5, 1),
        "dies once": ("scored", 0.25, 2),
        "cannot read once": ("scored", 0.25, 2),
        "is wrong": ("failed", None, 1),
    }
    written, _ = load_all()
    assert sorted(result.status for result in written) == ["failed", "scored", "scored", "scored"]
    tried = {result.benchmark_arguments.get("way", ""): result.provenance for result in written}
    assert tried["dies once"].attempt == 2 and tried["dies once"].host and tried["dies once"].peak_memory > 1e7
    status = find_run("proof").status()
    assert (status["pairs"], status["scored"], status["failed"], status["open"]) == (4, 3, 1, 0)

    good = study.model_copy(update={"benchmarks": study.benchmarks[:1]})
    [again] = run_study(good, RunEntry(jobs=1))
    assert (again.status, again.score, again.cached) == ("scored", 0.5, True)


def test_a_pair_that_takes_too_long_is_given_up(study: Study, lab: Path) -> None:
    slow = {"benchmark": "Lab-odd", "arguments": {"marks": str(lab), "way": "is slow"}}
    [one] = run_study(
        Study.model_validate({**study.model_dump(), "benchmarks": [slow]}), RunEntry(timeout_minutes=0.02)
    )
    assert (one.status, one.attempt) == ("failed", 1) and one.message.startswith("timed out after 0.02 minutes")
    [written] = load_all()[0]
    assert written.message == one.message


def test_the_command_shows_what_would_run_runs_it_and_collects(tmp_path: Path, lab: Path) -> None:
    file = tmp_path / "proof.yaml"
    file.write_text("{study: proof, models: [tiny], benchmarks: [Lab-bright], run: {jobs: 1}}")

    def harness(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["run", *arguments])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert [pair["state"] for pair in json.loads(harness(str(file), "--dry-run", "--json"))] == ["run"]
    assert "1 of 1 pairs: 1 scored; 0 from the cache" in harness(str(file))
    assert "1 of 1 pairs: 1 scored; 1 from the cache" in harness("--jobs", "2", str(file))
    again = [sys.executable, "-m", "harness", "run", str(file), "--dry-run", "--json"]
    told = subprocess.run(again, capture_output=True, text=True, check=True).stdout
    assert [pair["state"] for pair in json.loads(told)] == ["cached"]
    [status] = json.loads(harness("status", "--json"))
    assert (status["pairs"], status["scored"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.yaml",), "'nowhere.yaml' cannot be read"),
        (("proof.yaml", "--executor", "cloud"), "--executor cloud"),
        (("proof.yaml", "--timeout", "-1"), "--timeout -1.0"),
        (("status", "other"), "there is no run 'other'; start one: harness run STUDY.yaml"),
    ],
)
def test_a_wrong_call_is_one_sentence(
    arguments: tuple[str, ...], said: str, tmp_path: Path, lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("proof.yaml").write_text("{study: proof, models: [tiny], benchmarks: [Lab-bright]}")
    result = CliRunner().invoke(app, ["run", *arguments])
    assert result.exit_code in (1, 2) and said in result.stderr and "Traceback" not in result.output
