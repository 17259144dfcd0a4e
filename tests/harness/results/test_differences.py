"""Which models differ: paired where units are common, by errors otherwise, corrected for the number of pairs."""

import csv
import json

import numpy as np
import pytest

from harness.benchmarks import on_axes
from harness.metrics.statistics import Crossed
from harness.results import write_leaderboard
from harness.results.files import load_all, write
from harness.results.leaderboard.differences import BY_ERRORS, compare
from harness.results.result import Provenance, Result, WeightsEntry


def record(model: str, score: float, error: float | None = 0.05, samples=None, names=None) -> Result:
    details = {}
    if samples is not None:
        names = list(range(len(samples))) if names is None else names
        details = {"per_sample": {"of": "neurons", "names": names, "scores": [float(s) for s in samples]}}
    return Result(
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
    how = "paired over 60 neurons"
    assert paired.against("high") == {"differs": ["low", "same"], "alike": [], "how": how}
    assert paired.against("low") == {"differs": ["high"], "alike": ["same"], "how": how}
    assert sorted(paired.different) == [("high", "low"), ("high", "same")] and paired.in_words == how
    unpaired = compare({name: record(name, s.mean(), 0.05) for name, s in scores.items()})
    assert unpaired.in_words == BY_ERRORS and unpaired.against("high")["differs"] == []


def test_other_units_are_not_paired():
    samples = np.linspace(0, 1, 10)
    found = compare({"a": record("a", 0.5, 0.01, samples), "b": record("b", 0.9, 0.01, samples, list("abcdefghij"))})
    assert found.in_words == BY_ERRORS + " (of 10 and 10 neurons, which are not the same)"
    assert found.against("a")["differs"] == ["b"]
    fewer = compare({"a": record("a", 0.5, 0.01, samples), "b": record("b", 0.9, 0.01, samples[:8])})
    assert "of 10 and 8 neurons, which are not the same" in fewer.in_words


def test_each_pair_is_compared_as_its_records_allow():
    """One result without units (an older one) does not cost the others theirs."""
    samples = np.random.default_rng(0).random(30)
    results = {
        "a": record("a", 0.5, 0.1, samples),
        "b": record("b", 0.53, 0.1, samples + 0.03),
        "old": record("old", 0.9),
    }
    found = compare(results)
    assert found.against("a") == {
        "differs": ["b", "old"],
        "alike": [],
        "how": f"{BY_ERRORS}; b paired over 30 neurons",
    }
    assert found.in_words == f"2 of the pairs {BY_ERRORS}; 1 of the pairs paired over 30 neurons"


def test_few_subjects_and_many_models_can_differ():
    """All 16 sign patterns of five subjects give no p below 1/16, and 10,000 none that survives the correction for 780 pairs."""
    random = np.random.default_rng(0)
    for units, models in ((5, 3), (40, 40)):
        scores = {str(i): 0.01 * random.standard_normal(units) for i in range(models)}
        scores["best"] = scores.pop("0") + 0.1
        found = compare({name: record(name, s.mean(), 0.05, s) for name, s in scores.items()})
        assert found.against("best")["differs"] == sorted(set(scores) - {"best"})
        assert len(found.different) == models - 1


def test_many_pairs_are_corrected():
    """Twenty models of one score with honest errors: without correction about ten of 190 pairs would differ."""
    random = np.random.default_rng(1)
    models = {str(i): record(str(i), 0.5 + 0.05 * random.standard_normal()) for i in range(20)}
    found = compare(models)
    assert sum(p < 0.05 for p in found.p.values()) == 0 and len(found.p) == 190


def test_scores_without_error_or_company_are_not_compared():
    assert compare({"a": record("a", 0.5)}).p == {}
    assert compare({"a": record("a", 0.5, None), "b": record("b", 0.9)}).p == {}


def test_page_and_tables_say_which_models_differ_and_how_that_is_known(tmp_path):
    samples = np.random.default_rng(0).random(30)
    results = [
        record(name, s.mean(), 0.2, s) for name, s in {"a": samples, "b": samples + 0.3, "c": samples + 0.3}.items()
    ]
    path = write_leaderboard(tmp_path / "b.html", results=results)
    assert '"differs": ["b", "c"]' in path.read_text() and "paired over 30 neurons" in path.read_text()
    assert "| b | b > a; c > a | paired over 30 neurons |" in path.with_suffix(".md").read_text()
    line = next(csv.DictReader(path.with_suffix(".csv").open()))
    assert (line["differs_from"], line["no_difference_shown_from"]) == ("b; c", "")
    assert line["compared"] == "paired over 30 neurons"
    pairs = json.loads(path.with_suffix(".json").read_text())["differences"]["b"]
    assert {(one["higher"], one["lower"]) for one in pairs if one["p"] < 0.05} == {("b", "a"), ("c", "a")}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"of": "neurons"}, "names: Field required"),
        ({"of": "n", "names": [1, 2], "scores": [1.0]}, "2 names and 1 scores"),
        ({"of": "n", "names": [1, "1"], "scores": [1.0, 2.0]}, "two units have one name"),
        ([1.0], "valid dictionary"),
    ],
)
def test_a_record_whose_units_are_of_no_use_is_refused_with_the_reason(broken, said, tmp_path):
    fine = record("a", 0.5, 0.1)
    with pytest.raises(ValueError, match=said):
        Result.model_validate(fine.model_dump() | {"details": {"per_sample": broken}})
    path = write(fine, tmp_path)
    path.write_text(path.read_text().replace('"details": {}', f'"details": {{"per_sample": {json.dumps(broken)}}}'))
    (refused,) = load_all(tmp_path)[1]
    assert said in refused.reason


