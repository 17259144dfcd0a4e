"""Files as labs have them: each kind gives the same recording, and what cannot be meant is said in a sentence."""

import errno
import os
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from harness.data import hdf5_file, timeline, video
from harness.data.folder import read_folder
from harness.errors import DataError, HarnessError, MissingData, StimulusError, StoreError

EXAMPLE = Path(__file__).parents[3] / "examples" / "own_recording"
SHOWN, UNITS = 240, 12


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "my_recording"
    runpy.run_path(str(EXAMPLE / "make_recording.py"))["main"](folder)
    return folder


@pytest.fixture
def recording(example: Path, tmp_path: Path) -> Path:
    import shutil

    return Path(shutil.copytree(example, tmp_path / "my_recording"))


@pytest.fixture
def values(recording: Path) -> np.ndarray:
    values = np.load(recording / "responses.npy")
    (recording / "responses.npy").unlink()
    return values


def change(folder: Path, **facts) -> None:
    path = folder / "recording.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | facts))


def read(folder: Path) -> np.ndarray:
    """(presentations, neuroids) as the folder is read."""
    return np.asarray(read_folder(folder, region="V4").subjects[0].responses[..., 0])


def names(folder: Path) -> tuple[list[str], list[str]]:
    shown, units = pd.read_csv(folder / "presentations.csv"), pd.read_csv(folder / "neuroids.csv")
    return shown["stimulus_id"].tolist(), units["neuroid_id"].tolist()


# arrays


def _npz(folder, values):
    np.savez(folder / "responses.npz", rates=values, seed=3)


def _mat5(folder, values):
    from scipy.io import savemat

    savemat(folder / "responses.mat", {"data": {"rates": values, "monkey": "M1", "fs": 30000.0}, "n": len(values)})


def _mat5_cells(folder, values):
    from scipy.io import savemat

    cells = np.empty((1, UNITS), dtype=object)
    cells[0] = [column[:, None] for column in values.T]
    savemat(folder / "responses.mat", {"rates": cells})


def _mat5_structures(folder, values):
    from scipy.io import savemat

    units = np.empty(UNITS, dtype=[("rate", object), ("area", object)])
    units["rate"], units["area"] = list(values.T), "V4"
    savemat(folder / "responses.mat", {"units": units})


def _hdf5(folder, values):
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    with h5py.File(folder / "responses.h5", "w") as file:
        file["session/rates"] = values.T
        file["session/description"] = "a day"


def _mat73(folder, values):
    """As MATLAB writes them: axes reversed, a structure, text as numbers, cells as references."""
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    with h5py.File(folder / "responses.mat", "w", userblock_size=512) as file:
        group = file.create_group("data")
        group.attrs["MATLAB_class"] = np.bytes_("struct")
        _matlab(group, "rates", values)
        _matlab(group, "stimulus_id", names(folder)[0])
    content = bytearray((folder / "responses.mat").read_bytes())
    content[:128] = b"MATLAB 7.3 MAT-file, Platform: GLNXA64".ljust(124) + b"\0\2IM"
    (folder / "responses.mat").write_bytes(content)


def _matlab(group, name, value) -> None:
    import h5py

    if isinstance(value, list):
        cells = group.file.require_group("#refs#")
        references = []
        for item in value:
            text = cells.create_dataset(f"{len(cells)}", data=np.frombuffer(item.encode("utf-16-le"), "<u2")[:, None])
            text.attrs["MATLAB_class"] = np.bytes_("char")
            references.append(text.ref)
        item = group.create_dataset(name, data=np.array(references, dtype=h5py.ref_dtype)[None])
        item.attrs["MATLAB_class"] = np.bytes_("cell")
    else:
        item = group.create_dataset(name, data=np.asarray(value).T)
        item.attrs["MATLAB_class"] = np.bytes_("double")


def _zarr_group(folder, values):
    import zarr

    group = zarr.open_group(str(folder / "responses.zarr"), mode="w")
    group.create_array("rates", shape=values.shape, dtype=values.dtype)[...] = values
    group.create_array("seed", shape=(1,), dtype="int64")[...] = 1


