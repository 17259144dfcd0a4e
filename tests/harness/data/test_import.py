"""A lab's own folder becomes a benchmark, in every format; and what is wrong with it is said in a sentence."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner, Result

from harness import load_benchmark
from harness.cli import app
from harness.data import load
from harness.data.folder import read_folder
from harness.errors import ArgumentError, BenchmarkError, DataError, HarnessError
from harness.host.plugin_host import host

EXAMPLE = Path(__file__).parents[3] / "examples" / "own_recording"


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The example's folder, and a host of this test's own."""
    monkeypatch.delenv("HARNESS_DATA", raising=False)
    host.cache_clear()
    runpy.run_path(str(EXAMPLE / "make_recording.py"))["main"](tmp_path / "my_recording")
    yield tmp_path / "my_recording"
    host.cache_clear()


def harness(*arguments: str) -> Result:
    host.cache_clear()
    return CliRunner().invoke(app, list(arguments))


def change(folder: Path, **facts) -> None:
    path = folder / "recording.yaml"
    written = yaml.safe_load(path.read_text()) | facts
    path.write_text(yaml.safe_dump({name: value for name, value in written.items() if value is not None}))


def imported(folder: Path, *more: str) -> Result:
    return harness("data", "import", str(folder), "--name", "Ours2026", "--region", "V4", *more)


def test_a_folder_becomes_a_benchmark_in_one_command(recording, home):
    result = imported(recording)
    assert result.exit_code == 0, result.output
    assert "harness score -m pixels -b Ours2026.V4-ridge" in result.stdout
    assert "of the responses are missing" in result.stdout
    assert {folder.name for folder in (home / "data").iterdir()} == {"Ours2026"}
    scored = harness("score", "-m", "pixels", "-b", "Ours2026.V4-ridge", "--json", "--model-args", "size=16")
    assert scored.exit_code == 0, scored.output
    (record,) = json.loads(scored.stdout)
    assert record["score"] > 0.6 and 0.8 < record["ceiling"] < 1
    again = harness("score", "-m", "pixels", "-b", "Ours2026.V4-ridge", "--json", "--model-args", "size=16")
    assert json.loads(again.stdout)[0]["cached"]


def test_bins_and_animals_give_benchmarks_of_their_own_and_the_import_counts_what_entered(recording, tmp_path):
    """The example with three bins and two animals, of whom one saw a trial without any response."""
    shown, units = (pd.read_csv(recording / f"{name}.csv") for name in ("presentations", "neuroids"))
    means = np.load(recording / "responses.npy")
    responses = means[..., None] * np.array([0.2, 1.0, 0.8])
    responses[3] = np.nan
    np.save(recording / "responses.npy", responses.astype(np.float32))
    units.assign(subject=np.repeat(["m1", "m2"], 6)).to_csv(recording / "neuroids.csv", index=False)
    change(recording, time_bins=[[0, 50], [50, 100], [100, 150]])
    result = imported(recording)
    assert result.exit_code == 0, result.output
    assert (
        "imported Ours2026: 40 stimuli, 12 neuroids of 2 subjects in V4, 480 trials in 3 time bins (2 trials are lost)"
        in result.stdout
    )
    timed = [f"temporal.V4-{form}" for form in ("per-time", "span-time", "rdm", "latency")]
    names = [f"Ours2026.{name}" for name in ("V4-ridge", "V4.m1-ridge", "V4.m2-ridge", "V4-rdm", *timed)]
    for name in names:
        assert f"-b {name}\n" in result.stdout
    listed = json.loads(harness("list", "benchmarks", "Ours2026*", "--json").stdout)
    assert sorted(names, key=str.casefold) == [one["identifier"] for one in listed]
    wanted = [word for name in names if "latency" not in name for word in ("-b", name)]
    scored = harness("score", "-m", "pixels", *wanted, "--json", "--model-args", "size=16")
    assert scored.exit_code == 0, scored.output
    for one in json.loads(scored.stdout):
        assert one["status"] == "scored" and one["score"] > 0.3, one
    out = tmp_path / "ours.png"
    assert harness("show", "Ours2026", "--out", str(out)).stdout == f"{out}\n"
    assert out.stat().st_size > 20_000
    assert set(shown["stimulus_id"]) == set(load("Ours2026").stimulus_ids)


