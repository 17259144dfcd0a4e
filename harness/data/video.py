"""Videos as timelines: decoded once, frame by frame, into files of the cache."""

import itertools
from pathlib import Path
from typing import Any

from harness.data.decoded_movies import decoded, name_of
from harness.errors import MissingData, StimulusError
from harness.stimuli import Timeline

SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg")


def timeline(path: str | Path, frame_rate: float | None = None) -> Timeline:
    """The frames of a video file, each shown until the next one is due.

    Frames are decoded once, to PNG files in the cache that are named by the content of the video and the version of the decoder, so
    that a movie needs no memory.

    Args:
        frame_rate: frames per second, in place of the times that the file states.

    Raises:
        StimulusError: for a file that cannot be decoded or whose frames have no increasing times.
        MissingData: for a file that is not there.
    """
    folder, onsets, end = _decoded(Path(path))
    if frame_rate is not None:
        return Timeline.movie([folder / name_of(i) for i in range(len(onsets))], frame_rate)
    edges = [*onsets, end]
    durations = [after - before for before, after in itertools.pairwise(edges)]
    return Timeline.of((folder / name_of(i), duration) for i, duration in enumerate(durations))


def _decoded(path: Path) -> tuple[Path, list[float], float]:
    """Folder of the frames, onset of each and end of the last, in ms from the first."""
    from harness.store import file_digest

    if not path.is_file():
        raise MissingData(f"there is no video file '{path}'; check the path")
    av = _av()
    folder, index = decoded(f"{file_digest(path)}-av{av.__version__}", lambda into: _decode(av, path, into))
    return folder, index.onsets, index.end


def _decode(av: Any, path: Path, folder: Path) -> tuple[list[float], float]:
    onsets: list[float] = []
    last = 0.0
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            rate = float(stream.average_rate or 0)
            for position, frame in enumerate(container.decode(stream)):
                _upright(frame, stream.sample_aspect_ratio).save(folder / name_of(position), compress_level=1)
                onsets.append(1000 * frame.time if frame.time is not None else 1000 * position / rate)
                last = 1000 * float((frame.duration or 0) * (frame.time_base or 0))
    except (av.error.FFmpegError, IndexError, ZeroDivisionError) as error:
        raise StimulusError(
            f"'{path}' cannot be decoded as a video ({error}); re-encode it, as H.264 for instance"
        ) from error
    onsets = [round(onset - onsets[0], 6) for onset in onsets]
    if not onsets or any(b <= a for a, b in itertools.pairwise(onsets)):
        raise StimulusError(f"the frames of '{path}' have no increasing times; re-encode it with a constant frame rate")
    last = last or (1000 / rate if rate else onsets[-1] / max(1, len(onsets) - 1))
    return onsets, round(onsets[-1] + last, 6)


def _upright(frame: Any, pixel_aspect: Any) -> Any:
    """The frame as players show it: with square pixels, and turned as its file says."""
    image = frame.to_image().convert("RGB")
    if pixel_aspect and pixel_aspect != 1:
        image = image.resize((round(image.width * float(pixel_aspect)), image.height))
    return image.rotate(frame.rotation, expand=True) if frame.rotation else image


def _av() -> Any:
    try:
        import av
    except ImportError:
        raise MissingData(
            "videos are decoded by the package av, which is not installed; pip install 'vision-dynamics-harness[video]'"
        ) from None
    return av
