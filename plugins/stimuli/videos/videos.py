"""Videos from files, and from folders of frames."""

from pathlib import Path
from typing import TYPE_CHECKING

from harness import StimulusSet, Timeline
from harness.data import video
from harness.errors import StimulusError
from harness.stimuli import SUFFIXES as IMAGES
from harness.stimuli import Sound
from harness_plugins.stimuli.images.listing import by_number, folder_of, from_names, from_table, setting

if TYPE_CHECKING:
    import pandas as pd


def videos(
    folder: str,
    table: "str | Path | pd.DataFrame | None" = None,
    frame_rate: float | None = None,
    start: float | None = None,
    duration: float | None = None,
    sound: bool = False,
    visual_degrees: float | None = None,
    background: float | tuple[float, float, float] = 0.5,
) -> StimulusSet:
    """Every video of a folder, or of its table.

    A frame of a file is shown from its own presentation time to that of the next, so that movies with a variable frame rate keep
    their times. A folder that holds images is a video whose frames are these, in the order of their names (2 before 10). Frames
    stay on disk until they are needed: those of a file are decoded once, into the cache.

    Args:
        folder: of the videos. Without a table, all video files and folders of frames in it and below are taken, in the
            order of their names, and if they lie in sub-folders, the name of the outermost is their `image_label`. A folder that
            itself holds frames is one video.
        table: a CSV file, in the folder or elsewhere, or a DataFrame: one row per stimulus, with `file` (a path in the folder)
            and any conditions; `stimulus_id`, `image_label`, `start`, `duration` (ms) and `frame_rate` mean what they say. One
            video may have several rows.
        frame_rate: frames per second of folders of frames; of video files, in place of the times that they state.
        start: ms into the video where the stimulus begins; 0 if neither this nor the table says.
        duration: ms for which it is shown, if it is not shorter; None for all of it.
        sound: whether their sound is kept, that of a WAV file of the same name beside a video, or its own; models that listen hear
            it, for all others nothing changes.
        visual_degrees: visual angle of the larger side of a frame; None if it is not known.
        background: luminance around and after the videos.

    Raises:
        StimulusError: for files that are missing or cannot be decoded, and for frames without a frame rate.
    """
    where, rows = _listed(folder_of(folder), table)
    rates = setting("frame_rate", frame_rate, rows, None)
    starts, lengths = setting("start", start, rows, 0.0), setting("duration", duration, rows, None)
    whole = {
        (name, rate): _timeline(where / name, rate, sound)
        for name, rate in dict.fromkeys(zip(rows["file"], rates, strict=True))
    }
    timelines = [
        _part(whole[name, rate], float(begin), length, name)
        for name, rate, begin, length in zip(rows["file"], rates, starts, lengths, strict=True)
    ]
    rows["start"], rows["duration"] = [float(s) for s in starts], [timeline.duration for timeline in timelines]
    return StimulusSet("videos", rows, timelines, visual_degrees, background)


def _listed(folder: Path, table: "str | Path | pd.DataFrame | None") -> "tuple[Path, pd.DataFrame]":
    """The folder that the paths of the rows begin in, and one row per stimulus."""
    if table is not None:
        return folder, from_table(folder, table, _is_video)
    if _holds_frames(folder):
        return folder.parent, from_names(folder.parent, [folder])
    found = [path for path in folder.rglob("*") if _is_video(path)]
    if not found:
        raise StimulusError(
            f"there is no video in '{folder}'; give a folder with files {', '.join(video.SUFFIXES)} or folders of frames"
        )
    return folder, from_names(folder, found)


def _timeline(path: Path, frame_rate: float | None, sound: bool) -> Timeline:
    if path.is_file():
        frames = video.timeline(path, frame_rate)
        return frames.with_sound(video.sound(path)) if sound else frames
    if frame_rate is None:
        raise StimulusError(f"'{path}' is a folder of frames, which have no times of their own; give frame_rate")
    images = sorted(_frames(path), key=by_number)
    beside = path.with_suffix(".wav")
    heard = Sound.from_file(beside) if sound and beside.is_file() else None
    return Timeline.movie(images, float(frame_rate)).with_sound(heard)


def _part(timeline: Timeline, start: float, duration: float | None, name: str) -> Timeline:
    """From `start` on, for `duration` ms."""
    if not 0 <= start < timeline.duration or (duration is not None and not duration > 0):
        raise StimulusError(
            f"'{name}' lasts {timeline.duration:g} ms and has no part of {duration} ms from {start:g} ms on; start within it, and "
            "show it for a positive time"
        )
    end = timeline.duration if duration is None else min(timeline.duration, start + float(duration))
    runs = zip(timeline.shown(), timeline.onsets, timeline.ends, strict=True)
    frames = [
        (frame, min(stop, end) - max(onset, start)) for (frame, _), onset, stop in runs if onset < end and stop > start
    ]
    return Timeline.of(frames).with_sound(timeline.sound and timeline.sound.between(start, end))


def _is_video(path: Path) -> bool:
    return video.is_movie(path) or _holds_frames(path)


def _holds_frames(path: Path) -> bool:
    return path.is_dir() and bool(_frames(path))


def _frames(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix.lower() in IMAGES and path.is_file()]