def test_it_is_listed_described_and_checked(recording):
    imported(recording)
    assert "Ours2026.V4-ridge" in harness("list", "benchmarks", "Ours").stdout
    (entry,) = json.loads(harness("data", "list", "Ours", "--json").stdout)
    assert (entry["identifier"], entry["state"]) == ("Ours2026", "here")
    described = json.loads(harness("data", "describe", "Ours2026", "--json").stdout)
    assert described["regions"] == {"V4": 12} and described["stimuli"] == 40 and described["licence"] == "CC0"
    assert harness("data", "check", "Ours2026").exit_code == 0


def test_damage_is_found(recording, home):
    imported(recording)
    (path,) = (home / "data" / "Ours2026" / "responses").iterdir()
    path.write_bytes(path.read_bytes()[:-8] + b"\0" * 8)
    result = harness("data", "check", "Ours2026")
    assert result.exit_code == 1 and "has changed: its SHA-256 is" in " ".join(result.stdout.split())


def test_a_damaged_description_does_not_break_the_others(recording, home):
    imported(recording)
    (home / "data" / "broken").mkdir()
    (home / "data" / "broken" / "dataset.json").write_text("{")
    assert harness("plugins").exit_code == 0
    assert "Ours2026" in harness("list", "datasets").stdout


def test_the_benchmark_takes_a_window_and_no_other_recording(recording):
    imported(recording)
    host.cache_clear()
    data = load_benchmark("Ours2026.V4-ridge").data
    assert data.responses.shape == (6, 40, 12) and data.time_bin == (50, 150) and data.stimuli.visual_degrees == 8
    with pytest.raises(ArgumentError, match="sets the argument 'recording' itself"):
        load_benchmark("Ours2026.V4-ridge", recording="other")
    with pytest.raises(DataError, match="does not cover 0 to 100 ms"):
        _ = load_benchmark("Ours2026.V4-ridge", time_bin=[0, 100]).data


def test_a_name_is_taken_once(recording):
    imported(recording)
    again = imported(recording)
    assert again.exit_code == 1 and "there is a recording 'Ours2026' already" in again.stderr
    assert imported(recording, "--replace").exit_code == 0
    taken = harness("data", "import", str(recording), "--name", "cowley2023_v4", "--region", "V4")
    assert "'cowley2023_v4' is the name of a data set of plugin 'cowley2023'" in taken.stderr


@pytest.mark.parametrize(
    "name", ["x" * 300, "Ours2026\n", "a/b", "a/../b", "..", ".hidden", "-m", "", " ", "a\0b", "\u202e", "é"]
)
def test_a_name_of_which_no_folder_is_made_is_refused_in_one_short_sentence(recording, home, name):
    refused = harness("data", "import", str(recording), "--name", name, "--region", "V4")
    assert refused.exit_code != 0 and "is not a valid name for a recording" in refused.stderr
    assert len(refused.stderr) < 400 and refused.stderr.strip().isprintable()
    assert not (home / "data").exists()


def test_without_repeats_there_are_data_and_no_benchmark(recording):
    table = pd.read_csv(recording / "presentations.csv")
    table.iloc[:40].to_csv(recording / "presentations.csv", index=False)
    np.save(recording / "responses.npy", np.load(recording / "responses.npy")[:40])
    result = imported(recording)
    assert result.exit_code == 0 and "no benchmark of V4: 0 of its stimuli were shown at least twice" in result.stdout
    host.cache_clear()
    assert "Ours2026.V4-ridge" not in host().benchmarks and "Ours2026" in host().datasets
    from harness.benchmarks.neural.any_recording import neural_data

    with pytest.raises(BenchmarkError, match="gives no benchmark of V4"):
        neural_data(load("Ours2026"), "V4")


# formats


def _csv(folder: Path, values: np.ndarray) -> None:
    pd.DataFrame(values, columns=[f"unit{i}" for i in range(12)]).to_csv(folder / "responses.csv", index=False)


def _zarr(folder: Path, values: np.ndarray) -> None:
    import zarr

    zarr.save_array(str(folder / "responses.zarr"), values[..., None])


