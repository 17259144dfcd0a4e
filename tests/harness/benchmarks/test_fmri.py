"""Encoding models of fMRI: what is known of simulated recordings is found, and nothing where there is nothing."""

import logging
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from harness import FrameModel, Preprocessing, StimulusSet, Timeline, as_brain_model, load_model
from harness.assemblies import NeuroidAssembly
from harness.benchmarks.fmri.benchmark import FMRIBenchmark
from harness.benchmarks.fmri.design import Design
from harness.benchmarks.fmri.dynamic_vision import DynamicVisionBenchmark
from harness.benchmarks.fmri.features import chosen_layers, frozen, shuffled
from harness.data import Measurement, RecordedData, SubjectResponses
from harness.errors import ArgumentError, BenchmarkError, DataError, NotMeasurable
from harness_plugins.benchmarks.fake_fmri.recording import _autocorrelated, generate

BOLD = Measurement("bold", "a.u.", "none", tr_ms=1000.0, hrf="raw")
BETA = Measurement("beta", "z", "none", hrf="deconvolved")


class Given(FMRIBenchmark):
    """A benchmark on a recording that is handed over."""

    def __init__(self, data, **options):
        super().__init__("given", "given", **options)
        self.load = lambda: data


class Leaking(DynamicVisionBenchmark):
    """The same in the scheme of Dynamic-Vision."""

    def __init__(self, data):
        super().__init__("leaking", "given")
        self.load = lambda: data


class Screen(nn.Module):
    """Mean luminance and contrast of the screen as layer `seen`, and noise from pixel to pixel as layer `other`."""

    def __init__(self):
        super().__init__()
        self.seen, self.other = nn.Identity(), nn.Identity()

    def forward(self, frames):
        grey = frames.mean(1).flatten(1)
        self.other(grey[:, ::7] - grey[:, 1::7][:, : grey[:, ::7].shape[1]])
        return self.seen(torch.stack([grey.mean(1), grey.std(1)], 1))


@pytest.fixture
def screen():
    options = {"regions": {"V1": "seen"}, "layers": ("other", "seen"), "visual_degrees": 8.0}
    return as_brain_model(FrameModel("screen", Screen(), preprocessing=Preprocessing(16), **options))


