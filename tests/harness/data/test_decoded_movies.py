"""Decoded movies are part of the cache: lost frames, damaged indices, killed decodings, pruning."""

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli import app
from harness.data import decoded_movies
from harness.store import Checked, Unavailable


@pytest.fixture
def calls() -> list[Path]:
    return []


@pytest.fixture
def movie(home: Path, calls: list[Path]):
    def decode(into: Path):
        calls.append(into)
        for position in range(3):
            (into / decoded_movies.name_of(position)).write_bytes(bytes([position]) * 50)
        return [0.0, 40.0, 80.0], 120.0

    return lambda: decoded_movies.decoded("movie-av1", decode)


def test_a_movie_is_decoded_once(movie, calls):
    folder, index = movie()
    assert movie() == (folder, index) and len(calls) == 1
    assert index.onsets == [0.0, 40.0, 80.0] and index.end == 120.0


@pytest.mark.parametrize("harm", ["lost", "short", "index", "bit", "no index", "empty"])
def test_what_is_lost_or_damaged_is_decoded_again(movie, calls, harm, caplog):
    folder, index = movie()
    path = folder / ("000001.png" if harm in ("lost", "short") else "frames.json")
    if harm in ("lost", "no index"):
        path.unlink()
    elif harm == "bit":
        path.write_text(path.read_text().replace("120.0", "121.0"))
    else:
        path.write_bytes(path.read_bytes()[:20] if harm != "empty" else b"")
    before = (folder / "000002.png").stat().st_ino
    assert movie() == (folder, index) and len(calls) == 2 and "decoded again" in caplog.text
    assert (folder / "000001.png").read_bytes() == b"\1" * 50
    assert movie()[1] == index and len(calls) == 2
    assert before and not list(folder.parent.glob(".*.part"))


def test_an_index_that_cannot_be_read_is_kept_and_said(movie, calls, monkeypatch):
    folder, _ = movie()

    def refuse(path):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        with pytest.raises(Unavailable, match="cannot be read now"):
            movie()
        assert decoded_movies.verify() == Checked(unavailable=1)
    assert movie()[0] == folder and len(calls) == 1


def test_verify_tells_a_changed_frame(movie, calls):
    folder, _ = movie()
    assert decoded_movies.verify() == Checked(sound=1)
    (folder / "000001.png").write_bytes(b"\7" * 50)
    assert decoded_movies.verify() == Checked(damaged=1, removed=1)
    movie()
    assert len(calls) == 2 and decoded_movies.verify() == Checked(sound=1)


def test_what_a_killed_decoding_left_is_cleaned(movie, home):
    left = home / "cache" / "frames" / ".0123456789.part"
    left.mkdir(parents=True)
    (left / "000000.png").touch()
    os.utime(left, (1, 1))
    movie()
    assert not left.exists()


def test_movies_are_listed_sized_and_pruned(movie, home):
    def run(*words):
        return CliRunner().invoke(app, ["cache", *words]).stdout

    folder, _ = movie()
    assert json.loads(run("size", "--json"))["movies"] == {"entries": 1, "bytes": decoded_movies.entries()[0].nbytes}
    assert json.loads(run("list", "--json"))[0]["kind"] == "movie"
    assert "movies: 1 sound" in run("verify")
    run("prune", "--larger-than", "0B")
    assert folder.exists(), "this process may still show it"
    decoded_movies._used.clear()
    run("prune", "--larger-than", "0B")
    assert not folder.exists()
