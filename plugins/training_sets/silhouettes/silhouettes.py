"""Silhouettes drawn at random places, sizes and contrasts, each turned a little, so that none is an image of a benchmark's."""

from collections.abc import Sequence
from functools import cache
from typing import Literal

import numpy as np
from scipy.ndimage import affine_transform

from harness.errors import ArgumentError
from harness.training import (
    Held,
    InNoise,
    Masked,
    Presentation,
    Rows,
    TrainingSet,
    as_bytes,
    drawn_splits,
    memory_mapped,
)
from harness_plugins.stimuli.silhouettes.drawings import DRAWINGS, modulation

NAMES = tuple(DRAWINGS)
BACKGROUND, TILT = 0.5, 15.0  # luminance; degrees to either side
_OVERSAMPLED = 64


def silhouettes(
    size: int = 32,
    channels: int = 1,
    samples: int = 4000,
    shown: Literal["held", "noise", "masked"] = "held",
    noise: float = 0.15,
    clutter: int = 0,
    occlusion: float = 0.0,
    contrast: Sequence[float] = (0.25, 1.0),
    side: Sequence[float] = (0.45, 0.875),
    onset: int = 8,
    seed: int = 0,
) -> TrainingSet:
    """Seven classes. What each argument is stands in the plugin's registration.

    Raises:
        ArgumentError: for a way of showing that there is not.
    """
    ways: dict[str, Presentation] = {
        "held": Held(),
        "noise": InNoise((0.0, noise)),
        "masked": Masked(onset=onset, noise=noise, background=BACKGROUND),
    }
    if shown not in ways:
        raise ArgumentError(f"silhouettes are shown {', '.join(ways)}, not '{shown}'")
    train, validation, content = memory_mapped(
        drawn,
        size=size,
        channels=channels,
        samples=samples,
        clutter=clutter,
        occlusion=float(occlusion),
        contrast=tuple(map(float, contrast)),
        side=tuple(map(float, side)),
        seed=seed,
    )
    summary = f"{len(NAMES)} silhouettes, {shown}"
    return TrainingSet(
        "silhouettes", train, validation, classes=NAMES, presentation=ways[shown], digest=content, summary=summary
    )


def drawn(
    size: int,
    channels: int,
    samples: int,
    clutter: int,
    occlusion: float,
    contrast: tuple[float, float],
    side: tuple[float, float],
    seed: int,
) -> dict[str, Rows]:
    """The drawings: `samples` to train on and a fifth as many, of another seed, for validation."""
    splits = {}
    for split, count, rng in drawn_splits(samples, seed):
        labels = np.arange(count) % len(NAMES)
        frames = np.stack([_frame(NAMES[k], size, clutter, occlusion, contrast, side, rng) for k in labels])
        splits[split] = Rows.of(np.repeat(as_bytes(frames)[:, None], channels, 1), labels.astype(np.int64))
    return splits


def _frame(
    name: str,
    size: int,
    clutter: int,
    occlusion: float,
    contrast: tuple[float, float],
    side: tuple[float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """One image, (size, size), in [0, 1]."""
    image = np.zeros((size, size))
    for _ in range(clutter):
        whole = _turned(str(rng.choice(NAMES)), max(4, round(rng.uniform(*side) * size)), rng)
        half = len(whole) // 2
        top, left = rng.integers(0, len(whole) - half + 1, 2)
        _put(image, whole[top : top + half, left : left + half] * rng.uniform(*contrast), rng)
    pixels = round(rng.uniform(*side) * size)
    drawing = _turned(name, pixels, rng) * rng.uniform(*contrast)
    if occlusion:
        drawing[_blocks(pixels, rng.uniform(0, occlusion), rng)] = 0
    _put(image, drawing, rng)
    return BACKGROUND * (1 + image)


def _turned(name: str, pixels: int, rng: np.random.Generator) -> np.ndarray:
    """A drawing of so many pixels a side, tilted to either side."""
    angle = np.deg2rad(rng.uniform(-TILT, TILT))
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    fine = _fine(name)
    scale = _OVERSAMPLED / pixels
    middle = np.full(2, (_OVERSAMPLED - 1) / 2)
    offset = middle - matrix @ (np.full(2, (pixels - 1) / 2) * scale)
    return affine_transform(fine, matrix * scale, offset, (pixels, pixels), order=1)


@cache
def _fine(name: str) -> np.ndarray:
    return modulation(name, _OVERSAMPLED)


def _put(image: np.ndarray, drawing: np.ndarray, rng: np.random.Generator) -> None:
    """A drawing at any place where it fits, over what is there."""
    pixels = len(drawing)
    top, left = rng.integers(0, len(image) - pixels + 1, 2)
    part = image[top : top + pixels, left : left + pixels]
    part[...] = np.where(drawing != 0, drawing, part)


def _blocks(pixels: int, share: float, rng: np.random.Generator) -> np.ndarray:
    """Which pixels of a drawing are under blocks of a quarter of its side."""
    covered = rng.random((4, 4)) < share
    at = np.arange(pixels) * 4 // pixels
    return covered[np.ix_(at, at)]
