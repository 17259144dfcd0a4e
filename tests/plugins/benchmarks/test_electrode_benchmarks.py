"""Electrode benchmarks and Coggan2024 end to end, on small files and assemblies in the published layout."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from harness.assemblies import BrainIOStimulusSet, DataAssembly, NeuroidAssembly
from harness.errors import ArgumentError, BenchmarkError, MissingData
from harness.host.plugin_host import load_benchmark

NeuronRecordingAssembly = pytest.importorskip(
    "brainscore_core.supported_data_standards.brainio.assemblies", reason="Brain-Score's core is not installed"
).NeuronRecordingAssembly

STIMULI, REPEATS = 60, 6


class Answers:
    """A `BrainModel` whose responses are a function of a timeline and a time bin: (units,)."""

    identifier = "simulated"

    def __init__(self, respond):
        self.respond = respond

    def visual_degrees(self):
        return 8

    def start_recording(self, recording_target, time_bins):
        self.bins = list(time_bins)

    def look_at(self, stimuli, number_of_trials=1):
        values = np.array([[self.respond(t, *b) for b in self.bins] for t in stimuli.timelines]).transpose(0, 2, 1)
        starts, ends = zip(*self.bins, strict=True)
        coords = {
            "stimulus_id": ("presentation", stimuli.ids),
            "repetition": ("presentation", [0] * len(stimuli)),
            "neuroid_id": ("neuroid", range(values.shape[1])),
            "layer": ("neuroid", ["all"] * values.shape[1]),
            "time_bin_start": ("time_bin", list(starts)),
            "time_bin_end": ("time_bin", list(ends)),
        }
        return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


def corners(timeline, start, end):
    """Luminance of the four quarters of the first image."""
    image = timeline.at(0).astype(float).mean(-1) / 255
    return [image[:4, :4].mean(), image[:4, 4:].mean(), image[4:, :4].mean(), image[4:, 4:].mean()]


def other_images(timeline, start, end):
    return np.random.default_rng(int(timeline.digest[:8], 16)).standard_normal(4)


@pytest.fixture
def store(monkeypatch, tmp_path):
    """Images of four grey quarters, in place of the downloads, and neurons that are linear in them."""
    tones = np.random.default_rng(0).integers(0, 256, (STIMULI, 4)).astype(np.uint8)
    assemblies: dict = {}

    def load_stimulus_set(identifier):
        names = [f"s{i}" for i in range(STIMULI)]
        table = BrainIOStimulusSet({"stimulus_id": names, "image_label": ["thing"] * STIMULI})
        table.stimulus_paths = {name: tmp_path / f"{name}.png" for name in names}
        table.identifier = identifier
        for quarters, path in zip(tones, table.stimulus_paths.values(), strict=True):
            image = np.kron(quarters.reshape(2, 2), np.ones((4, 4), np.uint8))
            Image.fromarray(np.repeat(image[..., None], 3, 2)).save(path)
        return table

    for name in ("majajhong2015.recording", "freemanziemba2013.recording", "coggan2024.matrices"):
        monkeypatch.setattr(f"harness_plugins.benchmarks.{name}.load_assembly", assemblies.__getitem__)
        monkeypatch.setattr(f"harness_plugins.benchmarks.{name}.load_stimulus_set", load_stimulus_set)
    return assemblies, tones / 255


def assembly(tones, regions, bins):
    random = np.random.default_rng(1)
    rates = tones @ random.standard_normal((4, len(regions)))
    values = np.tile(rates, (REPEATS, 1))[..., None] * np.ones(len(bins))
    values = values + 0.1 * len(bins) ** 0.5 * random.standard_normal(values.shape)
    coords = {
        "stimulus_id": ("presentation", [f"s{i}" for i in range(STIMULI)] * REPEATS),
        "repetition": ("presentation", np.repeat(range(REPEATS), STIMULI)),
        "neuroid_id": ("neuroid", [f"n{i}" for i in range(len(regions))]),
        "animal": ("neuroid", ["Tito"] * len(regions)),
        "region": ("neuroid", list(regions)),
        "time_bin_start": ("time_bin", [start for start, _ in bins]),
        "time_bin_end": ("time_bin", [end for _, end in bins]),
    }
    return NeuronRecordingAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])


SETS = [
    ("MajajHong2015", "MajajHong2015.public", "MajajHong2015.temporal.public", ("V4", "IT"), [(70, 170)]),
    ("FreemanZiemba2013", "FreemanZiemba2013.public", "FreemanZiemba2013.public", ("V1", "V2"), None),
]


@pytest.mark.parametrize(("name", "static", "temporal", "regions", "bins"), SETS)
def test_neurons_of_every_region_are_predicted_by_what_drives_them(store, name, static, temporal, regions, bins):
    assemblies, tones = store
    fine = [(start, start + 10) for start in range(0, 300, 10)]
    assemblies[temporal] = assembly(tones, regions * 6, fine)
    assemblies[static] = assembly(tones, regions * 6, bins or fine)
    for region in regions:
        for kind in (f"{region}-ridge", f"{region}-pls", f"temporal.{region}-per-time", f"temporal.{region}-span-time"):
            benchmark = load_benchmark(f"{name}.{kind}")
            assert benchmark.identifier == f"{name}.{kind}" and "@article" in benchmark.bibtex
            assert float(benchmark(Answers(corners))) == pytest.approx(1, abs=0.1)
    assert abs(float(load_benchmark(f"{name}.{regions[0]}-ridge")(Answers(other_images)))) < 0.25


def test_only_recordings_of_spikes_have_a_link(store):
    assemblies, tones = store
    fine = [(start, start + 10) for start in range(0, 300, 10)]
    assemblies["MajajHong2015.public"] = assembly(tones, ("V4", "IT") * 6, [(70, 170)])
    spikes = assembly(tones, ("V1", "V2") * 6, fine)
    assemblies["FreemanZiemba2013.public"] = spikes.copy(data=np.exp(spikes.values))
    with pytest.raises(BenchmarkError, match="holds spikes in 'normalised rate'"):
        _ = load_benchmark("MajajHong2015.IT-ridge", link="sqrt").data
    for name, link in (("V1-ridge", "sqrt"), ("V1-ridge", "poisson"), ("temporal.V1-per-time", "sqrt")):
        details = load_benchmark(f"FreemanZiemba2013.{name}", link=link)(Answers(corners)).attrs["details"]
        assert details["link"] == link and np.mean(details["deviance_explained"]) > 0.5


def test_brain_score_windows_are_the_defaults(store):
    assert load_benchmark("MajajHong2015.IT-pls").time_bin == (70, 170)
    assert load_benchmark("FreemanZiemba2013.V2-ridge").time_bin == (50, 200)
    assert load_benchmark("FreemanZiemba2013.V2-ridge", time_bin=(40, 60)).time_bin == (40, 60)
    assert load_benchmark("MajajHong2015.temporal.IT-per-time").time_bins[-1] == (150, 170)


@pytest.fixture
def coggan(store):
    return write_coggan(store, "IT", "V1")


def write_coggan(store, region, other):
    """Matrices of 12 participants: six of whom have a pattern of the quarters in a region, and six who have none in another."""
    assemblies, tones = store
    random = np.random.default_rng(2)
    pattern = np.corrcoef(np.hstack([tones, tones**2]))
    noise = random.standard_normal((6, STIMULI, STIMULI)) * 0.6
    values = np.stack([*(pattern + noise + noise.transpose(0, 2, 1)), *(noise + noise.transpose(0, 2, 1))], axis=2)
    coords = {
        "stimulus_id": ("presentation", [f"s{i}" for i in range(STIMULI)]),
        "object_name": ("presentation", ["bear"] * STIMULI),
        "subject": ("neuroid", [f"p{i}" for i in range(6)] * 2),
        "region": ("neuroid", [region] * 6 + [other] * 6),
    }
    assemblies["Coggan2024_fMRI"] = DataAssembly(
        values, coords=coords, dims=["presentation", "presentation", "neuroid"]
    )
    return load_benchmark(f"Coggan2024.{region}-rdm")


def test_coggan_compares_conditions_with_each_participant(coggan):
    benchmark = coggan
    both = lambda timeline, *_: [*corners(timeline, 0, 0), *np.square(corners(timeline, 0, 0))]
    assert float(benchmark(Answers(both))) == pytest.approx(1, abs=0.12)
    assert abs(float(benchmark(Answers(other_images)))) < 0.15
    with pytest.raises(BenchmarkError, match="no region 'V2' in Coggan2024_fMRI; there are IT, V1"):
        _ = load_benchmark("Coggan2024.V2-rdm").rdms


@pytest.mark.slow
@pytest.mark.declares("Coggan2024.*")
def test_adversaries_of_matrices_get_what_is_declared(store, as_declared, name):
    region = name.removeprefix("Coggan2024.").removesuffix("-rdm")
    as_declared(write_coggan(store, region, "elsewhere"), whole=region == "IT")


def brightness(timeline, start, end):
    """Of the image that was on the screen in the middle of a bin, and its square."""
    value = timeline.at(min((start + end) / 2, timeline.duration - 1e-3)).mean() / 255
    return [value, value**2]


def cell(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


@pytest.fixture
def pvc1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three movies of 6 s whose brightness drives two electrodes 60 ms later, four repeats."""
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    folder = tmp_path / "crcns_pvc1"
    (folder / "neurodata" / "ac1").mkdir(parents=True)
    random, conditions = np.random.default_rng(3), []
    for movie in range(3):
        grey = random.integers(10, 246, 180)
        frames = folder / "movie_frames" / f"movie{movie:03d}_000.images"
        frames.mkdir(parents=True)
        for number, tone in enumerate(grey):
            own = np.random.default_rng((movie, number)).integers(0, 10, (4, 2, 1))  # tells it from others of its tone
            frame = np.repeat(tone + np.concatenate([own, -own], 1), 3, 2).astype(np.uint8)
            Image.fromarray(frame).save(frames / f"f{number:04d}.jpeg", quality=100)
        ms = np.arange(6000)
        rate = np.roll(grey[(ms * 30 // 1000).clip(max=179)] / 255, 60)
        rates = (rate * 0.2, (1 - rate) * 0.2)
        data = [
            {"data": cell([cell([np.flatnonzero(random.random(6000) < r) / 1000]) for r in rates])} for _ in range(4)
        ]
        conditions.append(
            {
                "symbols": cell(["movie_id", "segment_id"]),
                "values": np.array([movie, 0]),
                "noRepeats": 4,
                "repeat": cell(data),
            }
        )
    savemat(
        folder / "neurodata" / "ac1" / "ac1_u004_000.mat",
        {"pepANA": {"listOfResults": cell(conditions), "elec_list": np.array([7, 12])}},
    )
    return folder


def test_pvc1_holds_out_a_movie_and_finds_what_drives_v1(pvc1):
    benchmark = load_benchmark("NauhausRingach2009.V1-ridge")
    score = benchmark(Answers(brightness))
    assert float(score) == pytest.approx(1, abs=0.12) and len(score.attrs["details"]["r"]) == 2
    (recording,) = benchmark.recordings
    assert {piece.block for piece in recording.pieces} == {"movie000", "movie001", "movie002"}
    noise = lambda timeline, start, end: np.random.default_rng(int(start) + 7).standard_normal(2)
    assert abs(float(benchmark(Answers(noise)))) < 0.25


@pytest.mark.slow
@pytest.mark.declares("NauhausRingach2009.*")
def test_adversaries_of_movies_get_what_is_declared(pvc1, as_declared, name):
    as_declared(load_benchmark(name))


def test_pvc1_has_a_link_to_spike_counts(pvc1):
    details = load_benchmark("NauhausRingach2009.V1-ridge", link="sqrt")(Answers(brightness)).attrs["details"]
    assert details["link"] == "sqrt" and min(details["deviance_explained"]) > 0.3
    assert (
        details["content_free"]["from"] == "other movies at the same time"
        and abs(details["content_free"]["score"]) < 0.2
    )
    with pytest.raises(ArgumentError, match="identity or sqrt here, not 'poisson'"):
        load_benchmark("NauhausRingach2009.V1-ridge", link="poisson")


def test_pvc1_without_frames_says_what_is_missing(pvc1):
    for path in (pvc1 / "movie_frames" / "movie001_000.images").iterdir():
        path.unlink()
    with pytest.raises(MissingData, match="put movie_frames/ into crcns_pvc1/"):
        _ = load_benchmark("NauhausRingach2009.V1-ridge").recordings


@pytest.fixture
def mt2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Three neurons, each with a movie of its own whose brightness drives it 5 frames later."""
    h5py = pytest.importorskip("h5py", reason="h5py is in the extra data")
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    folder = tmp_path / "crcns_mt2" / "cells"
    folder.mkdir(parents=True)
    random = np.random.default_rng(4)
    for number in range(3):
        grey = random.integers(0, 256, 600).astype(float)
        counts = np.roll(grey / 255, 5) * 4 + 0.3 * random.standard_normal(600)
        counts[counts < 0] = 0
        counts[[50, 320]] = np.nan
        with h5py.File(folder / f"m002{number}a_movies.mat", "w") as file:
            file["rawStims"] = grey[:, None, None] * np.ones((1, 3, 2))
            file["psths"] = counts[None]
            file["ranges/crange"] = np.array([[1.0], [450.0]])
            file["ranges/vrange"] = np.arange(451.0, 601.0)[:, None]
            file["cellid"] = np.frombuffer(b"m0021a", dtype=np.uint8)
    return folder


@pytest.mark.slow
@pytest.mark.declares("NishimotoGallant2011.*")
def test_adversaries_of_moving_stimuli_get_what_is_declared(mt2, as_declared, name):
    as_declared(load_benchmark(name))


def test_mt2_tests_the_published_validation_part(mt2):
    benchmark = load_benchmark("NishimotoGallant2011.MT-ridge")
    score = benchmark(Answers(brightness))
    assert float(benchmark.ceiling) == 1 and float(score) > 0.9 and len(score.attrs["details"]["r"]) == 3
    tested = [piece for piece in benchmark.recordings[0].pieces if piece.test]
    assert [piece.stimulus_id for piece in tested] == ["validation"] and tested[0].responses.shape == (1, 150, 1)
    noise = lambda timeline, start, end: np.random.default_rng([int(start), int(timeline.digest[:6], 16)]).random(2)
    assert abs(float(benchmark(Answers(noise)))) < 0.2
    assert len(load_benchmark("NishimotoGallant2011.MT-ridge", neurons=2).recordings) == 2
    details = load_benchmark("NishimotoGallant2011.MT-ridge", link="sqrt")(Answers(brightness)).attrs["details"]
    assert min(details["deviance_explained"]) > 0.8 and details["cc_norm"] == [None] * 3
