"""Parts that are damaged, parts that only cannot be read, and company: what is deleted, what is kept, what is said."""

import contextlib
import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from harness.errors import ArgumentError, StoreError
from harness.store import Checked, Entry, Store, parts
from harness.store import _owners as owners

ROWS = ["a", "b", "c"]
VALUES = np.arange(12, dtype="float32").reshape(3, 2, 2)
KEY = "ab" + "0" * 62
PASSING = [errno.ENOMEM, errno.EIO, errno.ESTALE, errno.EACCES, errno.EMFILE, errno.EINTR]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def entry(store: Store) -> Entry:
    return filled(store)


def filled(store: Store, key: str = KEY) -> Entry:
    entry = store.entry(key, {"model": "net"})
    writer = entry.writer((2, 2), "float32", {"grid": [1, 1]})
    writer.append(ROWS, VALUES)
    writer.finish()
    return entry


def files(entry: Entry) -> tuple[Path, Path]:
    (manifest,) = entry.manifests()
    return manifest, manifest.with_suffix(".npy")


def assert_right_or_absent(entry: Entry) -> bool:
    """Whether the rows are there; where they are, they are what was written."""
    found = entry.index()
    for row, location in found.items():
        assert np.array_equal(location.part.array()[location.position], VALUES[ROWS.index(row)])
    return bool(found)


@pytest.mark.parametrize("number", PASSING)
@pytest.mark.parametrize("what", ["manifest", "data", "memory"])
def test_what_cannot_be_read_is_kept_and_said(entry, monkeypatch, caplog, number, what):
    inner, read = Path.open, Path.read_bytes

    def refuse(path):
        if what == "memory":
            raise MemoryError
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        parts._verified.clear()
        if what == "manifest":
            patch.setattr(Path, "read_bytes", lambda path: refuse(path) if path.suffix == ".json" else read(path))
        else:
            patch.setattr(Path, "open", lambda p, *a, **k: refuse(p) if p.suffix == ".npy" else inner(p, *a, **k))
        assert entry.index() == {}
        assert Checked(unavailable=1) == entry.verify()
    assert "cannot be read now" in caplog.text and "is kept" in caplog.text
    assert len(entry.index()) == 3


@pytest.mark.parametrize("which", [0, 1])
def test_no_flipped_bit_is_believed_or_stays(store, which):
    """Every bit of the manifest, and of the header and data of the array."""
    entry = filled(store)
    path = files(entry)[which]
    whole = {file: file.read_bytes() for file in files(entry)}
    sound = 0
    for bit in range(8 * len(whole[path])):
        content = bytearray(whole[path])
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        checked = entry.verify() if bit % 2 else None
        if assert_right_or_absent(entry):  # another spelling of the same manifest, as 1E-5 for 1e-5
            sound += 1
            assert checked in (None, Checked(sound=1)) and which == 0
        else:
            assert checked in (None, Checked(damaged=1, removed=1)) and not path.exists()
        for file, before in whole.items():
            file.write_bytes(before)
    assert sound <= 8


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", b"PK\x03\x04" + b"\0" * 60, b"\x93NUMPY\x01\x00v\x00((((" * 12])
def test_data_that_are_none_heal(entry, content):
    _, data = files(entry)
    data.write_bytes(content)
    assert entry.index() == {} and entry.manifests() == [] and not data.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"rows": ["b", "a", "c"]},
        {"rows": ["a", "b", "d"]},
        {"meta": {}},
        {"dtype": "<i4"},
        {"shape": [3, 1, 4]},
        {"version": 3},
        {"crc32": 1},
    ],
)
def test_a_changed_manifest_is_damaged(entry, change):
    manifest, _ = files(entry)
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | change))
    assert entry.verify() == Checked(damaged=1, removed=1)
    assert entry.manifests() == []


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [2, 3, 2]},
        {"shape": [3, 2, 2, 1]},
        {"shape": [3, -2, -2]},
        {"rows": [["a"], ["b"], ["c"]]},
        {"rows": ["a", "b", "c", "d"]},
        {"dtype": "<M8[s]", "shape": [3, 1, 2]},
        {"dtype": "|O"},
        {"created": "yesterday"},
        {"header": -5},
    ],
)
def test_a_manifest_that_contradicts_itself_heals(entry, change):
    """Though it bears the checksum of what stands in it."""
    manifest, _ = files(entry)
    content = json.loads(manifest.read_text()) | change
    del content["seal"]
    manifest.write_text(json.dumps(content | {"seal": parts.seal(content)}))
    assert entry.index() == {} and entry.manifests() == []


@pytest.mark.parametrize("limit", [{"older_than": -1.0}, {"larger_than": -1}])
def test_nothing_is_pruned_by_a_limit_that_cannot_be_meant(store, entry, limit):
    with pytest.raises(ArgumentError, match="is 0 or more, not -1"):
        store.prune(**limit)
    assert len(entry.index()) == 3