def _netcdf_other_names(folder, values):
    import xarray as xr

    ids, units = names(folder)
    coords = {"stimulus_id": ("trial", ids), "cell": units}
    xr.Dataset({"rates": (("cell", "trial"), values.T)}, coords=coords).to_netcdf(folder / "responses.nc")


def _tsv(folder, values):
    pd.DataFrame(values, columns=names(folder)[1]).to_csv(folder / "responses.tsv", sep="\t", index=False)


def _parquet(folder, values):
    pytest.importorskip("pyarrow", reason="pyarrow is in the extra files")
    pd.DataFrame(values, columns=names(folder)[1]).to_parquet(folder / "responses.parquet")


def _excel(folder, values):
    pytest.importorskip("openpyxl", reason="openpyxl is in the extra files")
    pd.DataFrame(values, columns=names(folder)[1]).to_excel(folder / "responses.xlsx", index=False)


def _transposed(folder, values):
    np.save(folder / "responses.npy", values.T)


KINDS = [
    *(_npz, _mat5, _mat5_cells, _mat5_structures, _hdf5, _mat73, _zarr_group, _netcdf_other_names, _tsv, _parquet),
    *(_excel, _transposed),
]


@pytest.mark.parametrize("write", KINDS)
def test_every_kind_of_responses_gives_the_same(recording, values, write):
    write(recording, values)
    np.testing.assert_allclose(read(recording), values, rtol=1e-5)


@pytest.mark.parametrize("write", [_mat5, _hdf5, _zarr_group, _netcdf_other_names, _excel, _parquet])
def test_what_is_cut_short_is_named(recording, values, write):
    write(recording, values)
    (path,) = recording.glob("responses.*")
    if path.is_dir():
        path = max((p for p in path.rglob("*") if p.is_file()), key=lambda p: p.stat().st_size)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match=r"responses\.\w+' cannot be read as"):
        read(recording)


@pytest.mark.parametrize("version", ["5", "7.3"])
def test_a_matlab_file_may_bring_its_tables(recording, values, version):
    ids, units = names(recording)
    (recording / "presentations.csv").unlink()
    (recording / "neuroids.csv").unlink()
    if version == "5":
        from scipy.io import savemat

        cells = [np.array(column, dtype=object).reshape(-1, 1) for column in (ids, units)]
        shown = {"stimulus_id": cells[0], "repetition": np.repeat(np.arange(6.0), 40)[:, None]}
        savemat(
            recording / "responses.mat",
            {"rates": values, "presentations": shown, "neuroids": {"neuroid_id": cells[1], "depth": np.arange(12.0)}},
        )
    else:
        h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
        with h5py.File(recording / "responses.mat", "w") as file:
            _matlab(file, "rates", values)
            _matlab(file, "stimulus_id", ids)
            _matlab(file, "neuroid_id", units)
    one = read_folder(recording, region="V4").subjects[0]
    assert one.presentations["stimulus_id"].tolist() == ids and one.neuroids["neuroid_id"].tolist() == units
    assert one.presentations["repetition"].dtype.kind == "i"
    np.testing.assert_allclose(one.responses[..., 0], values, rtol=1e-5)


def test_time_lies_on_any_axis_that_can_be_told(recording, values):
    change(recording, time_bins=[[0, 50], [50, 100], [100, 150]])
    cube = np.stack([values, values + 1, values + 2], 2)
    np.save(recording / "responses.npy", cube.transpose(1, 2, 0))
    np.testing.assert_array_equal(read_folder(recording, region="V4").subjects[0].responses, cube)
    np.save(recording / "responses.npy", np.zeros((3, 240, 11)))
    with pytest.raises(DataError, match="is 3 x 240 x 11, and the tables have 240 presentations and 12 neuroids"):
        read(recording)


def test_axes_that_cannot_be_told_are_asked_for(recording, values):
    change(recording, time={"start_ms": 0, "step_ms": 10})
    path = recording / "recording.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in yaml.safe_load(path.read_text()).items() if k != "time_bins"}))
    cube = np.random.default_rng(0).random((UNITS, SHOWN, UNITS))
    np.save(recording / "responses.npy", cube)
    with pytest.raises(DataError, match=r"can be told in 2 ways; say what they are in recording.yaml, as in axes"):
        read(recording)
    change(recording, axes=["time_bin", "presentation", "neuroid"])
    np.testing.assert_allclose(read_folder(recording, region="V4").subjects[0].responses, cube.transpose(1, 2, 0))
    change(recording, axes=["time_bin", "presentation", "unit"])
    with pytest.raises(DataError, match="name each axis once, as one of presentation, neuroid, time_bin"):
        read(recording)


