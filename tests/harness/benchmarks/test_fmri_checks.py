"""What stands beside a score of fMRI tells good models from confounds."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import nn

from harness import ClipModel, FrameModel, Preprocessing, as_brain_model
from harness.benchmarks.fmri.design import Design
from harness.errors import ArgumentError, BenchmarkError, RecordingError
from harness.results.samples import PerSample
from harness_plugins.benchmarks.fake_fmri.recording import generate

_SPEC = importlib.util.spec_from_file_location("fmri_given", Path(__file__).with_name("test_fmri.py"))
given = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(given)
Given, Screen, clips, noise, screen = given.Given, given.Screen, given.clips, given.noise, given.screen


@pytest.fixture(scope="module")
def movies():
    return generate(n_subjects=2, seconds=60, n_voxels=12, reliability=0.7)[0]


def details_of(data, candidate, **options):
    return Given(data, control="control", **options)(candidate).attrs["details"]


def with_responses(data, change):
    """The recording with `change(responses (presentations, voxels, bins), movie of each presentation)` of every subject."""
    row = {name: i for i, name in enumerate(data.stimulus_ids)}
    changed = [
        replace(one, responses=change(one.responses.copy(), one.presentations["stimulus_id"].map(row).to_numpy()))
        for one in data.subjects
    ]
    return replace(data, subjects=tuple(changed))


def test_a_good_model_is_as_good_within_clips_and_content_free_prediction_is_not(movies, screen):
    details = details_of(movies, screen)
    within, free = details["within_clip"], details["content_free"]
    assert within["score"] == pytest.approx(1, abs=0.12) and 0 < within["error"] < 0.15
    assert abs(within["regions"]["control"]) < 0.4
    assert abs(free["score"]) < 0.3 and free["from"] == "other movies at the same time"
    assert min(details["r_squared"]["V1"]) > 0.4 > 0.1 > max(details["r_squared"]["control"])


def test_what_tells_pieces_of_a_movie_apart_is_nothing_within_them(screen):
    """Voxels that follow the mean of the screen's drive over pieces of 20 s: predicted, but not within the pieces."""
    data, truth = generate(n_subjects=1, n_movies=4, seconds=120, n_voxels=12, reliability=0.9)
    signal = truth.signal["s1"][..., :12].reshape(4, 6, 20, 12)
    steps = np.repeat(signal.mean(2), 20, axis=1).transpose(0, 2, 1)

    def stepwise(responses, movie):
        responses[:, :12] = steps[movie] + 0.1 * np.random.default_rng(0).standard_normal(responses[:, :12].shape)
        return responses

    score = Given(with_responses(data, stepwise), control="control")(screen)
    within = score.attrs["details"]["within_clip"]
    assert float(score) > 0.3 and within["score"] < float(score) - 0.2


def test_a_time_course_that_all_movies_share_needs_no_content(movies, screen):
    shared = np.sin(np.arange(60) / 5)

    def alike(responses, movie):
        return (responses * 0.3 + shared).astype(np.float32)

    free = details_of(with_responses(movies, alike), screen)["content_free"]
    assert free["score"] > 0.8 and free["regions"]["control"] > 0.8


@pytest.mark.slow
def test_neighbours_of_tested_blocks_say_nothing_across_the_gap():
    data = noise(seconds=480)
    design = Design.of(data)
    splits, _ = design.outer()
    assert len(np.unique(design.clips)) >= 24
    free = Given(data)(
        as_brain_model(FrameModel("s", Screen(), preprocessing=Preprocessing(16), regions={"V1": "seen"}))
    )
    free = free.attrs["details"]["content_free"]
    assert free["from"] == "nearest training samples" and abs(free["score"]) < 0.1
    time_course = np.arange(480.0)[:, None]
    predicted = design.content_free(time_course, splits[0])
    between = (splits[0].test > splits[0].train.min()) & (splits[0].test < splits[0].train.max())
    np.testing.assert_allclose(predicted[between, 0], splits[0].test[between])


def test_the_group_is_one_participant_with_its_own_ceiling(screen, caplog):
    """Eight participants who share the signal, voxel by voxel, and see everything once."""
    data, truth = generate(n_subjects=1, n_voxels=12, n_repeats=8, reliability=0.8)
    one = data.select("V1").subjects[0]
    participants = tuple(
        replace(one.select((one.presentations["repetition"] == i).to_numpy()), subject=f"p{i}") for i in range(8)
    )
    data = replace(data, subjects=participants)
    single, group = Given(data)(screen), Given(data, target="group")(screen)
    details = group.attrs["details"]
    assert float(group) == pytest.approx(1, abs=0.1) and details["ceiling_kind"] == details["target"] == "group"
    assert float(group.attrs["ceiling"]) == pytest.approx(truth.ceiling, abs=0.08)
    sample = details["per_sample"]
    assert sample["of"] == "pieces of movies of 20 s" and np.mean(sample["scores"]) == pytest.approx(
        float(group), abs=1e-5
    )
    assert len(details["subjects"]) == 8 and len(details["participants"]) == 1
    assert group.attrs["raw"] > single.attrs["raw"] + 0.1  # the mean has less noise
    assert "r is inflated" in details["notes"][0] and "r is inflated" in caplog.text
    assert single.attrs["details"]["target"] == "subjects" and "group" not in str(single.attrs["details"]["notes"])
    assert Given(data, target="group").figure(details) is not None