def _netcdf(folder: Path, values: np.ndarray) -> None:
    from harness.assemblies import NeuroidAssembly, write_netcdf

    shown = pd.read_csv(folder / "presentations.csv")
    coords = {
        "stimulus_id": ("presentation", shown["stimulus_id"]),
        "run": ("presentation", shown["run"]),
        "neuroid_id": ("neuroid", [f"unit{i}" for i in range(12)]),
        "x_position": ("neuroid", range(12)),
    }
    write_netcdf(NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid"]), folder / "responses.nc")


def _by_subject(folder: Path, values: np.ndarray) -> None:
    (folder / "responses").mkdir()
    np.save(folder / "responses" / "left%2Fmonkey.npy", values)
    table = pd.read_csv(folder / "neuroids.csv").assign(subject="left/monkey")
    table.to_csv(folder / "neuroids.csv", index=False)


@pytest.mark.parametrize("write", [_csv, _zarr, _netcdf, _by_subject])
def test_every_format_gives_the_same(recording, write):
    expected = read_folder(recording, region="V4").repeats()
    write(recording, np.load(recording / "responses.npy"))
    (recording / "responses.npy").unlink()
    np.testing.assert_allclose(read_folder(recording, region="V4").repeats(), expected, rtol=1e-5)
    result = imported(recording)
    assert result.exit_code == 0, result.output
    np.testing.assert_allclose(load("Ours2026").repeats(), expected, rtol=1e-5)


def test_nwb_spikes_are_counted_in_bins(recording):
    pynwb = pytest.importorskip("pynwb", reason="pynwb is in the extra data")
    from datetime import UTC, datetime

    file = pynwb.NWBFile("a session", "id", datetime(2026, 1, 1, tzinfo=UTC))
    file.add_trial_column("image", "what was shown")
    for trial in range(4):
        file.add_trial(start_time=float(trial), stop_time=trial + 0.5, image=f"blobs0{trial % 2}")
    file.add_unit_column("region", "where")
    file.add_unit(spike_times=[0.051, 0.1, 0.149, 0.15, 2.06], region="V4", obs_intervals=[[0.0, 2.5]])
    file.add_unit(spike_times=[3.07], region="IT", obs_intervals=[[0.0, 9.0]])
    with pynwb.NWBHDF5IO(str(recording / "responses.nwb"), "w") as io:
        io.write(file)
    for name in ("responses.npy", "presentations.csv", "neuroids.csv"):
        (recording / name).unlink()
    with pytest.raises(
        DataError, match="have no column 'stimulus_id'; they have start_time, stop_time, image: name one"
    ):
        read_folder(recording)
    change(recording, nwb={"stimulus": "image"})
    data = read_folder(recording)
    np.testing.assert_allclose(data.subjects[0].responses[..., 0], [[30, 0], [0, 0], [10, 0], [np.nan, 10]])
    assert data.regions == ("IT", "V4") and data.subjects[0].presentations["repetition"].tolist() == [0, 0, 1, 1]
    change(recording, unit="spikes")
    with pytest.raises(DataError, match="become rates; set unit: spikes/s"):
        read_folder(recording)


def test_videos_are_stimuli(recording):
    av = pytest.importorskip("av", reason="av is in the extra video")
    path = recording / "stimuli" / "clip.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 32
        for level in (0, 80, 160, 240, 40):
            image = np.full((32, 32, 3), level, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())
    table = pd.read_csv(recording / "presentations.csv")
    table["stimulus_id"] = table["stimulus_id"].replace("blobs00", "clip")
    table.to_csv(recording / "presentations.csv", index=False)
    stimuli = read_folder(recording, region="V4").stimuli
    clip = stimuli.timeline("clip")
    assert clip.duration == pytest.approx(200) and len(clip.frames) == 5
    assert clip.at(50).mean() == pytest.approx(80, abs=4) and clip.at(130).mean() == pytest.approx(240, abs=4)
    assert read_folder(recording, region="V4").stimuli.digest == stimuli.digest


def test_presentations_that_are_not_valid_are_missing_and_subjects_are_kept_apart(recording):
    table = pd.read_csv(recording / "presentations.csv")
    table.assign(subject=["m1", "m2"] * 120, valid=[0] + [1] * 239).to_csv(recording / "presentations.csv", index=False)
    units = pd.read_csv(recording / "neuroids.csv")
    units.assign(subject=["m1"] * 5 + ["m2"] * 7).to_csv(recording / "neuroids.csv", index=False)
    assert imported(recording).exit_code == 0
    data, values = load("Ours2026"), np.load(recording / "responses.npy")
    assert not data["m1"].valid[0].any() and data["m2"].responses.shape == (120, 7, 1)
    np.testing.assert_array_equal(data["m2"].responses[..., 0], values[1::2, 5:])
    np.testing.assert_array_equal(data["m1"].responses[1:, :, 0], values[2::2, :5])


def test_a_table_names_files_conditions_sizes_and_groups(recording):
    names = sorted(path.stem for path in (recording / "stimuli").iterdir())
    pd.DataFrame(
        {
            "stimulus_id": names,
            "filename": [f"{n}.png" for n in names],
            "degrees": 4,
            "duration_ms": 50,
            "group": list("abcde") * 8,
        }
    ).to_csv(recording / "stimuli.csv", index=False)
    change(recording, visual_degrees=None, stimulus_duration_ms=None)
    assert imported(recording).exit_code == 0
    host.cache_clear()
    data = load_benchmark("Ours2026.V4-ridge").data
    assert (
        data.stimuli.visual_degrees == 4 and data.stimuli.duration == 50 and data.groups.tolist() == list("abcde") * 8
    )


def test_tables_of_spreadsheets_and_links_to_files_are_read(recording, tmp_path):
    expected = read_folder(recording, region="V4").repeats()
    for file in ("presentations.csv", "neuroids.csv"):
        content = (recording / file).read_bytes()
        (recording / file).write_bytes(b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    shutil.move(recording / "stimuli" / "blobs03.png", recording / "annexed")
    (recording / "stimuli" / "blobs03.png").symlink_to("../annexed")
    assert imported(recording).exit_code == 0
    np.testing.assert_array_equal(load("Ours2026").repeats(), expected)


def test_images_whose_names_are_not_utf_8_are_taken_in(recording, home):
    shutil.copy(recording / "stimuli" / "blobs00.png", recording / "stimuli" / os.fsdecode(b"caf\xe9.png"))
    result = imported(recording)
    assert result.exit_code == 0, result.stderr


def test_a_link_that_leads_out_of_the_folder_is_not_followed(recording, tmp_path):
    shutil.move(recording / "stimuli" / "blobs03.png", tmp_path / "elsewhere.png")
    (recording / "stimuli" / "blobs03.png").symlink_to(tmp_path / "elsewhere.png")
    done = imported(recording)
    assert (
        done.exit_code == 1 and "'stimuli/blobs03.png' of stimulus 'blobs03' is a link that leads out of" in done.stderr
    )


def test_a_netcdf_file_whose_only_coordinates_are_the_names(recording):
    import xarray as xr

    shown, values = pd.read_csv(recording / "presentations.csv"), np.load(recording / "responses.npy")
    names = {"stimulus_id": ("presentation", shown["stimulus_id"]), "neuroid_id": ("neuroid", list("abcdefghijkl"))}
    xr.DataArray(values, dims=["presentation", "neuroid"], coords=names).to_netcdf(recording / "responses.nc")
    expected = read_folder_without(recording, "responses.nc")
    (recording / "responses.npy").unlink()
    np.testing.assert_allclose(read_folder(recording, region="V4").repeats(), expected, rtol=1e-5)


def read_folder_without(folder: Path, file: str) -> np.ndarray:
    (folder / file).rename(folder / "aside")
    values = read_folder(folder, region="V4").repeats()
    (folder / "aside").rename(folder / file)
    return values


def _copied(source, target):
    """One part of the responses put in place of another."""

    def spoil(folder: Path) -> None:
        responses = np.load(folder / "responses.npy")
        target(responses)[...] = source(responses)
        np.save(folder / "responses.npy", responses)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "remark"),
    [
        (
            lambda folder: shutil.copyfile(folder / "stimuli" / "blobs03.png", folder / "stimuli" / "blobs07.png"),
            "1 of 40 stimuli shows what another one shows (the first are 'blobs03' and 'blobs07')",
        ),
        (lambda folder: _stimuli(group="movie")(folder), "no benchmark of V4: its stimuli are of 1 groups"),
        (lambda folder: _one_neuroid(folder), "no benchmark of V4: it has one neuroid"),
        (
            _copied(lambda r: r[:, 0], lambda r: r[:, 1]),
            "1 neuroids are copies of another, the first are 'unit0' and 'unit1'",
        ),
        (_copied(lambda r: r[0], lambda r: r[1]), "1 trials are copies of another, the first are of '"),
        (
            _copied(lambda r: -999, lambda r: r[5:7, :3]),
            "-999 occurs 6 times, and lies further from all other responses",
        ),
    ],
)
def test_what_may_be_wrong_is_remarked_on(recording, spoil, remark):
    spoil(recording)
    result = imported(recording)
    assert result.exit_code == 0 and remark in result.stdout, result.output


