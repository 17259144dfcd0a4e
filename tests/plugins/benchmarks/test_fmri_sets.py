"""Loaders of fMRI data sets, each on a small copy of the layout in which it is published."""

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from harness.data import bids, check, load, read_pickled_arrays, spec_of
from harness.errors import DataError, MissingData
from harness_plugins.benchmarks.lahner2024 import recording as lahner

nib = pytest.importorskip("nibabel", reason="nibabel is in the extra data")
VERTICES = 6


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cortex of six vertices per hemisphere."""
    monkeypatch.setattr(bids, "FSAVERAGE5", VERTICES)


def write_gifti(path: Path, data: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = [nib.gifti.GiftiDataArray(volume.astype(np.float32), datatype="NIFTI_TYPE_FLOAT32") for volume in data]
    nib.save(nib.gifti.GiftiImage(darrays=arrays), path)


def write_nifti(path: Path, data: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(data, np.diag([2.0, 2.0, 2.0, 1.0])), path)


def write_video(path: Path, frames: int = 3) -> None:
    av = pytest.importorskip("av", reason="av is in the extra video")
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width = stream.height = 16
        for i in range(frames):
            image = np.full((16, 16, 3), 60 * i, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


# movies


def movie_set(
    folder: Path, subject: str, session: str, task: str, run: str, volumes: int, events: pd.DataFrame, seed: int = 0
):
    """One run: raw events, and what fMRIPrep makes of it; its run may be padded with zeros."""
    random = np.random.default_rng(seed)
    name = f"sub-{subject}_ses-{session}_task-{task}_run-"
    raw = folder / f"sub-{subject}" / f"ses-{session}" / "func"
    raw.mkdir(parents=True, exist_ok=True)
    events.to_csv(raw / f"{name}{int(run)}_events.tsv", sep="\t", index=False, na_rep="n/a")
    (folder / "dataset_description.json").write_text("{}")
    made = folder / "derivatives" / f"sub-{subject}" / f"ses-{session}" / "func"
    signal = {hemi: random.standard_normal((volumes, 2 * VERTICES)) for hemi in "LR"}
    for hemi, data in signal.items():
        write_gifti(made / f"{name}{run}_hemi-{hemi}_space-fsaverage_bold.func.gii", data)
    table = pd.DataFrame(random.standard_normal((volumes, len(bids.NUISANCE))), columns=bids.NUISANCE)
    table["trans_x_derivative1"] = 0.0
    table.loc[0, "csf"] = np.nan
    table.to_csv(made / f"{name}{run}_desc-confounds_timeseries.tsv", sep="\t", index=False, na_rep="n/a")
    return np.concatenate([signal[hemi][:, :VERTICES] for hemi in "LR"], axis=1), table


def keles(folder: Path, run: str = "01", volumes: int = 100, subject: str = "p41cs", seed: int = 0):
    onsets = np.arange(10.055, 80, 0.04)
    events = pd.DataFrame({"onset": onsets, "duration": np.nan, "frame_number": range(1, len(onsets) + 1)})
    return movie_set(folder, subject, "001", "movie", run, volumes, events, seed)


@pytest.mark.usefixtures("small")
def test_keles_is_read_from_the_movies_first_frame(root: Path, caplog: pytest.LogCaptureFixture):
    signal, table = keles(root / "keles2024")
    keles(root / "keles2024", "02", seed=1)
    keles(root / "keles2024", "01", volumes=40, subject="p42cs")
    data = load("keles2024")
    assert data.names == ("p41cs",) and "sub-p42cs" in caplog.text and "has 40 volumes" in caplog.text
    assert data.subjects[0].responses.shape == (2, 12, 70) and data.stimuli is None
    assert data.time_bins[0] == (-55, 945) and len(data.time_bins) == 70
    assert data.subjects[0].presentations["onset_ms"].tolist() == pytest.approx([10055, 10055])
    assert data.subjects[0].neuroids["hemisphere"].tolist() == ["L"] * 6 + ["R"] * 6
    assert data.measurement.tr_ms == 1000 and data.measurement.hrf == "raw" and data.regions == ("cortex",)
    raw = load("keles2024", confounds=())
    cosines = bids._cosines(100, 128, 1.0)
    assert cosines.shape == (100, 1)
    basis = np.column_stack([np.ones(100), cosines])
    expected = signal - basis @ np.linalg.lstsq(basis, signal, rcond=None)[0]
    np.testing.assert_allclose(raw.subjects[0].responses[0].T, expected[10:80], atol=1e-4)
    basis = np.column_stack([basis, table[list(bids.NUISANCE)].fillna(table["csf"].mean())])
    expected = signal - basis @ np.linalg.lstsq(basis, signal, rcond=None)[0]
    np.testing.assert_allclose(data.subjects[0].responses[0].T, expected[10:80], atol=1e-4)
    with pytest.raises(DataError, match="has no column 'global_signal'"):
        load("keles2024", confounds=["global_signal"])


@pytest.mark.usefixtures("small")
def test_berezutskaya_has_volumes_of_608_ms_and_its_movie(root: Path):
    blocks = pd.DataFrame(
        {"onset": [0.0, 30.0, 60.0], "duration": [30, 30, 29.728], "trial_type": ["music", "speech", "music"]}
    )
    for subject in ("01", "02"):
        movie_set(root / "berezutskaya2021", subject, "mri3t", "film", "1", 160, blocks, seed=int(subject))
    write_video(root / "berezutskaya2021" / "stimuli" / "film.mp4")
    data = load("berezutskaya2021", subjects=["02"])
    assert data.names == ("02",) and data.time_bins[1] == (608, 1216)
    assert len(data.time_bins) == int(89.728 // 0.608)
    assert data.stimuli.duration == pytest.approx(120)
    assert not check("berezutskaya2021").faults


@pytest.mark.usefixtures("small")
def test_movies_that_begin_at_other_times_are_not_mixed(root: Path):
    keles(root / "keles2024")
    late = pd.DataFrame({"onset": np.arange(10.5, 80, 0.04), "duration": np.nan})
    movie_set(root / "keles2024", "p50cs", "001", "movie", "1", 100, late)
    with pytest.raises(DataError, match=r"the movie begins .* after the first volume in sub-.*; load them apart"):
        load("keles2024")
    assert load("keles2024", subjects=["p50cs"]).time_bins[0] == (-500, 500)


@pytest.mark.usefixtures("small")
def test_an_annotation_names_the_regions(root: Path):
    keles(root / "keles2024")
    for hemi, labels in (("lh", [0, 0, 1, 1, 0, 0]), ("rh", [1, 1, 1, 1, 1, 0])):
        colours = np.array([[25, 5, 25, 0, 0], [100, 50, 10, 0, 0]])
        nib.freesurfer.write_annot(
            str(root / f"{hemi}.a.annot"), np.array(labels), colours, ["V1", "MT"], fill_ctab=True
        )
    data = load("keles2024", atlas=str(root / "{hemi}.a.annot"))
    assert data.regions == ("MT", "V1") and data.select("MT").subjects[0].responses.shape[1] == 7
    with pytest.raises(DataError, match=r"needs {hemi} in place of lh and rh"):
        load("keles2024", atlas="lh.a.annot")


@pytest.mark.usefixtures("small")
def test_a_movie_without_surfaces_says_what_to_run(root: Path):
    keles(root / "keles2024")
    for path in (root / "keles2024").rglob("*.gii"):
        path.unlink()
    with pytest.raises(MissingData, match="run fMRIPrep with --output-spaces fsaverage5"):
        load("keles2024")


def test_savasegal_drops_the_padding(root: Path):
    folder = root / "savasegal2023"
    data = np.random.default_rng(0).random((3, 2, 2, 40)).astype(np.float32)
    data[0] = 7.0
    for subject in ("NSD1", "NSD2"):
        write_nifti(folder / "bold" / f"sub-{subject}_task-defeat_nocensor.nii.gz", data)
        write_nifti(folder / "bold" / f"sub-{subject}_task-growth_nocensor.nii.gz", data)
    write_video(folder / "stimuli" / "Defeat.mp4")
    defeat, growth = load("savasegal2023"), load("savasegal2023", movie="growth")
    assert len(defeat.time_bins) == 26 and len(growth.time_bins) == 27
    assert defeat.subjects[0].responses.shape == (1, 8, 26) and growth.stimuli is None and defeat.stimuli is not None
    np.testing.assert_allclose(defeat.subjects[0].responses[0, 0], data[1, 0, 0, 2:-12])
    assert defeat.subjects[0].neuroids[["x", "y", "z"]].iloc[0].tolist() == [2, 0, 0]
    atlas = np.zeros((3, 2, 2), dtype=np.int16)
    atlas[1], atlas[2, 0] = 3, 12
    write_nifti(root / "atlas.nii.gz", atlas)
    assert load("savasegal2023", atlas=str(root / "atlas.nii.gz")).regions == ("12", "3")
    with pytest.raises(DataError, match="no movie 'defeet'; there are defeat"):
        load("savasegal2023", movie="defeet")


# clips


def mcmahon(folder: Path) -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    betas = {}
    for split, names in (("train", ["a.mp4", "b.mp4", "c.mp4"]), ("test", ["d.mp4", "e.mp4"])):
        (folder).mkdir(exist_ok=True)
        (folder / f"{split}.csv").write_text("video_name\n" + "\n".join(names) + "\n")
        for half in ("even", "odd"):
            betas[split, half] = random.random((4, 3, 2, len(names))).astype(np.float32)
            write_nifti(folder / f"sub-01_space-T1w_desc-{split}-fracridge-{half}_data.nii.gz", betas[split, half])
        for name in names:
            write_video(folder / "dyad_videos_3000ms" / name)
    ratings = {"video_name": ["d.mp4", "a.mp4", "b.mp4", "c.mp4", "e.mp4"], "joint action": [0.4, 0.1, 0.2, 0.3, 0.5]}
    pd.DataFrame(ratings).to_csv(folder / "annotations.csv", index=False)
    for roi, hemi, voxel in (
        ("EVC", "lh", (0, 0, 0)),
        ("EVC", "rh", (3, 2, 1)),
        ("MT", "lh", (0, 0, 0)),
        ("face-pSTS", "rh", (1, 1, 1)),
    ):
        mask = np.zeros((4, 3, 2), dtype=np.uint8)
        mask[voxel] = 1
        write_nifti(
            folder / "localizers" / "sub-01" / f"sub-01_task-x_roi-{roi}_hemi-{hemi}_space-T1w_mask.nii.gz", mask
        )
    return betas


def test_mcmahon_keeps_the_authors_split_and_the_halves(root: Path):
    betas = mcmahon(root / "mcmahon2023")
    data = load("mcmahon2023")
    one = data["01"]
    assert data.regions == ("EVC", "face-pSTS") and one.responses.shape == (10, 3, 1)
    assert one.presentations["stimulus_id"].tolist() == list("abcabcdede")
    assert one.presentations["repetition"].tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 1, 1]
    np.testing.assert_array_equal(
        one.responses[4, :, 0], [betas["train", "odd"][voxel][1] for voxel in ((0, 0, 0), (1, 1, 1), (3, 2, 1))]
    )
    assert data.stimuli.table["split"].tolist() == ["train"] * 3 + ["test"] * 2
    assert data.stimuli.table["joint action"].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5]
    write_nifti(
        root / "mcmahon2023" / "sub-01_space-T1w_desc-test-fracridge-odd_data.nii.gz",
        np.zeros((4, 3, 2, 3), np.float32),
    )
    with pytest.raises(DataError, match=r"has 3 volumes, and test.csv names 2 videos"):
        load("mcmahon2023")


def bold_moments(folder: Path) -> dict[str, np.ndarray]:
    betas = {}
    for task, names, repeats in (("train", ["vid0001", "vid0002"], 3), ("test", ["vid1001"], 10)):
        for side in ("left", "right"):
            path = folder / lahner._GLM / "sub-01" / "prepared_betas"
            path.mkdir(parents=True, exist_ok=True)
            betas[task, side] = np.random.default_rng(len(side)).random((len(names), repeats, 2 * VERTICES))
            file = path / f"sub-01_organized_betas_task-{task}_hemi-{side}_normalized.pkl"
            file.write_bytes(pickle.dumps((betas[task, side], names)))
    return betas


@pytest.mark.usefixtures("small")
def test_lahner_keeps_repeats_and_both_tasks(root: Path):
    betas = bold_moments(root / "lahner2024")
    data = load("lahner2024")
    one = data["01"]
    assert one.responses.shape == (16, 12, 1) and data.stimulus_ids == ("0001", "0002", "1001") and data.stimuli is None
    np.testing.assert_allclose(one.responses[4, 6:, 0], betas["train", "right"][1, 1, :VERTICES])
    assert data.repeats().shape == (10, 3, 12, 1) and np.isfinite(data.repeats()).sum() == 16 * 12
    assert load("lahner2024", tasks=["test"]).stimulus_ids == ("1001",)
    for name in ("0001", "0002", "1001"):
        write_video(root / "lahner2024" / "stimuli" / "mp4_h264" / f"{name}.mp4")
    assert load("lahner2024").stimuli.table["split"].tolist() == ["train", "train", "test"]


def test_a_pickle_that_would_run_something_is_not_read(tmp_path: Path):
    class Bad:
        def __reduce__(self):
            return Path.touch, (tmp_path / "touched",)

    (tmp_path / "bad.pkl").write_bytes(pickle.dumps((np.zeros(2), Bad())))
    with pytest.raises(DataError, match=r"is not read, because it holds pathlib"):
        read_pickled_arrays(tmp_path / "bad.pkl")
    assert not (tmp_path / "touched").exists()
    (tmp_path / "half.pkl").write_bytes(pickle.dumps(np.zeros(99))[:-50])
    with pytest.raises(DataError, match="is damaged"):
        read_pickled_arrays(tmp_path / "half.pkl")


@pytest.mark.parametrize("name", ["keles2024", "berezutskaya2021", "savasegal2023", "mcmahon2023", "lahner2024"])
def test_without_data_it_says_what_to_do(root: Path, name: str):
    with pytest.raises(MissingData, match=f"the data set '{name}' is not here.*It is published at"):
        load(name)


@pytest.mark.parametrize("identifier", ["berezutskaya2021", "keles2024"])
def test_the_instructions_put_the_movie_where_it_is_read(identifier):
    """The loaders read `stimuli/film.mp4`, see the tests above and of the benchmarks."""
    assert f"to be put at {identifier}/stimuli/film.mp4" in spec_of(identifier).instructions
