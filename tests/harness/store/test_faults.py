"""What goes wrong while a store is written or read: kills, damage, full disks, company. Run as a user would, in processes."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from harness import Recording, StimulusSet
from harness.errors import StoreError
from harness.store import Checked, Store
from harness.store.parts import remove_orphans

SCRIPT = """
import os, signal, sys, time
import numpy as np, torch
from torch import nn
import harness.engine.writer, harness.store.parts
from harness import FrameModel, Preprocessing, Recording, StimulusSet, extract

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.pool = nn.AdaptiveAvgPool2d(1)
    def forward(self, x):
        return self.pool(self.conv(x))

torch.set_num_threads(1)
torch.manual_seed(0)
model = FrameModel("net", Net(), preprocessing=Preprocessing(16), layers=["conv", "pool"], layouts={"pool": "CHW"})
images = np.random.default_rng(0).integers(0, 256, (60, 16, 16, 3), dtype=np.uint8)
stimuli = StimulusSet.from_images("noise", list(images), 100.0)
harness.engine.writer.PART_BYTES = 12 * 8 * 256 * 4

def run(batch_size=4, callbacks=()):
    responses = extract(model, stimuli, Recording(), batch_size=batch_size, callbacks=callbacks, device="cpu")
    print(responses.provenance["hits"], responses.provenance["rows"])
    np.savez(sys.argv[1], **{layer: responses[layer].array() for layer in responses})
"""

KILL_BETWEEN = """
def kill(progress):
    if progress.rows_done >= 40:
        os.kill(os.getpid(), signal.SIGKILL)
run(callbacks=[kill])
"""

KILL_WITHIN_A_WRITE = """
inner = harness.store.parts.PartWriter.append
def half(self, rows, values):
    if len(self) >= 8 and len(list(self._folder.glob("*.json"))) >= 3:
        self._file.write(values.tobytes()[: values.nbytes // 2])
        self._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    inner(self, rows, values)
harness.store.parts.PartWriter.append = half
run()
"""

KILL_BEFORE_THE_MANIFEST = """
inner = harness.store.parts.write_text
def kill(path, text):
    if len(list(path.parent.glob("*.json"))) >= 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return inner(path, text)
harness.store.parts.write_text = kill
run()
"""

SMALL_DISK = """
import resource
def fill(progress):
    if progress.rows_done >= 30:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, resource.RLIM_INFINITY))