@pytest.mark.parametrize("suffix", ["npz", "mat", "nc", "zarr"])
def test_of_two_arrays_one_is_to_be_chosen(recording, values, suffix):
    path = recording / f"responses.{suffix}"
    if suffix == "npz":
        np.savez(path, rates=values, raw=-values)
    elif suffix == "mat":
        from scipy.io import savemat

        savemat(path, {"rates": values, "raw": -values})
    elif suffix == "nc":
        import xarray as xr

        xr.Dataset({n: (("trial", "unit"), v) for n, v in (("rates", values), ("raw", -values))}).to_netcdf(path)
    else:
        import zarr

        group = zarr.open_group(str(path), mode="w")
        for name, array in (("rates", values), ("raw", -values)):
            group.create_array(name, shape=values.shape, dtype=values.dtype)[...] = array
    with pytest.raises(
        DataError, match=r"holds (rates and raw|raw and rates), which may all be the responses; choose one"
    ):
        read(recording)
    change(recording, variable="raw")
    np.testing.assert_allclose(read(recording), -values, rtol=1e-5)
    change(recording, variable="spikes")
    with pytest.raises(DataError, match=r"has no variable 'spikes'; it holds .*rates \(240 x 12\)"):
        read(recording)


def test_a_hole_in_an_array_of_a_zarr_group_is_named(recording, values):
    import zarr

    group = zarr.open_group(str(recording / "responses.zarr"), mode="w")
    group.create_array("rates", shape=values.shape, chunks=(100, 12), dtype=values.dtype)[...] = values
    (recording / "responses.zarr" / "rates" / "c" / "1" / "0").unlink()
    with pytest.raises(DataError, match="rates, which lacks 1 of its 3 chunks, which would be read as zeros"):
        read(recording)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("responses.pkl", "a pickle, which is not loaded as it could run code; save it as .npz"),
        ("responses.xls", "of Excel's old format; save it as .xlsx"),
        ("responses.rds", "of R; save it with write.csv"),
        ("responses.foo", "of a kind that is not read; save it as one of .npy"),
        ("responses.mat", "cannot be read as a MATLAB file"),
        ("responses.npz", "is damaged or no .npz archive"),
    ],
)
def test_what_is_not_read_is_refused_with_what_to_do(recording, values, name, message):
    (recording / name).write_bytes(b"junk" * 200)
    with pytest.raises(DataError, match=message):
        read(recording)


def test_ragged_cells_are_not_padded(recording, values):
    from scipy.io import savemat

    cells = np.empty(UNITS, dtype=object)
    cells[:] = [np.arange(3.0 + unit) for unit in range(UNITS)]
    savemat(recording / "responses.mat", {"spikes": cells})
    with pytest.raises(DataError, match="spikes, which is cells of different shapes"):
        read(recording)


@pytest.mark.parametrize(("library", "suffix", "extra"), [("h5py", "h5", "data"), ("openpyxl", "xlsx", "files")])
def test_a_library_that_is_missing_is_named(recording, values, monkeypatch, library, suffix, extra):
    monkeypatch.setitem(__import__("sys").modules, library, None)
    (recording / f"responses.{suffix}").write_bytes(b"x")
    with pytest.raises(
        MissingData, match=rf"by the package {library}, which is not installed; pip install .*\[{extra}\]"
    ):
        read(recording)


def test_a_file_of_known_content_says_what_is_wrong_with_it(tmp_path, monkeypatch):
    path = tmp_path / "trials.mat"
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    with pytest.raises(MissingData, match=r"there is no .*download it"), hdf5_file(path):
        pass
    with h5py.File(path, "w") as file:
        file["counts"] = np.arange(3)
    with hdf5_file(path) as file:
        assert np.asarray(file["counts"]).tolist() == [0, 1, 2]
    with (
        pytest.raises(DataError, match=r"cannot be read as a neuron .*download it again"),
        hdf5_file(path, "a neuron") as file,
    ):
        file["rates"]
    with pytest.raises(MissingData, match="no image"), hdf5_file(path):
        raise MissingData("no image")
    path.write_bytes(b"half")
    with pytest.raises(DataError, match="cannot be read as published"), hdf5_file(path):
        pass
    monkeypatch.setitem(__import__("sys").modules, "h5py", None)
    with pytest.raises(MissingData, match="by the package h5py"), hdf5_file(path):
        pass