def test_units_without_a_score_leave_a_record_to_its_error():
    other = record("a", 0.5, 0.1)
    other.details["per_sample"] = {"of": "neurons", "names": [0, 1], "scores": [1.0, None]}
    assert compare({"a": other, "b": record("b", 0.5, 0.1, [0.4, 0.6])}).in_words == BY_ERRORS


def test_no_p_comes_from_an_unknown_error():
    results = {"a": record("a", 0.035, 0.0), "b": record("b", 0.037, 0.0), "c": record("c", 0.9, 0.01)}
    assert not compare(results).p
    assert set(compare(results | {"d": record("d", 0.1, 0.01)}).p) == {("c", "d")}


def on_both(model, tested, units, of="stimuli"):
    """A result over stimuli and neurons, of contributions (stimuli, neurons)."""
    score = float(tested.sum() + units.mean())
    found = Crossed.of(tested - tested.mean(0), (units - units.mean()) / len(units), names=(of, "neurons"))
    names = {of: range(len(tested)), "neurons": range(len(units))}
    details = {"per_sample": on_axes(found, names, score)}
    return record(model, score, found.error).model_copy(update={"details": details})


def test_models_are_compared_over_stimuli_and_neurons_at_once():
    """Noise that all neurons share is no difference, however many neurons there are."""
    random = np.random.default_rng(0)
    images = random.standard_normal((16, 40, 1)) * np.ones(30) / 1200 / 4
    neurons = 0.5 + 0.01 * random.standard_normal((16, 30))
    noise = {str(i): on_both(str(i), images[i], neurons[i]) for i in range(16)}
    found = compare(noise)
    assert found.in_words == "paired over 30 neurons and 40 stimuli" and not found.different
    alone = {name: record(name, r.score, r.error, r.per_sample.scores) for name, r in noise.items()}
    assert len(compare(alone).different) > 20, "over neurons alone, many would differ"
    better = compare(noise | {"better": on_both("better", images[0], neurons[0] + 0.5)})
    assert len(better.against("better")["differs"]) == 16
    other = compare({"0": noise["0"], "1": on_both("1", images[1], neurons[1], "movies")})
    assert other.in_words.startswith(BY_ERRORS)


def test_few_degrees_of_freedom_make_differences_less_certain():
    many = {"a": record("a", 0.5, 0.05), "b": record("b", 0.65, 0.05)}
    few = {name: r.model_copy(update={"details": {"degrees_of_freedom": 2}}) for name, r in many.items()}
    assert compare(many).p["b", "a"] == pytest.approx(0.034, abs=0.001)
    assert compare(few).p["b", "a"] == pytest.approx(0.10, abs=0.005)


def test_of_many_models_the_best_are_listed_and_all_are_corrected_for():
    random = np.random.default_rng(0)
    results = {
        f"m{i:02d}": record(f"m{i:02d}", i / 100, 0.05, i / 100 + 0.05 * random.standard_normal(30)) for i in range(60)
    }
    found = compare(results)
    assert len(found.p) == 60 * 59 // 2 and found.best == 20
    listed = found.against("m00")
    assert len(listed["differs"]) + len(listed["alike"]) == 20 and "m59" in listed["differs"]
    assert {a for a, *_ in found.listed()} == {f"m{i:02d}" for i in range(40, 60)}
    few = compare(dict(list(results.items())[:50]))
    assert few.best == 50 and len(few.listed()) == len(few.p) == 50 * 49 // 2


def test_all_pairs_of_many_models_are_compared_at_once(monkeypatch):
    """Over one sample and over two, and by errors: as pair by pair, in a time that does not block."""
    import time

    random = np.random.default_rng(0)
    many = {f"m{i:03d}": record(f"m{i:03d}", 0.5, 0.05, 0.5 + 0.05 * random.standard_normal(100)) for i in range(300)}
    for results in (many, {name: record(name, i / 300, 0.05) for i, name in enumerate(many)}):
        began = time.process_time()
        found = compare(results)
        assert time.process_time() - began < 10 and len(found.p) == 300 * 299 // 2
