"""Placing a frame on the field of view: sizes in degrees, background, aspect, one resampling."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from harness.errors import ModelError
from harness.models import IMAGENET_MEAN, IMAGENET_STD, FrameModel, Preprocessing

GREEN = (0.0, 1.0, 0.0)
WHITE = np.full((20, 20, 3), 255, dtype=np.uint8)


def noise(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_half_the_field_of_view_is_half_the_canvas_on_the_background():
    model = FrameModel("m", torch.nn.Identity(), preprocessing=Preprocessing(64), visual_degrees=8)
    placed = model.preprocessing.place(WHITE, model.span(4), GREEN)
    inside = torch.zeros(64, 64, dtype=torch.bool)
    inside[16:48, 16:48] = True
    assert torch.allclose(placed[:, inside], torch.ones(3, 32 * 32))
    assert torch.equal(placed[:, ~inside], torch.tensor(GREEN)[:, None].expand(3, 64 * 64 - 32 * 32))


def test_a_larger_stimulus_shows_its_centre():
    frame = np.zeros((40, 40, 3), dtype=np.uint8)
    frame[10:30, 10:30] = 255
    assert torch.allclose(Preprocessing(20).place(frame, 2.0, GREEN), torch.ones(3, 20, 20))


def test_unknown_size_fills_the_field_of_view():
    assert FrameModel("m", torch.nn.Identity(), preprocessing=Preprocessing(8)).span(None) == 1


def test_equal_sizes_are_left_bitwise_alone():
    frame = noise(32, 32)
    placed = Preprocessing(32, IMAGENET_MEAN, IMAGENET_STD).place(frame, 1.0, GREEN)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))
    plain = (torch.from_numpy(frame).permute(2, 0, 1).float() / 255 - mean) / std
    assert torch.equal(placed, plain)


def test_pixels_of_a_small_frame_at_native_resolution_are_unchanged():
    frame = noise(16, 16)
    placed = Preprocessing(32).place(frame, 0.5, GREEN)
    assert torch.equal(placed[:, 8:24, 8:24], torch.from_numpy(frame).permute(2, 0, 1).float() / 255)


def test_aspect_is_kept_and_the_larger_side_has_the_size():
    placed = Preprocessing(40).place(np.full((10, 20, 3), 255, dtype=np.uint8), 0.5, (0, 0, 0))
    white = placed[0] == 1
    assert white.any(1).sum() == 10 and white.any(0).sum() == 20


def test_aspect_may_be_stretched():
    wide = np.linspace(0, 1, 12 * 8 * 3).reshape(8, 12, 3)
    stretched = Preprocessing(12, aspect="stretch").place(wide, 1.0, (0.5,) * 3)
    resized = functional.interpolate(
        torch.from_numpy(wide).permute(2, 0, 1)[None].float(), size=(12, 12), mode="bilinear", antialias=True
    )[0]
    assert torch.equal(stretched, resized)
    half = Preprocessing(12, aspect="stretch").place(wide, 0.5, (0.5,) * 3)
    assert (half[:, :3] == 0.5).all() and (half[:, 3:9, 3:9] != 0.5).any(), "the larger side spans half of the field"
    square = np.random.default_rng(0).random((8, 8, 3))
    assert torch.equal(
        Preprocessing(12, aspect="stretch").place(square, 1.0, (0,) * 3), Preprocessing(12).place(square, 1.0, (0,) * 3)
    )


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic", "nearest"])
def test_resampled_once_and_within_range(interpolation, monkeypatch):
    calls = []
    original = functional.interpolate
    monkeypatch.setattr(functional, "interpolate", lambda *a, **k: calls.append(k["size"]) or original(*a, **k))
    placed = Preprocessing(16, interpolation=interpolation).place(noise(50, 50), 0.5, GREEN)
    assert calls == [(8, 8)]
    assert placed.min() >= 0 and placed.max() <= 1


def test_downsampling_does_not_alias():
    stripes = np.zeros((64, 64, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    placed = Preprocessing(16).place(stripes, 1.0, GREEN)
    assert placed[:, 2:-2, 2:-2].sub(0.5).abs().max() < 0.1


def test_luminance_equals_its_grey_image_and_one_channel_is_weighted():
    grey = np.random.default_rng(0).random((8, 8)).astype(np.float32)
    three = np.repeat(grey[..., None], 3, axis=2)
    assert torch.equal(Preprocessing(8).place(grey, 1, GREEN), Preprocessing(8).place(three, 1, GREEN))
    red = np.zeros((8, 8, 3), dtype=np.float32)
    red[..., 0] = 1
    one = Preprocessing(8, mean=(0.0,), std=(1.0,), channels=1).place(red, 1, GREEN)
    assert one.shape == (1, 8, 8) and torch.allclose(one, torch.full((1, 8, 8), 0.299))


def test_a_background_of_whole_numbers_does_not_round_the_frame():
    placed = Preprocessing(16).place(np.full((4, 4), 0.25, dtype=np.float32), 0.25, (0, 1, 0))
    assert placed.dtype == torch.float32
    assert torch.allclose(placed[:, 8, 8], torch.full((3,), 0.25))


@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    size=st.integers(1, 40),
    span=st.floats(0.01, 3),
    seed=st.integers(0, 9),
)
@settings(max_examples=60, deadline=None)
def test_any_frame_gives_a_finite_square(height, width, size, span, seed):
    frame = np.random.default_rng(seed).random((height, width), dtype=np.float32)
    placed = Preprocessing(size).place(frame, span, (0.5, 0.5, 0.5))
    assert placed.shape == (3, size, size) and placed.isfinite().all()
    assert placed.min() >= -1e-6 and placed.max() <= 1 + 1e-6


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": 0},
        {"size": 8, "std": (0.0, 1.0, 1.0)},
        {"size": 8, "mean": (0.0, 0.0)},
        {"size": 8, "channels": 1, "mean": (0.0,) * 3},
        {"size": 8, "mean": (float("nan"),)},
        {"size": 8, "mean": (float("inf"),)},
        {"size": 8, "std": (float("inf"),)},
        {"size": 8, "std": (float("nan"),)},
        {"size": 8, "std": ()},
    ],
)
def test_impossible_preprocessing_is_refused(wrong):
    with pytest.raises(ModelError, match="positive size"):
        Preprocessing(**wrong)


def test_one_number_counts_for_all_channels():
    assert Preprocessing(8, mean=(0.5,), std=(0.5,)) == Preprocessing(8, mean=(0.5,) * 3, std=(0.5,) * 3)
    assert Preprocessing(8, channels=1).place(np.full((8, 8), 0.3), 1.0, (0.5, 0.5, 0.5)).shape == (1, 8, 8)


def test_a_mean_of_numbers_to_255_is_refused():
    with pytest.raises(ModelError, match=r"divide a mean of .* by 255"):
        Preprocessing(8, mean=(123.7, 116.3, 103.5), std=(58.4, 57.1, 57.4))
