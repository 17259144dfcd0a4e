"""Function results on disk: keys by content, switches at every call, damage found, processes side by side."""

import errno
import multiprocessing
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from harness.assemblies import NeuroidAssembly
from harness.benchmarks import make_score
from harness.store import Checked, results_cache
from harness.store.results_cache import NotCachedError, NotKept, ResultStorage, damaged, entries

calls: list = []


@ResultStorage()
def remember(value):
    calls.append(value)
    return value


@ResultStorage(identifier_ignore=("verbose",))
def quiet(value, verbose):
    calls.append(value)
    return value


@ResultStorage()
def square(number):
    return {"square": np.full(50, number**2)}


@ResultStorage()
def doubtful(value):
    calls.append(value)
    return NotKept(value)


class Content:
    def __init__(self, digest):
        self.digest = digest


@pytest.fixture(autouse=True)
def _no_calls():
    calls.clear()


def test_second_call_is_served(home: Path):
    assert not remember.stored(3)
    assert remember(3) == remember(3) == 3
    assert len(calls) == 1
    assert remember.stored(3)
    assert [path.is_relative_to(home / "cache") for path in entries()] == [True]


def _middle(value):
    array = np.zeros(5000)
    array[2500] = value
    return array


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/b", "a_b"),
        ("x" * 5000, "x" * 4999 + "y"),
        (_middle(0), _middle(1)),
        (1, True),
        (1, 1.0),
        ([1, [2]], [[1], 2]),
        (np.zeros(4, "float32"), np.zeros(4, "float64")),
        (Content("one"), Content("other")),
    ],
    ids=["slash", "long", "middle", "bool", "float", "nesting", "dtype", "objects"],
)
def test_arguments_that_differ_are_different_entries(one, other):
    quiet(one, verbose=True)
    quiet(other, verbose=True)
    assert len(calls) == 2


def test_ignored_and_equal_arguments_are_one_entry():
    quiet({"a": 1, "b": 2}, verbose=True)
    quiet({"b": 2, "a": 1}, verbose=False)
    assert len(calls) == 1


def test_labelled_arrays_count_with_their_coordinates():
    quiet(_assembly(["a", "b"]), verbose=0)
    quiet(_assembly(["a", "b"]), verbose=0)
    assert len(calls) == 1
    quiet(_assembly(["a", "c"]), verbose=0)
    assert len(calls) == 2


def test_an_argument_without_content_is_refused():
    with pytest.raises(TypeError, match="object"):
        remember(object())


def _assembly(names):
    return NeuroidAssembly(
        np.arange(4.0).reshape(2, 2),
        coords={
            "stimulus_id": ("presentation", names),
            "repetition": ("presentation", [0, 1]),
            "neuroid_id": ("neuroid", [7, 8]),
        },
        dims=["presentation", "neuroid"],
    )


def test_scores_survive_with_their_attributes():
    ceiling = make_score(0.8, error=0.1)
    details = {"orientations": [0.0, 45.0], "labels": ("a", None), "worst": float("-inf"), 3: b"\x00"}
    score = make_score(0.5, error=0.05, raw=_assembly(["a", "b"]), ceiling=ceiling, details=details, n=np.int64(3))
    for result in (remember(score.copy()), remember(score.copy())):
        assert type(result) is type(score)
        assert float(result) == 0.5
        assert result.attrs["error"] == 0.05
        assert float(result.attrs["ceiling"]) == 0.8
        assert result.attrs["ceiling"].attrs["error"] == 0.1
        assert result.attrs["details"] == details
        assert isinstance(result.attrs["n"], np.int64)
        raw = result.attrs["raw"]
        assert raw.identical(_assembly(["a", "b"]))
        assert list(raw["stimulus_id"].values) == ["a", "b"]


def test_a_result_that_cannot_be_written_is_returned_and_reported(caplog):
    frame = Content(pd.DataFrame({"a": [1]}).to_csv())
    assert quiet(frame, verbose=0) is frame
    assert "is not cached" in caplog.text
    assert not list(entries())


