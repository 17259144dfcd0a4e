"""The leaderboard's table and its files."""

import csv
import json

import pytest

from harness import BenchmarkSpec, SuiteSpec, results
from harness.host import host
from harness.results.leaderboard import write_leaderboard
from harness.results.leaderboard.export import number
from harness.results.leaderboard.facts import benchmark_facts, scale_of
from harness.results.leaderboard.table import tabulate
from harness.results.result import Result, WeightsEntry


def record(model="net", benchmark="task", score=0.5, error=0.1, **fields) -> Result:
    return Result(
        **{
            "model": model,
            "benchmark": benchmark,
            "benchmark_version": 1,
            "status": "scored",
            "score": score,
            "error": error,
        }
        | fields
    )


def failure(model="net", benchmark="task", **fields) -> Result:
    return record(model, benchmark, None, None, status="failed", message="out of luck", **fields)


def suite(*benchmarks, **arguments) -> SuiteSpec:
    return SuiteSpec("small-v1", summary="a few", benchmarks=benchmarks, arguments=arguments)


def unmeasurable(model="net", benchmark="task", **fields) -> Result:
    return record(model, benchmark, None, None, status="not measurable", message="the display does not fit", **fields)


def test_rows_are_models_with_their_arguments_and_columns_benchmarks():
    table = tabulate([record("a", "x"), record("a", "y"), record("a", "x", model_arguments={"seed": 1})])
    assert sorted(row.name for row in table.rows) == ["a", "a(seed=1)"]
    assert [column.name for column in table.columns] == ["x", "y"]
    assert [cell.state for row in table.rows for cell in row.cells].count("missing") == 1


def test_a_perturbed_model_is_shown_as_a_control_without_a_rank():
    silenced = record("a", "x", 0.9, model_arguments={"perturb": "V1: silence"})
    table = tabulate([record("a", "x", 0.2), silenced, record("b", "x", 0.1)], suite("x"))
    ranks = {row.name: (row.mean.rank, row.perturbed, row.cells[0].best) for row in table.rows}
    assert ranks == {"a(perturb=V1: silence)": (None, True, False), "a": (1, False, True), "b": (2, False, False)}
    assert table.tags == ["perturbed"]


def test_means_and_ranks_are_over_a_suite_and_coverage_comes_first():
    found = [
        record("a", "x", 0.2),
        record("a", "y", 0.4),
        record("b", "x", 0.9),
        failure("b", "y"),
        record("c", "z", 5.0),
    ]
    table = tabulate([*found, record("d", "x", 0.1), record("d", "y", 0.7)], suite("x", "y", "never_run"))
    means = {row.name: row.mean for row in table.rows}
    assert list(means) == ["d", "a", "b", "c"], "a model on one benchmark never comes before one on two"
    assert means["a"].value == pytest.approx(0.3) and means["a"].error == pytest.approx(0.1 * 2**0.5 / 2)
    assert [(mean.count, mean.of) for mean in means.values()] == [(2, 3), (2, 3), (1, 3), (0, 3)]
    assert [mean.rank for mean in means.values()] == [1, 2, 1, None], "places are among models of the same coverage"
    assert means["c"].value is None, "what the suite does not name is in no mean"


def test_means_over_a_kind_are_over_its_benchmarks_of_the_suite():
    found = [
        record("a", "x", 0.2, parent="neural"),
        record("a", "y", 0.4, parent="task"),
        record("a", "z", 0.9, parent="task"),
        failure("a", "w", parent="task"),
    ]
    table = tabulate(found, suite("x", "y", "w"))
    assert table.groups == [("neural", [0]), ("task", [1, 2, 3])]
    kinds = {kind: (mean.value, mean.count, mean.of) for kind, mean in table.rows[0].kinds.items()}
    assert kinds == {"neural": (0.2, 1, 1), "task": (0.4, 1, 2)}
    other = table.over(suite("z"))
    assert (other.rows[0].mean.value, table.over(None).rows[0].mean.value) == (0.9, None)


def test_a_suite_names_arguments_too():
    found = [record("a", "x", 0.2), record("a", "x", 0.6, benchmark_arguments={"units": 2})]
    means = [tabulate(found, given).rows[0].mean.value for given in (suite("x"), suite("x", x={"units": 2}), None)]
    assert means == [0.2, 0.6, None]


def test_what_is_not_measurable_has_no_number_and_is_in_no_mean(home):
    found = [record("a", "x", 0.2), record("a", "y", 0.4), record("b", "x", 0.9), unmeasurable("b", "y")]
    table = tabulate(found, suite("x", "y"))
    b = next(row for row in table.rows if row.name == "b")
    assert [cell.state for cell in b.cells] == ["scored", "not measurable"] and (b.mean.value, b.mean.count) == (0.9, 1)
    page = write_leaderboard(results=found, suite=suite("x", "y"))
    assert (
        "the display does not fit" in page.read_text() and "| not measurable |" in page.with_suffix(".md").read_text()
    )
    lines = list(csv.DictReader(page.with_suffix(".csv").open()))
    assert [(line["status"], line["score"]) for line in lines][-1] == ("not measurable", "")
    assert lines[-1]["message"] == "the display does not fit"


