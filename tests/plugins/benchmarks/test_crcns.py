"""Loaders of CRCNS data sets, each on a small copy of the layout in which it is published."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from harness.data import load
from harness.errors import DataError, MissingData
from harness_plugins.benchmarks.crcns_mt2.recording import cells


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    return tmp_path


def cell(items: list) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def electrodes(*times: list[float]) -> np.ndarray:
    return cell([cell([np.array(spikes, dtype=float)]) for spikes in times])


def condition(symbols: list[str], values: list[int], *repeats: np.ndarray) -> dict:
    data = [{"data": repeat} for repeat in repeats]
    return {"symbols": cell(symbols), "values": np.array(values), "noRepeats": len(data), "repeat": cell(data)}


@pytest.fixture
def pvc1(root: Path) -> Path:
    folder = root / "crcns_pvc1"
    (folder / "neurodata" / "ac1").mkdir(parents=True)
    results = [
        condition(["movie_id", "segment_id"], [0, 3], electrodes([0.001, 0.019, 0.02], [29.99]), electrodes([], [0.5])),
        condition(["movie_id", "segment_id"], [1, 0], electrodes([10.0], [])),
        condition(["orientation", "phase"], [90, 0], electrodes([1.0], [1.0])),
    ]
    savemat(
        folder / "neurodata" / "ac1" / "ac1_u004_000.mat",
        {"pepANA": {"listOfResults": cell(results), "elec_list": np.array([7, 12])}},
    )
    only = condition(["movie_id", "segment_id"], [0, 3], electrodes([0.1]))
    savemat(
        folder / "neurodata" / "ac1" / "ac1_u005_001.mat",
        {"pepANA": {"listOfResults": cell([only]), "elec_list": np.array([7])}},
    )
    for name in ("movie000_003", "movie001_000"):
        (folder / "movie_frames" / f"{name}.images").mkdir(parents=True)
        for i in range(3):
            Image.fromarray(np.full((4, 6, 3), 80 * i, np.uint8)).save(
                folder / "movie_frames" / f"{name}.images" / f"f{i:04d}.jpeg"
            )
    return folder


def test_pvc1_counts_spikes_and_finds_its_frames(pvc1: Path):
    data = load("crcns_pvc1")
    one = data.subjects[0]
    assert one.subject == "ac1" and one.neuroids["neuroid_id"].tolist() == ["ac1.7", "ac1.12"]
    assert one.presentations["stimulus_id"].tolist() == ["movie000_003", "movie000_003", "movie001_000", "movie000_003"]
    assert one.presentations["repetition"].tolist() == [0, 1, 0, 2]
    assert one.responses.shape == (4, 2, 1500) and data.time_bins[1] == (20, 40)
    assert one.responses[0, 0, :2].tolist() == [2, 1] and one.responses[0, 1, 1499] == 1 and one.responses[1].sum() == 1
    assert one.responses[3, 0, 5] == 1 and np.isnan(one.responses[3, 1]).all()
    assert data.stimuli.timeline("movie001_000").duration == pytest.approx(100)
    assert data.stimuli.table["group"].tolist() == ["movie000", "movie001"]
    assert load("crcns_pvc1", bin=200.0).subjects[0].responses.shape == (4, 2, 150)


def test_pvc1_says_what_is_wrong(pvc1: Path):
    with pytest.raises(MissingData, match=r"ac9' has no .mat files; there are ac1"):
        load("crcns_pvc1", array="ac9")
    (pvc1 / "neurodata" / "ac1" / "ac1_u006_000.mat").write_bytes(b"half")
    with pytest.raises(DataError, match=r"cannot be read as a session of pvc-1"):
        load("crcns_pvc1")


def test_pvc1_without_frames_has_no_stimuli(pvc1: Path):
    for path in (pvc1 / "movie_frames" / "movie001_000.images").iterdir():
        path.unlink()
    assert load("crcns_pvc1").stimuli is None


@pytest.fixture
def mt2(root: Path) -> Path:
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    (root / "crcns_mt2" / "cells").mkdir(parents=True)
    path = root / "crcns_mt2" / "cells" / "m0021a_movies.mat"
    with h5py.File(path, "w") as file:
        file["rawStims"] = np.arange(10)[:, None, None] * 20 + np.arange(3)[None, :, None] * np.ones((1, 1, 2))
        file["psths"] = np.array([[0, 1, 2, -1, np.nan, 3, 1, 0, 0, 5.0]])
        file["ranges/crange"] = np.array([[1.0], [6.0]])
        file["ranges/vrange"] = np.arange(7.0, 11.0)[:, None]
        file["cellid"] = np.frombuffer(b"m0021a", dtype=np.uint8)
    return path


def test_mt2_keeps_the_validation_movie_apart(mt2: Path):
    assert cells() == ["m0021a"]
    data = load("crcns_mt2", cell="m0021a")
    np.testing.assert_array_equal(
        data.subjects[0].responses[:, 0], [[0, 1, 2, np.nan, np.nan, 3], [1, 0, 0, 5, np.nan, np.nan]]
    )
    assert data.stimulus_ids == ("estimation", "validation") and data.stimuli.table["split"].tolist() == [
        "train",
        "test",
    ]
    movie = data.stimuli.timeline("validation")
    assert movie.duration == pytest.approx(4000 / 72) and movie.at(0).shape == (2, 3, 3)
    assert movie.at(0)[0, :, 0].tolist() == [120, 121, 122]
    assert data.time_bins[1] == pytest.approx((1000 / 72, 2000 / 72), abs=1e-5)


def test_mt2_says_what_is_wrong(mt2: Path, root: Path):
    import h5py

    with pytest.raises(DataError, match="no neuron 'other'; there are m0021a"):
        load("crcns_mt2", cell="other")
    with h5py.File(mt2, "a") as file:
        file["ranges/vrange"][...] = np.arange(8.0, 12.0)[:, None]
    with pytest.raises(DataError, match=r"validation of .* goes from frame 8 to 11 of 10"):
        load("crcns_mt2")
    mt2.write_bytes(b"half")
    with pytest.raises(DataError, match="cannot be read as a neuron of mt-2"):
        load("crcns_mt2")
