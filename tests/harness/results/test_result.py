"""Results: written whole, read back equal, never lost, old ones still readable."""

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from harness import results
from harness.errors import StoreError
from harness.results.result import Provenance, Result, WeightsEntry

FIXTURES = Path(__file__).parents[1] / "fixtures"


def scored(**fields) -> Result:
    given = {"model": "net/a", "model_arguments": {"seed": 1}, "benchmark": "task", "status": "scored", "score": 0.5}
    return Result(**given | fields)


def failed(**fields) -> Result:
    return scored(status="failed", score=None, message="out of luck", **fields)


def test_written_and_read_back_equal(home):
    result = scored(
        error=0.1,
        raw=[0.1, 0.2],
        details={"curve": [1.0, None]},
        weights=WeightsEntry(kind="random", seed=1),
        provenance=Provenance(versions={"numpy": "1"}, duration=2.5),
    )
    path = results.write(result)
    assert path.parent == home / "results"
    assert results.read(path) == result
    assert results.load_all() == ([result], [])


def test_a_pair_has_one_file_and_arguments_are_part_of_the_pair():
    for score, arguments in ((0.1, {"seed": 1}), (0.2, {"seed": 1}), (0.3, {"seed": 2}), (0.4, {})):
        results.write(scored(score=score, model_arguments=arguments))
    assert [result.score for result in results.load_all()[0]] == [0.4, 0.2, 0.3]


def test_names_that_look_alike_on_disk_stay_apart():
    for name in ("a/b", "a_b", "a:b", "n" * 200):
        results.write(scored(model=name))
    assert len(results.load_all()[0]) == 4


def test_a_failure_keeps_an_older_score_and_a_success_clears_it():
    results.write(scored())
    results.write(failed())
    assert [result.status for result in results.load_all()[0]] == ["failed", "scored"]
    results.write(scored(score=0.7))
    assert [result.score for result in results.load_all()[0]] == [0.7]


def test_broken_files_are_named_and_left_alone():
    good = results.write(scored())
    texts = {
        "half.json": good.read_text()[:50],
        "newer.json": json.dumps(json.loads(good.read_text()) | {"schema_version": 99}),
        "extra.json": json.dumps(json.loads(good.read_text()) | {"colour": "red"}),
        "empty.json": "",
        "list.json": "[]",
    }
    for name, text in texts.items():
        (good.parent / name).write_text(text)
    found, broken = results.load_all()
    assert len(found) == 1
    assert sorted(one.path.name for one in broken) == sorted(texts)
    assert "colour" in next(str(one) for one in broken if one.path.name == "extra.json")
    assert all("\n" not in str(one) for one in broken)
    assert all((good.parent / name).read_text() == text for name, text in texts.items())


@pytest.mark.parametrize("fault", ["write", "fsync", "replace"])
def test_a_full_disk_keeps_the_old_record(monkeypatch, fault):
    path = results.write(scored(score=0.1))

    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    if fault == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, {"write": "open", "replace": "replace"}[fault], full)
    with pytest.raises(StoreError, match="No space left"):
        results.write(scored(score=0.2))
    monkeypatch.undo()
    assert results.read(path).score == 0.1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("fields", [{"score": None}, {"status": "failed", "message": None}, {"colour": "red"}])
def test_inconsistent_records_are_refused(fields):
    with pytest.raises(ValueError):
        scored(**fields)


def test_how_a_result_was_served_is_not_part_of_the_file():
    assert results.write(scored(cached=True)).read_bytes() == results.write(scored(cached=False)).read_bytes()


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("record-*.json")), ids=lambda path: path.stem)
def test_old_records_still_load(path):
    result = results.read(path)
    assert result.status == "scored"
    assert result.score == pytest.approx(0.4213)
    assert result.weights.kind == "random"
    assert result.provenance.versions["torch"]


def test_plain_makes_json_of_numbers_and_refuses_the_rest():
    value = {"a": np.float32(0.5), 2: np.arange(3), "nan": float("nan"), "inf": [np.inf], "p": Path("x"), "r": range(2)}
    expected = {"a": 0.5, "2": [0, 1, 2], "nan": None, "inf": [None], "p": "x", "r": [0, 1]}
    assert results.plain(value) == expected
    with pytest.raises(TypeError, match="object"):
        results.plain({"a": object()})


def test_an_error_of_zero_is_unknown_also_in_old_files(home):
    path = results.write(scored(error=0.1, ceiling=0.9, ceiling_error=0.2))
    path.write_text(path.read_text().replace('"error": 0.1', '"error": 0.0').replace("0.2", "0"))
    old = results.read(path)
    assert old.error is None and old.ceiling_error is None and old.score == 0.5


def test_what_is_not_measurable_has_a_reason_and_no_number():
    given = {"model": "net", "benchmark": "task", "status": "not measurable"}
    with pytest.raises(ValueError, match="needs a message"):
        Result(**given)
    with pytest.raises(ValueError, match="has no score"):
        Result(**given, message="no unit is driven", score=0.0)


def test_what_is_not_measurable_takes_the_place_of_a_score_and_of_a_failure(home):
    pair = {"model": "net", "benchmark": "task"}
    for outcome in (
        Result(**pair, status="scored", score=0.5),
        Result(**pair, status="failed", message="no network"),
        Result(**pair, status="not measurable", message="no unit is driven"),
    ):
        results.write(outcome)
    ((only,), broken) = results.load_all()
    assert (only.status, only.message, broken) == ("not measurable", "no unit is driven", [])


def test_files_of_the_first_schema_are_read_as_those_of_today():
    old = {"schema_version": 1, "model": "net", "benchmark": "task", "status": "scored", "score": 0.0, "error": 0.0}
    result = Result.model_validate(old)
    assert (result.schema_version, result.score, result.error) == (2, 0.0, None)
