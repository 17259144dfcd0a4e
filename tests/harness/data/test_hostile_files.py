"""Files that would be waited for, lead elsewhere or never end, and text of rare kinds: read, or one sentence."""

import io
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from harness.data import read_yaml, timeline
from harness.data.formats import read_arrays, read_table
from harness.errors import DataError, MissingData, StimulusError, StoreError
from harness.store import file_digest, folder_digest


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.npy", "a.npz", "a.mat", "a.h5", "a.nc", "a.zarr"])
def test_a_pipe_is_not_waited_for(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(MissingData, match="there is no file"):
        (read_table if name.endswith("sv") else read_arrays)(tmp_path / name)
    with pytest.raises(StoreError, match="neither"):
        file_digest(tmp_path / name)
    folder_digest(tmp_path)


def test_arrays_of_a_kind_that_is_not_read_are_refused_with_what_to_do(tmp_path: Path) -> None:
    for suffix, what in ((".pkl", "could run code"), (".sav", "SPSS"), (".odd", "save it as one of .npy")):
        path = tmp_path / f"a{suffix}"
        path.write_text("a")
        with pytest.raises(DataError, match=what):
            read_arrays(path)


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n".encode("utf-32"),
        b"\x00\x00\xfe\xff" + "a,b\n1,2\n".encode("utf-32-be"),
        b"sep=;\r\na;b\r\n1;2\r\n",
        b'"sep=,"\na,b\n1,2\n',
        "\ufeffsep=\t\na\tb\n1\t2\n".encode(),
    ],
)
def test_text_of_rare_kinds_is_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert read_table(tmp_path / "a.csv").to_dict("list") == {"a": [1], "b": [2]}


def test_links_within_hdf5_lead_nowhere_else(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.arange(3)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["own"] = np.ones((2, 2))
        file["elsewhere"] = h5py.ExternalLink("other.h5", "/secret")
        file["nowhere"] = h5py.SoftLink("/not/there")
        first, second = file.create_group("first"), file.create_group("second")
        first["up"], first["second"], second["first"] = file["/"], second, first
        second["values"] = np.zeros(3)
    found = read_arrays(tmp_path / "a.h5")
    assert {"own", "second/values", "first/second/values"} == set(found.arrays)
    assert "another file" in found.unread["elsewhere"] and "nothing" in found.unread["nowhere"]
    assert "lies in" in found.unread["first/up"] and "lies in" in found.unread["second/first/second"]


def test_numbers_that_hdf5_takes_from_other_files_are_not_read(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    (tmp_path / "secret").write_bytes(b"A" * 80)
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.arange(10.0)
    layout = h5py.VirtualLayout((10,), "f8")
    layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "secret", (10,))
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["own"] = np.ones(10)
        file.create_dataset("raw", (10,), dtype="f8", external=[(str(tmp_path / "secret"), 0, 80)])
        file.create_virtual_dataset("virtual", layout)
        file["turning"] = h5py.SoftLink("/turning")
    found = read_arrays(tmp_path / "a.h5")
    assert set(found.arrays) == {"own"}
    assert "another file" in found.unread["raw"] and "another file" in found.unread["virtual"]
    assert "nothing" in found.unread["turning"]


def test_a_chunk_that_is_a_link_out_of_its_array_is_not_read(tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr", reason="zarr is in the extra data")
    array = zarr.create_array(str(tmp_path / "a.zarr"), shape=(4,), chunks=(2,), dtype="f8")
    array[:] = 1.0
    assert read_arrays(tmp_path / "a.zarr").arrays["a"].tolist() == [1.0] * 4
    chunk = tmp_path / "a.zarr" / "c" / "1"
    (tmp_path / "secret").write_bytes(chunk.read_bytes())
    chunk.unlink()
    chunk.symlink_to(tmp_path / "secret")
    with pytest.raises(DataError, match=r"is a link that leads out of 'a.zarr'; put the file itself there"):
        read_arrays(tmp_path / "a.zarr")


@pytest.mark.parametrize("content", ["a,b,a\n1,2,3\n", "a; a\n1;2\n", 'a\t"a "\n1\t2\n', "\n\na,a\n1,2\n"])
def test_a_column_that_is_there_twice_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(DataError, match="has the column 'a' twice; leave one of them"):
        read_table(tmp_path / "a.csv")


def test_a_column_that_is_in_a_workbook_twice_is_refused(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the extra files")
    book = openpyxl.Workbook()
    for row in (["a", 1, "b", "a "], [1, 2, 3, 4]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match="has the column 'a' twice; leave one of them"):
        read_table(tmp_path / "a.xlsx")
    book.active["D1"] = "c"
    book.save(tmp_path / "a.xlsx")
    assert list(read_table(tmp_path / "a.xlsx")) == ["a", "1", "b", "c"]


def test_separators_at_the_ends_of_lines_are_no_column_that_is_there_twice(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b,,\n1,2,,\n")
    assert read_table(tmp_path / "a.csv")[["a", "b"]].to_numpy().tolist() == [[1, 2]]


@pytest.mark.parametrize("content", ["yes: 1\ntrue: 2\n", "1: a\n0x1: b\n", "a:\n  b: 1\n  'b': 2\n"])
def test_two_spellings_of_an_entry_are_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.yaml").write_text(content)
    with pytest.raises(DataError, match="twice, the second time in line"):
        read_yaml(tmp_path / "a.yaml")


@pytest.mark.parametrize("path", ["pipe", "/dev/zero", "."])
def test_yaml_is_read_from_files_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with pytest.raises(DataError, match="is a folder or device, and no file of YAML; check the path"):
        read_yaml(Path(path))


def test_a_sound_is_no_movie(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="PyAV is in the extra video")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0" * 4000)
    (tmp_path / "a.mp4").write_bytes(content.getvalue())
    with pytest.raises(StimulusError, match="has no images in it"):
        timeline(tmp_path / "a.mp4")
