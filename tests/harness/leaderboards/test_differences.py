"""Which models differ: paired where units are common, by errors otherwise, corrected for the number of pairs."""

import numpy as np
import pytest

from harness.leaderboards import leaderboard
from harness.leaderboards.differences import compare
from harness.records import Provenance, Record, WeightsEntry


def record(model: str, score: float, error: float | None = 0.05, samples=None, names=None) -> Record:
    details = {}
    if samples is not None:
        names = list(range(len(samples))) if names is None else names
        details = {"per_sample": {"of": "neurons", "names": names, "scores": [float(s) for s in samples]}}
    return Record(
        model=model,
        benchmark="b",
        status="scored",
        score=score,
        error=error,
        details=details,
        weights=WeightsEntry(kind="none"),
        provenance=Provenance(versions={}),
    )


def test_units_in_common_show_what_errors_alone_cannot():
    """Neurons vary more than models differ; pairing takes that variation away."""
    random = np.random.default_rng(0)
    neurons = random.random(60)
    scores = {"low": neurons, "high": neurons + 0.03, "same": neurons + 0.003 * random.standard_normal(60)}
    paired = compare({name: record(name, s.mean(), 0.05, s) for name, s in scores.items()})
    assert paired.by == "neurons" and paired.against("high") == {"differs": ["low", "same"], "alike": []}
    assert paired.against("low") == {"differs": ["high"], "alike": ["same"]}
    unpaired = compare({name: record(name, s.mean(), 0.05) for name, s in scores.items()})
    assert unpaired.by == "" and unpaired.against("high")["differs"] == []


def test_other_units_are_not_paired():
    samples = np.linspace(0, 1, 10)
    found = compare({"a": record("a", 0.5, 0.01, samples), "b": record("b", 0.9, 0.01, samples, list("abcdefghij"))})
    assert found.by == "" and found.against("a")["differs"] == ["b"]


def test_many_pairs_are_corrected():
    """Twenty models of one score with honest errors: without correction about ten of 190 pairs would differ."""
    random = np.random.default_rng(1)
    models = {str(i): record(str(i), 0.5 + 0.05 * random.standard_normal()) for i in range(20)}
    found = compare(models)
    assert sum(p < 0.05 for p in found.p.values()) == 0 and len(found.p) == 190


def test_scores_without_error_or_company_are_not_compared():
    assert compare({"a": record("a", 0.5)}).p == {}
    assert compare({"a": record("a", 0.5, None), "b": record("b", 0.9)}).p == {}
    exact = compare({"a": record("a", 0.0, 0.0), "b": record("b", 0.0, 0.0), "c": record("c", 0.5, 0.0)})
    assert exact.against("a") == {"differs": ["c"], "alike": ["b"]}


def test_the_page_says_it(tmp_path):
    page = leaderboard(tmp_path / "b.html", records=[record("a", 0.1, 0.01), record("b", 0.9, 0.01)]).read_text()
    assert '"differs": ["b"]' in page


@pytest.mark.parametrize("broken", [None, {"of": "neurons"}, {"of": "n", "names": [1, 2], "scores": [1.0, None]}])
def test_details_of_another_form_are_left_alone(broken):
    other = record("a", 0.5, 0.1)
    other.details["per_sample"] = broken
    assert compare({"a": other, "b": record("b", 0.5, 0.1)}).by == ""