def test_the_latest_outcome_stands():
    later = {"created": "2030-01-01T00:00:00+00:00"}
    (row,) = tabulate([record(), unmeasurable(provenance=later)]).rows
    assert row.cells[0].state == "not measurable"


def test_an_older_version_is_marked_and_does_not_count():
    table = tabulate([record("a", score=0.9), record("b", score=0.2, benchmark_version=2)], suite("task"))
    cells = {row.name: (row.cells[0].outdated, row.mean.value) for row in table.rows}
    assert cells == {"a": (True, None), "b": (False, 0.2)}
    assert table.columns[0].version == "2"


def test_what_cannot_be_compared_with_published_scores_is_marked_and_what_leaks_counts_in_no_mean(home):
    found = [
        record("a", "part", 0.2, details={"subset": True}),
        record("a", "loose", 0.9, details={"leaks": "it leaks"}),
    ]
    table = tabulate([*found, record("b", "part", 0.4, details={"subset": True})], suite("part", "loose"))
    assert {column.name: column.caveats for column in table.columns} == {"part": ("subset",), "loose": ("leaks",)}
    assert [(row.name, row.mean.value) for row in table.rows] == [("b", 0.4), ("a", 0.2)]
    for one in found:
        results.write(one)
    page = write_leaderboard()
    assert "loose (chance 0, leaks)" in page.with_suffix(".md").read_text()
    lines = csv.DictReader(page.with_suffix(".csv").open())
    assert {line["benchmark"]: line["caveats"] for line in lines} == {"part": "subset", "loose": "leaks"}
    assert all(results.CAVEATS[word] in page.read_text() for word in ("subset", "leaks"))


@pytest.fixture
def blunt(monkeypatch):
    """A registered benchmark that does not discriminate, and declares what noise gets."""
    remark = "every model that sees anything scores the same"
    spec = BenchmarkSpec(
        "Blunt2020", load="lab:Blunt", summary="", discriminates=False, remark=remark, expects={"noise": "0 +- 0.05"}
    )
    monkeypatch.setitem(host().benchmarks._entries, spec.identifier, (spec, None))
    return spec


def test_what_does_not_discriminate_is_marked_and_counts_in_no_mean(home, blunt):
    of_suite = suite("Blunt2020", "task")
    found = [record("a", "Blunt2020", 0.9), record("a", "task", 0.2)]
    table = tabulate(found, of_suite)
    assert {column.name: column.caveats for column in table.columns} == {
        "Blunt2020": ("does not discriminate",),
        "task": (),
    }
    assert (table.rows[0].mean.value, table.rows[0].mean.count, table.rows[0].mean.of) == (0.2, 1, 1)
    page = write_leaderboard(results=found, suite=of_suite)
    assert (
        "| Blunt2020 | – | 0 +- 0.05 | – | – | no | does not discriminate; every model that sees"
        in page.with_suffix(".md").read_text()
    )
    lines = {line["benchmark"]: line for line in csv.DictReader(page.with_suffix(".csv").open())}
    assert lines["Blunt2020"]["caveats"] == "does not discriminate" and lines["Blunt2020"]["noise"] == "0 +- 0.05"
    assert f". {blunt.remark}" in page.read_text()


def test_a_benchmark_that_does_not_discriminate_says_why():
    with pytest.raises(ValueError, match="says in its `remark`"):
        BenchmarkSpec("Blunt2020", load="lab:Blunt", summary="", discriminates=False)


@pytest.mark.parametrize(
    ("declared", "shown"),
    [
        ("not measurable", "n/m"),
        ("(-0.3, 0.3)", "−0.3 to 0.3"),
        ("0 +- 0.2", "0 ± 0.2"),
        ("> -0.5", "> −0.5"),
        ("< 1", "< 1"),
    ],
)
def test_what_a_benchmark_declares_of_noise_fits_below_its_column(monkeypatch, declared, shown):
    spec = BenchmarkSpec("Lab2020", load="lab:Lab", summary="", expects={"noise": declared})
    monkeypatch.setitem(host().benchmarks._entries, spec.identifier, (spec, None))
    assert scale_of(tabulate([record("a", "Lab2020")]).columns[0])["noise"] == shown


