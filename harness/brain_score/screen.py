"""The screen that Brain-Score's models look at: a frame placed in the field of view, as an image file of 8 bits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from harness.stimuli import Colour

VERSION = 2
"""Part of the identity of responses to what is drawn; 2: frames are centred where margins are not whole pixels."""


def on_screen(frame: np.ndarray, span: float, background: Colour) -> np.ndarray:
    """A frame at its own resolution, with the background around it or its margin cut off, as Brain-Score's `place_on_screen` does.

    Where the margins would differ by a pixel, each pixel is drawn as four, so that the frame is centred.

    Args:
        frame: uint8 RGB (height, width, 3), or float in [0, 1], (height, width[, 3]).
        span: share of the field of view that the frame covers; its proportions are those of the screen.
        background: RGB in [0, 1].

    Returns:
        (height, width, 3) uint8.
    """
    pixels = frame if frame.dtype == np.uint8 else np.rint(frame * 255).astype(np.uint8)
    pixels = np.broadcast_to(pixels[..., None], (*pixels.shape, 3)) if pixels.ndim == 2 else pixels
    size = np.array(pixels.shape[:2])
    wanted = np.maximum(1, np.rint(size / span).astype(int))
    if ((wanted - size) % 2).any():
        pixels, size, wanted = pixels.repeat(2, axis=0).repeat(2, axis=1), 2 * size, 2 * wanted
    if (wanted == size).all():
        return np.ascontiguousarray(pixels)
    screen = np.empty((*wanted, 3), np.uint8)
    screen[:] = np.rint(np.array(background) * 255).astype(np.uint8)
    shared = np.minimum(size, wanted)
    to, of = (wanted - shared) // 2, (size - shared) // 2
    (to_y, to_x), (of_y, of_x), (height, width) = to, of, shared
    screen[to_y : to_y + height, to_x : to_x + width] = pixels[of_y : of_y + height, of_x : of_x + width]
    return screen


@contextmanager
def as_file(pixels: np.ndarray) -> Iterator[Path]:
    """A PNG file of (height, width, 3) uint8, for as long as it is needed."""
    with TemporaryDirectory(prefix="harness-") as folder:
        path = Path(folder) / "frame.png"
        Image.fromarray(pixels).save(path, compress_level=1)
        yield path
