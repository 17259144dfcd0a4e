"""The clips, read from `environments/<environment>/<batch>/output.h5`.

Established, from two public readers of these files: `labels`, a structured array with one row per clip and the fields below,
angles in radians; `short_videos` (clips, time, channels, height, width), 10 frames or so, and `videos`, 40. From one of them:
10 frames per second. Not established: the type of the pixels (here 8 bits; anything else is refused), the unit of rotations
and speed (none matters to a correlation), how far pitch and heading range, whether clips of one environment overlap in space.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness import StimulusSet, Timeline
from harness.data import hdf5_file
from harness.errors import DataError, MissingData
from harness.paths import cache_home
from harness.store import file_digest

LABELS = ("rotation_pitch", "rotation_yaw", "heading_pitch", "heading_yaw", "pitch", "yaw", "speed")
ANGLES = ("heading_pitch", "heading_yaw", "pitch", "yaw")
VIDEOS = ("short_videos", "videos")


def read_clips(folder: Path, clips: int, frame_rate: float, most: float) -> StimulusSet:
    """The first clips of every batch, with their labels (angles in degrees), `environment` and `batch`.

    Args:
        folder: that holds `environments`.
        most: ms that are shown of a clip.

    Raises:
        MissingData: without any file.
        DataError: for a file that has another layout.
    """
    files = sorted((folder / "environments").glob("*/*/output.h5"))
    if not files:
        raise MissingData(
            f"'{folder}' has no environments/<environment>/<batch>/output.h5; put the authors' folders there"
        )
    rows, timelines = [], []
    for path in files:
        for row, frames in _batch(path, clips, max(1, int(most * frame_rate / 1000))):
            rows.append(row)
            timelines.append(Timeline.movie(frames, frame_rate))
    return StimulusSet("selfmotion", pd.DataFrame(rows), timelines)


def _batch(path: Path, clips: int, length: int) -> Iterator[tuple[dict[str, Any], list[Path]]]:
    """Conditions and files of the frames of every clip of a file."""
    environment, batch = path.parts[-3:-1]
    with hdf5_file(path) as file:
        name = next((name for name in VIDEOS if name in file), None)
        if name is None or "labels" not in file:
            raise DataError(
                f"'{path}' needs the data sets labels and one of {', '.join(VIDEOS)}; it has {', '.join(file)}"
            )
        labels, videos = file["labels"][:], file[name]
        if missing := [label for label in LABELS if label not in (labels.dtype.names or ())]:
            raise DataError(f"the labels of '{path}' have no field '{missing[0]}'")
        if videos.ndim != 5 or len(videos) != len(labels) or videos.dtype != np.uint8:
            raise DataError(
                f"'{name}' of '{path}' is {videos.dtype} {videos.shape}; it must hold {len(labels)} clips of 8 bits, of five axes"
            )
        where = cache_home() / "frames" / f"selfmotion-{file_digest(path)}-{name}"
        where.mkdir(parents=True, exist_ok=True)
        for clip in range(min(clips, len(labels))):
            values = {label: float(np.squeeze(labels[label][clip])) for label in LABELS}
            values |= {label: float(np.rad2deg(values[label])) for label in ANGLES}
            yield (
                {"stimulus_id": f"{environment}_{batch}_{clip}", "environment": environment, "batch": batch, **values},
                _frames(videos, clip, where, length, path),
            )


def _frames(videos: Any, clip: int, where: Path, length: int, path: Path) -> list[Path]:
    """Files of the first frames of a clip, written once."""
    from PIL import Image

    shape = videos.shape[1:]
    axis = next((axis for axis in (1, 0) if shape[axis] in (1, 3)), None)
    if axis is None:
        raise DataError(f"the clips of '{path}' are {shape}; time and channels, 1 or 3, must come first")
    count = min(length, shape[1 - axis])
    files = [where / f"{clip:05d}_{frame:02d}.png" for frame in range(count)]
    if not all(file.is_file() for file in files):
        pixels = np.moveaxis(videos[clip], axis, -1)[:count]
        for file, frame in zip(files, pixels, strict=True):
            part = file.with_suffix(".part")
            Image.fromarray(np.broadcast_to(frame, (*frame.shape[:2], 3)).copy()).save(part, "PNG", compress_level=1)
            part.replace(file)
    return files
