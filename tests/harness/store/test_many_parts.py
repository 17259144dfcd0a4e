"""Entries of many parts: the index reads what it needs, compaction merges them, and neither loses or invents a row."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from harness.store import Entry, Store, compact, renewing, row_index
from harness.store import store as stores
from harness.store.parts import Part

KEY = "ab" + "0" * 62
PARTS, EACH = 40, 3


def value(row: str) -> np.ndarray:
    return np.full((1, 2), float(row[1:]), dtype="float32")


def add(entry: Entry, rows: list[str], meta: dict | None = None, by: float = 0.0) -> None:
    writer = entry.writer((1, 2), "float32", {"grid": [1, 1], "grown": {}} | (meta or {}))
    writer.append(rows, np.stack([value(row) + by for row in rows]))
    writer.finish()


@pytest.fixture
def entry(tmp_path: Path) -> Entry:
    entry = Store(tmp_path / "store").entry(KEY, {"model": "net"})
    for part in range(PARTS):
        add(entry, [f"r{part * EACH + at}" for at in range(EACH)])
    return entry


def right(entry: Entry, rows: list[str], by: float = 0.0) -> None:
    found = entry.index(rows)
    assert sorted(found) == sorted(rows)
    for row, location in found.items():
        assert np.array_equal(location.part.array()[location.position], value(row) + by), row


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    read, names = Part.read.__func__, []

    def noted(kind, path, use=None):
        names.append(path.name)
        return read(kind, path, use)

    monkeypatch.setattr(Part, "read", classmethod(noted))
    return names


def test_an_index_reads_the_parts_that_are_wanted(entry, reads):
    right(entry, ["r0"])
    assert len(reads) == PARTS and (entry.folder / "rows.npz").exists()
    reads.clear()
    right(entry, ["r5", "r117"])
    assert len(reads) == 2
    assert entry.index(["elsewhere"]) == {} and len(reads) == 2
    add(entry, ["r1000"])
    reads.clear()
    right(entry, ["r5", "r1000"])
    assert len(reads) == 2, "of parts that came later, the manifests are read"


def test_the_older_of_two_rows_counts_with_an_index_too(entry):
    add(entry, ["r7"], by=100.0)
    for _ in range(2):
        right(entry, ["r7"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", None])
def test_a_damaged_index_costs_time_and_no_row(entry, content):
    right(entry, ["r0"])
    path = entry.folder / "rows.npz"
    whole = path.read_bytes()
    path.write_bytes(
        whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 255]) + whole[len(whole) // 2 + 1 :]
        if content is None
        else content
    )
    right(entry, [f"r{at}" for at in range(PARTS * EACH)])


def test_an_index_of_parts_that_are_gone_is_not_used(entry):
    add(entry, ["r0"])
    right(entry, ["r0"])
    Part.read(entry.manifests()[0]).remove()
    right(entry, ["r0", "r5"])
    assert entry.index(["r1"]) == {}


def test_a_part_that_cannot_be_read_now_is_found_later(entry, monkeypatch):
    broken = entry.manifests()[3]
    inner = Path.read_bytes

    def read(path: Path) -> bytes:
        if path == broken:
            raise OSError(5, "Input/output error")
        return inner(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", read)
        assert entry.index(["r9"]) == {}
    right(entry, ["r9"])


def test_a_store_that_cannot_be_written_is_indexed_by_its_manifests(entry, monkeypatch):
    def refused(path: Path, content: bytes) -> None:
        raise stores.StoreError("read-only")

    monkeypatch.setattr(row_index, "write_bytes", refused)
    right(entry, ["r0"])
    assert not (entry.folder / "rows.npz").exists()


def test_compaction_leaves_one_part_with_every_row_once(entry):
    add(entry, ["r7", "r8"], by=100.0)
    add(entry, ["r500"], {"grid": [2, 2]})
    right(entry, ["r0"])
    done = compact(entry)
    assert (done.parts_before, done.parts_after, done.in_use) == (PARTS + 2, 2, 0) and done.freed > 0
    right(entry, [f"r{at}" for at in range(PARTS * EACH)])
    assert entry.index(["r500"])["r500"].part.manifest.meta["grid"] == [2, 2]
    assert compact(entry).parts_after == 2, "there is nothing left to be done"
    assert entry.verify().sound == 2


def test_what_parts_say_of_their_rows_is_kept(tmp_path):
    entry = Store(tmp_path).entry(KEY, {})
    add(entry, ["r1"], {"grown": {"r1": 2.0}})
    add(entry, ["r2", "r3"], {"grown": {"r3": 4.0}})
    compact(entry)
    assert entry.index(["r1"])["r1"].part.manifest.meta == {"grid": [1, 1], "grown": {"r1": 2.0, "r3": 4.0}}


def test_a_damaged_part_is_not_merged(entry):
    victim = entry.manifests()[0].with_suffix(".npy")
    content = bytearray(victim.read_bytes())
    content[-1] ^= 1
    victim.write_bytes(content)
    compact(entry)
    assert entry.index(["r0"]) == {}
    right(entry, ["r3"])


def test_what_somebody_uses_is_not_compacted(entry):
    held = entry.index(["r0"])
    assert compact(entry).in_use == 1 and len(entry.manifests()) == PARTS
    assert np.array_equal(held["r0"].part.array()[0], value("r0"))
    del held
    reader = (
        "import sys; from harness.store import Store; entry = Store(sys.argv[1]).entry(sys.argv[2], {}); "
        "held = entry.index(); print('ready', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-W", "ignore", "-c", reader, str(entry.folder.parents[1]), KEY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        assert compact(entry).in_use == 1 and len(entry.manifests()) == PARTS
        process.communicate("")
    assert compact(entry).parts_after == 1


def test_who_begins_to_read_while_parts_are_merged_keeps_them(entry, monkeypatch):
    from harness.store import compaction

    write, held = compaction._write, []

    def written(*given):
        write(*given)
        held.append(entry.index(["r0"]))

    monkeypatch.setattr(compaction, "_write", written)
    assert compact(entry).in_use == 1
    assert np.array_equal(held[0]["r0"].part.array()[0], value("r0"))
    right(entry, [f"r{at}" for at in range(PARTS * EACH)])
    held.clear()
    monkeypatch.undo()
    assert compact(entry).parts_after == 1


def test_large_parts_stay(entry, monkeypatch):
    from harness.store import compaction

    monkeypatch.setattr(compaction, "LARGE", 100)
    compact(entry)
    sizes = [Part.read(manifest).manifest.nbytes for manifest in entry.manifests()]
    assert max(sizes) <= 100 and len(sizes) == 10
    right(entry, [f"r{at}" for at in range(PARTS * EACH)])


def test_what_is_renewed_counts_and_replaces(entry):
    import time

    right(entry, ["r0"])
    with renewing({"harness.engine": time.time()}):
        assert entry.index(["r0", "r4"]) == {}
        add(entry, ["r4"], by=0.5)
        right(entry, ["r4"], by=0.5)
    for _ in range(2):
        right(entry, ["r4"], by=0.5)
        right(entry, ["r5"])
    compact(entry)
    assert len(entry.manifests()) == 1
    right(entry, ["r4"], by=0.5)
    right(entry, ["r5"])
