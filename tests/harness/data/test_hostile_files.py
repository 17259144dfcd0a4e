"""Files that would be waited for, lead elsewhere or never end, and text of rare kinds: read, or one sentence."""

import io
import os
import wave
from pathlib import Path

import numpy as np
import pytest

from harness.data import timeline
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


def test_a_sound_is_no_movie(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="PyAV is in the extra video")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0" * 4000)
    (tmp_path / "a.mp4").write_bytes(content.getvalue())
    with pytest.raises(StimulusError, match="has no images in it"):
        timeline(tmp_path / "a.mp4")
