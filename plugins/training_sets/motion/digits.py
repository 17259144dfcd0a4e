"""Moving digits (after Srivastava, Mansimov & Salakhutdinov 2015) of scikit-learn's, without those that a benchmark shows."""

import numpy as np
import torch
from torch.nn import functional

from harness.errors import ArgumentError
from harness.training import Rows, TrainingSet, as_bytes, drawn_splits, memory_mapped
from harness_plugins.training_sets.digits.digits import written


def moving_digits(
    size: int = 32,
    channels: int = 3,
    samples: int = 800,
    steps: int = 12,
    digits: int = 2,
    digit: int = 14,
    speed: float = 2.5,
    seed: int = 0,
) -> TrainingSet:
    """Movies without labels. What each argument is stands in the plugin's registration.

    Raises:
        ArgumentError: if a digit has no room to move.
    """
    if digit >= size:
        raise ArgumentError(f"a digit of {digit} pixels has no room to move in {size}; make it smaller")
    train, validation, content = memory_mapped(
        shown,
        size=size,
        channels=channels,
        samples=samples,
        steps=steps,
        digits=digits,
        digit=digit,
        speed=float(speed),
        seed=seed,
    )
    return TrainingSet("moving_digits", train, validation, digest=content, summary="moving digits")


def shown(
    size: int, channels: int, samples: int, steps: int, digits: int, digit: int, speed: float, seed: int
) -> dict[str, Rows]:
    """The movies; those for validation are of other digits."""
    still = written(digit, 1, 6, None)
    splits = {}
    for split, count, rng in drawn_splits(samples, seed):
        images = np.asarray(still[split].frames)[:, 0] / 255
        drawn = (_movie(images[rng.integers(len(images), size=digits)], size, steps, speed, rng) for _ in range(count))
        movies = (np.repeat(as_bytes(movie)[:, None], channels, 1) for movie in drawn)
        splits[split] = Rows((count, steps, channels, size, size), movies)
    return splits


def _movie(images: np.ndarray, size: int, steps: int, speed: float, rng: np.random.Generator) -> np.ndarray:
    """(steps, size, size) in [0, 1]: where digits meet, the lighter one is seen."""
    room = size - images.shape[-1]
    at, velocity = rng.uniform(0, room, (len(images), 2)), rng.uniform(-speed, speed, (len(images), 2))
    frames = np.zeros((steps, size, size))
    for frame in frames:
        for image, place in zip(images, at, strict=True):
            np.maximum(frame, _placed(image, place, size), out=frame)
        at = at + velocity
        outside = (at < 0) | (at > room)
        velocity = np.where(outside, -velocity, velocity)
        at = np.clip(at, 0, room)
    return frames


def _placed(image: np.ndarray, place: np.ndarray, size: int) -> np.ndarray:
    """An image with its corner at a place between pixels, (size, size)."""
    padded = torch.zeros(1, 1, size + 1, size + 1)
    top, left = (int(value) for value in place)
    side = len(image)
    padded[0, 0, top + 1 : top + 1 + side, left + 1 : left + 1 + side] = torch.from_numpy(image)
    dy, dx = (float(value - int(value)) for value in place)
    kernel = torch.tensor([[dy * dx, dy * (1 - dx)], [(1 - dy) * dx, (1 - dy) * (1 - dx)]], dtype=torch.float32)
    return functional.conv2d(padded, kernel[None, None])[0, 0].numpy()