run(callbacks=[fill])
"""


def start(home: Path, code: str, result: Path) -> subprocess.Popen:
    environment = os.environ | {"HARNESS_HOME": str(home)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", SCRIPT + code, str(result)], env=environment, **pipes)


def finish(process: subprocess.Popen) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def assert_same(result: Path, reference: Path) -> None:
    a, b = np.load(result), np.load(reference)
    for layer in ("conv", "pool"):
        assert np.abs(a[layer] - b[layer]).max() <= 1e-5 * np.abs(b[layer]).max()


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    finish(start(folder, "run(batch_size=64)", folder / "reference.npz"))
    return folder / "reference.npz"


@pytest.mark.parametrize("code", [KILL_BETWEEN, KILL_WITHIN_A_WRITE, KILL_BEFORE_THE_MANIFEST])
def test_a_killed_run_resumes_at_the_last_finished_part(home, tmp_path, reference, code):
    killed = start(home, code, tmp_path / "x.npz")
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert list(home.rglob("*.tmp")) or code != KILL_WITHIN_A_WRITE
    hits, rows = finish(start(home, "run(batch_size=7)", tmp_path / "again.npz")).split()
    assert 12 <= int(hits) < int(rows) == 60
    assert_same(tmp_path / "again.npz", reference)


def test_what_a_kill_left_behind_is_removed_once_no_writer_holds_it(home, tmp_path):
    start(home, KILL_WITHIN_A_WRITE, tmp_path / "x.npz").communicate(timeout=120)
    left = list(home.rglob("*.tmp"))
    assert left
    assert not any(remove_orphans(path.parent) for path in left), "it may belong to a run that has just begun"
    for path in left:
        os.utime(path, (time.time() - 3600,) * 2)
    assert sum(remove_orphans(folder) for folder in {path.parent for path in left}) == len(left)


def test_two_processes_fill_one_store(home, tmp_path, reference):
    both = [start(home, f"run(batch_size={size})", tmp_path / f"{size}.npz") for size in (4, 11)]
    for process in both:
        finish(process)
    assert not list(home.rglob("*.tmp"))
    assert Store(home / "cache" / "activations").verify().damaged == 0
    for size in (4, 11):
        assert_same(tmp_path / f"{size}.npz", reference)
    assert finish(start(home, "run()", tmp_path / "third.npz")).split() == ["60", "60"]
    assert_same(tmp_path / "third.npz", reference)


def test_a_full_disk_is_said_and_loses_nothing(home, tmp_path, reference):
    full = start(home, SMALL_DISK, tmp_path / "x.npz")
    err = full.communicate(timeout=120)[1]
    assert full.returncode == 1
    assert "has no space left; free some, or prune with `harness cache prune`" in err.splitlines()[-1]
    assert not list(home.rglob("*.tmp"))
    hits, _ = finish(start(home, "run()", tmp_path / "again.npz")).split()
    assert int(hits) >= 12
    assert_same(tmp_path / "again.npz", reference)


@pytest.fixture
def small():
    import torch

    from harness import FrameModel, Preprocessing, extract

    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3))
    model = FrameModel("small", network, preprocessing=Preprocessing(8), layers=["0"])
    images = list(np.random.default_rng(0).integers(0, 256, (6, 8, 8, 3), dtype=np.uint8))
    return lambda number=6: extract(model, StimulusSet.from_images("x", images[:number], 10.0), Recording())


def parts(home):
    return sorted(path for path in home.rglob("*.npy"))


@pytest.mark.parametrize("where", [-1, 200, "manifest", "short", "gone"])
def test_damage_is_found_reported_and_recomputed(small, home, caplog, where):
    before = np.array(small().array())
    (part,) = parts(home)
    if where == "manifest":
        part.with_suffix(".json").write_text("{")
    elif where == "gone":
        part.unlink()
    elif where == "short":
        part.write_bytes(part.read_bytes()[:-8])
    else:
        content = bytearray(part.read_bytes())
        content[where] ^= 1
        part.write_bytes(content)
        os.utime(part, ns=(1, 1))
    after = small()
    assert after.provenance["hits"] == 0
    assert np.array_equal(after.array(), before)
    assert "it is removed and its responses are computed again" in caplog.text
    assert parts(home) != [part]


def test_verify_counts_sound_and_damaged_parts(small, home):
    small(3)
    small(6)
    content = bytearray(parts(home)[0].read_bytes())
    content[-1] ^= 1
    parts(home)[0].write_bytes(content)
    assert Store().verify() == Checked(sound=1, damaged=1, removed=1)
    assert Store().verify() == Checked(sound=1)


def test_what_cannot_be_removed_is_not_said_to_be(small, home, monkeypatch, caplog):
    small(3)
    content = bytearray(parts(home)[0].read_bytes())
    content[-1] ^= 1
    parts(home)[0].write_bytes(content)

    def unlink(self, missing_ok=False):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        assert Store().verify() == Checked(damaged=1, removed=0)
    assert "it cannot be removed (Read-only file system)" in caplog.text and "is removed" not in caplog.text
    assert len(parts(home)) == 1


def test_a_store_that_cannot_be_written_is_said_and_still_read(small, home, monkeypatch):
    small(3)
    inner = Path.open

    def read_only(self, mode="r", *args, **kwargs):
        if "w" in mode or "x" in mode:
            raise OSError(errno.EROFS, "Read-only file system")
        return inner(self, mode, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", read_only)
        assert small(3).provenance["hits"] == 3
        with pytest.raises(StoreError, match="cannot be written; make it writable, or set RESULTCACHING_HOME"):
            small(6)
    assert small(6).provenance["hits"] == 3


def test_a_store_in_an_impossible_place_is_said(small, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("RESULTCACHING_HOME", str(tmp_path / "file"))
    with pytest.raises(StoreError, match="set RESULTCACHING_HOME to another folder"):
        small()


def test_pruning_by_age_and_size(small, home):
    small()
    (entry,) = Store().entries()
    assert entry.description["model"] == "small" and entry.description["layer"] == "0"
    assert Store().nbytes == entry.nbytes > 0
    assert Store().prune(older_than=3600) == (0, 0)
    assert Store().prune(larger_than=10**9) == (0, 0)
    os.utime(entry.folder, (time.time() - 7200,) * 2)
    size = entry.nbytes
    assert Store().prune(older_than=3600) == (1, size)
    small()
    assert Store().prune(larger_than=0)[0] == 1
    assert Store().entries() == []


def test_no_pickle_is_read(small, home):
    small()
    (part,) = parts(home)
    manifest = json.loads(part.with_suffix(".json").read_text())
    with part.open("wb") as file:
        np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    manifest.update(shape=[1], dtype="|O", rows=manifest["rows"][:1])
    part.with_suffix(".json").write_text(json.dumps(manifest))
    assert small().provenance["hits"] == 0
