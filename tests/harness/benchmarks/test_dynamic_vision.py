"""The scheme of Dynamic-Vision: what it finds, what leaks, and several recordings in one regression."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness import FrameModel, Preprocessing, as_brain_model, load_model, score_model
from harness.benchmarks.fmri._dynamic_vision_pool import pooled
from harness.benchmarks.fmri.dynamic_vision import CHUNK, SEEDS, PooledDynamicVision, _splits
from harness.errors import ArgumentError, BenchmarkError, MissingData
from harness.host.plugin_host import load_benchmark
from harness.metrics.statistics.hypothesis_tests import compare_models
from harness.results.files import load_all

_SPEC = importlib.util.spec_from_file_location("fmri_given", Path(__file__).with_name("test_fmri.py"))
given = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(given)
Leaking, clips, generate, noise, screen = given.Leaking, given.clips, given.generate, given.noise, given.screen


class Pooled(PooledDynamicVision):
    """The scheme on recordings that are handed over."""

    def __init__(self, recordings, match="vertices"):
        super().__init__(match=match)
        self.pool = pooled(recordings, match)


def on_surface(data, names=None):
    """The recording with voxels that have names in a common space."""
    subjects = [
        replace(one, neuroids=one.neuroids.assign(space="surface", neuroid_id=names or one.neuroids["neuroid_id"]))
        for one in data.subjects
    ]
    return replace(data, subjects=tuple(subjects))


@pytest.fixture(scope="module")
def movie():
    """Four movies of 100 s, V1 only, 6 voxels."""
    data = generate(n_subjects=2, seconds=100, n_voxels=6)[0].select("V1")
    return on_surface(data)


@pytest.fixture(scope="module")
def betas():
    """120 clips: 8 voxels in V1 follow luminance and contrast, 8 in A1 nothing."""
    return on_surface(clips())


@pytest.mark.slow
def test_movies_and_betas_are_one_regression(movie, betas, screen):
    score = Pooled([movie, betas])(screen)
    details = score.attrs["details"]
    assert details["recordings"] == ["fake-fmri", "clips"] and details["targets"] == "6 vertices"
    assert details["rows"] == 400 + 3 * 120 and details["layer"] == "seen" and float(score) > 0.3
    alone = [float(Leaking(data)(screen)) for data in (movie, betas.select("V1"))]
    assert min(alone) - 0.25 < float(score) < max(alone) + 0.1
    assert Pooled([movie, betas]).figure(details) is not None


def test_nothing_is_found_where_there_is_nothing_but_what_leaks(betas, screen):
    """Clips have no neighbours in time but the copies of themselves, which three rows a beta put on both sides."""
    silent = clips(strength=0.0)
    assert abs(float(Leaking(silent.select("A1"))(screen))) < 0.15
    assert float(Leaking(betas.select("V1"))(screen)) > 0.6


def test_targets_are_matched_by_name_in_a_common_space(movie, betas, screen):
    names = [f"{i}" for i in (9, 2, 1, 0, 11, 12)]
    other = on_surface(movie, names)
    pool = pooled([movie, other], "vertices")
    assert len(pool.regions) == 3  # 0, 1 and 2 are in both
    np.testing.assert_allclose(pool.parts[0].rows[0][:, 0], pooled([movie], "vertices").parts[0].rows[0][:, 0])
    np.testing.assert_allclose(pool.parts[1].rows[0][:, 0], pooled([other], "vertices").parts[0].rows[0][:, 3])
    with pytest.raises(BenchmarkError, match="no vertices in common"):
        pooled([movie, on_surface(movie, [f"x{i}" for i in range(6)])], "vertices")
    with pytest.raises(BenchmarkError, match="lie in no common space"):
        pooled([movie, generate(seconds=100, n_voxels=6)[0]], "vertices")


def test_regions_are_matched_where_voxels_are_not(movie, screen):
    own = generate(n_subjects=2, seconds=100, n_voxels=8)[0]
    fewer = replace(own, subjects=(own.subjects[0], own.subjects[1].select(neuroids=np.arange(1, 16))))
    pool = pooled([movie, fewer], "regions")
    assert pool.regions == ["V1"]
    mean = np.mean([fewer.repeats("s1")[:, 0, :8].mean((0, 1)), fewer.repeats("s2")[:, 0, :7].mean((0, 1))], axis=0)
    assert np.corrcoef(pool.parts[1].rows[0][:, 0], mean)[0, 1] == pytest.approx(1)
    assert Pooled([movie, fewer], "regions")(screen).attrs["details"]["targets"] == "1 regions"


def test_what_leaks_is_what_neighbours_say(movie):
    data = noise(seconds=480, voxels=10, participants=1, repeats=1)
    candidate = as_brain_model(load_model("pixels", size=4))
    assert Leaking(data)(candidate).attrs["details"]["content_free"] > 0.2
    random = np.random.default_rng(0)
    white = [replace(one, responses=random.standard_normal(one.responses.shape)) for one in data.subjects]
    assert abs(Leaking(replace(data, subjects=tuple(white)))(candidate).attrs["details"]["content_free"]) < 0.15


def test_features_are_shifted_where_they_are_not_convolved(movie, betas, screen):
    class Shifted(Pooled):
        def __init__(self, recordings):
            super().__init__(recordings)
            self.hrf, self.pool = False, pooled(recordings, "vertices", 5)

    score = Shifted([movie, betas])(screen)
    assert score.attrs["details"]["rows"] == 4 * 95 + 3 * 120 and float(score) > 0.3
    one = load_benchmark("Pooled-fmri-dynamic_vision", recordings=["fake-fmri"], hrf=False)
    assert len(one.pool.parts[0].rows[0]) == 55 and len(one.pool.parts[0].bins) == 60
    movie_only = np.mean(
        [len(rows) for rows in load_benchmark("Simulated-fmri-dynamic_vision", hrf=False).pool.parts[0].rows]
    )
    assert movie_only == 55


def test_the_same_rows_are_tested_whatever_the_model():
    stimulus = np.repeat(np.arange(20), 15)
    for seed in SEEDS:
        train, valid, test = _splits(stimulus, seed)
        assert sorted(np.concatenate([train, valid, test])) == list(range(300))
        assert len(train) == 16 * CHUNK and len(valid) == 2 * CHUNK
        np.testing.assert_array_equal(test, _splits(stimulus, seed)[2])


def test_models_are_compared_clip_by_clip(movie, betas, screen):
    constant = FrameModel("worse", given.Screen(), preprocessing=Preprocessing(16), regions={"V1": "other"})
    good, bad = (Pooled([movie, betas])(one) for one in (screen, as_brain_model(constant)))
    sample, other = (score.attrs["details"]["per_sample"] for score in (good, bad))
    assert sample["names"] == other["names"] and sample["of"].startswith("clips and pieces of movies")
    assert {name.partition("/")[0] for name in sample["names"]} == {"fake-fmri", "clips"} and len(sample["names"]) > 60
    assert np.mean(sample["scores"]) == pytest.approx(float(good)) and np.mean(other["scores"]) == pytest.approx(
        float(bad)
    )
    found = compare_models({"good": np.array(sample["scores"]), "bad": np.array(other["scores"])})
    assert found.adjusted[found.models.index("good"), found.models.index("bad")] < 0.05


def test_bad_requests_say_what_to_do(tmp_path, monkeypatch, screen):
    monkeypatch.setenv("HARNESS_DATA", str(tmp_path))
    with pytest.raises(ArgumentError, match="by vertices or regions, not 'voxels'"):
        load_benchmark("Pooled-fmri-dynamic_vision", match="voxels")
    with pytest.raises(ArgumentError, match="at least one recording"):
        load_benchmark("Pooled-fmri-dynamic_vision", recordings=[])
    with pytest.raises(ArgumentError, match="an identifier, or"):
        load_benchmark("Pooled-fmri-dynamic_vision", recordings=[3])
    with pytest.raises(MissingData, match="none of keles2024, berezutskaya2021, lahner2024 is here to be pooled"):
        load_benchmark("Pooled-fmri-dynamic_vision")(screen)


@pytest.mark.usefixtures("home")
def test_it_is_scored_by_name_and_served_from_the_cache():
    recordings = ["fake-fmri", ["fake-fmri", {"seed": 1}]]
    wanted = {"recordings": recordings, "match": "regions"}
    score = score_model("pixels", "Pooled-fmri-dynamic_vision", model_args={"size": 8}, benchmark_args=wanted)
    assert score.attrs["details"]["recordings"] == ["fake-fmri"] * 2
    again = score_model("pixels", "Pooled-fmri-dynamic_vision", model_args={"size": 8}, benchmark_args=wanted)
    assert again.attrs["cached"] and load_all()[0][0].benchmark_arguments == wanted
