"""Paths of collinear segments among distractors (after Field, Hayes & Hess 1993, "Contour integration by the human visual system";
GammaNet's line of work trains on such paths)."""

import numpy as np
from PIL import Image, ImageDraw

from harness.errors import ArgumentError
from harness.training import Rows, TrainingSet, as_bytes, drawn_splits, memory_mapped

BACKGROUND = 0.5
SEGMENT, SPACING, APART = 5.0, 7.0, 5.5  # pixels: of a segment, between the middles on a path, between any two middles
MARGIN = 4.0
_OVERSAMPLING = 4
_TRIALS = 200
Segment = tuple[float, float, float]
"""x and y of the middle in pixels, and direction in radians."""


def contours(
    size: int = 48,
    channels: int = 3,
    samples: int = 1000,
    length: int = 6,
    turn: float = 20.0,
    distractors: int = 20,
    noise: float = 0.03,
    seed: int = 0,
) -> TrainingSet:
    """Maps as targets. What each argument is stands in the plugin's registration.

    Raises:
        ArgumentError: if the image has no room for a contour.
    """
    if size < SPACING * 2 + 2 * MARGIN or length < 2:
        raise ArgumentError(f"an image of {size} pixels has no room for contours; take 32 or more")
    train, validation, content = memory_mapped(
        drawn,
        size=size,
        channels=channels,
        samples=samples,
        length=length,
        turn=float(turn),
        distractors=distractors,
        noise=float(noise),
        seed=seed,
    )
    return TrainingSet("contours", train, validation, digest=content, summary="contours of segments among others")


def drawn(
    size: int, channels: int, samples: int, length: int, turn: float, distractors: int, noise: float, seed: int
) -> dict[str, Rows]:
    """The images and maps: `samples` to train on and a fifth as many, of another seed, for validation."""
    splits = {}
    for split, count, rng in drawn_splits(samples, seed):
        pairs = [_pair(size, length, turn, distractors, noise, rng) for _ in range(count)]
        frames = np.repeat(as_bytes(np.stack([image for image, _ in pairs]))[:, None], channels, 1)
        splits[split] = Rows.of(frames, as_bytes(np.stack([target for _, target in pairs]))[:, None])
    return splits


def _pair(
    size: int, length: int, turn: float, distractors: int, noise: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """An image and the map of its contour, both (size, size) in [0, 1]."""
    path = next(filter(None, (_path(size, length, turn, rng) for _ in iter(int, 1))))
    others = _distractors(size, distractors, path, rng)
    polarity, contrast = rng.choice([-1, 1]), rng.uniform(0.4, 0.9)
    lines = _lines([*path, *others], size)
    image = BACKGROUND * (1 + polarity * contrast * lines) + noise * rng.standard_normal((size, size))
    middles = [(x, y) for x, y, _ in path]
    return np.clip(image, 0, 1), (_trace(middles, size) > BACKGROUND).astype(float)


def _path(size: int, length: int, turn: float, rng: np.random.Generator) -> list[Segment] | None:
    """Segments one after the other; None if they leave the image or come too near to each other."""
    x, y = rng.uniform(MARGIN, size - MARGIN, 2)
    direction = rng.uniform(0, 2 * np.pi)
    path: list[Segment] = [(x, y, direction)]
    for _ in range(length - 1):
        change = np.deg2rad(rng.uniform(-turn, turn))
        x, y = x + SPACING * np.cos(direction + change / 2), y + SPACING * np.sin(direction + change / 2)
        direction += change
        if not (MARGIN < x < size - MARGIN and MARGIN < y < size - MARGIN) or _near(x, y, path):
            return None
        path.append((x, y, direction))
    return path


def _distractors(size: int, count: int, path: list[Segment], rng: np.random.Generator) -> list[Segment]:
    """Segments at random, as many as find a place."""
    found: list[Segment] = []
    for _ in range(_TRIALS):
        x, y = rng.uniform(MARGIN, size - MARGIN, 2)
        if len(found) < count and not _near(x, y, [*path, *found]):
            found.append((x, y, rng.uniform(0, np.pi)))
    return found


def _near(x: float, y: float, others: list[Segment]) -> bool:
    return any(np.hypot(x - a, y - b) < APART for a, b, _ in others)


def _lines(segments: list[Segment], size: int) -> np.ndarray:
    """Segments as lines about a pixel wide, (size, size) from 0 to 1."""
    return _drawn(
        [
            [(x + side * SEGMENT / 2 * np.cos(angle), y + side * SEGMENT / 2 * np.sin(angle)) for side in (-1, 1)]
            for x, y, angle in segments
        ],
        size,
    )


def _trace(points: list[tuple[float, float]], size: int) -> np.ndarray:
    """A line through points, likewise."""
    return _drawn([points], size)


def _drawn(lines: list[list[tuple[float, float]]], size: int) -> np.ndarray:
    image = Image.new("L", (size * _OVERSAMPLING, size * _OVERSAMPLING))
    pen = ImageDraw.Draw(image)
    for line in lines:
        pen.line([(x * _OVERSAMPLING, y * _OVERSAMPLING) for x, y in line], fill=255, width=_OVERSAMPLING + 1)
    fine = np.asarray(image, dtype=float) / 255
    return fine.reshape(size, _OVERSAMPLING, size, _OVERSAMPLING).mean((1, 3))
