"""Random dots in four directions (after Newsome & Pare 1988), as movies of a few frames."""

from collections.abc import Sequence

import numpy as np

from harness.training import Rows, TrainingSet, as_bytes, drawn_splits, memory_mapped

DIRECTIONS = {"right": (0, 1), "up": (-1, 0), "left": (0, -1), "down": (1, 0)}  # rows and columns
BACKGROUND, CONTRAST = 0.5, 0.8


def moving_dots(
    size: int = 32,
    channels: int = 1,
    samples: int = 1600,
    steps: int = 12,
    dots: int = 14,
    coherence: Sequence[float] = (0.4, 1.0),
    seed: int = 0,
) -> TrainingSet:
    """Four classes. What each argument is stands in the plugin's registration."""
    train, validation, content = memory_mapped(
        shown,
        size=size,
        channels=channels,
        samples=samples,
        steps=steps,
        dots=dots,
        coherence=tuple(map(float, coherence)),
        seed=seed,
    )
    return TrainingSet(
        "moving_dots", train, validation, classes=tuple(DIRECTIONS), digest=content, summary="random dots in motion"
    )


def shown(
    size: int, channels: int, samples: int, steps: int, dots: int, coherence: tuple[float, float], seed: int
) -> dict[str, Rows]:
    """The movies, of another seed for validation."""
    splits = {}
    for split, count, rng in drawn_splits(samples, seed):
        labels = np.arange(count) % len(DIRECTIONS)
        moves = [list(DIRECTIONS.values())[label] for label in labels]
        shape = (count, steps, channels, size, size)
        movies = (_movie(size, channels, steps, dots, rng.uniform(*coherence), move, rng) for move in moves)
        splits[split] = Rows(shape, movies, labels.astype(np.int64))
    return splits


def _movie(
    size: int, channels: int, steps: int, dots: int, coherence: float, move: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """(steps, channels, size, size) uint8; dots wrap around."""
    at = rng.integers(0, size, (dots, 2))
    tones = BACKGROUND * (1 + CONTRAST * np.where(np.arange(dots) % 2, 1, -1))
    frames = np.full((steps, size, size), BACKGROUND)
    for frame in frames:
        frame[at[:, 0], at[:, 1]] = tones
        moves = rng.random(dots) < coherence
        at = np.where(moves[:, None], (at + move) % size, rng.integers(0, size, (dots, 2)))
    return np.repeat(as_bytes(frames)[:, None], channels, 1)
