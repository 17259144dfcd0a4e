"""Image files given on the command line."""

from pathlib import Path

import numpy as np

from harness.errors import MissingData, StimulusError


def pixels(path: Path) -> np.ndarray:
    """(height, width, 3) uint8.

    Raises:
        MissingData: if there is no such file.
        StimulusError: if it cannot be decoded.
    """
    from PIL import Image, UnidentifiedImageError

    if not path.is_file():
        raise MissingData(f"there is no image '{path}'; check its path")
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise StimulusError(f"'{path}' cannot be read as an image ({error}); convert it to PNG or JPEG") from error
