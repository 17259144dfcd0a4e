"""Videos and animated images as timelines: decoded once, frame by frame, into files of the cache."""

import itertools
import logging
import re
import time
from pathlib import Path
from typing import Any

import numpy as np

from harness.checks import checked
from harness.data import animations
from harness.data.decoded_movies import decoded, name_of
from harness.errors import DataError, MissingData, StimulusError
from harness.stimuli import Sound, Timeline

_log = logging.getLogger(__name__)
_TELL = 10.0
"""Seconds of decoding after which one line says how far it is."""
_TAIL = 1 << 18
_PACKET = re.compile(rb"\x00\x00\x01[\xbc-\xef]")
"""Beginning of a packet in an MPEG program stream."""
SUFFIXES = (".mp4", ".avi", ".mov", ".mkv", ".webm", ".m4v", ".mpg", ".mpeg")


def is_movie(path: str | Path) -> bool:
    """Whether a file is a video, or an image with several frames."""
    path = Path(path)
    return path.is_file() and (path.suffix.lower() in SUFFIXES or animations.is_animated(path))


@checked(DataError)
def timeline(path: str | Path, frame_rate: float | None = None) -> Timeline:
    """The frames of a video file or animated image, each shown until the next one is due.

    Frames are decoded once, to PNG files in the cache that are named by the content of the file and the version of the decoder, so
    that a movie needs no memory.

    Args:
        frame_rate: frames per second, in place of the times that the file states.

    Raises:
        StimulusError: for a file that cannot be decoded, is cut short, or whose frames have no increasing times.
        MissingData: for a file that is not there.
    """
    folder, onsets, end = _decoded(Path(path), frame_rate is None)
    if frame_rate is not None:
        return Timeline.movie([folder / name_of(i) for i in range(len(onsets))], frame_rate)
    edges = [*onsets, end]
    durations = [after - before for before, after in itertools.pairwise(edges)]
    return Timeline.of((folder / name_of(i), duration) for i, duration in enumerate(durations))


@checked(DataError)
def sound(path: str | Path) -> Sound | None:
    """The sound of a movie: that of the WAV file of its name beside it, else its own first track; None if there is neither.

    Channels are averaged. A track that begins after the frames begins with silence, one that begins before is cut.

    Raises:
        StimulusError: for a track that cannot be decoded.
        MissingData: for a file that is not there.
    """
    path = Path(path)
    beside = path.with_suffix(".wav")
    if beside.is_file():
        return Sound.from_file(beside)
    if not path.is_file():
        raise MissingData(f"there is no video file '{path}'; check the path")
    return None if path.suffix.lower() in animations.SUFFIXES else _track(_av(), path)


def _track(av: Any, path: Path) -> Sound | None:
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                return None
            track, first = container.streams.audio[0], container.streams.video[0]
            late = float((track.start_time or 0) * track.time_base) - float((first.start_time or 0) * first.time_base)
            resampler = av.AudioResampler(format="flt", layout="mono", rate=track.rate)
            parts = [part for frame in container.decode(track) for part in resampler.resample(frame)]
            samples = np.concatenate([part.to_ndarray()[0] for part in parts]) if parts else np.zeros(1)
            return Sound(samples, int(track.rate)).between(-1000 * late, 1000 * len(samples) / track.rate)
    except av.error.FFmpegError as error:
        raise StimulusError(
            f"the sound of '{path}' cannot be decoded ({error}); give a WAV file of its name beside it"
        ) from error


def _decoded(path: Path, timed: bool) -> tuple[Path, list[float], float]:
    """Folder of the frames, onset of each and end of the last, in ms from the first."""
    from harness.store import file_digest

    if not path.is_file():
        raise MissingData(f"there is no video file '{path}'; check the path")
    if path.suffix.lower() in animations.SUFFIXES:
        import PIL

        key = f"{file_digest(path)}-pillow{PIL.__version__}" + ("" if timed else "-untimed")
        folder, index = decoded(key, lambda into: animations.decode(path, into, timed))
    else:
        av = _av()
        folder, index = decoded(f"{file_digest(path)}-av{av.__version__}", lambda into: _decode(av, path, into))
    return folder, index.onsets, index.end


