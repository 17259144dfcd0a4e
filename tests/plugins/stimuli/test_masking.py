"""Masked targets: what is shown, and when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness import load_stimuli
from harness.errors import StimulusError
from harness_plugins.stimuli.masking.display import whole_frames
from harness_plugins.stimuli.masking.masking import masking

IMAGES = {name: np.random.default_rng(seed).uniform(0.2, 0.8, (32, 32)) for seed, name in enumerate("abcdef")}


def test_the_default_is_the_experiment_of_hellmann():
    stimuli = load_stimuli("masking")
    assert len(stimuli) == 10 and stimuli.table["soa_frames"].tolist()[:5] == [1, 2, 4, 8, 16]
    assert stimuli.table["soa"].tolist()[:5] == pytest.approx([8.3333, 16.6667, 33.3333, 66.6667, 133.3333], abs=1e-3)
    timeline = stimuli.timelines[4]
    assert len(timeline.runs) == 2 and timeline.onsets[1] == pytest.approx(133.333, abs=1e-3)
    assert timeline.duration == pytest.approx(633.333, abs=1e-3)
    target, mask = timeline.at(0), timeline.at(140)
    assert (target.max() - target.min()) / (target.max() + target.min()) == pytest.approx(0.5, abs=0.01)
    assert np.ptp(target, axis=1).max() == pytest.approx(
        target[112].max() - 0.5, abs=0.01
    )  # a row leaves the square only
    inside = np.abs((np.arange(224) + 0.5) / 28 - 4)
    assert np.allclose(target[inside > 1.55], 0.5) and np.allclose(mask[inside > 2.05], 0.5)
    assert np.abs(np.diff(target[:, 112])).max() < 0.1  # grey at the edge of the square
    board = mask[np.ix_(inside < 2, inside < 2)]
    assert np.allclose(board, board.round()) and not board[[0, -1, 0], [0, -1, -1]].round().any()
    assert (np.diff(board[3].round()) != 0).sum() == 4


def test_orientation_follows_the_contour():
    horizontal, vertical = (masking(orientation=angle).timelines[0].at(0)[90:134, 90:134] for angle in (0, 90))
    assert np.allclose(horizontal, horizontal[:, :1], atol=1e-6) and np.allclose(vertical, vertical[:1], atol=1e-6)


def test_gap_exposure_and_no_mask():
    stimuli = masking(
        IMAGES, list("xxyyzz"), soa=[50, 100], exposure=33.3, mask=("none", "noise"), mask_duration=300, frame_rate=60
    )
    assert len(stimuli) == 24 and stimuli.table["image_label"].nunique() == 3
    for (_, row), timeline in zip(stimuli.table.iterrows(), stimuli.timelines, strict=True):
        assert timeline.duration == pytest.approx(row["soa"] + 300)
        shown = timeline.shown()
        assert shown[0][1] == pytest.approx(33.333, abs=1e-3) and np.allclose(shown[1][0].load(), 0.5)
        assert len(shown) == (3 if row["masked"] else 2) and row["gap"] == pytest.approx(row["soa"] - 33.333, abs=1e-3)


@pytest.mark.parametrize("kind", ["noise", "phase-scrambled"])
def test_noise_has_its_contrast_and_spectrum_and_follows_the_seed(kind):
    settings = {"soa": 50, "frame_rate": 60, "mask": kind, "mask_size": None, "mask_count": 3, "size_px": 64}
    first, again, other = (masking(IMAGES, **settings, seed=seed) for seed in (0, 0, 1))
    assert first.digest == again.digest != other.digest
    masks = {timeline.frames[1].digest: timeline.frames[1].load() for timeline in first.timelines}
    assert len(masks) == 3
    for mask in masks.values():
        assert (mask / 0.5).std() == pytest.approx(0.3, abs=0.01) and mask.mean() == pytest.approx(0.5, abs=0.01)
    if kind == "noise":
        amplitude = np.mean([np.abs(np.fft.fft2(mask - mask.mean())) for mask in masks.values()], axis=0)
        low, high = amplitude[0, 2:4].mean(), amplitude[0, 20:24].mean()
        assert 4 < low / high < 20  # 1/f would be 8.8


def test_a_targets_mask_is_the_same_at_every_soa():
    stimuli = masking(IMAGES, soa=[50, 100], mask="noise", mask_count=4, frame_rate=60)
    for _, rows in stimuli.table.groupby("target").indices.items():
        assert len({stimuli.timelines[row].frames[1].digest for row in rows}) == 1


def test_images_as_masks():
    mask = np.zeros((8, 8))
    stimuli = masking(IMAGES, soa=50, mask=[mask], frame_rate=60)
    assert all(not timeline.at(60).any() for timeline in stimuli.timelines) and set(stimuli.table["mask"]) == {"image"}


@given(st.integers(1, 60), st.sampled_from([60.0, 75.0, 120.0, 144.0]))
def test_whole_frames_are_found_however_they_are_printed(frames, rate):
    assert whole_frames("soa", 1000 * frames / rate, rate) == frames


def test_what_the_display_cannot_show_is_refused_or_declared():
    with pytest.raises(StimulusError, match=r"use 16\.667 or 33\.333 ms"):
        masking(soa=25, frame_rate=60)
    stimuli = masking(soa=[20, 40], frame_rate=60, mask_duration=100, rounding="nearest")
    assert stimuli.table["soa_asked"].tolist()[:2] == [20, 40]
    assert stimuli.table["soa"].tolist()[:2] == pytest.approx([16.667, 33.333], abs=1e-3)
    with pytest.raises(StimulusError, match="equally many frames"):
        masking(soa=[30, 40], frame_rate=60, mask_duration=100, rounding="nearest")
    with pytest.raises(StimulusError, match="less than 1 frame"):
        masking(soa=3, rounding="nearest")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"exposure": 100, "soa": 50}, "shorten the exposure"),
        ({"mask": "chequers"}, "folder of images"),
        ({"mask": ("noise", "noise")}, "several different"),
        ({"checks": 4}, "odd number"),
        ({"mask_contrast": 1.5}, "contrast 1.5"),
        ({"target": IMAGES, "labels": ["one"]}, "labels"),
        ({"labels": ["one"]}, "labels are for images"),
        ({"target": []}, "no image"),
        ({"rounding": "up"}, "rounding"),
        ({"target_size": 9}, "does not fit"),
        ({"target": {"a": np.ones((4, 8)) * 0.4}, "mask": "phase-scrambled"}, "square"),
        ({"target": {"a": np.ones((4, 4)) * 0.4}, "mask": "phase-scrambled", "size_px": 8}, "uniform"),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(arguments, said):
    with pytest.raises(StimulusError, match=said):
        masking(**{"soa": 50} | arguments)


def test_contact_sheet(tmp_path):
    assert masking(soa=33.3).show(tmp_path / "sheet.png").stat().st_size > 5_000