def test_what_its_key_does_not_describe_is_given_but_not_kept():
    assert doubtful(3) == doubtful(3) == 3
    assert calls == [3, 3] and not list(entries())


def test_every_flipped_byte_is_harmless_or_found(caplog):
    expected = square(3)["square"].tolist()
    (path,) = entries()
    whole, found = path.read_bytes(), 0
    for position in range(0, len(whole), 3):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        found += bool(damaged())
        assert square(3)["square"].tolist() == expected
    assert found > len(whole) / 9
    path.write_bytes(whole[: len(whole) // 2])
    caplog.clear()
    assert square(3)["square"].tolist() == expected
    assert "is damaged" in caplog.text
    assert path.read_bytes() == whole
    assert not damaged()


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOMEM, errno.EMFILE, errno.ESTALE])
def test_what_cannot_be_read_is_kept_and_said(monkeypatch, caplog, number):
    remember("one")
    (path,) = entries()
    whole = path.read_bytes()

    def refuse(path):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        assert results_cache.verify() == Checked(unavailable=1)
        assert remember("one") == "one" and len(calls) == 2
    assert path.read_bytes() == whole and "cannot be read now" in caplog.text
    assert remember("one") == "one" and len(calls) == 2


def test_an_entry_moved_to_another_name_is_not_believed():
    remember("one")
    (path,) = entries()
    stolen = path.read_bytes()
    remember("two")
    (other,) = set(entries()) - {path}
    other.write_bytes(stolen)
    assert remember("two") == "two"


def test_what_killed_processes_left_is_removed(home):
    remember("kept")
    folder = next(iter(entries())).parent
    old, new = folder / ".0123.part", folder / ".4567.part"
    for path, age in ((old, 7200), (new, 10)):
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    assert results_cache.remove_left_overs() == 1 and not old.exists() and new.exists()
    assert len(list(entries())) == 1


@pytest.mark.parametrize("switch", ["1", f"{__name__}.remember", f"nobody,{__name__}"])
def test_disable_by_all_or_by_beginning(monkeypatch, switch):
    remember(1)
    monkeypatch.setenv("RESULTCACHING_DISABLE", switch)
    remember(1)
    assert len(calls) == 2
    assert not remember.stored(1)
    monkeypatch.setenv("RESULTCACHING_DISABLE", "elsewhere")
    remember(1)
    assert len(calls) == 2


def test_cached_only(monkeypatch):
    remember(1)
    monkeypatch.setenv("RESULTCACHING_CACHEDONLY", "1")
    assert remember(1) == 1
    with pytest.raises(NotCachedError, match="remember"):
        remember(2)
    assert calls == [1]


def test_home_is_read_at_every_call(monkeypatch, tmp_path):
    remember(1)
    monkeypatch.setenv("RESULTCACHING_HOME", str(tmp_path))
    remember(1)
    assert len(calls) == 2
    assert all(path.is_relative_to(tmp_path) for path in entries())


def test_an_unwritable_cache_loses_nothing(monkeypatch, tmp_path, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("RESULTCACHING_HOME", str(blocked))
    assert remember(5) == 5
    assert "cannot be written" in caplog.text


def test_other_versions_are_another_entry(monkeypatch):
    remember(1)
    monkeypatch.setattr(results_cache, "versions", lambda: {"numpy": "0"})
    remember(1)
    assert len(calls) == 2


def _fill(home: str, seed: int) -> None:
    os.environ["HARNESS_HOME"] = home
    for number in np.random.default_rng(seed).integers(0, 10, 60):
        assert square(int(number))["square"][0] == number**2


def test_processes_may_fill_one_cache(home: Path):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_fill, args=(str(home), seed)) for seed in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(list(entries())) == 10
    assert not damaged()
    assert not list((home / "cache").rglob("*.part"))


def test_what_is_removed_while_it_is_looked_at_is_not_damaged(home: Path, monkeypatch):
    monkeypatch.setattr(results_cache, "entries", lambda: iter([home / "results" / "gone.zip"]))
    assert results_cache.verify() == (0, 0, 0, 0, 0) and results_cache.damaged() == []
