"""Time-resolved recordings in their published layouts: small files whose answer is known."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from harness import load_benchmark
from harness.data import load
from harness.errors import DataError, MissingData
from harness.host import host
from harness.metrics.similarity import correlation_distances, pairs
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks._controls import recordings as controls
from harness_plugins.benchmarks.cichy2014 import decoding
from harness_plugins.benchmarks.cichy2014 import images as presented

CODE = np.random.default_rng(0)
IMAGES = 40
"""In files of the later data sets: as few as leave what knows nothing near 0."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Gives the folder of a data set."""
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))

    def make(name: str) -> Path:
        (tmp_path / name).mkdir()
        return tmp_path / name

    return make


def random_image(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)


def paint(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(random_image(seed)).save(path, quality=95)


# Cichy 2014 -------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def meg(folder, monkeypatch) -> Path:
    """Three participants, two sessions, 140 ms and 24 images: one code, then another, and noise; images in place of the 92."""
    monkeypatch.setattr(decoding, "IMAGES", 24)
    monkeypatch.setattr(decoding, "TIMES", 140)
    codes = [correlation_distances(CODE.standard_normal((24, 12))) for _ in range(2)]
    times = np.arange(-100, 40)
    early, late = ((times >= 0) & (times < 20)).astype(float), (times >= 20).astype(float)
    truth = 50 + 20 * np.einsum("kt,kij->tij", [early, late], codes)
    random = np.random.default_rng(1)
    matrices = truth + random.normal(0, 6, (3, 2, *truth.shape))
    matrices = (matrices + matrices.swapaxes(-1, -2)) / 2
    matrices[..., range(24), range(24)] = np.nan
    images = {f"object{i:02d}": np.full((4, 4), i / 24, dtype=np.float32) for i in range(24)}
    flags = {name: [i % 2 for i in range(24)] for name in decoding.TAGS}
    shown = StimulusSet.from_images("Kriegeskorte2008", images, 300, 2.9, background=128 / 255, **flags)
    monkeypatch.setattr(presented, "stimuli", lambda degrees: shown)
    path = folder("cichy2014") / "MEG_decoding_RDMs.mat"
    savemat(path, {"MEG_decoding_RDMs": matrices})
    np.save(path.with_suffix(".npy"), matrices)
    return path


def test_matrices_of_matlab_5_and_7_3_are_the_same(meg) -> None:
    h5py = pytest.importorskip("h5py")
    bins = [(-100.0, 0.0), (0.0, 20.0), (20.0, 40.0)]
    matrices = np.load(meg.with_suffix(".npy"))
    expected = pairs(matrices.mean(1)[:, 100:120].mean(1))
    found = decoding.courses(bins)
    assert found.shape == (3, 3, 276) and found[:, 1] == pytest.approx(expected)
    with h5py.File(meg, "w") as file:
        file["MEG_decoding_RDMs"] = matrices.T
    assert decoding.courses(bins) == pytest.approx(found)
    with pytest.raises(DataError, match="holds -100 to 39 ms"):
        decoding.courses([(100.0, 200.0)])


def test_the_time_course_of_meg_is_scored(meg) -> None:
    benchmark = load_benchmark("Cichy2014.MEG-rdm", start=-100.0, end=40.0, step=10.0)
    assert benchmark.stimuli.duration == 500 and benchmark.stimuli.visual_degrees == 2.9
    score = benchmark(controls.as_dissimilar_over_time(benchmark))
    assert float(score) > 0.9 and score.attrs["error"] > 0
    assert score.attrs["details"]["gain"] > 0.2
    assert float(benchmark(controls.oppositely_dissimilar_over_time(benchmark))) < 0
    ceiling = score.attrs["details"]["ceiling_over_time"]
    assert max(ceiling[:10]) < 0.3 < 0.5 < min(ceiling[10:])


@pytest.mark.declares("Cichy2014.MEG-rdm")
def test_adversaries_get_what_is_declared_for_meg(meg, as_declared, name) -> None:
    as_declared(load_benchmark(name, start=-100.0, end=40.0, step=20.0))


def test_other_images_and_other_layouts_are_refused(meg) -> None:
    tags = np.array([(1, 1, 1, 1)] * 24, dtype=[(name, int) for name in decoding.TAGS])
    savemat(meg.with_name("visual_stimuli.mat"), {"visual_stimuli": tags})
    with pytest.raises(DataError, match="describes other images, or in another order"):
        _ = load_benchmark("Cichy2014.MEG-rdm", end=40.0).stimuli
    savemat(meg, {"MEG_decoding_RDMs": np.zeros((3, 2, 10, 24, 24))})
    with pytest.raises(DataError, match="holds 3 x 2 x 10 x 24 x 24 where participants x sessions x 140 x 24 x 24"):
        decoding.courses([(0.0, 10.0)])


# MNE --------------------------------------------------------------------------------------------------------------------------


def mne_info(count: int):
    mne = pytest.importorskip("mne")
    names = [f"MEG{i:04d}" for i in range(count)]
    return mne, mne.create_info([*names, "STI101"], 200.0, ["mag"] * count + ["stim"])


@pytest.fixture
def sample(folder, monkeypatch) -> np.ndarray:
    """Four runs of a participant with a pattern (image, sensor) for each of 40 images."""
    mne, info = mne_info(10)
    images = {f"object{i:02d}": random_image(i) for i in range(IMAGES)}
    shown = StimulusSet.from_images("Kriegeskorte2008", images, 300, 2.9)
    monkeypatch.setattr(presented, "stimuli", lambda degrees: shown)
    here, random = folder("mne_visual_92_categories"), np.random.default_rng(2)
    (here / "visual_stimuli.csv").touch()
    patterns = random.standard_normal((IMAGES, 10))
    for run in range(4):
        data = 0.1 * random.standard_normal((11, IMAGES * 240))
        data[-1] = 0
        for place, code in enumerate(random.permutation(IMAGES)):
            at = place * 240 + 40
            data[-1, at : at + 4] = code + 1
            data[:-1, at + 10 : at + 100] += patterns[code][:, None]
        mne.io.RawArray(data, info, verbose="error").save(here / f"sample_subject_{run}_tsss_mc.fif", verbose="error")
    return patterns


def test_a_participant_as_mne_ships_it_is_a_recording(sample) -> None:
    found = load("mne_visual_92_categories")
    (subject,) = found.subjects
    assert subject.responses.shape == (4 * IMAGES, 10, 45) and subject.presentations["run"].nunique() == 4
    late = subject.responses[:, :, 12]
    codes = [int(name.removeprefix("object")) for name in subject.presentations["stimulus_id"]]
    assert np.corrcoef(late.ravel(), sample[codes].ravel())[0, 1] > 0.98
    benchmark = load_benchmark("Cichy2014.sample-rdm", step=100.0)
    assert benchmark.data.halves and benchmark.stimuli.duration == 500
    assert float(benchmark(controls.as_dissimilar_over_time(benchmark))) > 0.9


@pytest.fixture
def things_meg(folder) -> list[Path]:
    """Epochs of two participants and 40 images, whose paths are given."""
    mne, info = mne_info(8)
    import pandas as pd

    here, random = folder("things_meg"), np.random.default_rng(3)
    paths = [f"images_test_meg/thing{i:02d}_01s.jpg" for i in range(IMAGES)]
    for seed, path in enumerate(paths):
        paint(here / path, seed)
    patterns = random.standard_normal((IMAGES, 8))
    info = mne.create_info(8, 200.0, "mag")
    for participant in (1, 2):
        shown = [i for _ in range(4) for i in random.permutation(IMAGES)] + [0, 1]
        kinds = ["test"] * 4 * IMAGES + ["exp"] * 2
        data = 0.2 * random.standard_normal((4 * IMAGES + 2, 8, 281))
        data[:, :, 40:] += patterns[shown][:, :, None]
        table = pd.DataFrame(
            {
                "trial_type": kinds,
                "image_path": [paths[i] for i in shown],
                "session_nr": [1 + n // IMAGES for n in range(4 * IMAGES + 2)],
            }
        )
        events = np.array([(300 * n, 0, 1) for n in range(4 * IMAGES + 2)])
        epochs = mne.EpochsArray(data, info, events, tmin=-0.1, metadata=table, verbose="error")
        epochs.save(here / f"preprocessed_P{participant}-epo.fif", verbose="error")
    return [here / path for path in paths]


def test_things_meg_is_read_from_its_epochs(things_meg) -> None:
    found = load("things_meg")
    assert found.names == ("1", "2") and len(found.stimulus_ids) == IMAGES and len(found.time_bins) == 70
    assert found["1"].responses.shape == (4 * IMAGES, 8, 70) and found["1"].presentations["session"].nunique() == 4
    benchmark = load_benchmark("Hebart2023.MEG-rdm", step=100.0)
    assert float(benchmark(controls.as_dissimilar_over_time(benchmark))) > 0.9
    things_meg[3].unlink()
    with pytest.raises(MissingData, match="thing03_01s"):
        load("things_meg")


# THINGS-EEG2 ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def things_eeg2(folder) -> tuple[Path, np.ndarray]:
    """Three participants and 40 images; the folder, and a pattern (image, channel)."""
    here, random = folder("things_eeg2"), np.random.default_rng(4)
    concepts = [f"{i:05d}_thing{i}" for i in range(IMAGES)]
    files = [f"thing{i}_01b.jpg" for i in range(IMAGES)]
    for seed, (concept, file) in enumerate(zip(concepts, files, strict=True)):
        paint(here / "test_images" / concept / file, seed)
    np.save(here / "image_metadata.npy", {"test_img_files": files, "test_img_concepts": concepts}, allow_pickle=True)
    patterns = random.standard_normal((IMAGES, 6))
    for participant in (1, 2, 3):
        values = 0.3 * random.standard_normal((IMAGES, 8, 6, 100))
        values[..., 30:] += patterns[:, None, :, None]
        content = {
            "preprocessed_eeg_data": values,
            "ch_names": [f"O{i}" for i in range(6)],
            "times": np.round(np.arange(-0.2, 0.8, 0.01), 2),
        }
        (here / f"sub-{participant:02d}").mkdir()
        np.save(here / f"sub-{participant:02d}" / "preprocessed_eeg_test.npy", content, allow_pickle=True)
    return here, patterns


def test_things_eeg2_is_read_from_pickled_dictionaries(things_eeg2) -> None:
    here, patterns = things_eeg2
    concepts = [f"{i:05d}_thing{i}" for i in range(IMAGES)]
    found = load("things_eeg2")
    assert found.names == ("01", "02", "03") and found["01"].responses.shape == (4 * IMAGES, 6, 100)
    assert found.time_bins[0] == (-200.0, -190.0) and found.stimuli.table["concept"].tolist() == concepts
    assert found.select()["02"].responses[:IMAGES, 0, 60] == pytest.approx(patterns[:, 0], abs=0.8)
    benchmark = load_benchmark("Gifford2022.EEG-rdm", step=50.0)
    score = benchmark(controls.as_dissimilar_over_time(benchmark))
    assert float(score) > 0.9 and score.attrs["details"]["participants"] == 3
    (here / "test_images" / concepts[0] / "thing0_01b.jpg").unlink()
    with pytest.raises(MissingData, match="thing0_01b"):
        load("things_eeg2")
    np.save(here / "image_metadata.npy", np.arange(3))
    with pytest.raises(DataError, match="is damaged"):
        load("things_eeg2")


# Papale 2025 ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def things_tvsd(folder) -> np.ndarray:
    """Two monkeys and 40 images; a pattern (image, electrode)."""
    h5py = pytest.importorskip("h5py")
    here, random = folder("things_tvsd"), np.random.default_rng(5)
    paths = [f"thing{i:02d}/thing{i:02d}_01b.jpg" for i in range(IMAGES)]
    for seed, path in enumerate(paths):
        paint(here / "object_images" / path, seed)
    text = h5py.special_dtype(ref=h5py.Reference)
    times, mapping = np.arange(-100, 200), random.permutation(16)
    patterns = random.standard_normal((IMAGES, 16))
    for monkey in ("monkeyF", "monkeyN"):
        logs = here / monkey / "_logs"
        logs.mkdir(parents=True)
        savemat(logs / "1024chns_mapping_20220105.mat", {"mapping": mapping + 1})
        with h5py.File(logs / "things_imgs.mat", "w") as file:
            named = file.create_dataset("test_imgs/things_path", (IMAGES, 1), dtype=text)
            for i, path in enumerate(paths):
                letters = np.array([[ord(c)] for c in path.replace("/", "\\")], dtype=np.uint16)
                named[i, 0] = file.create_dataset(f"#refs#/{i}", data=letters).ref
        shown = np.concatenate([random.permutation(IMAGES) for _ in range(4)])
        test = np.concatenate([shown + 1, [0, 0]])
        table = np.zeros((7, 4 * IMAGES + 2))
        table[1, -2:], table[2], table[6] = 5, test, 1 + np.arange(4 * IMAGES + 2) // 100
        mua = 0.3 * random.standard_normal((300, 4 * IMAGES + 2, 16))
        arranged = np.empty((4 * IMAGES, 16))
        arranged[:, mapping] = patterns[shown]
        mua[150:, :-2] += arranged
        mua += 5 * table[6][:, None]
        with h5py.File(here / monkey / "THINGS_MUA_trials.mat", "w") as file:
            file["ALLMUA"], file["ALLMAT"], file["tb"] = mua, table, times[:, None].astype(float)
    return patterns


def test_the_ventral_stream_is_read_from_its_trials(things_tvsd) -> None:
    found = load("things_tvsd")
    assert found.names == ("monkeyF", "monkeyN") and found.regions == ("IT", "V1", "V4")
    one = found["monkeyF"]
    assert one.responses.shape == (4 * IMAGES, 16, 30) and found.time_bins[0] == (-100.0, -90.0)
    assert one.neuroids["region"].tolist() == ["V1"] * 8 + ["IT"] * 5 + ["V4"] * 3
    assert found["monkeyN"].neuroids["region"].tolist() == ["V1"] * 8 + ["V4"] * 4 + ["IT"] * 4
    rows = [int(name[5:7]) for name in one.presentations["stimulus_id"]]
    assert np.corrcoef(one.responses[:, :, 25].ravel(), things_tvsd[rows].ravel())[0, 1] > 0.9
    benchmark = load_benchmark("Papale2025.temporal.V1-rdm", step=50.0)
    assert float(benchmark(controls.as_dissimilar_over_time(benchmark))) > 0.9
    timed = load_benchmark("Papale2025.temporal.IT-per-time", start=50.0, end=150.0, step=50.0)
    assert float(timed(controls.neurons(timed))) > 0.9


# Adversaries ------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "identifier"),
    [
        ("sample", "Cichy2014.sample-rdm"),
        ("things_meg", "Hebart2023.MEG-rdm"),
        ("things_eeg2", "Gifford2022.EEG-rdm"),
        ("things_tvsd", "Papale2025.temporal.V1-rdm"),
        ("things_tvsd", "Papale2025.temporal.IT-per-time"),
    ],
)
def test_adversaries_get_what_is_declared_on_files_of_the_layout(files, identifier, as_declared, request) -> None:
    request.getfixturevalue(files)
    as_declared(load_benchmark(identifier, **dict(host().benchmarks.get(identifier).quick)), whole=False)


# Kar 2019 ---------------------------------------------------------------------------------------------------------------------


COUNT = 80


@pytest.fixture
def kar(monkeypatch):
    """Images of four objects, a corner each in noise, some of which stand there twice, in the form that Brain-Score stores."""
    from harness.assemblies import BrainIOStimulusSet, DataAssembly
    from harness_plugins.benchmarks.kar2019 import times

    ids = [f"im{i:02d}" for i in range(COUNT)]
    labels = [f"object{i % 4}" for i in range(COUNT)]
    late = np.random.default_rng(6).uniform(95, 215, COUNT)
    late[7] = np.nan
    rows = [*range(COUNT), 3, 9]
    assembly = DataAssembly(
        np.column_stack([late, late + 5])[rows],
        coords={
            "stimulus_id": ("presentation", [ids[i] for i in rows]),
            "image_label": ("presentation", [labels[i] for i in rows]),
            "decoder": ["svm", "logistic"],
        },
        dims=["presentation", "decoder"],
    )
    table = BrainIOStimulusSet({"stimulus_id": [ids[i] for i in rows], "image_label": [labels[i] for i in rows]})
    images = {name: np.random.default_rng(i).random((8, 8)).astype(np.float32) / 2 for i, name in enumerate(ids)}
    for i, image in enumerate(images.values()):
        row, column = 4 * (i % 2), 4 * (i // 2 % 2)
        image[row : row + 4, column : column + 4] += 0.5
    monkeypatch.setattr(times, "load_assembly", lambda name: assembly)
    monkeypatch.setattr(times, "load_stimulus_set", lambda name: table)

    def shown(found, duration, degrees):
        names = found["stimulus_id"].tolist()
        pixels, labels = {name: images[name] for name in names}, found["image_label"].tolist()
        return StimulusSet.from_images("Kar2019", pixels, duration, degrees, image_label=labels)

    monkeypatch.setattr(times, "from_brainio", shown)
    return late


def test_solution_times_are_compared_image_by_image(kar) -> None:
    benchmark = load_benchmark("Kar2019.IT-solution_times")
    assert len(benchmark.stimuli) == COUNT and benchmark.latencies == pytest.approx(kar, nan_ok=True)
    score = benchmark(controls.solved_as_late(benchmark))
    assert float(score) > 0.9 and 0 < score.attrs["error"] < 0.2
    details = score.attrs["details"]
    assert (
        details["compared"] == COUNT - 1 and abs(details["median_ms"]["model"] - details["median_ms"]["neurons"]) < 20
    )
    assert float(benchmark(controls.solved_late_for_early(benchmark))) < 0
    logistic = load_benchmark("Kar2019.IT-solution_times", decoder="logistic")
    assert logistic.latencies == pytest.approx(kar + 5, nan_ok=True)


@pytest.mark.slow
@pytest.mark.declares("Kar2019.*")
def test_adversaries_get_what_is_declared_for_solution_times(kar, as_declared, name) -> None:
    as_declared(load_benchmark(name))


@pytest.mark.parametrize(
    "name", ["cichy2014", "mne_visual_92_categories", "things_eeg2", "things_meg", "things_tvsd", "Kar2019"]
)
def test_what_to_obtain_is_said(name, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    spec = host().datasets.get(name)
    assert spec.source and spec.licence and spec.instructions and spec.bibtex
    from harness.data import locate

    with pytest.raises(MissingData, match=name):
        locate(name)