def test_models_are_compared_over_participants_and_pieces_of_movies(movies, screen):
    good = Given(movies, control="control")(screen)
    bad = Given(movies, control="control")(
        as_brain_model(FrameModel("o", Screen(), preprocessing=Preprocessing(16), regions={"V1": "other"}))
    )
    sample, other = (score.attrs["details"]["per_sample"] for score in (good, bad))
    assert sample["names"] == other["names"] and sample["names"][:2] == ["s1", "s2"]
    assert [one["names"] for one in sample["crossed"]] == [one["names"] for one in other["crossed"]]
    assert np.mean(sample["scores"]) == pytest.approx(float(good), abs=1e-5)
    apart = PerSample.model_validate(sample).influences - PerSample.model_validate(other).influences
    assert float(good) - float(bad) > max(0.2, 3 * apart.error)


def test_a_group_needs_participants_whose_voxels_correspond(movies, screen):
    with pytest.raises(ArgumentError, match="target is subjects or group, not 'mean'"):
        Given(movies, target="mean")
    with pytest.raises(BenchmarkError, match="one participant, which is not a group"):
        Given(replace(movies, subjects=movies.subjects[:1]), target="group")(screen)
    other = replace(movies.subjects[1], neuroids=movies.subjects[1].neuroids.assign(neuroid_id=range(50, 74)))
    with pytest.raises(BenchmarkError, match="voxels of their own, which have no group mean"):
        Given(replace(movies, subjects=(movies.subjects[0], other)), target="group")(screen)


def test_participants_of_a_group_may_lack_clips(screen):
    data = clips()
    shown = data.subjects[1].presentations["stimulus_id"]
    fewer = data.subjects[1].select(~shown.isin(["c003", "c119"]).to_numpy())
    score = Given(replace(data, subjects=(data.subjects[0], fewer)), control="A1", target="group")(screen)
    assert score.attrs["details"]["samples"] == 120 and np.isfinite(float(score))


@pytest.mark.parametrize("seconds", [0, 2, 6])
def test_a_padded_movie_or_a_late_response_is_told_by_its_lag(movies, screen, caplog, seconds):
    """A response that peaks two seconds later than the canonical one is told, too."""
    late = with_responses(movies, lambda responses, movie: np.roll(responses, seconds, axis=2))
    details = details_of(late, screen)
    told = [note for note in details["notes"] if "begins at time 0" in note]
    assert bool(told) == bool(seconds) == ("begins at time 0" in caplog.text)
    assert details["lag"]["peak_s"]["V1"] == pytest.approx(6 + seconds, abs=1.5)


class Window(nn.Module):
    """Mean luminance of every frame of a clip."""

    def __init__(self):
        super().__init__()
        self.seen = nn.Identity()

    def forward(self, clip):
        return self.seen(clip.mean((1, 3, 4))[:, None])


def clip_model(window, causal):
    return as_brain_model(
        ClipModel(
            "window", Window(), preprocessing=Preprocessing(16), regions={"V1": "seen"}, layouts={"seen": "CT"},
            frame_rate=1, window=window, causal=causal,
        )
    )  # fmt: skip


def test_models_that_look_ahead_keep_training_further_away(movies):
    assert clip_model(10, True).looks_ahead == 0 and clip_model(10, False).looks_ahead == 10_000
    design = Design.of(noise(seconds=480))
    assert design.looking_ahead(0).gap == design.looking_ahead(7).gap == 16 and design.looking_ahead(10).gap == 19
    splits, name = design.looking_ahead(10).outer()
    assert "19 s apart" in name
    for split, usual in zip(splits, design.outer()[0], strict=True):
        assert np.abs(design.time[split.train][:, None] - design.time[split.test]).min() >= 19
        np.testing.assert_array_equal(split.test, usual.test)
    whole = Design.of(movies)
    assert whole.looking_ahead(10) is whole  # movies of their own need no gap


@pytest.mark.slow
def test_a_score_says_that_a_model_looks_ahead():
    data = noise(seconds=480, voxels=4, participants=1)
    details = Given(data)(clip_model(10, False)).attrs["details"]
    assert "window looks ahead, so training samples keep 19 s from the test samples" in details["notes"]
    assert "19 s apart" in details["splits"]
    assert not any("looks ahead" in note for note in Given(data)(clip_model(10, True)).attrs["details"]["notes"])


def test_responses_that_overflow_are_refused(movies):
    class Loud(Screen):
        def forward(self, frames):
            return self.seen((frames.mean((2, 3)) * 1e5).half().float())  # beyond half precision

    candidate = as_brain_model(FrameModel("loud", Loud(), preprocessing=Preprocessing(16), regions={"V1": "seen"}))
    with pytest.raises(RecordingError, match="responds with infinity"):
        Given(movies, control="control")(candidate)


def test_betas_have_no_time_and_so_nothing_within_clips(screen):
    details = Given(clips(), control="A1")(screen).attrs["details"]
    assert "within_clip" not in details and "content_free" not in details and "lag" not in details