def _decode(av: Any, path: Path, folder: Path) -> tuple[list[float], float]:
    onsets: list[float] = []
    last, reached, stated, told = 0.0, 0.0, 0.0, time.monotonic()
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise StimulusError(f"'{path}' has no images in it, so it is no movie; give another file")
            stream = container.streams.video[0]
            rate = float(stream.average_rate or 0)
            stated = _stated(av, container, stream)
            for packet in container.demux():
                reached = max(reached, _end(packet))
                for frame in packet.decode() if packet.stream is stream else ():
                    position = len(onsets)
                    if frame.is_corrupt:
                        raise _cut(path, _where(stated, reached), position)
                    _upright(frame, stream.sample_aspect_ratio).save(folder / name_of(position), compress_level=1)
                    onsets.append(1000 * frame.time if frame.time is not None else 1000 * position / rate)
                    last = 1000 * float((frame.duration or 0) * (frame.time_base or 0))
                    if time.monotonic() - told > _TELL:
                        told = time.monotonic()
                        _log.info("decoding '%s': %s", path.name, _progress(position + 1, onsets[-1], stated))
    except (av.error.FFmpegError, IndexError, ZeroDivisionError) as error:
        raise StimulusError(
            f"'{path}' cannot be decoded as a video ({error}{_where(stated, reached, '; ')}); get it again, or re-encode it, as "
            "H.264 for instance"
        ) from error
    if stated and stated - reached > 1500 / (rate or 25):
        raise _cut(path, _where(stated, reached), len(onsets))
    if why := _short_packet(path):
        raise _cut(path, why, len(onsets))
    onsets = [round(onset - onsets[0], 6) for onset in onsets]
    if not onsets or any(b <= a for a, b in itertools.pairwise(onsets)):
        raise StimulusError(f"the frames of '{path}' have no increasing times; re-encode it with a constant frame rate")
    last = last or (1000 / rate if rate else onsets[-1] / max(1, len(onsets) - 1))
    return onsets, round(onsets[-1] + last, 6)


def _stated(av: Any, container: Any, stream: Any) -> float:
    """ms that the file states for all of its streams, or for its frames if that is longer; 0 if it does not."""
    whole = 1000 * (container.duration or 0) / av.time_base
    frames = 1000 * stream.frames / float(stream.average_rate) if stream.average_rate else 0.0
    return round(max(whole, frames), 3)


def _end(packet: Any) -> float:
    """When what a packet holds is over, in ms; 0 for the empty one that ends a stream."""
    if packet.pts is None or packet.time_base is None:
        return 0.0
    return round(1000 * float((packet.pts + (packet.duration or 0)) * packet.time_base), 3)


def _where(stated: float, reached: float, before: str = "") -> str:
    """How far a file could be read, and how long it says that it is."""
    says = f"it states a duration of {stated:g} ms and is" if stated > reached else "it is"
    return f"{before}{says} sound up to {reached:g} ms" if reached or not before else ""


def _short_packet(path: Path) -> str:
    """A remark on an MPEG program stream that ends within a packet; "" of others. Such files state no duration."""
    with path.open("rb") as file:
        if file.read(4) != b"\0\0\1\xba":
            return ""
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL))
        tail = file.read()
    starts = [match.start() for match in _PACKET.finditer(tail)]
    if not starts or len(tail) < starts[-1] + 6:
        return ""
    stated, found = int.from_bytes(tail[starts[-1] + 4 : starts[-1] + 6], "big"), len(tail) - starts[-1] - 6
    return f"its last packet states {stated} bytes and has {found}" if found < stated else ""


def _cut(path: Path, how: str, frames: int) -> StimulusError:
    return StimulusError(
        f"'{path}' is cut short or damaged: {how}, with {frames} frames; get it again, or re-encode it if that is all of it"
    )


def _progress(frames: int, reached: float, stated: float) -> str:
    share = f", {min(1.0, reached / stated):.0%}" if stated else ""
    return f"{frames} frames{share}"


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