def test_floor_ceiling_and_what_a_perfect_model_reaches_stand_beside_a_benchmark(home):
    random, control = WeightsEntry(kind="random", seed=0), WeightsEntry(kind="none")
    found = [
        record("net", score=0.8, ceiling=0.7, ceiling_error=0.02, details={"attainable": 0.9}),
        record("net", score=0.1, weights=random, model_arguments={"weights": "random"}, details={"attainable": 0.7}),
        record("constant", score=-0.05, weights=control, tags=["control"]),
        record("first_frame/net", score=0.6, weights=control, tags=["control"]),
    ]
    (column,) = tabulate(found).columns
    assert column.scale.floor == (-0.05, 0.1)
    assert column.scale.facts == {"floor": "−0.050 to 0.100", "ceiling": "0.700 ± 0.020", "a perfect model": "0.900"}
    page = write_leaderboard(results=found)
    assert "| task | −0.050 to 0.100 | – | 0.700 ± 0.020 | 0.900 | – |  |" in page.with_suffix(".md").read_text()
    facts = benchmark_facts(column)["facts"]
    assert [facts[name] for name in ("Floor", "Ceiling", "A perfect model")] == [
        "−0.050 to 0.100",
        "0.700 ± 0.020",
        "0.900",
    ]
    assert all(f"<td>{text}</td>" in page.read_text() for text in ("−0.05 to 0.10", "0.70", "0.90"))
    line = next(csv.DictReader(page.with_suffix(".csv").open()))
    assert (line["floor_low"], line["floor_high"], line["attainable"]) == ("-0.05", "0.1", "0.9")
    assert tabulate(found[:1]).columns[0].scale.floor is None


def test_what_the_published_effect_gets_and_whether_it_discriminates_stand_beside_a_benchmark(home, monkeypatch):
    spec = BenchmarkSpec(
        "Lab2020",
        load="lab:Lab",
        summary="",
        controls={"published": "lab:published"},
        expects={"noise": "0 +- 0.1", "published": "> 0.9"},
    )
    monkeypatch.setattr("harness.results.leaderboard.table.described", lambda name: spec)
    page = write_leaderboard(results=[record(benchmark="Lab2020")])
    assert all(f"<td>{text}</td>" in page.read_text() for text in ("0 ± 0.1", "&gt; 0.9", "yes"))
    line = next(csv.DictReader(page.with_suffix(".csv").open()))
    assert line["discriminates"] == "True"


def test_a_failure_after_a_score_shows_both():
    (row,) = tabulate([record(), failure()]).rows
    assert row.cells[0].state == "scored"
    assert row.cells[0].failed.message == "out of luck"


@pytest.mark.parametrize(
    ("score", "chance", "level"), [(0.5, 0.0, 0.5), (0.5, 0.5, 0.0), (0.1, 0.5, 0.0), (1.2, 0.1, 1.0)]
)
def test_colours_run_from_chance_to_ceiling(score, chance, level):
    assert tabulate([record(score=score, chance=chance)]).rows[0].cells[0].level == level


def test_a_small_error_is_not_printed_as_none_and_nothing_as_minus_nothing():
    assert [number(-0.0001, 0.0002), number(0.5, 0.0005)] == ["0.000 ± <0.001", "0.500 ± 0.001"]


def test_numbers():
    assert [number(0.4213, 0.02), number(-0.5), number(None)] == ["0.421 ± 0.020", "−0.500", "–"]


def test_all_four_files_are_written(home):
    for one in (record("a|b", "x", weights=WeightsEntry(kind="random", seed=0)), failure("c", "x")):
        results.write(one)
    page = write_leaderboard(title="Board <1>", suite=suite("x"))
    assert page == home / "leaderboard.html"
    assert "| a\\|b | random | 0.500 ± 0.100 | 0.500 ± 0.100 (1/1) | 1 |" in page.with_suffix(".md").read_text()
    assert "| c | unknown | failed | – (0/1) | – |" in page.with_suffix(".md").read_text()
    lines = list(csv.DictReader(page.with_suffix(".csv").open()))
    assert [(line["model"], line["status"], line["score"]) for line in lines] == [
        ("a|b", "scored", "0.5"),
        ("c", "failed", ""),
    ]
    stored = json.loads(page.with_suffix(".json").read_text())
    assert [Result.model_validate(one) for one in stored["results"]] == results.load_all()[0]
    assert "Board &lt;1&gt;" in page.read_text()


def test_nothing_in_a_record_becomes_markup(home):
    evil = "</script><script>alert(1)</script>"
    page = write_leaderboard(
        results=[record(evil, benchmark_summary=evil), failure(f"{evil}2", summary='" onclick="x')]
    )
    assert "<script>alert" not in page.read_text()
    assert 'onclick="x' not in page.read_text()


def test_notes_of_a_score_are_on_the_page(home):
    page = write_leaderboard(results=[record(details={"notes": ["r is inflated"]}), record("other")]).read_text()
    assert page.count("r is inflated") == 1


def test_a_broken_record_is_named_on_the_page(home):
    results.write(record())
    (results.folder() / "torn.json").write_text("{")
    assert "torn.json" in write_leaderboard().read_text()


def test_without_records_it_says_what_to_do(home):
    assert "harness score" in write_leaderboard().read_text()