@pytest.mark.parametrize(
    "content", ["[]", "null", "7", '{"seal": 0}', "[" * 100_000, "\ud800".encode("utf-8", "surrogatepass")]
)
def test_a_manifest_that_is_none_heals(entry, content):
    manifest, _ = files(entry)
    manifest.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert entry.index() == {} and entry.manifests() == []


def test_a_part_of_another_version_is_neither_used_nor_deleted(entry):
    manifest, data = files(entry)
    content = json.loads(manifest.read_text()) | {"version": 99}
    del content["seal"]
    manifest.write_text(json.dumps(content | {"seal": parts.seal(content)}))
    assert entry.index() == {}
    assert entry.verify() == Checked(other=1)
    assert manifest.exists() and data.exists()


def test_a_part_copied_to_another_entry_is_not_believed(store, entry):
    other = filled(store, "cd" + "1" * 62)
    for path in files(entry):
        (other.folder / path.name).write_bytes(path.read_bytes())
    assert other.verify() == Checked(sound=1, damaged=1, removed=1)


def test_a_part_rewritten_with_its_size_and_time_is_seen(entry):
    _, data = files(entry)
    assert len(entry.index()) == 3
    stat = data.stat()
    time.sleep(0.02)
    data.write_bytes(data.read_bytes()[:-1] + b"\x7f")
    os.utime(data, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert entry.index() == {}


def test_only_parts_with_wanted_rows_are_read_whole(store, entry, monkeypatch):
    writer = entry.writer((2, 2), "float32", {})
    writer.append(["z"], VALUES[:1])
    writer.finish()
    parts._verified.clear()
    read = []
    inner = parts._checksum
    monkeypatch.setattr(parts, "_checksum", lambda path, header: read.append(path) or inner(path, header))
    assert list(entry.index(["z", "unknown"])) == ["z"] and len(read) == 1


def test_a_store_without_locks_is_filled(store, monkeypatch):
    import fcntl

    def refuse(*_):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", refuse)
    assert len(filled(store).index()) == 3


def test_verify_says_removed_only_of_what_it_could_remove(entry, monkeypatch):
    _, data = files(entry)
    data.write_bytes(b"")

    def refuse(path, missing_ok=False):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        assert entry.verify() == Checked(damaged=1)
    assert entry.verify() == Checked(damaged=1, removed=1)


def test_an_entry_without_its_label_is_seen(store, entry):
    size = entry.nbytes
    (entry.folder / "entry.json").unlink()
    (seen,) = store.entries()
    assert 0 < seen.nbytes < size and store.verify() == Checked(sound=1)
    entry.touch()
    assert store.entries()[0].description["model"] == "net"
    (entry.folder / "entry.json").unlink()
    assert store.prune(larger_than=0)[0] == 1 and store.entries() == []


def test_what_is_read_is_not_pruned(store, entry, caplog):
    found = entry.index()
    assert store.prune(larger_than=0) == (0, 0) and "is in use and is kept" in caplog.text
    assert np.array_equal(found["a"].part.array(), VALUES)
    del found
    assert store.prune(larger_than=0)[0] == 1


def test_what_is_written_is_not_pruned(store):
    entry = store.entry(KEY, {})
    writer = entry.writer((2, 2), "float32", {})
    writer.append(ROWS, VALUES)
    os.utime(entry.folder, (1, 1))
    assert store.prune(older_than=10) == (0, 0)
    assert writer.finish() is not None
    assert len(entry.index()) == 3


OTHER = """
import sys, time
from harness.store import Store
found = Store(sys.argv[1]).entry(sys.argv[2], {}).index()
print(len(found), flush=True)
sys.stdin.readline()
print(found["c"].part.array().sum(), flush=True)
"""


def test_what_another_process_reads_is_not_pruned_until_it_is_gone(store, entry):
    command = [sys.executable, "-c", OTHER, str(store.folder), KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "3\n"
        assert store.prune(larger_than=0) == (0, 0)
        assert process.communicate("\n")[0] == f"{VALUES.sum()}\n"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "3\n"
        process.kill()
    (mark,) = (store.folder / ".in-use").iterdir()
    assert store.prune(larger_than=0) == (0, 0), "it may belong to a process that has just begun"
    os.utime(mark, (1, 1))
    assert store.prune(larger_than=0)[0] == 1
    assert list((store.folder / ".in-use").iterdir()) == []


def test_an_entry_that_is_being_pruned_is_waited_for(store, entry, monkeypatch):
    import threading

    from harness.store import _use

    with _use.pruning(entry.folder) as aside:
        assert aside is not None
        reader = threading.Thread(target=lambda: found.append(entry.index()))
        found: list[dict] = []
        reader.start()
        time.sleep(0.1)
        assert not found
        entry.folder.rename(aside)
    reader.join(10)
    assert found == [{}]


def test_who_was_killed_while_pruning_is_not_waited_for(store, entry):
    host, _, start, tail = owners.owned_name().split("@")
    (store.folder / ".in-use").mkdir(exist_ok=True)
    mark = store.folder / ".in-use" / f"{KEY}.{host}@{2**22 + 1}@{start}@{tail}.pruning"
    mark.touch()
    began = time.monotonic()
    assert len(entry.index()) == 3 and time.monotonic() - began < 5


def test_marks_of_killed_processes_on_movies_are_cleaned(tmp_path, monkeypatch):
    from harness.data import decoded_movies

    monkeypatch.setenv("HARNESS_HOME", str(tmp_path))
    host, _, start, tail = owners.owned_name().split("@")
    mark = tmp_path / "cache" / ".in-use" / f"movie.{host}@{2**22 + 1}@{start}@{tail}.use"
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert decoded_movies.remove_left_overs() == 0, "it may belong to a process that has just begun"
    os.utime(mark, (1, 1))
    assert decoded_movies.remove_left_overs() == 1 and not mark.exists()


@pytest.mark.parametrize("call", [Store.entries, Store.verify, Store.prune])
def test_a_store_that_cannot_be_listed_is_one_sentence(store, entry, monkeypatch, call):
    def refuse(*_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "glob", refuse)
        with pytest.raises(StoreError, match=r"cannot be used .Input/output error"):
            call(store)
    assert len(entry.index()) == 3


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOMEM])
@pytest.mark.parametrize("function", ["open", "stat", "read"])
def test_a_failing_disk_deletes_nothing(store, entry, monkeypatch, number, function):
    """Below pathlib: whatever the system refuses of a file of the entry."""
    import io

    def refusing(inner):
        def call(path, *args, **kwargs):
            if str(path).endswith((".npy", ".json")) and KEY in str(path):
                raise OSError(number, os.strerror(number), str(path))
            return inner(path, *args, **kwargs)

        return call

    whole = {file: file.read_bytes() for file in files(entry)}
    parts._verified.clear()
    with monkeypatch.context() as patch:
        if function == "read":
            patch.setattr(Path, "read_bytes", refusing(Path.read_bytes))
            patch.setattr(parts, "_checksum", refusing(parts._checksum))
        else:
            patch.setattr(
                *{"open": (io, "open"), "stat": (os, "stat")}[function],
                refusing(getattr(io if function == "open" else os, function)),
            )
        found, checked = entry.index(), entry.verify()
    assert found == {} and checked == Checked(unavailable=1)
    assert {file: file.read_bytes() for file in whole} == whole and len(entry.index()) == 3


