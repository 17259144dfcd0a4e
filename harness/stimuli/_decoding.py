"""From the bytes of an image file to the displayed pixels: upright, without transparency, 8 bits per channel."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import StimulusError

VERSION = 2
"""Version of the decoding of files. Increased with every change, so that no response to the old pixels stands for the new ones."""
_ORIENTATION = 0x0112
"""EXIF's entry."""
_ONE_IMAGE = ("MPO",)
"""Formats whose further frames are previews and other views of the first."""


def decode(content: bytes, path: Path, background: tuple[float, float, float]) -> np.ndarray:
    """(height, width, 3) uint8 RGB of an image file, turned as it says (EXIF orientation), transparent pixels on the background.

    Args:
        content: the bytes of the file.
        path: its name, for messages.
        background: RGB in [0, 1].

    Raises:
        StimulusError: for a file that is not an image, has several frames, or more than 8 bits per channel.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content)) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > 1 and image.format not in _ONE_IMAGE:
                raise StimulusError(
                    f"'{path}' has {frames} frames, and an image has one; give its frames as images of their own, or "
                    "convert it to a video (mp4)"
                )
            if _is_deep(image):  # Pillow would clip these at 255, or drop their lower bits
                raise StimulusError(f"'{path}' has more than 8 bits per channel; give it as a float array in [0, 1]")
            upright = ImageOps.exif_transpose(image)
            if upright.has_transparency_data:
                return _on_background(np.asarray(upright.convert("RGBA")), background)
            return np.asarray(upright.convert("RGB"))
    except StimulusError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = "its format is not known" if isinstance(error, UnidentifiedImageError) else error
        raise StimulusError(f"'{path}' cannot be read as an image ({reason}); replace the file") from error


def is_plain(content: bytes) -> bool:
    """Whether the pixels of an image file are shown as they are stored, so that any reader sees the same; not if it is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.getexif().get(_ORIENTATION, 1) == 1 and not image.has_transparency_data
    except (OSError, ValueError, SyntaxError):
        return False


def _is_deep(image: Any) -> bool:
    return image.mode.startswith(("I", "F")) or any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _on_background(rgba: np.ndarray, background: tuple[float, float, float]) -> np.ndarray:
    opacity = rgba[..., 3:] / 255
    shown = rgba[..., :3] * opacity + 255 * np.asarray(background) * (1 - opacity)
    return np.rint(shown).astype(np.uint8)
