"""A lab's own folder becomes a benchmark, in every format; and what is wrong with it is said in a sentence."""

import json
import runpy
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
from harness.host import host

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
    strange = harness("data", "import", str(recording), "--name", "a/b", "--region", "V4")
    assert "'a/b' is no name for a recording" in strange.stderr


def test_without_repeats_there_are_data_and_no_benchmark(recording):
    table = pd.read_csv(recording / "presentations.csv")
    table.iloc[:40].to_csv(recording / "presentations.csv", index=False)
    np.save(recording / "responses.npy", np.load(recording / "responses.npy")[:40])
    result = imported(recording)
    assert result.exit_code == 0 and "no benchmark of V4: 0 of its stimuli were shown at least twice" in result.stdout
    host.cache_clear()
    assert "Ours2026.V4-ridge" not in host().benchmarks and "Ours2026" in host().datasets
    from harness.benchmarks.recorded import neural_data

    with pytest.raises(BenchmarkError, match="gives no benchmark of V4"):
        neural_data(load("Ours2026"), "V4")


# formats


def _csv(folder: Path, values: np.ndarray) -> None:
    pd.DataFrame(values, columns=[f"unit{i}" for i in range(12)]).to_csv(folder / "responses.csv", index=False)


def _zarr(folder: Path, values: np.ndarray) -> None:
    import zarr

    zarr.save_array(str(folder / "responses.zarr"), values[..., None])


def _netcdf(folder: Path, values: np.ndarray) -> None:
    from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly
    from brainscore_core.supported_data_standards.brainio.packaging import write_netcdf

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
            "group": ["a", "b"] * 20,
        }
    ).to_csv(recording / "stimuli.csv", index=False)
    change(recording, visual_degrees=None, stimulus_duration_ms=None)
    assert imported(recording).exit_code == 0
    host.cache_clear()
    data = load_benchmark("Ours2026.V4-ridge").data
    assert data.stimuli.visual_degrees == 4 and data.stimuli.duration == 50 and data.groups == ["a", "b"] * 20


# what is wrong


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


def _second(folder: Path) -> None:
    (folder / "responses.csv").write_text("a\n1\n")


def _shorter(folder: Path) -> None:
    np.save(folder / "responses.npy", np.load(folder / "responses.npy")[:-1])


def _pickled(folder: Path) -> None:
    np.save(folder / "responses.npy", np.array([{}], dtype=object))


def _dead(folder: Path) -> None:
    values = np.load(folder / "responses.npy")
    values[:, 3] = np.nan
    np.save(folder / "responses.npy", values)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_without("recording.yaml"), "lacks recording.yaml, which says what was measured"),
        (_without("responses.npy"), "has no responses; give one of responses.npy, responses.csv"),
        (_without("presentations.csv"), "lacks presentations.csv"),
        (_without("neuroids.csv"), "lacks neuroids.csv"),
        (_without("stimuli/blobs07.png"), "a presentation of 'blobs07', which is neither in stimuli.csv"),
        (_fact(unit=None), "lacks 'unit'; say what the numbers are"),
        (_fact(normalisation=None), "say what was done to the responses"),
        (_fact(modality="telepathy"), "modality is one of spikes, mua"),
        (_fact(time_bins=None), "does not say when the responses were measured"),
        (_fact(time_bins=[[0, 50], [50, 100]]), "responses in 1 time bins and 2 are described"),
        (_fact(visual_degrees=None), "does not say how large stimuli were"),
        (_fact(stimulus_duration_ms=None), "for how long images were shown"),
        (_fact(colour="red"), "the entry 'colour', which is not known"),
        (_cell("presentations.csv", "stimulus_id", 3, "unknown"), "a presentation of 'unknown'"),
        (_cell("presentations.csv", "stimulus_id", 3, None), "lack a 'stimulus_id' in row 3"),
        (_cell("neuroids.csv", "neuroid_id", 1, "unit0"), "the neuroid_id 'unit0' more than once"),
        (_strangers, "has no neuroids; check the columns 'subject'"),
        (_second, "has responses.npy and responses.csv; leave one of them"),
        (_shorter, "is 239 x 12, and the tables have 240 presentations and 12 neuroids"),
        (_pickled, "cannot be read as an array of numbers"),
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
    code = "import sys; from harness.host import list_benchmarks; print(list_benchmarks('Ours')); "
    code += "assert not {'torch', 'pandas', 'numpy', 'xarray', 'yaml'} & set(sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "Ours2026.V4-ridge" in run.stdout