# tables


def _rewritten(folder: Path, stem: str, **how) -> None:
    """A table as CSV of another kind, with another suffix if that is given."""
    table = pd.read_csv(folder / f"{stem}.csv")
    (folder / f"{stem}.csv").unlink()
    suffix, encoding, ends = how.pop("suffix", "csv"), how.pop("encoding", "utf-8"), how.pop("ends", "\n")
    text = table.to_csv(index=False, **how).replace("\n", ends)
    (folder / f"{stem}.{suffix}").write_bytes(text.encode(encoding))


@pytest.mark.parametrize(
    "how",
    [
        {"sep": ";"},
        {"sep": ";", "decimal": ","},
        {"sep": "\t"},
        {"sep": "\t", "suffix": "tsv"},
        {"encoding": "utf-16"},
        {"encoding": "utf-16-le"},
        {"encoding": "utf-8-sig", "ends": "\r\n"},
        {"ends": "\r"},
        {"sep": ";", "encoding": "utf-16", "ends": "\r\n", "decimal": ","},
    ],
)
def test_text_of_every_kind_gives_the_same(recording, how):
    expected = read_folder(recording, region="V4")
    values = pd.DataFrame(np.load(recording / "responses.npy").round(3), columns=names(recording)[1])
    (recording / "responses.npy").unlink()
    values.to_csv(recording / "responses.csv", index=False)
    for stem in ("presentations", "neuroids", "responses"):
        _rewritten(recording, stem, **how)
    found = read_folder(recording, region="V4")
    assert found.subjects[0].presentations["stimulus_id"].equals(expected.subjects[0].presentations["stimulus_id"])
    np.testing.assert_allclose(found.subjects[0].responses, expected.subjects[0].responses, atol=1e-3)


def test_latin_1_is_read(recording, tmp_path):
    (recording / "stimuli" / "blobs00.png").rename(recording / "stimuli" / "blöbs00.png")
    content = (recording / "presentations.csv").read_text().replace("blobs00", "blöbs00")
    (recording / "presentations.csv").write_bytes(content.encode("latin-1"))
    assert "blöbs00" in read_folder(recording, region="V4").stimuli.ids


def test_capitals_blanks_and_repetitions_as_floats_are_read(recording):
    expected = read_folder(recording, region="V4")
    table = pd.read_csv(recording / "presentations.csv").assign(repetition=np.repeat(np.arange(6.0), 40))
    table.rename(columns={"stimulus_id": "Stimulus_ID ", "repetition": " Repetition"}).to_csv(
        recording / "presentations.csv", index=False
    )
    pd.read_csv(recording / "neuroids.csv").rename(columns={"neuroid_id": "Neuroid ID"}).to_csv(
        recording / "neuroids.csv", index=False
    )
    found = read_folder(recording, region="V4")
    np.testing.assert_array_equal(found.repeats(), expected.repeats())
    assert found.subjects[0].presentations["repetition"].dtype.kind == "i"
    table.assign(Stimulus_ID="x").to_csv(recording / "presentations.csv", index=False)
    with pytest.raises(DataError, match="have more than one column 'stimulus_id'"):
        read(recording)


@pytest.mark.parametrize("suffix", ["xlsx", "parquet", "tsv"])
def test_tables_of_other_kinds_are_read(recording, suffix):
    pytest.importorskip(
        {"xlsx": "openpyxl", "parquet": "pyarrow", "tsv": "pandas"}[suffix], reason="in the extra files"
    )
    expected = read_folder(recording, region="V4").repeats()
    for stem in ("presentations", "neuroids"):
        table = pd.read_csv(recording / f"{stem}.csv").assign(session=1)
        (recording / f"{stem}.csv").unlink()
        path = recording / f"{stem}.{suffix}"
        if suffix == "xlsx":
            table.to_excel(path, index=False)
        elif suffix == "parquet":
            table.to_parquet(path)
        else:
            table.to_csv(path, sep="\t", index=False)
    found = read_folder(recording, region="V4")
    np.testing.assert_array_equal(found.repeats(), expected)
    assert set(found.subjects[0].presentations["session"]) == {"1"}