def test_a_folder_that_cannot_be_listed_is_one_sentence(entry, monkeypatch):
    def refuse(folder):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StoreError, match="cannot be used"):
        entry.index()


def test_left_overs_are_told_from_what_lives(tmp_path):
    mine = tmp_path / f".{owners.owned_name()}.part"
    mine.touch()
    os.utime(mine, (1, 1))
    assert not owners.is_left_over(mine)
    host, _, start, tail = owners.owned_name().split("@")
    dead = tmp_path / f".{host}@{2**22 + 1}@{start}@{tail}.part"
    dead.touch()
    assert not owners.is_left_over(dead), "its file has just been written"
    os.utime(dead, (time.time() - 120,) * 2)
    assert owners.is_left_over(dead)
    far = tmp_path / f".elsewhere@{os.getpid()}@{start}@{tail}.part"
    far.touch()
    os.utime(far, (time.time() - 120,) * 2)
    assert not owners.is_left_over(far)
    os.utime(far, (time.time() - 7200,) * 2)
    assert owners.is_left_over(far)
    born_again = tmp_path / f".{host}@{os.getpid()}@1@{tail}.part"
    born_again.touch()
    os.utime(born_again, (1, 1))
    assert owners.is_left_over(born_again)


def test_writing_cleans_what_was_left_in_the_folder(tmp_path):
    from harness.store import write_text

    old, new = tmp_path / ".0123.part", tmp_path / ".4567.part"
    for path, age in ((old, 7200), (new, 10)):
        path.touch()
        os.utime(path, (time.time() - age,) * 2)
    write_text(tmp_path / "x", "x")
    assert not old.exists() and new.exists()


def test_a_part_gone_while_it_is_read_is_one_sentence(entry):
    found = entry.index()
    files(entry)[1].unlink()
    with pytest.raises(StoreError, match="is not whole"):
        found["a"].part.array()
    with contextlib.suppress(FileNotFoundError):
        files(entry)[0].unlink()


def test_pipes_and_folders_in_an_entry_are_not_waited_for(store, entry):
    for name in ("pipe.json", "pipe.npy"):
        os.mkfifo(entry.folder / name)
    for name in ("folder.json", "folder.npy"):
        (entry.folder / name).mkdir()
    assert assert_right_or_absent(entry) and store.verify().sound == 1