SECONDS = [
    ({"time_bins": [[0.05, 0.15]]}, "the last time bin ends at 0.15 ms"),
    ({"time_bins": None, "time": {"start_ms": 0, "step_ms": 0.01}}, "the last time bin ends at 0.01 ms"),
    (
        {"time_bins": None, "time": {"start_ms": 100, "step_ms": 0.01}, "modality": "lfp"},
        "a time bin of lfp lasts 0.01 ms",
    ),
    ({"modality": "bold", "time_bins": [[0, 1.5]], "stimulus_duration_ms": 3000}, "the last time bin ends at 1.5 ms"),
    ({"stimulus_duration_ms": 0.1}, "no stimulus is shown for more than 0.1 ms"),
    ({"tr_ms": 1.5}, "tr_ms is 1.5"),
]


@pytest.mark.parametrize(("facts", "phrase"), SECONDS)
def test_what_looks_like_seconds_is_refused_unless_it_is_confirmed(recording, home, facts, phrase):
    change(recording, **facts)
    result = imported(recording)
    assert result.exit_code == 1 and phrase in result.stderr and "give all times in ms" in result.stderr
    assert not (home / "data" / "Ours2026").exists()
    change(recording, times_in_ms=True)
    assert imported(recording).exit_code == 0


def test_words_are_names_and_only_empty_fields_are_missing(recording):
    names = [*sorted(path.stem for path in (recording / "stimuli").iterdir())]
    words = (["None", "NA", "nan", "null"] * 10)[:38]
    _stimuli(condition=[*words, "", "x"])(recording)
    table = pd.read_csv(recording / "presentations.csv")
    table.assign(session="NA", task="None").to_csv(recording / "presentations.csv", index=False)
    assert imported(recording).exit_code == 0
    data = load("Ours2026")
    found = data.stimuli.table.set_index("stimulus_id")["condition"]
    assert found[names[:38]].tolist() == words and pd.isna(found[names[38]])
    shown = data.subjects[0].presentations
    assert set(shown["session"]) == {"NA"} and set(shown["task"]) == {"None"}


