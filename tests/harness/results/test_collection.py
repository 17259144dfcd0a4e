"""Results chosen, exported, merged and removed, from Python and from the command line."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner
from typer.testing import Result as Outcome

from harness.cli import app
from harness.errors import UnknownIdentifier
from harness.results import Provenance, Result, choose, load_all, remove, to_dataframe, write, write_leaderboard
from harness.results.files import figure_path
from harness.results.sharing import without_home

LAB = """
from harness import SuiteSpec, hookimpl

@hookimpl
def register_suites():
    names = ("Temporal.contrast", "Digits-decoding")
    return [SuiteSpec("mine-v1", summary="", benchmarks=names, arguments={"Temporal.contrast": {"exemplars": 3}})]
"""


def result(model: str, benchmark: str, score: float | None = 0.5, made: str = "2026-01-02", **more: object) -> Result:
    outcome = {"status": "scored", "score": score} if score is not None else {"status": "failed", "message": "odd"}
    return Result(
        **{"model": model, "benchmark": benchmark, "provenance": Provenance(created=made), **outcome, **more}  # type: ignore[arg-type]
    )


@pytest.fixture
def results(home: Path) -> list[Result]:
    made = [
        result("net", "Temporal.contrast", 0.1, tags=["recurrent"]),
        result("net", "Temporal.contrast", 0.2, model_arguments={"seed": 1, "width": [4, 8]}, tags=["recurrent"]),
        result("pixels", "Digits-decoding", 0.3),
        result("pixels", "Temporal.contrast", None),
    ]
    for one in made:
        write(one)
    return made


def harness(*arguments: str, status: int = 0) -> Outcome:
    outcome = CliRunner().invoke(app, list(arguments))
    assert outcome.exit_code == status, outcome.output
    return outcome


@pytest.mark.parametrize(
    ("models", "benchmarks", "count"),
    [
        ((), (), 4),
        (("net",), (), 2),
        (("net(seed=1, width=[[]4, 8])",), (), 1),
        (("tag:recurrent",), (), 2),
        (("p*",), ("Temporal*",), 1),
        ((), ("suite:mine-v1",), 1),
        (("all",), ("tag:task", "tag:contrast"), 4),
    ],
)
def test_results_are_chosen_by_words(
    results: list[Result], models: tuple, benchmarks: tuple, count: int, install: Callable[..., None]
) -> None:
    install("a-lab", lab=LAB)
    assert len(choose(results, models, benchmarks)) == count


def test_a_word_without_a_result_is_refused(results: list[Result]) -> None:
    with pytest.raises(UnknownIdentifier, match="there is no result of a model 'nett'"):
        choose(results, ["net", "nett"])
    with pytest.raises(UnknownIdentifier, match="unknown suite 'core-v9'"):
        choose(results, (), ["suite:core-v9"])


def test_results_are_a_table_with_a_column_for_each_argument(results: list[Result], tmp_path: Path) -> None:
    table = to_dataframe(results)
    assert table["score"].tolist()[:3] == [0.1, 0.2, 0.3] and pd.isna(table["score"][3])
    assert table["model.seed"][1] == 1 and "model.width" not in table
    assert json.loads(table["model_arguments"][1]) == {"seed": 1, "width": [4, 8]}
    for suffix, read in (
        (".parquet", pd.read_parquet),
        (".csv", pd.read_csv),
        (".json", partial(pd.read_json, precise_float=True)),
    ):
        harness("results", "export", str(tmp_path / f"all{suffix}"))
        again = read(tmp_path / f"all{suffix}")
        assert sorted(again["score"].dropna()) == [0.1, 0.2, 0.3]
    assert "ends in none of .parquet, .csv and .json" in harness("results", "export", "a.txt", status=1).stderr


def test_the_later_of_two_results_is_kept_and_a_failure_never_takes_a_scores_place(
    results: list[Result], tmp_path: Path
) -> None:
    other = tmp_path / "other" / "results"
    write(result("net", "Temporal.contrast", 0.7, made="2026-01-03"), other)
    write(result("pixels", "Digits-decoding", 0.8, made="2026-01-01"), other)
    write(
        result("net", "Temporal.contrast", None, made="2026-01-05", model_arguments={"seed": 1, "width": [4, 8]}), other
    )
    write(result("new", "Temporal.contrast", 0.9), other)
    (other / "broken.json").write_text("{")
    said = harness("results", "merge", str(tmp_path / "other"))
    assert said.stdout == "3 results taken, 1 were here already\n" and "broken.json" in said.stderr
    scores = {(one.model_name, one.benchmark, one.status): one.score for one in load_all()[0]}
    assert scores["net", "Temporal.contrast", "scored"] == 0.7
    assert scores["pixels", "Digits-decoding", "scored"] == 0.3
    assert scores["net(seed=1, width=[4, 8])", "Temporal.contrast", "scored"] == 0.2
    assert scores["new", "Temporal.contrast", "scored"] == 0.9
    assert harness("results", "merge", str(tmp_path / "other")).stdout.startswith("0 results taken")
    assert "there is no folder" in harness("results", "merge", str(tmp_path / "nowhere"), status=2).stderr


def test_results_are_listed_shown_and_removed(results: list[Result]) -> None:
    listed = json.loads(harness("results", "list", "-b", "Temporal*", "--status", "scored", "--json").stdout)
    assert [one["score"] for one in listed] == [0.1, 0.2]
    assert "odd" in harness("results", "show", "-m", "pixels").stdout
    assert "say which" in harness("results", "remove", status=2).stderr
    assert "a result is scored" in harness("results", "list", "--status", "good", status=2).stderr
    harness("results", "remove", "-m", "net", status=1)  # nobody says yes
    assert len(load_all()[0]) == 4
    assert "2 results removed" in harness("results", "remove", "-m", "net", "--yes").stdout
    assert [one.model for one in load_all()[0]] == ["pixels", "pixels"]


def test_a_board_of_some_models_and_without_the_users_home(
    results: list[Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    write(result("pixels", "Digits-decoding", 0.3, weights={"kind": "file", "source": f"{tmp_path}/secret/net.pt"}))
    harness("leaderboard", "-m", "pixels", "--out", str(tmp_path / "board"), "--no-figures")
    page = (tmp_path / "board" / "leaderboard.html").read_text()
    assert "pixels" in page and "~/secret/net.pt" in page and str(tmp_path) not in page
    assert "net" not in {
        row["model"] for row in json.loads((tmp_path / "board" / "leaderboard.json").read_text())["results"]
    }
    assert write_leaderboard(tmp_path / "all.html", figures=False).read_text().count("net") > 2


def test_a_board_holds_nobodys_home_wherever_it_is_shown(home: Path, tmp_path: Path) -> None:
    weights = {"kind": "file", "source": "/home/anna/nets/net.pt"}
    failed = result("odd", "Digits-decoding", None).model_copy(update={"message": "'/Users/berta/x.npy' is not there"})
    many = [result(f"net{at}", "Digits-decoding", 0.1, weights=weights) for at in range(450)]
    page = write_leaderboard(tmp_path / "b.html", results=[*many, failed], figures=False)
    texts = [path.read_text() for path in (page, *tmp_path.glob("b.*"), *(tmp_path / "b_files").glob("*.js"))]
    assert any("~/nets/net.pt" in text for text in texts) and any("~/x.npy" in text for text in texts)
    assert not any("anna" in text or "berta" in text for text in texts)
    write(failed)
    harness("results", "export", str(tmp_path / "table.csv"))
    assert "'~/x.npy' is not there" in (tmp_path / "table.csv").read_text()


def test_addresses_are_not_taken_for_homes() -> None:
    assert (
        without_home("https://lab.org/home/data/x and file:/x/home/y/z")
        == "https://lab.org/home/data/x and file:/x/home/y/z"
    )


def test_json_has_what_is_short_and_all_only_if_asked_for(home: Path, tmp_path: Path) -> None:
    details = {"subset": True, "attainable": 0.9, "notes": ["n"], "curve": [1.0, 2.0]}
    write(result("net", "Digits-decoding", details=details, raw=[0.4, 0.6]))
    path = tmp_path / "leaderboard.json"
    for options, kept in (((), {"subset", "attainable", "notes"}), (("--details",), set(details))):
        harness("leaderboard", "--out", str(tmp_path), *options)
        [one] = json.loads(path.read_text())["results"]
        assert set(one["details"]) == kept and Result.model_validate(one).score == 0.5


def test_a_figure_goes_with_its_result(home: Path, tmp_path: Path) -> None:
    first = result("net", "Digits-decoding", 0.1)
    write(first)
    figure = figure_path(first)
    figure.parent.mkdir()
    figure.write_bytes(b"png")
    write(first.model_copy(update={"cached": True}))
    assert figure.exists(), "the same score has the same figure"
    other = tmp_path / "other" / "results"
    shutil.copytree(home / "results", other)
    write(result("net", "Digits-decoding", 0.2, made="2026-02-02"))
    assert not figure.exists(), "another score has another one"
    assert remove(load_all()[0]) == 1
    harness("results", "merge", str(other.parent))
    assert figure.read_bytes() == b"png"
    assert remove(load_all()[0]) == 1 and not figure.exists()
