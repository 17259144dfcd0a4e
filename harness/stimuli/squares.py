"""Images in a square between their own mirror images, so that their edges are no contours, and the way back."""

import numpy as np

from harness.checks import checked
from harness.errors import StimulusError

LARGEST = 50_000
"""Pixels along a side."""


@checked(StimulusError)
def mirrored_square(image: np.ndarray) -> np.ndarray:
    """An image (height, width[, 3]) in the middle of the smallest square that holds it; its mirror images stand around it.

    Raises:
        StimulusError: for anything else than an image.
    """
    if image.ndim not in (2, 3) or not image.size:
        raise StimulusError(f"an image is (height, width[, 3]), not {image.shape}")
    side, before = max(image.shape[:2]), _margins(image.shape)
    around = [(n, side - length - n) for n, length in zip(before, image.shape, strict=False)]
    return np.pad(image, [*around, *[(0, 0)] * (image.ndim - 2)], mode="symmetric")


@checked(StimulusError)
def part_of_square(field: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The part (height, width) of a map of the whole square, (side, side), that the image covers, interpolated to its pixels.

    Raises:
        StimulusError: for anything else than a map, or a shape without pixels.
    """
    if field.ndim != 2 or not field.size or min(shape) < 1 or max(shape) > LARGEST:
        raise StimulusError(
            f"a map (side, side) is cut to an image of 1 to {LARGEST:,} pixels a side, not {field.shape} to {shape}"
        )
    import torch
    from torch.nn import functional

    side = max(shape)
    whole = torch.from_numpy(np.array(field, dtype=np.float32))[None, None]
    if whole.shape[-2:] != (side, side):
        whole = functional.interpolate(whole, size=(side, side), mode="bilinear", align_corners=False)
    top, left = _margins(shape)
    return whole[0, 0, top : top + shape[0], left : left + shape[1]].numpy().astype(np.float64)


def _margins(shape: tuple[int, ...]) -> tuple[int, int]:
    return (max(shape[:2]) - shape[0]) // 2, (max(shape[:2]) - shape[1]) // 2