def test_two_tables_of_one_name_are_refused(recording):
    (recording / "presentations.tsv").write_text("stimulus_id\nx\n")
    with pytest.raises(DataError, match=r"has presentations\.csv and presentations\.tsv; leave one of them"):
        read(recording)


def _events(folder: Path, **columns) -> pd.DataFrame:
    table = pd.read_csv(folder / "presentations.csv")
    (folder / "presentations.csv").unlink()
    events = pd.DataFrame({"onset": np.arange(len(table)) * 0.5, "duration": 0.25, "trial_type": table["stimulus_id"]})
    events = events.assign(**columns)
    events.to_csv(folder / "sub-01_task-blobs_events.tsv", sep="\t", index=False, na_rep="n/a")
    return events


def test_bids_events_are_presentations(recording):
    expected = read_folder(recording, region="V4").repeats()
    path = recording / "recording.yaml"
    facts = {k: v for k, v in yaml.safe_load(path.read_text()).items() if k != "stimulus_duration_ms"}
    path.write_text(yaml.safe_dump(facts))
    _events(recording, response_time=[np.nan, 0.5] * 120)
    found = read_folder(recording, region="V4")
    np.testing.assert_array_equal(found.repeats(), expected)
    shown = found.subjects[0].presentations
    assert shown["onset_ms"][3] == 1500 and found.stimuli.duration == 250
    assert np.isnan(shown["response_time"][0]), "n/a is missing"


def test_bids_events_name_the_file_that_was_shown(recording):
    expected = read_folder(recording, region="V4").repeats()
    ids = pd.read_csv(recording / "presentations.csv")["stimulus_id"]
    _events(recording, trial_type="picture", stim_file=[f"images/{name}.png" for name in ids])
    np.testing.assert_array_equal(read_folder(recording, region="V4").repeats(), expected)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"duration": -1}, "the column 'duration' of .* holds '-1'; it is in seconds"),
        ({"onset": "early"}, "the column 'onset' of .* holds 'early'"),
    ],
)
def test_bids_events_that_cannot_be_meant(recording, columns, message):
    _events(recording, **columns)
    with pytest.raises(DataError, match=message):
        read(recording)


# stimuli


def _image(recording: Path, suffix: str, write) -> Path:
    (recording / "stimuli" / "blobs03.png").unlink()
    path = recording / "stimuli" / f"blobs03.{suffix}"
    write(path)
    return path


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_an_animated_image_is_a_movie_with_its_own_durations(recording, suffix):
    from PIL import Image

    frames = [Image.fromarray(np.full((32, 32, 3), level, np.uint8)) for level in (0, 120, 240)]
    options = {"save_all": True, "append_images": frames[1:], "duration": [100, 50, 200], "lossless": True}
    _image(recording, suffix, lambda path: frames[0].save(path, **options))
    movie = read_folder(recording, region="V4").stimuli.timeline("blobs03")
    assert [length for _, length in movie.runs] == [100, 50, 200]
    assert [int(movie.at(time).mean()) for time in (50, 120, 200)] == [0, 120, 240]


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tif"])
def test_an_animated_image_that_is_cut_short_is_refused(tmp_path, suffix):
    from PIL import Image

    noise = np.random.default_rng(0).integers(0, 256, (4, 24, 32, 3), dtype=np.uint8)
    frames, path = [Image.fromarray(one) for one in noise], tmp_path / f"movie.{suffix}"
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=40, lossless=True)
    content = path.read_bytes()
    assert len(timeline(path, 25.0).frames) == 4
    for end in np.linspace(1, len(content) - 8, 25).astype(int):
        path.write_bytes(content[:end])
        with pytest.raises(StimulusError, match=f"movie.{suffix}' (is damaged|cannot be read)"):
            timeline(path, 25.0)