def test_one_image_in_two_files_is_refused_unless_they_are_one_group(recording):
    from PIL import Image

    with Image.open(recording / "stimuli" / "blobs03.png") as image:
        image.convert("RGB").save(recording / "stimuli" / "blobs07.png", compress_level=0)
    result = imported(recording)
    assert result.exit_code == 1 and "'blobs03' and 'blobs07' are the same image in files that differ" in result.stderr
    _stimuli(group=["a" if at in (3, 7) else str(at) for at in range(40)])(recording)
    assert imported(recording).exit_code == 0


def test_a_window_that_is_not_covered_is_refused_though_bins_overlap(recording):
    np.save(recording / "responses.npy", np.load(recording / "responses.npy")[..., None].repeat(2, axis=2))
    change(recording, time_bins=[[0, 100], [50, 150]])
    data = read_folder(recording, region="V4")
    assert data.within(0, 150).time_bins == ((0, 150),)
    with pytest.raises(DataError, match="from 0 to 150 ms, which does not cover 0 to 170 ms"):
        data.within(0, 170)


def test_bins_outside_an_nwb_recording_are_refused(recording):
    pynwb = pytest.importorskip("pynwb", reason="pynwb is in the extra data")
    from datetime import UTC, datetime

    file = pynwb.NWBFile("a session", "id", datetime(2026, 1, 1, tzinfo=UTC))
    file.add_trial_column("stimulus_id", "what was shown")
    for trial in range(4):
        file.add_trial(start_time=float(trial), stop_time=trial + 0.5, stimulus_id=f"blobs0{trial % 2}")
    file.add_unit(spike_times=[0.051, 3.07])
    with pynwb.NWBHDF5IO(str(recording / "responses.nwb"), "w") as io:
        io.write(file)
    for name in ("responses.npy", "presentations.csv", "neuroids.csv"):
        (recording / name).unlink()
    assert read_folder(recording, region="V4").time_bins == ((50, 150),)
    change(recording, time_bins=[[50, 150], [9000, 9100]])
    with pytest.raises(DataError, match="the time bin from 9000 to 9100 ms lies outside the recording"):
        read_folder(recording, region="V4")


def test_a_full_or_locked_disk_is_said(recording, home):
    home.mkdir(parents=True, exist_ok=True)
    (home / "data").write_text("in the way")
    result = imported(recording)
    assert result.exit_code == 1 and "'Ours2026' cannot be written to" in result.stderr


