"""Finding recorded data, and what is said when they are not there."""

import os
from pathlib import Path

import pytest

from harness.data import is_available, locate
from harness.errors import MissingData, UnknownIdentifier
from harness.host.plugin_host import host
from harness.host.registry import Plugin
from harness.host.specs import DatasetSpec

SPEC = DatasetSpec(
    "some_recording",
    summary="spikes",
    files={"deep/first.npy": "0" * 64, "second.npy": "1" * 64},
    source="doi:10.1000/xyz, version 2",
    licence="CC BY 4.0",
    instructions="Download the archive and unpack it.",
)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    host.cache_clear()
    host().datasets.add(SPEC, Plugin("lab", "some-lab", "1", "lab"))
    yield
    host.cache_clear()


def put(root: Path, *files: str) -> Path:
    for file in files:
        path = root / "some_recording" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return root


def test_the_first_complete_folder_of_several_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = [
        put(tmp_path / "a", "second.npy"),
        put(tmp_path / "b", "deep/first.npy"),
        put(tmp_path / "c", "deep/first.npy"),
    ]
    monkeypatch.setenv("HARNESS_DATA", os.pathsep.join(map(str, roots)))
    assert is_available("some_recording")
    assert locate("some_recording") == tmp_path / "b" / "some_recording"


def test_missing_data_say_where_to_get_them() -> None:
    assert not is_available("some_recording")
    with pytest.raises(MissingData) as caught:
        locate("some_recording")
    for part in ("some_recording", "HARNESS_DATA is not set", SPEC.source, SPEC.licence, "Download the archive"):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("files", "reason"), [((), "has no folder 'some_recording'"), (("second.npy",), "lacks 'deep/first.npy'")]
)
def test_the_reason_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...], reason: str
) -> None:
    monkeypatch.setenv("HARNESS_DATA", str(put(tmp_path, *files)))
    with pytest.raises(MissingData, match=reason):
        locate("some_recording")


def test_an_unregistered_data_set_is_unknown() -> None:
    with pytest.raises(UnknownIdentifier, match="unknown data set 'some_recordin'; did you mean some_recording"):
        locate("some_recordin")
