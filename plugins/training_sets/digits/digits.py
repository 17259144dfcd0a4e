"""scikit-learn's digits (Alpaydin & Kaynak 1998) without the first 50 of each, which the benchmark `Digits-decoding` shows."""

from typing import Literal

import numpy as np
import torch
from torch.nn import functional

from harness.errors import ArgumentError
from harness.training import Held, InNoise, Presentation, Rows, Sequence, TrainingSet, as_bytes, memory_mapped

SHOWN_BY_BENCHMARK = 50
"""Of each digit, the first ones."""


def digits(
    size: int = 16,
    channels: int = 1,
    shown: Literal["held", "noise", "sequence"] = "held",
    noise: float = 0.3,
    each: int = 5,
    held_out: int = 6,
    samples: int | None = None,
) -> TrainingSet:
    """Ten classes. What each argument is stands in the plugin's registration.

    Raises:
        ArgumentError: for a way of showing that there is not.
    """
    ways: dict[str, Presentation] = {"held": Held(), "noise": InNoise((0.0, noise)), "sequence": Sequence(each)}
    if shown not in ways:
        raise ArgumentError(f"digits are shown {', '.join(ways)}, not '{shown}'")
    train, validation, content = memory_mapped(
        written, size=size, channels=channels, held_out=held_out, samples=samples
    )
    classes = tuple(map(str, range(10)))
    summary = f"handwritten digits, {shown}"
    return TrainingSet(
        "digits", train, validation, classes=classes, presentation=ways[shown], digest=content, summary=summary
    )


def written(size: int, channels: int, held_out: int, samples: int | None) -> dict[str, Rows]:
    """The digits at a size; every `held_out`-th is for validation."""
    from sklearn.datasets import load_digits

    data = load_digits()
    rank = np.zeros(len(data.target), dtype=int)
    for digit in range(10):
        rows = np.flatnonzero(data.target == digit)
        rank[rows] = np.arange(len(rows))
    images = torch.from_numpy(data.images.astype(np.float32))[:, None] / 16
    larger = functional.interpolate(images, (size, size), mode="bilinear", align_corners=False).clamp(0, 1)
    frames = np.repeat(as_bytes(larger.numpy()), channels, 1)
    free = rank >= SHOWN_BY_BENCHMARK
    validation = free & (rank % held_out == 0)
    parts = {"train": np.flatnonzero(free & ~validation)[:samples], "validation": np.flatnonzero(validation)}
    return {split: Rows.of(frames[each], data.target[each].astype(np.int64)) for split, each in parts.items()}
