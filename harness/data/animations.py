"""Animated images (GIF, APNG, WebP) and TIFFs of several pages as movies, with the durations that they state."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.data.decoded_movies import name_of
from harness.errors import StimulusError
from harness.stimuli import check_whole

SUFFIXES = (".gif", ".png", ".apng", ".webp", ".tif", ".tiff")
_VIEWS = ("MPO",)
"""Formats whose further frames are other views of the first."""
_SMALLER = 1
"""In TIFF's NewSubfileType: a page is a smaller version of another."""


def is_animated(path: Path) -> bool:
    """Whether an image file holds several frames; not if it cannot be read."""
    from PIL import Image

    if path.suffix.lower() not in SUFFIXES:
        return False
    try:
        with Image.open(path) as image:
            return getattr(image, "n_frames", 1) > 1 and image.format not in _VIEWS
    except Exception:  # decoders have errors of all kinds for damaged files
        return False


def decode(path: Path, folder: Path, timed: bool) -> tuple[list[float], float]:
    """Write the frames into a folder; returns the onset of each and the end of the last in ms.

    Args:
        timed: whether the durations of the file are needed; without them a frame lasts a second.

    Raises:
        StimulusError: for a file that cannot be read, does not say for how long a frame is shown, or has pages of several sizes.
    """
    onsets: list[float] = []
    end = 0.0
    check_whole(path.read_bytes(), path)
    for frame, duration in _frames(path, timed):
        frame.save(folder / name_of(len(onsets)), compress_level=1)
        onsets.append(round(end, 6))
        end += duration
    return onsets, round(end, 6)


def _frames(path: Path, timed: bool) -> Iterator[tuple[Any, float]]:
    """Each frame, and for how many ms it is shown."""
    from PIL import Image

    position = 0
    try:
        with Image.open(path) as image:
            size = image.size
            first = 1 if image.info.get("default_image") else 0  # a still image for those who cannot show APNG
            for position in range(first, getattr(image, "n_frames", 1)):
                image.seek(position)
                _refuse_pages(image, size, position, path)
                image.load()
                yield _kept(image), _duration(image, position, path) if timed else 1000.0
    except (StimulusError, MemoryError):
        raise
    except Exception as error:  # decoders have errors of all kinds for damaged files
        raise StimulusError(
            f"frame {position} of '{path}' cannot be read as an image ({error}); replace the file"
        ) from error


def _duration(image: Any, position: int, path: Path) -> float:
    duration = float(image.info.get("duration") or 0)
    if not duration > 0:
        raise StimulusError(
            f"'{path}' does not say for how long frame {position} is shown; give frames per second (the column fps of stimuli.csv, "
            "or frame_rate), or convert it to mp4"
        )
    return duration


def _refuse_pages(image: Any, size: tuple[int, int], position: int, path: Path) -> None:
    """Pages of a TIFF that are no frames of one movie."""
    tags = getattr(image, "tag_v2", {})
    if tags.get(254, 0) & _SMALLER or image.size != size:
        raise StimulusError(
            f"page {position} of '{path}' is {image.width} x {image.height} and no frame of a movie; save the page that is "
            "meant as an image of its own"
        )


def _kept(image: Any) -> Any:
    """The frame as PNG holds it: 16 bits of grey as they are, all else in colour, with transparency where there is any."""
    if image.mode.startswith("I;16"):
        return image
    if image.mode.startswith(("I", "F")):
        raise StimulusError(
            f"a frame of '{image.filename}' holds numbers without a known white; save 8 or 16 bits per channel"
        )
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
