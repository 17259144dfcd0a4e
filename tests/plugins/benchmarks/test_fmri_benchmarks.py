"""Benchmarks of fMRI, each on a small copy of its data set in the layout in which it is published."""

import importlib.util
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from harness import FrameModel, Preprocessing, as_brain_model, score_model
from harness.data import bids
from harness.errors import BenchmarkError, MissingData
from harness.host.plugin_host import load_benchmark

pytest.importorskip("nibabel", reason="nibabel is in the extra data")
pytest.importorskip("av", reason="av is in the extra video")
_SPEC = importlib.util.spec_from_file_location("fmri_sets", Path(__file__).with_name("test_fmri_sets.py"))
sets = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sets)
root, small, VERTICES = sets.root, sets.small, sets.VERTICES
SECONDS, RATE = 260, 2
pytestmark = pytest.mark.usefixtures("small")


class Luminance(nn.Module):
    """Mean of the frame, and of its left half."""

    def __init__(self):
        super().__init__()
        self.seen = nn.Identity()

    def forward(self, frames):
        half = frames[..., : frames.shape[-1] // 2]
        return self.seen(torch.stack([frames.mean((1, 2, 3)), half.mean((1, 2, 3))], 1))


@pytest.fixture(scope="module")
def luminance():
    options = {"regions": {"V1": "seen"}, "visual_degrees": 8.0}
    return as_brain_model(FrameModel("luminance", Luminance(), preprocessing=Preprocessing(16), **options))


def levels(count, seed=0):
    """Grey levels that wander, (count,) in [0, 255]."""
    steps = np.convolve(np.random.default_rng(seed).standard_normal(count + 12), np.hanning(12), mode="valid")[:count]
    return np.rint(127 + 120 * steps / np.abs(steps).max()).astype(int)


def write_video(path: Path, greys, rate: int) -> None:
    """Grey frames, each with quarters of its own that tell it from others of its grey."""
    import av

    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.width = stream.height = 16
        stream.bit_rate = 4_000_000
        for number, grey in enumerate(greys):
            own = np.random.default_rng(number).integers(-20, 21, (2, 1))
            quarters = np.kron(np.concatenate([own, -own], 1), np.ones((8, 8)))[..., None].repeat(3, 2)
            frame = av.VideoFrame.from_ndarray((grey + quarters).clip(0, 255).astype(np.uint8), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def bold(tr: float, volumes: int, onset: float = 0.0) -> np.ndarray:
    """What the movie's luminance drives, one value per volume, z-scored."""
    from harness.metrics.regression.operators import canonical_hrf

    per_movie = levels(SECONDS * RATE).repeat(1)
    times = (np.arange(volumes) + 0.5) * tr - onset
    drive = np.where(times < 0, 127, per_movie[np.clip((times * RATE).astype(int), 0, len(per_movie) - 1)])
    time_course = np.convolve(drive - 127.0, canonical_hrf(tr))[:volumes]
    return (time_course - time_course.mean()) / time_course.std()


def movie_run(folder, candidate, session, task, run, events, signal, seed):
    """One run whose first half of the vertices follows the movie."""
    random = np.random.default_rng(seed)
    sets.movie_set(folder, candidate, session, task, run, len(signal), events, seed)
    made = folder / "derivatives" / f"sub-{candidate}" / f"ses-{session}" / "func"
    name = f"sub-{candidate}_ses-{session}_task-{task}_run-{run}"
    for hemi in "LR":
        data = 0.6 * random.standard_normal((len(signal), 2 * VERTICES))
        data[:, : VERTICES // 2] += signal[:, None]
        sets.write_gifti(made / f"{name}_hemi-{hemi}_space-fsaverage_bold.func.gii", data)


def atlas(folder: Path) -> str:
    """Regions: V1, which follows the movie, and A1, which does not."""
    import nibabel

    for hemi in ("lh", "rh"):
        labels = np.array([0] * (VERTICES // 2) + [1] * (VERTICES // 2))
        colours = np.array([[25, 5, 25, 0, 0], [100, 50, 10, 0, 0]])
        nibabel.freesurfer.write_annot(str(folder / f"{hemi}.a.annot"), labels, colours, ["V1", "A1"], fill_ctab=True)
    return str(folder / "{hemi}.a.annot")


def check_movie(score, kind):
    details = score.attrs["details"]
    assert float(score) == pytest.approx(1, abs=0.15) and details["ceiling_kind"] == kind
    assert "16 s apart" in details["splits"] and details["regions"] == ["V1"]
    assert details["p"]["V1"] < 0.01 < details["p"]["A1"]
    assert details["lag"]["peak_s"]["V1"] == pytest.approx(5.5, abs=1.5)
    assert abs(np.nanmean(np.array(details["scores"]["A1"], dtype=float))) < 0.5


def write_keles(root: Path) -> None:
    folder = root / "keles2024"
    onsets = np.arange(10.055, 10.055 + SECONDS - 0.01, 0.04)
    events = pd.DataFrame({"onset": onsets, "duration": np.nan, "frame_number": range(1, len(onsets) + 1)})
    signal = bold(1.0, SECONDS + 15, 10.055)
    for seed, (subject, run) in enumerate([("p41cs", "01"), ("p41cs", "02"), ("p42cs", "01"), ("p42cs", "02")]):
        movie_run(folder, subject, "001", "movie", run, events, signal, seed)
    write_video(folder / "stimuli" / "film.mp4", levels(SECONDS * RATE), RATE)


@pytest.mark.slow
def test_keles_blocks_of_a_movie_seen_twice(root, luminance):
    write_keles(root)
    options = {"atlas": atlas(root), "control": "A1", "confounds": ()}
    score = load_benchmark("Keles2024-fmri", **options)(luminance)
    check_movie(score, "repeats")
    leaking = load_benchmark("Keles2024-fmri-dynamic_vision", atlas=options["atlas"], confounds=())(luminance)
    assert "leaks" in leaking.attrs["details"] and leaking.attrs["details"]["regions"].keys() == {"V1", "A1"}


def write_berezutskaya(root: Path) -> None:
    folder = root / "berezutskaya2021"
    blocks = pd.DataFrame({"onset": [0.0, 130.0], "duration": [130.0, 130.0], "trial_type": ["music", "speech"]})
    signal = bold(0.608, int(SECONDS / 0.608) + 3)
    for seed in range(4):
        movie_run(folder, f"0{seed + 1}", "mri3t", "film", "1", blocks, signal, seed)
    write_video(folder / "stimuli" / "film.mp4", levels(SECONDS * RATE), RATE)


@pytest.mark.slow
def test_berezutskaya_has_a_ceiling_between_participants(root, luminance):
    write_berezutskaya(root)
    options = {"atlas": atlas(root), "control": "A1", "confounds": ()}
    check_movie(load_benchmark("Berezutskaya2021-fmri", **options)(luminance), "inter-subject")


def write_savasegal(root: Path, movie: str) -> str:
    """The movie, four participants and an atlas of two regions, of which the first follows luminance."""
    folder = root / "savasegal2023"
    trailing = 12 if movie == "defeat" else 11
    signal = bold(1.0, SECONDS)
    for seed in range(4):
        random = np.random.default_rng(seed)
        data = 0.6 * random.standard_normal((3, 2, 2, SECONDS + 2 + trailing))
        data[0, ..., 2 : 2 + SECONDS] += signal
        path = folder / "bold" / f"sub-NSD{seed}_task-{movie}_nocensor.nii.gz"
        sets.write_nifti(path, data.astype(np.float32))
    write_video(folder / "stimuli" / f"{movie.capitalize()}.mp4", levels(SECONDS * RATE), RATE)
    labels = np.full((3, 2, 2), 2, dtype=np.int16)
    labels[0] = 1
    sets.write_nifti(root / "atlas.nii.gz", labels)
    return str(root / "atlas.nii.gz")


@pytest.mark.parametrize(
    "movie", ["defeat", *(pytest.param(f, marks=pytest.mark.slow) for f in ("growth", "iteration", "lemonade"))]
)
def test_savasegal_has_a_benchmark_a_movie(root, luminance, movie):
    regions = write_savasegal(root, movie)
    benchmark = load_benchmark(f"SavaSegal2023-fmri-{movie}", atlas=regions, control="2")
    score = benchmark(luminance)
    assert benchmark.identifier == f"SavaSegal2023-fmri-{movie}"
    assert float(score) == pytest.approx(1, abs=0.15) and score.attrs["details"]["ceiling_kind"] == "inter-subject"
    assert score.attrs["details"]["p"]["1"] < 0.01 < score.attrs["details"]["p"]["2"]


def clip_levels(count):
    return np.random.default_rng(5).permutation(np.linspace(40, 215, count).astype(int))


def write_mcmahon(root: Path) -> None:
    folder = root / "mcmahon2023"
    folder.mkdir()
    names = [f"clip{i:02d}.mp4" for i in range(60)]
    greys = clip_levels(60)
    drive = (greys - greys.mean()) / greys.std()
    for name, grey in zip(names, greys, strict=True):
        write_video(folder / "dyad_videos_3000ms" / name, [grey] * 2, 1)
    for split, rows in (("train", slice(0, 40)), ("test", slice(40, 60))):
        (folder / f"{split}.csv").write_text("video_name\n" + "\n".join(names[rows]) + "\n")
        for subject in ("01", "02"):
            for seed, half in enumerate(("even", "odd")):
                random = np.random.default_rng([seed, int(subject), len(split)])
                data = 0.5 * random.standard_normal((4, 3, 2, len(names[rows])))
                data[0] += drive[rows]
                path = folder / f"sub-{subject}_space-T1w_desc-{split}-fracridge-{half}_data.nii.gz"
                sets.write_nifti(path, data.astype(np.float32))
    for subject in ("01", "02"):
        for roi, where in (("EVC", 0), ("aSTS", 2)):
            mask = np.zeros((4, 3, 2), dtype=np.uint8)
            mask[where] = 1
            path = folder / "localizers" / f"sub-{subject}"
            sets.write_nifti(path / f"sub-{subject}_task-x_roi-{roi}_hemi-lh_space-T1w_mask.nii.gz", mask)


def test_mcmahon_is_scored_on_the_authors_test_clips(root, luminance):
    write_mcmahon(root)
    score = load_benchmark("McMahon2023-fmri", control="aSTS")(luminance)
    details = score.attrs["details"]
    assert float(score) == pytest.approx(1, abs=0.15) and details["splits"] == "official"
    assert details["samples"] == 60 and details["ceiling_kind"] == "repeats" and "lag" not in details
    assert details["p"]["EVC"] < 0.01 < details["p"]["aSTS"]


def write_lahner(root: Path) -> None:
    from harness_plugins.benchmarks.lahner2024 import recording as lahner

    folder = root / "lahner2024"
    names = {"train": [f"{i:04d}" for i in range(1, 41)], "test": [f"{i:04d}" for i in range(1001, 1103)]}
    greys = dict(zip(names["train"] + names["test"], clip_levels(142), strict=True))
    for name, grey in greys.items():
        write_video(folder / "stimuli" / "mp4_h264" / f"{name}.mp4", [grey] * 2, 1)
    for subject in ("01", "02"):
        path = folder / lahner._GLM / f"sub-{subject}" / "prepared_betas"
        path.mkdir(parents=True)
        for task, repeats in (("train", 3), ("test", 10)):
            drive = (np.array([greys[name] for name in names[task]]) - 127) / 50
            for side in ("left", "right"):
                random = np.random.default_rng([int(subject), repeats, len(side)])
                betas = 0.6 * random.standard_normal((len(drive), repeats, 2 * VERTICES))
                betas[:, :, : VERTICES // 2] += drive[:, None, None]
                file = f"sub-{subject}_organized_betas_task-{task}_hemi-{side}_normalized.pkl"
                (path / file).write_bytes(pickle.dumps((betas, [f"vid{name}" for name in names[task]])))


def test_lahner_is_scored_on_the_102_test_clips(root, luminance):
    write_lahner(root)
    options = {"atlas": atlas(root), "control": "A1"}
    score = score_model(luminance.model, "Lahner2024-fmri", benchmark_args=options)
    details = score.attrs["details"]
    assert float(score) == pytest.approx(1, abs=0.1) and details["splits"] == "official"
    assert details["p"]["V1"] < 0.01 < details["p"]["A1"]
    assert score_model(luminance.model, "Lahner2024-fmri", benchmark_args=options).attrs["cached"]
    assert load_benchmark("Lahner2024-fmri").regions == ("cortex",)


WHOLE = ("Keles2024-fmri", "Keles2024-fmri-dynamic_vision", "Lahner2024-fmri")
"""A movie by either protocol, and clips."""


def written(root: Path, name: str) -> dict[str, Any]:
    """Writes the data of a benchmark; its arguments."""
    match name.split("-fmri"):
        case ["Berezutskaya2021", _]:
            write_berezutskaya(root)
        case ["Keles2024", _]:
            write_keles(root)
        case ["Lahner2024", _]:
            write_lahner(root)
            return {"atlas": atlas(root)}
        case ["McMahon2023", _]:
            write_mcmahon(root)
            return {}
        case ["Pooled", _]:
            write_keles(root)
            write_lahner(root)
            regions = {"atlas": atlas(root)}
            return {"recordings": [["keles2024", {**regions, "confounds": []}], ["lahner2024", regions]]}
        case ["SavaSegal2023", movie]:
            return {"atlas": write_savasegal(root, movie.split("-")[1])}
    return {"atlas": atlas(root), "confounds": ()}


@pytest.mark.slow
@pytest.mark.declares(
    "Berezutskaya2021-*", "Keles2024-*", "Lahner2024-*", "McMahon2023-fmri", "Pooled-fmri-*", "SavaSegal2023-*"
)
def test_adversaries_get_what_is_declared(root, luminance, as_declared, name):
    benchmark = load_benchmark(name, **written(root, name))
    as_declared(benchmark, luminance.model, whole=name in WHOLE)


@pytest.mark.slow
def test_a_movie_and_clips_on_one_surface_are_pooled(root, luminance):
    """Half of the vertices follow luminance in both; those that are at hand are taken if none are named."""
    write_keles(root)
    write_lahner(root)
    assert load_benchmark("Pooled-fmri-dynamic_vision").data_sets == ("keles2024", "lahner2024")
    options = {"atlas": atlas(root)}
    recordings = [["keles2024", {**options, "confounds": []}], ["lahner2024", options]]
    score = score_model(luminance.model, "Pooled-fmri-dynamic_vision", benchmark_args={"recordings": recordings})
    details = score.attrs["details"]
    assert details["recordings"] == ["keles2024", "lahner2024"] and details["targets"] == f"{2 * VERTICES} vertices"
    assert details["regions"]["V1"] > 0.5 > 0.3 > abs(details["regions"]["A1"])
    assert details["rows"] > 3 * 60 + 240 and set(score.attrs["provenance"]["data_digests"]) == {
        "keles2024",
        "lahner2024",
    }
    assert {name.partition("/")[0] for name in details["per_sample"]["names"]} == {"keles2024", "lahner2024"}
    assert score_model(luminance.model, "Pooled-fmri-dynamic_vision", benchmark_args={"recordings": recordings}).attrs[
        "cached"
    ]


def test_without_the_movie_it_says_where_to_put_it(root, luminance):
    sets.keles(root / "keles2024")
    with pytest.raises(BenchmarkError, match="stimuli of 'keles2024' are not here; harness data describe keles2024"):
        load_benchmark("Keles2024-fmri")(luminance)


@pytest.mark.parametrize("name", ["Keles2024-fmri", "McMahon2023-fmri", "SavaSegal2023-fmri-growth-dynamic_vision"])
def test_without_data_it_says_what_to_do(root, luminance, name):
    with pytest.raises(MissingData, match="is not here"):
        load_benchmark(name)(luminance)


def test_the_size_of_the_cortex_is_that_of_the_tests():
    assert bids.FSAVERAGE5 == VERTICES