def noise(movies=1, seconds=480, participants=2, voxels=60, seed=0, repeats=2):
    """Movies of independent frames, and autocorrelated responses that have nothing to do with them."""
    random = np.random.default_rng(seed)
    frames = random.integers(0, 256, (movies, seconds // movies, 18, 18, 3), dtype=np.uint8)
    ids = [f"film{i}" for i in range(movies)]
    stimuli = StimulusSet(
        "noise", pd.DataFrame({"stimulus_id": ids}), [Timeline.movie(list(f), 1) for f in frames], 8.0
    )
    shown = pd.DataFrame({"stimulus_id": ids * repeats, "repetition": np.repeat(range(repeats), movies)})
    units = pd.DataFrame({"neuroid_id": range(voxels), "region": "V1"})
    subjects = []
    for i in range(participants):
        bold = _autocorrelated(random, (repeats * movies, seconds // movies, voxels)).transpose(0, 2, 1)
        subjects.append(SubjectResponses(f"s{i}", bold.astype(np.float32), shown, units))
    bins = [(1000.0 * t, 1000.0 * t + 1000) for t in range(seconds // movies)]
    return RecordedData("noise", tuple(subjects), bins, BOLD, stimuli)


def clips(count=120, participants=2, repeats=4, strength=1.0, split=True, seed=0):
    """Betas that are linear in luminance and contrast of still clips, in two hemispheres, and a region that is not."""
    random = np.random.default_rng(seed)
    level, contrast = random.uniform(0.3, 0.7, count), random.uniform(0.05, 0.25, count)
    frames = (level[:, None, None] + contrast[:, None, None] * random.choice([-1, 1], (count, 16, 16))).astype(
        np.float32
    )
    table = pd.DataFrame({"stimulus_id": [f"c{i:03d}" for i in range(count)]})
    if split:
        table["split"] = ["train"] * (count * 3 // 4) + ["test"] * (count - count * 3 // 4)
    stimuli = StimulusSet("clips", table, [Timeline.still(frame, 3000) for frame in frames], 8.0)
    drive = np.stack([(v - v.mean()) / v.std() for v in (level, contrast)], axis=1)
    shown = pd.DataFrame(
        {"stimulus_id": list(table["stimulus_id"]) * repeats, "repetition": np.repeat(range(repeats), count)}
    )
    units = pd.DataFrame({"neuroid_id": range(16), "region": ["V1"] * 8 + ["A1"] * 8, "hemisphere": ["L", "R"] * 8})
    subjects = []
    for i in range(participants):
        signal = np.concatenate([drive @ random.standard_normal((2, 8)), np.zeros((count, 8))], axis=1) * strength
        betas = np.tile(signal, (repeats, 1)) + 1.5 * random.standard_normal((count * repeats, 16))
        subjects.append(SubjectResponses(f"s{i}", betas.astype(np.float32), shown, units))
    return RecordedData("clips", tuple(subjects), ((0, 3000),), BETA, stimuli)


@pytest.fixture(scope="module")
def movies():
    return generate(n_subjects=2, seconds=60, n_voxels=12, reliability=0.7)[0]


@pytest.mark.parametrize("haemodynamics", ["fir", "hrf"])
def test_what_drives_the_voxels_scores_near_one(movies, screen, haemodynamics):
    score = Given(movies, haemodynamics=haemodynamics, control="control")(screen)
    details = score.attrs["details"]
    assert float(score) == pytest.approx(1, abs=0.1) and 0 < score.attrs["error"] < 0.1
    assert details["other"]["score"] == pytest.approx(1, abs=0.1)
    assert details["ceiling_kind"] == "repeats" and details["splits"] == "one movie left out"
    assert details["layer_choice"]["V1"]["seen"] > 0.8
    assert details["p"]["V1"] < 0.005 < 0.01 < details["p"]["control"]
    assert abs(details["shuffled"]["V1"]) < 0.05 and abs(np.mean(details["scores"]["control"])) < 0.4
    assert details["lag"]["peak_s"]["V1"] == pytest.approx(6, abs=1.5)
    assert details["lag"]["r"]["V1"][0] < max(details["lag"]["r"]["V1"]) - 0.2
    assert Given(movies, haemodynamics=haemodynamics).figure(details) is not None


def test_a_model_that_answers_alike_to_everything_is_not_measurable(movies):
    with pytest.raises(NotMeasurable, match="no layer of constant varies"):
        Given(movies, control="control")(as_brain_model(load_model("constant")))


def test_a_frozen_movie_explains_nothing(movies, screen):
    """Every movie as its first frame: layers differ between movies, and runs are centred."""
    still = [Timeline.still(timeline.at(0), timeline.duration) for timeline in movies.stimuli.timelines]
    stimuli = StimulusSet("still", movies.stimuli.table, still, movies.stimuli.visual_degrees)
    with pytest.raises(NotMeasurable, match="no layer of screen varies"):
        Given(replace(movies, stimuli=stimuli), control="control")(screen)


@pytest.mark.slow
@pytest.mark.parametrize("movies", [1, 2, 4])
def test_independent_data_score_nothing_here_and_something_in_the_scheme_that_leaks(movies, caplog):
    candidate = as_brain_model(load_model("pixels", size=18))
    data = noise(movies)
    ours = Given(data)(candidate)
    assert abs(ours.attrs["raw"]) < 0.03
    with caplog.at_level(logging.WARNING):
        leaking = Leaking(data)(candidate)
    assert float(leaking) > 0.1 and "leaks" in caplog.text and "leaks" in leaking.attrs["details"]["leaks"]
    assert float(leaking) > 4 * leaking.attrs["error"] / 10**0.5
    assert Leaking(data).figure(leaking.attrs["details"]) is not None


def test_the_scheme_that_leaks_finds_what_there_is(movies, screen):
    data = movies.select("V1")
    score = Leaking(data)(screen)
    assert score.attrs["details"]["layer"] == "seen" and float(score) > 0.3
    assert score.attrs["details"]["regions"].keys() == {"V1"}
    other = replace(data.subjects[1], neuroids=data.subjects[1].neuroids.assign(neuroid_id=range(50, 62)))
    with pytest.raises(BenchmarkError, match="different voxels, which have no group mean"):
        Leaking(replace(data, subjects=(data.subjects[0], other)))(screen)


def test_betas_are_predicted_for_the_official_test_clips(screen):
    data = clips()
    benchmark = Given(data, control="A1")
    score = benchmark(screen)
    details = score.attrs["details"]
    assert float(score) == pytest.approx(1, abs=0.1) and details["splits"] == "official"
    assert "lag" not in details and details["haemodynamics"] == "none"
    assert float(score.attrs["ceiling"]) < 0.95 and details["regions"] == ["V1"]
    assert details["p"]["V1"] < 0.005 and details["p"]["A1"] > 0.01
    sample = details["per_sample"]
    assert sample["of"] == "participants" and sample["names"] == ["s0", "s1"]
    assert [one["of"] for one in sample["crossed"]] == ["clips", "training clips"]
    assert sample["crossed"][0]["names"][0] == "c090@0.000" and len(sample["crossed"][0]["names"]) == 30
    assert np.mean(sample["scores"]) == pytest.approx(float(score), abs=1e-5)
    assert np.mean(details["participants"]) == pytest.approx(float(score), abs=1e-4)
    assert benchmark.figure(details) is not None


def test_clips_without_an_official_split_are_folded(screen):
    score = Given(clips(split=False), control="A1")(screen)
    assert float(score) == pytest.approx(1, abs=0.1) and score.attrs["details"]["splits"] == "5 folds of clips"


def test_without_repeats_the_ceiling_is_what_participants_have_in_common(screen):
    data = clips(participants=8, repeats=1, strength=1.0)
    first = data.subjects[0].responses
    same = [
        replace(one, responses=first + 0.8 * np.random.default_rng(i).standard_normal(first.shape))
        for i, one in enumerate(data.subjects)
    ]
    details = Given(replace(data, subjects=tuple(same)), control="A1")(screen).attrs["details"]
    assert details["ceiling_kind"] == "inter-subject"
    lower, upper = details["inter_subject_bounds"][0]
    assert lower < np.mean(details["ceilings"]["V1"] + details["ceilings"]["A1"]) < upper
    alone = replace(data, subjects=data.subjects[:1])
    assert Given(alone, control="A1")(screen).attrs["details"]["ceiling_kind"] == "none"


def test_participants_may_lack_clips_and_regions(screen):
    data = clips()
    shown = data.subjects[1].presentations["stimulus_id"]
    fewer = data.subjects[1].select(~shown.isin(["c003", "c119"]).to_numpy(), np.arange(16) != 0)
    score = Given(replace(data, subjects=(data.subjects[0], fewer)), control="A1")(screen)
    assert float(score) == pytest.approx(1, abs=0.1) and score.attrs["details"]["voxels"]["V1"] == [8, 7]


def test_other_brain_models_are_recorded_by_region(movies):
    """A model without our engine: the same, through Brain-Score's protocol alone."""

    class Foreign:
        identifier = "foreign"

        def __init__(self, candidate):
            self._seen_through = candidate

        def start_recording(self, recording_target, time_bins):
            self._seen_through.start_recording("V1", time_bins)

        def look_at(self, stimuli, number_of_trials=1):
            return self._seen_through.look_at(stimuli)

    options = {"regions": {"V1": "seen"}, "visual_degrees": 8.0}
    ours = as_brain_model(FrameModel("screen", Screen(), preprocessing=Preprocessing(16), **options))
    score = Given(movies, control="control")(Foreign(ours))
    assert float(score) == pytest.approx(1, abs=0.1)
    assert score.attrs["details"]["layers"] == ["V1", "V2", "V4", "IT"]


@pytest.mark.slow
def test_the_dynamic_gain_is_what_moving_stimuli_explain_beside_frozen_ones(movies, screen):
    pytest.importorskip("himalaya", reason="himalaya is in the extra banded")
    gain = Given(movies, control="control", dynamic_gain=True)(screen).attrs["details"]["dynamic_gain"]["frozen"]["V1"]
    assert gain["dynamic"] > 0.3 and gain["static"] > 0.3 and abs(gain["unique"]) < 0.05


@pytest.mark.slow
def test_only_a_model_that_sees_the_order_of_frames_gains_over_frozen_and_shuffled_ones():
    """Clips of one set of greys about a level of their own, rising or jumping; voxels follow the level and the size of jumps."""
    pytest.importorskip("himalaya", reason="himalaya is in the extra banded")
    data, random = clips(), np.random.default_rng(5)
    levels, timelines = random.uniform(0.3, 0.7, 120), []
    for level in levels:
        order = np.argsort(np.arange(12) + random.uniform(0, 12) * random.standard_normal(12))
        greys = level + np.linspace(-0.05, 0.05, 12)[order]
        timelines.append(Timeline.movie([np.full((4, 4), grey, np.float32) for grey in greys], 4))
    greys = [np.array([t.at(250 * i + 1).mean() for i in range(12)]) for t in timelines]
    jumps = np.array([np.abs(np.diff(time_course)).mean() for time_course in greys])
    drive = np.stack([(v - v.mean()) / v.std() for v in (levels, jumps)], axis=1) @ random.standard_normal((2, 8))
    betas = np.tile(np.hstack([drive, 0 * drive]), (4, 1)) + 0.7 * random.standard_normal((480, 16))
    participants = tuple(replace(one, responses=betas.astype(np.float32)) for one in data.subjects[:1])
    stimuli = StimulusSet("orders", data.stimuli.table, timelines, 8.0)
    data = replace(data, subjects=participants, stimuli=stimuli)

    class Viewer:
        identifier = "viewer"

        def __init__(self, second):
            self.second = second

        def start_recording(self, recording_target, time_bins):
            pass

        def look_at(self, shown, number_of_trials=1):
            time_courses = [np.array([t.at(250 * i + 1).mean() for i in range(12)]) for t in shown.timelines]
            values = np.array([[time_course.mean(), self.second(time_course)] for time_course in time_courses])[
                ..., None
            ]
            coords = {
                "stimulus_id": ("presentation", shown.ids),
                "repetition": ("presentation", [0] * len(shown)),
                "neuroid_id": ("neuroid", range(2)),
                "layer": ("neuroid", ["all"] * 2),
                "time_bin_start": ("time_bin", [0.0]),
                "time_bin_end": ("time_bin", [3000.0]),
            }
            return NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])

    def gains(second):
        details = Given(data, control="A1", dynamic_gain=True)(Viewer(second)).attrs["details"]
        return {kind: regions["V1"] for kind, regions in details["dynamic_gain"].items()}

    ordered, static = gains(lambda time_course: 12 * np.abs(np.diff(time_course)).mean()), gains(np.std)
    assert ordered["frozen"]["unique"] > 0.2 and ordered["shuffled"]["unique"] > 0.2
    assert ordered["shuffled"]["dynamic"] - ordered["shuffled"]["static"] > 0.2
    assert abs(static["frozen"]["unique"]) < 0.05 and abs(static["shuffled"]["unique"]) < 0.01


def test_gram_matrices_are_kept_for_every_later_analysis(movies, screen, monkeypatch):
    first = Given(movies, control="control")(screen)

    def computed_again(*_):
        raise AssertionError("the model was recorded from again")

    monkeypatch.setattr(type(screen), "record_layers", computed_again)
    again = Given(movies, control="control", haemodynamics="hrf")(screen)
    assert float(again) == pytest.approx(first.attrs["details"]["other"]["score"], abs=1e-12)


def test_volumes_and_bins_of_a_model_need_not_match():
    data = noise(seconds=300)
    shifted = replace(data, time_bins=[(608.0 * t - 55, 608.0 * t + 553) for t in range(300)])
    design = Design.of(shifted)
    assert design.volumes[0].tolist() == [0, 553] and design.step == pytest.approx(0.608)
    ones = np.ones(len(design.model_bins))
    np.testing.assert_allclose(design.averaging @ ones, 1)
    assert len(design.model_operators("fir")) == 11 and len(design.model_operators("hrf")) == 1
    assert design.settled.sum() == 300 - 17
    two = replace(data, time_bins=[(2000.0 * t, 2000.0 * t + 2000) for t in range(300)])
    assert len(Design.of(two).model_operators("fir")) == 4


def test_training_keeps_away_from_the_tested_blocks():
    design = Design.of(noise(seconds=480))
    splits, name = design.outer()
    assert len(splits) == 5 and "16 s apart" in name
    for split in splits:
        assert np.abs(design.time[split.train][:, None] - design.time[split.test]).min() >= 16
        assert split.train.min() >= 10 and split.test.min() >= 10
        for inner in design.inner(split.train):
            times = design.time[split.train]
            assert np.abs(times[inner.train][:, None] - times[inner.test]).min() >= 16


def test_frozen_stimuli_last_as_long_and_do_not_move_within_a_volume(movies):
    design = Design.of(movies)
    still = frozen(design)
    assert [t.duration for t in still.timelines] == [t.duration for t in design.stimuli.timelines]
    movie, moving = still.timelines[0], design.stimuli.timelines[0]
    assert (movie.at(3010) == movie.at(3990)).all() and (movie.at(3500) == moving.at(3500)).all()


def test_shuffled_stimuli_show_the_same_within_a_volume(movies):
    design = Design.of(movies)
    other = shuffled(design)
    assert other.digest == shuffled(design).digest != design.stimuli.digest
    movie, moving = other.timelines[0], design.stimuli.timelines[0]
    for second in range(3):
        window = (1000 * second, 1000 * second + 1000)
        seen = [{t.frames[i].digest: ms for i, ms in t.overlaps(*window).items()} for t in (movie, moving)]
        assert seen[0].keys() == seen[1].keys() and sum(seen[0].values()) == pytest.approx(1000)


def test_of_many_layers_some_are_taken_evenly():
    model = load_model("pixels")
    candidate = as_brain_model(model)
    assert chosen_layers(candidate) == ["pixels"]
    model.layers = tuple(f"l{i}" for i in range(40))
    layers = chosen_layers(candidate)
    assert len(set(layers)) == 15 and layers[0] == "l0" and layers[-1] == "l39"
    model.layers = ()
    with pytest.raises(BenchmarkError, match="has no layers of its own"):
        chosen_layers(candidate)


def test_bad_requests_say_what_to_do(movies, screen):
    with pytest.raises(ArgumentError, match="haemodynamics is fir or hrf, not 'glm'"):
        Given(movies, haemodynamics="glm")
    with pytest.raises(ArgumentError, match="at least one component"):
        Given(movies, projection=0)
    with pytest.raises(DataError, match="has no region 'V9'"):
        Given(movies, regions=["V9"])(screen)
    with pytest.raises(BenchmarkError, match="no region but"):
        Given(movies, control=["V1", "control"])(screen)
    with pytest.raises(BenchmarkError, match="the stimuli of 'fake-fmri' are not here"):
        Given(replace(movies, stimuli=None))(screen)
    spikes = replace(movies, measurement=Measurement("spikes", "Hz", "none"))
    with pytest.raises(BenchmarkError, match="take bold or beta"):
        Given(spikes)(screen)
    short = noise(seconds=40)
    with pytest.raises(BenchmarkError, match="too short for three blocks"):
        Given(short)(screen)


def _shown_again(data, row, again):
    """The same data, with the stimulus of one row shown under the name of another."""
    timelines = list(data.stimuli.timelines)
    timelines[again] = timelines[row]
    return replace(data, stimuli=data.stimuli.replace(timelines=timelines))


@pytest.mark.parametrize("split", [True, False])
def test_a_clip_under_a_second_name_is_on_one_side_of_every_split(split):
    design = Design.of(_shown_again(clips(split=split), 3, 119))
    for fold in design.outer()[0]:
        sides = [np.isin([3, 119], rows) for rows in (fold.train, fold.test)]
        assert not (sides[0].any() and sides[1].any())
        inner = design.inner(fold.train)
        assert all(
            np.isin([3, 119], fold.train[s.train]).any() <= (not np.isin([3, 119], fold.train[s.test]).any())
            for s in inner
        )
    if split:
        assert len(design.outer()[0][0].train) == 89  # of 90, without the clip that is tested as c119


def test_a_movie_under_a_second_name_is_left_out_with_the_first():
    design = Design.of(_shown_again(noise(movies=4), 0, 2))
    tested = [set(design.stimulus[fold.test].tolist()) for fold in design.outer()[0]]
    assert sorted(map(sorted, tested)) == [[0, 2], [1], [3]]
