"""Digests of recorded files: remembered between processes, and never when a file may have changed."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from harness.paths import cache_home
from harness.store import file_digests as known_files
from harness.store.file_digests import KnownFiles, folder_digest

LONG_AGO = 1_600_000_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(known_files, "_FRESH", 0)
    (tmp_path / "set" / "sub").mkdir(parents=True)
    (tmp_path / "set" / "a.npy").write_bytes(b"one")
    (tmp_path / "set" / "sub" / "b.npy").write_bytes(b"two")
    return tmp_path / "set"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read."""
    found, read = [], hashlib.file_digest

    def counted(file, name):
        found.append(Path(file.name).name)
        return read(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    return found


def test_an_unchanged_folder_is_read_once(folder: Path, reads: list[str]):
    first = folder_digest(folder)
    assert folder_digest(folder) == first and reads == ["a.npy", "b.npy"]
    (folder / "c.npy").write_bytes(b"three")
    assert folder_digest(folder) != first and reads == ["a.npy", "b.npy", "c.npy"]


def test_a_change_of_equal_size_is_seen_even_with_its_time_set_back(folder: Path, reads: list[str]):
    path = folder / "a.npy"
    os.utime(path, (LONG_AGO, LONG_AGO))
    first = folder_digest(folder)
    time.sleep(0.02)
    path.write_bytes(b"uno")
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert folder_digest(folder) != first and reads.count("a.npy") == 2
    path.write_bytes(b"one")
    assert folder_digest(folder) == first


def test_what_was_just_written_is_not_remembered(folder: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(known_files, "_FRESH", 60 * 10**9)
    folder_digest(folder)
    folder_digest(folder)
    assert reads == ["a.npy", "b.npy"] * 2


@pytest.mark.parametrize("content", [b"", b"{", b'{"a": 1}', b"[]", b'{"a": [[1, 2], "x"]}', b"\xff"])
def test_a_damaged_memory_is_no_harm(folder: Path, content: bytes, caplog: pytest.LogCaptureFixture):
    first = folder_digest(folder)
    (memory,) = (cache_home() / "digests").iterdir()
    memory.write_bytes(content)
    assert folder_digest(folder) == first and "is damaged" in caplog.text
    caplog.clear()
    assert folder_digest(folder) == first and not caplog.text


def test_a_cache_that_cannot_be_written_is_no_harm(folder: Path, caplog: pytest.LogCaptureFixture):
    cache_home().mkdir(parents=True)
    (cache_home() / "digests").write_text("a file")
    assert folder_digest(folder) == folder_digest(folder) and "are not kept" in caplog.text


def test_the_switch_of_result_caching_holds(folder: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RESULTCACHING_DISABLE", "1")
    folder_digest(folder)
    folder_digest(folder)
    assert len(reads) == 4 and not (cache_home() / "digests").exists()


def test_a_killed_process_begins_where_it_ended(folder: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(known_files, "_OFTEN", 1)
    KnownFiles(folder).digest(folder / "a.npy")
    with KnownFiles(folder) as known:
        known.digest(folder / "a.npy")
    assert reads == ["a.npy"]


def test_moved_files_keep_the_identity_of_the_folder(folder: Path):
    first = folder_digest(folder)
    assert folder_digest(folder.rename(folder.parent / "elsewhere")) == first


def test_two_who_learn_at_once_keep_what_both_learnt(folder: Path, reads: list[str]):
    with KnownFiles(folder) as one, KnownFiles(folder) as other:
        one.digest(folder / "a.npy")
        other.digest(folder / "sub" / "b.npy")
    folder_digest(folder)
    assert reads == ["a.npy", "b.npy"]


def test_a_memory_that_cannot_be_read_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    first = folder_digest(folder)
    (memory,) = (cache_home() / "digests").iterdir()
    content = memory.read_bytes()

    def refuse(path: Path) -> str:
        raise OSError(5, "Input/output error")

    (folder / "c.npy").write_bytes(b"three")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        assert folder_digest(folder) != first
    assert memory.read_bytes() == content and "cannot be read now" in caplog.text


def test_a_name_that_is_not_utf_8_is_a_name(folder: Path):
    before = folder_digest(folder)
    (folder / os.fsdecode(b"caf\xe9.png")).write_bytes(b"four")
    assert folder_digest(folder) == folder_digest(folder) != before
