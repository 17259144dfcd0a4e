"""Images with more than 8 bits per channel, at their full range, as floats in [0, 1]."""

import io
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import MissingData, StimulusError

_WHITE = 65535
_ORIENTATION = 0x0112
_COLOUR_TYPE, _WITH_OPACITY = 25, 4
"""Where a PNG says what its channels are, and the bit that stands for opacity."""


def is_deep(image: Any) -> bool:
    """Whether an image that Pillow opened has more than 8 bits per channel, of which Pillow would drop some."""
    if image.mode.startswith(("I", "F")) or any(";16" in str(tile[3]) for tile in getattr(image, "tile", ())):
        return True
    return image.format == "TIFF" and max(image.tag_v2.get(258, (8,))) > 8


def deep_pixels(image: Any, content: bytes, path: Path, background: tuple[float, float, float]) -> np.ndarray:
    """(height, width) or (height, width, 3) float32 in [0, 1].

    Images of one channel are read by Pillow, others by av (PNG) and tifffile (TIFF).

    Args:
        image: opened by Pillow.
        content: the bytes of the file.
        path: its name, for messages.
        background: RGB in [0, 1], seen through transparent pixels.

    Raises:
        StimulusError: for integers of 32 bits, whose white is not known, and floats outside of [0, 1].
        MissingData: where av or tifffile is needed and not installed.
    """
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image)
        values = values.astype(np.uint16) if image.format == "PNG" else values
    elif image.format == "PNG":
        image.load()  # tells whether the file is whole
        values = _png(content, path)
    else:
        values = _tiff(content, path)
    return _opaque(_upright(_scaled(values, path), image.getexif().get(_ORIENTATION, 1)), background)


def is_tiff(content: bytes) -> bool:
    """Whether bytes are a TIFF, of which Pillow does not read all."""
    return content[:4] in (b"II*\0", b"MM\0*")


def tiff_pixels(content: bytes, path: Path, background: tuple[float, float, float]) -> np.ndarray:
    """As `deep_pixels`, of a TIFF that Pillow does not read, such as one of floats in colour. ValueError if it is damaged."""
    values = _tiff(content, path)
    return _opaque(_scaled(values / np.float32(255) if values.dtype == np.uint8 else values, path), background)


def _png(content: bytes, path: Path) -> np.ndarray:
    try:
        import av
    except ImportError:
        raise MissingData(
            f"'{path}' has several channels of 16 bits, which are read by the package av; pip install "
            "'vision-dynamics-harness[video]', or save it as float TIFF"
        ) from None

    opaque = content[_COLOUR_TYPE] & _WITH_OPACITY == 0
    with av.open(io.BytesIO(content), "r") as container:
        frame = next(container.decode(video=0))
        return frame.to_ndarray(format="rgb48le" if opaque else "rgba64le")


def _tiff(content: bytes, path: Path) -> np.ndarray:
    try:
        import tifffile
    except ImportError:
        raise MissingData(
            f"'{path}' is damaged, or has several channels of more than 8 bits, which are read by the package tifffile; pip "
            "install 'vision-dynamics-harness[files]', or save it as 16-bit PNG"
        ) from None

    try:
        values = np.asarray(tifffile.imread(io.BytesIO(content)))
    except Exception as error:  # its own errors, and those of codecs
        raise ValueError(" ".join(str(error).split())) from error
    return (
        values.transpose(1, 2, 0) if values.ndim == 3 and values.shape[0] in (3, 4) and values.shape[2] > 4 else values
    )


def _scaled(values: np.ndarray, path: Path) -> np.ndarray:
    """Numbers from 0 to 1, of (height, width[, channels])."""
    values = values[..., 0] if values.ndim == 3 and values.shape[2] == 1 else values
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (3, 4)):
        raise StimulusError(
            f"'{path}' has {values.shape[-1]} channels; an image is grey or RGB, with opacity or without"
        )
    if values.dtype.kind == "u" and values.dtype.itemsize == 2:
        return (values / _WHITE).astype(np.float32)
    if values.dtype.kind != "f":
        raise StimulusError(
            f"'{path}' holds numbers of type {values.dtype}, of which white is not known; save it as 16-bit PNG, or as float TIFF "
            "in [0, 1]"
        )
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise StimulusError(
            f"'{path}' holds floats from {values.min():g} to {values.max():g}; a float image lies in [0, 1], so rescale it to the "
            "displayable range"
        )
    return values.astype(np.float32)


def _upright(values: np.ndarray, orientation: int) -> np.ndarray:
    """Turned as EXIF's orientation says."""
    if orientation in (5, 6, 7, 8):
        values = values.swapaxes(0, 1)
    flipped_rows, flipped_columns = {2: (0, 1), 3: (1, 1), 4: (1, 0), 6: (0, 1), 7: (1, 1), 8: (1, 0)}.get(
        orientation, (0, 0)
    )
    return np.ascontiguousarray(values[:: -1 if flipped_rows else 1, :: -1 if flipped_columns else 1])


def _opaque(values: np.ndarray, background: tuple[float, float, float]) -> np.ndarray:
    if values.ndim == 2 or values.shape[2] == 3:
        return values
    opacity = values[..., 3:]
    return (values[..., :3] * opacity + np.asarray(background, dtype=np.float32) * (1 - opacity)).astype(np.float32)