def test_a_full_disk_is_no_damage_of_a_movie(tmp_path, monkeypatch):
    from PIL import Image

    frames = [Image.fromarray(np.full((8, 8, 3), level, np.uint8)) for level in (0, 120)]
    frames[0].save(tmp_path / "movie.gif", save_all=True, append_images=frames[1:], duration=40)

    def full(image, path, **_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(StoreError, match="cannot be written"):
        timeline(tmp_path / "movie.gif")


def test_pages_of_a_tiff_need_a_frame_rate(recording):
    from PIL import Image

    frames = [Image.fromarray(np.full((32, 32), level, np.uint16)) for level in (0, 65535)]
    _image(recording, "tif", lambda path: frames[0].save(path, save_all=True, append_images=frames[1:]))
    with pytest.raises(HarnessError, match="does not say for how long frame 0 is shown; give frames per second"):
        read(recording)
    ids = sorted(path.stem for path in (recording / "stimuli").iterdir())
    files = [f"{name}.tif" if name == "blobs03" else f"{name}.png" for name in ids]
    pd.DataFrame({"stimulus_id": ids, "path": files, "fps": 20}).to_csv(recording / "stimuli.csv", index=False)
    movie = read_folder(recording, region="V4").stimuli.timeline("blobs03")
    assert movie.duration == 100 and movie.at(20).max() == 0 and movie.at(70).min() == 1


def test_pages_of_several_sizes_are_no_movie(recording):
    from PIL import Image

    frames = [Image.fromarray(np.zeros((size, size, 3), np.uint8)) for size in (32, 16)]
    _image(recording, "tif", lambda path: frames[0].save(path, save_all=True, append_images=frames[1:]))
    ids = sorted(path.stem for path in (recording / "stimuli").iterdir())
    files = [f"{name}.tif" if name == "blobs03" else f"{name}.png" for name in ids]
    pd.DataFrame({"stimulus_id": ids, "path": files, "fps": 20}).to_csv(recording / "stimuli.csv", index=False)
    with pytest.raises(HarnessError, match=r"page 1 of .* is 16 x 16 and no frame of a movie"):
        read(recording)


@pytest.mark.parametrize(
    ("suffix", "message"),
    [
        ("svg", "'blobs03.svg' is a drawing without pixels; export it as PNG"),
        ("heic", "'blobs03.heic' is a photograph of Apple's; convert it to PNG"),
        ("wmv", "'blobs03.wmv' is a video of another kind; convert it with ffmpeg"),
        ("xyz", "'blobs03.xyz' is of a kind that is not read; save images as PNG"),
    ],
)
def test_images_of_other_kinds_are_refused_with_how_to_convert(recording, suffix, message):
    _image(recording, suffix, lambda path: path.write_bytes(b"x"))
    with pytest.raises(DataError, match=message):
        read(recording)


def _movie(path: Path, codec: str) -> None:
    av = pytest.importorskip("av", reason="av is in the extra video")
    random = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(30):
            image = random.integers(0, 256, (64, 64, 3), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize(
    ("suffix", "codec"),
    [
        ("mkv", "mpeg4"),
        ("webm", "libvpx"),
        ("mpg", "mpeg2video"),
        ("mpeg", "mpeg1video"),
        ("avi", "mpeg4"),
        ("mp4", "mpeg4"),
    ],
)
def test_a_movie_that_is_cut_short_is_refused_with_what_it_states_and_holds(tmp_path, home, suffix, codec, share):
    path = tmp_path / f"movie.{suffix}"
    _movie(path, codec)
    whole = timeline(path)
    assert whole.duration == pytest.approx(1200) and len(whole.frames) == 30
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    says = "states a duration of 1200 ms and is sound up to|" if suffix in ("mkv", "webm", "avi") else ""
    others = "sound up to|last packet states 2030 bytes and has|cannot be decoded as a video"
    with pytest.raises(HarnessError, match=says[:-1] if says else others):
        timeline(path)


def test_decoding_says_how_far_it_is(tmp_path, home, monkeypatch, caplog):
    monkeypatch.setattr(video, "_TELL", 0.0)
    _movie(tmp_path / "movie.mp4", "mpeg4")
    with caplog.at_level("INFO"):
        timeline(tmp_path / "movie.mp4")
    assert "decoding 'movie.mp4': 15 frames, 47%" in caplog.text
