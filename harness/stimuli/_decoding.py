"""From the bytes of an image file to the displayed pixels: upright, without transparency, 8 bits per channel as uint8 and more as
float."""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from harness.checks import checked
from harness.errors import HarnessError, StimulusError
from harness.stimuli._deep_images import deep_pixels, is_deep, is_tiff, tiff_pixels
from harness.stimuli._wholeness import check_whole

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 2
"""Version of the decoding of files. Increased with every change, so that no response to the old pixels stands for the new ones."""
_ORIENTATION = 0x0112
"""EXIF's entry."""
_ONE_IMAGE = ("MPO",)
"""Formats whose further frames are previews and other views of the first."""
_CONVERT = {
    ".svg": "is a drawing without pixels; export it as PNG, as large as it is to be shown",
    ".svgz": "is a drawing without pixels; export it as PNG, as large as it is to be shown",
    ".pdf": "is a page without pixels; export it as PNG, as large as it is to be shown",
    ".eps": "is a page without pixels; export it as PNG, as large as it is to be shown",
    ".ai": "is a drawing without pixels; export it as PNG, as large as it is to be shown",
    ".heic": "is a photograph of Apple's; convert it to PNG (sips -s format png, or heif-convert)",
    ".heif": "is a photograph of Apple's; convert it to PNG (sips -s format png, or heif-convert)",
    ".jxl": "is JPEG XL; convert it to PNG with djxl",
    ".exr": "has luminances beyond a screen's; map them to [0, 1] and save 16-bit PNG or float TIFF",
    ".hdr": "has luminances beyond a screen's; map them to [0, 1] and save 16-bit PNG or float TIFF",
    ".psd": "has layers; flatten it and save it as PNG",
    ".mat": "is a file of MATLAB; save each image with imwrite as PNG",
    ".npy": "is an array; give it to StimulusSet.from_images, or save it as PNG",
    **dict.fromkeys((".dng", ".cr2", ".cr3", ".nef", ".arw", ".raw"), "is raw; develop it and save it as PNG or TIFF"),
    **dict.fromkeys(
        (".wmv", ".flv", ".ogv", ".3gp", ".ts", ".mts"), "is a video of another kind; convert it with ffmpeg to .mp4"
    ),
}


@checked(StimulusError)
def how_to_convert(path: Path) -> str:
    """A remark on a file whose kind is not read: what it is, and what to do with it."""
    return _CONVERT.get(path.suffix.lower(), "is of a kind that is not read; save images as PNG and movies as mp4")


def decode(content: bytes, path: Path, background: tuple[float, float, float]) -> np.ndarray:
    """(height, width, 3) uint8 RGB of an image file, turned as it says (EXIF orientation), transparent pixels on the background.

    An image with 16 bits per channel, or of floats, is float32 in [0, 1], (height, width) or (height, width, 3): 65,535 is 1,
    floats are as they are.

    Args:
        content: the bytes of the file.
        path: its name, for messages.
        background: RGB in [0, 1].

    Raises:
        StimulusError: for a file that is not an image, is not whole, has several frames, or numbers whose range is not known.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    check_whole(content, path)
    try:
        with Image.open(io.BytesIO(content)) as image:
            frames = getattr(image, "n_frames", 1)
            if frames > 1 and image.format not in _ONE_IMAGE:
                raise StimulusError(
                    f"'{path}' has {frames} frames, and an image has one; show it as a movie, as harness.data.timeline does, or "
                    "give its frames as images of their own"
                )
            _refuse_programs(image, path)
            if is_deep(image):  # Pillow would clip these at 255, or drop their lower bits
                return deep_pixels(image, content, path, background)
            upright = ImageOps.exif_transpose(image)
            if upright.has_transparency_data:
                return _on_background(np.asarray(upright.convert("RGBA")), background)
            return np.asarray(upright.convert("RGB"))
    except (HarnessError, MemoryError):
        raise
    except UnidentifiedImageError as error:
        if is_tiff(content):
            return _other_tiff(content, path, background)
        reason = f"'{path}' {_CONVERT[path.suffix.lower()]}" if path.suffix.lower() in _CONVERT else None
        raise StimulusError(
            reason or f"'{path}' cannot be read as an image (its format is not known); replace the file"
        ) from error
    except Exception as error:  # decoders have errors of all kinds for damaged files
        raise StimulusError(f"'{path}' cannot be read as an image ({error}); replace the file") from error


def _other_tiff(content: bytes, path: Path, background: tuple[float, float, float]) -> np.ndarray:
    try:
        return tiff_pixels(content, path, background)
    except ValueError as error:
        if isinstance(error, HarnessError):
            raise
        raise StimulusError(f"'{path}' cannot be read as an image ({error}); replace the file") from error


def is_plain(content: bytes) -> bool:
    """Whether the pixels of an image file are shown as they are stored, so that any reader sees the same; not if it is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as image:
            _refuse_programs(image, Path())
            if is_deep(image):
                return False
            check_whole(content, Path())
            image.load()
            return image.getexif().get(_ORIENTATION, 1) == 1 and not image.has_transparency_data
    except Exception:  # decoders have errors of all kinds for damaged files
        return False


def _refuse_programs(image: "Image", path: Path) -> None:
    """A page of PostScript is a program, which Pillow would have Ghostscript run, whatever its file is called."""
    if image.format == "EPS":
        raise StimulusError(f"'{path}' {_CONVERT['.eps']}")


def _on_background(rgba: np.ndarray, background: tuple[float, float, float]) -> np.ndarray:
    opacity = rgba[..., 3:] / 255
    shown = rgba[..., :3] * opacity + 255 * np.asarray(background) * (1 - opacity)
    return np.rint(shown).astype(np.uint8)