def test_changed_data_are_scored_anew(recording):
    def scored() -> dict:
        arguments = ("score", "-m", "pixels", "-b", "Ours2026.V4-ridge", "--json", "--model-args", "size=16")
        (record,) = json.loads(harness(*arguments).stdout)
        return record

    imported(recording)
    first = scored()
    values = np.load(recording / "responses.npy")
    values[:, 0] = np.random.default_rng(0).standard_normal(len(values))
    np.save(recording / "responses.npy", values)
    imported(recording, "--replace")
    second = scored()
    assert not second["cached"] and second["score"] != first["score"] and scored()["cached"]


# what is wrong


def _one_neuroid(folder: Path) -> None:
    pd.read_csv(folder / "neuroids.csv").iloc[:1].to_csv(folder / "neuroids.csv", index=False)
    np.save(folder / "responses.npy", np.load(folder / "responses.npy")[:, :1])


def _without(*names):
    def spoil(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return spoil


def _fact(**facts):
    return lambda folder: change(folder, **facts)


def _cell(file: str, column: str, row: int, value):
    def spoil(folder: Path) -> None:
        table = pd.read_csv(folder / file)
        table[column] = table[column].astype(object)
        table.loc[row, column] = value
        table.to_csv(folder / file, index=False)

    return spoil


def _strangers(folder: Path) -> None:
    for file, names in (("presentations.csv", ["m1", "m2"] * 120), ("neuroids.csv", ["m1"] * 12)):
        pd.read_csv(folder / file).assign(subject=names).to_csv(folder / file, index=False)


def _trials(folder: Path) -> None:
    """One subject's file with two rows fewer than its table."""
    _by_subject(folder, np.load(folder / "responses.npy")[:-2])
    (folder / "responses.npy").unlink()
    table = pd.read_csv(folder / "presentations.csv").assign(valid=1)
    table.to_csv(folder / "presentations.csv", index=False)


def _zarr(folder: Path) -> Path:
    """Responses as zarr; the second of its three chunks."""
    import zarr

    values = np.load(folder / "responses.npy")
    array = zarr.create_array(str(folder / "responses.zarr"), shape=values.shape, chunks=(100, 12), dtype=values.dtype)
    array[:] = values
    (folder / "responses.npy").unlink()
    return folder / "responses.zarr" / "c" / "1" / "0"


def _hole(folder: Path) -> None:
    _zarr(folder).unlink()


def _damaged(folder: Path) -> None:
    chunk = _zarr(folder)
    content = bytearray(chunk.read_bytes())
    content[: len(content) // 2] = b"\x55" * (len(content) // 2)
    chunk.write_bytes(content)


def _twice(folder: Path) -> None:
    with (folder / "recording.yaml").open("a") as file:
        file.write("unit: spikes\n")


def _animated(folder: Path) -> None:
    from PIL import Image

    frames = [Image.fromarray(np.full((32, 32, 3), level, dtype=np.uint8)) for level in (0, 200)]
    frames[0].save(folder / "stimuli" / "blobs03.png", save_all=True, append_images=frames[1:])


def _second(folder: Path) -> None:
    (folder / "responses.csv").write_text("a\n1\n")


def _shorter(folder: Path) -> None:
    np.save(folder / "responses.npy", np.load(folder / "responses.npy")[:-1])


def _truncated(file: str):
    def spoil(folder: Path) -> None:
        content = (folder / file).read_bytes()
        (folder / file).write_bytes(content[: len(content) // 2])

    return spoil


def _content(file: str, content: bytes):
    return lambda folder: (folder / file).write_bytes(content)


def _column(file: str, **columns):
    return lambda folder: pd.read_csv(folder / file).assign(**columns).to_csv(folder / file, index=False)


def _renamed(file: str, **names):
    return lambda folder: pd.read_csv(folder / file).rename(columns=names).to_csv(folder / file, index=False)


def _stimuli(**columns):
    def spoil(folder: Path) -> None:
        names = sorted(path.stem for path in (folder / "stimuli").iterdir())
        table = pd.DataFrame({"stimulus_id": names, "path": [f"{name}.png" for name in names]})
        table.assign(**columns).to_csv(folder / "stimuli.csv", index=False)

    return spoil


def _responses(name: str, content: bytes | None):
    """In place of the array; a folder if there is no content."""

    def spoil(folder: Path) -> None:
        (folder / "responses.npy").unlink()
        (folder / name).mkdir() if content is None else (folder / name).write_bytes(content)

    return spoil


def _nwb_junk(folder: Path) -> None:
    pytest.importorskip("pynwb", reason="pynwb is in the extra data")
    _responses("responses.nwb", b"junk")(folder)


def _deep(folder: Path) -> None:
    from PIL import Image

    (folder / "stimuli" / "blobs03.png").unlink()
    Image.fromarray(np.full((32, 32), 40000, dtype=np.int32)).save(folder / "stimuli" / "blobs03.tif")


def _pickled(folder: Path) -> None:
    np.save(folder / "responses.npy", np.array([{}], dtype=object))


def _dead(folder: Path) -> None:
    values = np.load(folder / "responses.npy")
    values[:, 3] = np.nan
    np.save(folder / "responses.npy", values)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without("recording.yaml"), "lacks recording.yaml, which says what was recorded"),
        (_without("responses.npy"), "has no responses; give one of responses.npy, responses.csv"),
        (_without("presentations.csv"), "lacks presentations.csv"),
        (_without("neuroids.csv"), "lacks neuroids.csv"),
        (_without("stimuli/blobs07.png"), "a presentation of 'blobs07', which is neither in stimuli.csv"),
        (_fact(unit=None), "lacks 'unit'; say what the numbers are"),
        (_fact(normalisation=None), "say how the responses were normalised"),
        (_fact(modality="telepathy"), "modality is one of spikes, mua"),
        (_fact(time_bins=None), "does not say when the responses were measured"),
        (_fact(time_bins=[[0, 50], [50, 100]]), "responses in 1 time bins and 2 are described"),
        (_fact(visual_degrees=None), "does not say how large stimuli were"),
        (_fact(stimulus_duration_ms=None), "for how long images were shown"),
        (_fact(visual_degrees=float("inf")), "give a positive number, 360 at most"),
        (_fact(visual_degrees=1e6), "give a positive number, 360 at most"),
        (_fact(visual_degrees=10**400), "give a positive number, 360 at most"),
        (_fact(time_bins=[[0, 10**400]]), "give a pair [start, end] in ms"),
        (_fact(background=[10**400] * 3), "a background is grey or RGB in [0, 1]"),
        (_content("recording.yaml", b"unit: " + b"[" * 5000 + b"]" * 5000), "entries within entries without end"),
        (_fact(tr_ms=0), "tr_ms is a positive number, not '0'"),
        (_fact(sampling_hz=-1), "sampling_hz is a positive number, not '-1'"),
        (_fact(delay_removed_ms=-50), "delay_removed_ms is a number of ms, 0 or more"),
        (_twice, "has the entry 'unit' twice"),
        (_trials, "subject 'left/monkey' are 238 x 12, and the tables have 240 presentations and 12 neuroids"),
        (_hole, "lacks 1 of its 3 chunks, which would be read as zeros"),
        (_animated, "does not say for how long frame 0 is shown; give frames per second"),
        (_fact(colour="red"), "the entry 'colour', which is not known"),
        (_cell("presentations.csv", "stimulus_id", 3, "unknown"), "a presentation of 'unknown'"),
        (_cell("presentations.csv", "stimulus_id", 3, None), "lack a 'stimulus_id' in row 3"),
        (_cell("neuroids.csv", "neuroid_id", 1, "unit0"), "the neuroid_id 'unit0' more than once"),
        (_strangers, "has no neuroids; check the columns 'subject'"),
        (_second, "has responses.npy and responses.csv; leave one of them"),
        (_shorter, "is 239 x 12, and the tables have 240 presentations and 12 neuroids"),
        (_pickled, "cannot be read as an array of numbers"),
        (_truncated("responses.npy"), "cannot be read as an array of numbers"),
        (_content("responses.npy", b""), "cannot be read as an array of numbers"),
        (_content("responses.npy", b"\x93NUMPY\x01\x00v\x00" + b"((((" * 12), "cannot be read as an array of numbers"),
        (_damaged, "cannot be read as a zarr array"),
        (_responses("responses.npy", None), "cannot be read as an array of numbers"),
        (_responses("responses.zarr", None), "cannot be read as a zarr array"),
        (_responses("responses.zarr", b"junk"), "cannot be read as a zarr array"),
        (_responses("responses.nc", b"junk"), "cannot be read as a netCDF file"),
        (_nwb_junk, "cannot be read as an NWB file"),
        (_responses("responses.csv", b""), "cannot be read as a table; write it as CSV in UTF-8"),
        (_responses("responses.csv", b"unit0,unit1\n1,2\n1,2,3\n"), "cannot be read as a table"),
        (
            _responses("responses.csv", b",unit0\n0,1\n1,2\n"),
            "column 0 of 'responses.csv' has no name, so it is no neuroid",
        ),
        (_responses("responses.csv", b"unit0,unit0\n1,2\n"), "has the column 'unit0' twice; leave one of them"),
        (_responses("responses.csv", b"unit0,unit1\n1,5,2,5\n"), "have more fields than its header has columns"),
        (_responses("responses.csv", b"unit0;unit1\n1,5;2.5\n"), "decimal commas (1,5) and with points (2.5)"),
        (
            _responses("responses.csv", b",".join(b"unit%d" % i for i in range(12)) + b"\n" + b",".join([b"1"] * 12)),
            "is 1 x 12, and the tables have 240 presentations",
        ),
        (_content("presentations.csv", b"stimulus_id,run\nbl\0bs,0\n"), "zero bytes, so it is no text"),
        (_renamed("presentations.csv", stimulus_id="image"), "need a column 'stimulus_id'; the columns are image, run"),
        (_content("recording.yaml", b"unit: \xb5V\n"), "is not UTF-8"),
        (_fact(time_bins=[50, 150]), "has time_bins: [50, 150]; give a pair"),
        (_fact(time_bins=[["early", "late"]]), "give a pair [start, end] in ms for each"),
        (_fact(time_bins=None, time={"start_ms": "early", "step_ms": 10}), "does not say when the responses"),
        (_fact(visual_degrees="large"), "has visual_degrees: large; give a positive number"),
        (_fact(stimulus_duration_ms="long"), "has stimulus_duration_ms: long; give a number"),
        (_fact(background="grey"), "a background is grey or RGB in [0, 1], not 'grey'"),
        (_fact(sampling_hz="fast"), "sampling_hz is a positive number, not 'fast'"),
        (_fact(repeats_averaged="yes"), "repeats_averaged is true or false"),
        (_column("presentations.csv", valid=["yes", "no"] * 120), "the column 'valid' of the presentations of"),
        (_column("presentations.csv", valid=[1] * 239 + [None]), "holds 'nan'; write 1, or 0 for invalid"),
        (_column("presentations.csv", onset_ms="early"), "holds 'early', which is not a number"),
        (_column("presentations.csv", subject=["m1"] * 239 + [None]), "lack a 'subject' in row 239"),
        (_column("neuroids.csv", subject=["m1"] * 11 + [None]), "lack a 'subject' in row 11"),
        (_column("neuroids.csv", noise_ceiling=80), "give fractions of 1, not percent"),
        (_column("neuroids.csv", noise_ceiling="80%"), "holds '80%', which is not a number"),
        (_column("neuroids.csv", region="V4 (dorsal)"), "cannot be part of a name; use letters"),
        (_stimuli(path=[None] + ["x.png"] * 39), "stimuli.csv' lacks a 'path' in row 0"),
        (_stimuli(group=["movie"] * 39 + [None]), "stimuli.csv' lacks a 'group' in row 39"),
        (_stimuli(duration_ms="long"), "holds 'long', which is not a number"),
        (_stimuli(degrees=4), "are 4 degrees wide in stimuli.csv and 8 in recording.yaml"),
        (_truncated("stimuli/blobs03.png"), "blobs03.png' is damaged: it is cut short; get the file again"),
        (_content("stimuli/blobs03.png", b"junk"), "cannot be read as an image (its format is not known)"),
        (_deep, "of which white is not known; save it as 16-bit PNG"),
        (_dead, "neuroid 'unit3' of subject '1' has no response at all"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_left(recording, home, spoil, message):
    spoil(recording)
    result = imported(recording)
    assert result.exit_code == 1
    assert message in result.stderr and "\n" not in result.stderr.strip() and "Traceback" not in result.output
    assert not list((home / "data").glob("*")) if (home / "data").exists() else True


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(HarnessError, match="there is no folder"):
        read_folder(tmp_path / "nothing")


def test_listing_stays_light(recording):
    imported(recording)
    code = "import sys; from harness.host.plugin_host import list_benchmarks; print(list_benchmarks('Ours')); "
    code += "assert not {'torch', 'pandas', 'numpy', 'xarray', 'yaml'} & set(sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Ours2026.V4-ridge" in run.stdout
