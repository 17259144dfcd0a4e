"""What is on the screen: frames and how long each is shown.

Times are milliseconds from stimulus onset. A timeline is run-length encoded, so one image shown for a second is one frame and
one run; equal content has one digest however it was put together.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Union

import numpy as np

from harness.errors import StimulusError
from harness.store.digests import digest

FrameLike = Union["Frame", np.ndarray, str, Path]


class Frame:
    """One image, in memory or on disk.

    An array is (height, width, 3) uint8 RGB, or float in [0, 1], (height, width) luminance or (height, width, 3) RGB. A file is
    anything Pillow reads; it is decoded to uint8 RGB when it is needed and not kept.
    """

    def __init__(self, source: np.ndarray | str | Path):
        self._path: Path | None = None
        if isinstance(source, np.ndarray):
            self._pixels: np.ndarray | None = _checked_pixels(source)
        else:
            self._path, self._pixels = Path(source), None
            if not self._path.is_file():
                raise StimulusError(f"there is no image file '{self._path}'; check the path")

    @property
    def path(self) -> Path | None:
        """The file, for a frame on disk."""
        return self._path

    @cached_property
    def digest(self) -> str:
        """Identity by content: pixels of an array; bytes of a file together with the version of its decoder."""
        if self._path is None:
            return digest("pixels", self._pixels)
        import PIL.Image

        return digest("file", PIL.__version__, self._path.read_bytes())

    def load(self) -> np.ndarray:
        """The pixels: (height, width, 3) uint8, or float32 in [0, 1] of shape (height, width) or (height, width, 3)."""
        if self._pixels is not None:
            return self._pixels
        from PIL import Image

        try:
            with Image.open(self._path) as image:  # type: ignore[arg-type]
                return np.asarray(image.convert("RGB"))
        except OSError as error:
            raise StimulusError(f"'{self._path}' cannot be read as an image ({error}); replace the file") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        where = f"'{self._path}'" if self._path else f"{self._pixels.shape} {self._pixels.dtype}"  # type: ignore[union-attr]
        return f"Frame({where})"


def _checked_pixels(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3 and array.size:
        pixels = array
    elif array.dtype.kind == "f" and array.size and (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise StimulusError("a float frame must lie in [0, 1]; rescale it to the displayable range")
        pixels = array.astype(np.float32)
    else:
        raise StimulusError(
            f"a frame is uint8 RGB (height, width, 3) or float in [0, 1] (height, width[, 3]), not {array.dtype} {array.shape}"
        )
    pixels = np.array(pixels, order="C")
    pixels.flags.writeable = False
    return pixels


def as_frame(source: FrameLike) -> Frame:
    """A `Frame` from a frame, an array or the path of an image file."""
    return source if isinstance(source, Frame) else Frame(source)


@dataclass(frozen=True)
class Timeline:
    """Frames and runs `(frame index, duration in ms)`, in canonical form.

    Neighbouring runs of one frame are one run, equal frames are one frame, frames stand in the order of their first showing.

    Raises:
        StimulusError: without runs, or if a duration is not a positive, finite number of milliseconds.
    """

    frames: tuple[Frame, ...]
    runs: tuple[tuple[int, float], ...]
    _ends: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        frames, runs = _canonical([(self.frames[index], duration) for index, duration in self.runs])
        object.__setattr__(self, "frames", frames)
        object.__setattr__(self, "runs", runs)
        object.__setattr__(self, "_ends", tuple(math.fsum(d for _, d in runs[: i + 1]) for i in range(len(runs))))

    @classmethod
    def of(cls, shown: Iterable[tuple[FrameLike, float]]) -> "Timeline":
        """A timeline from (image, duration in ms) in the order of their showing."""
        pairs = [(as_frame(image), duration) for image, duration in shown]
        return cls(tuple(image for image, _ in pairs), tuple((i, duration) for i, (_, duration) in enumerate(pairs)))

    @classmethod
    def still(cls, image: FrameLike, duration: float) -> "Timeline":
        """One image shown for `duration` ms."""
        return cls.of([(image, duration)])

    @classmethod
    def movie(cls, images: Sequence[FrameLike], frame_rate: float) -> "Timeline":
        """Images shown one after the other, `frame_rate` a second."""
        if not frame_rate > 0:
            raise StimulusError(f"a movie's frame rate must be positive, not {frame_rate}")
        return cls.of([(image, 1000.0 / frame_rate) for image in images])

    @property
    def duration(self) -> float:
        """Length in ms."""
        return self._ends[-1]

    @cached_property
    def digest(self) -> str:
        """Identity by content: frames and durations, nothing else."""
        return digest("timeline", [(self.frames[index].digest, duration) for index, duration in self.runs])

    def index_at(self, time: float) -> int:
        """Index into `frames` of what is on the screen at `time` ms, for 0 <= time < duration."""
        if not 0 <= time < self.duration:
            raise StimulusError(f"the timeline lasts from 0 to {self.duration:g} ms and shows nothing at {time:g} ms")
        run = int(np.searchsorted(self._ends, time, side="right"))
        return self.runs[run][0]

    def at(self, time: float) -> np.ndarray:
        """The pixels on the screen at `time` ms (see `Frame.load`)."""
        return self.frames[self.index_at(time)].load()

    def then(self, image: FrameLike, duration: float) -> "Timeline":
        """This timeline followed by an image shown for `duration` ms."""
        return Timeline.of([*self.shown(), (image, duration)])

    def shown(self) -> list[tuple[Frame, float]]:
        """(frame, duration in ms) in the order of their showing."""
        return [(self.frames[index], duration) for index, duration in self.runs]

    def until(self, end: float, background: FrameLike) -> "Timeline":
        """Exactly `end` ms of this timeline: cut there, or followed by `background` up to there."""
        if self.duration < end:
            return self.then(background, end - self.duration)
        starts = (0.0, *self._ends[:-1])
        kept = [
            (frame, min(stop, end) - start)
            for (frame, _), start, stop in zip(self.shown(), starts, self._ends, strict=True)
        ]
        return Timeline.of([(frame, duration) for frame, duration in kept if duration > 0])

    def overlaps(self, start: float, end: float) -> dict[int, float]:
        """Milliseconds for which each frame index is on the screen within [start, end)."""
        shown: dict[int, float] = {}
        for (index, duration), stop in zip(self.runs, self._ends, strict=True):
            overlap = min(stop, end) - max(stop - duration, start)
            if overlap > 1e-9:
                shown[index] = shown.get(index, 0.0) + overlap
        return shown


def _canonical(shown: list[tuple[Frame, float]]) -> tuple[tuple[Frame, ...], tuple[tuple[int, float], ...]]:
    if not shown:
        raise StimulusError("a timeline needs at least one frame")
    frames: list[Frame] = []
    runs: list[tuple[int, float]] = []
    known: dict[str, int] = {}
    for frame, duration in shown:
        if isinstance(duration, bool) or not (np.isscalar(duration) and math.isfinite(duration) and duration > 0):
            raise StimulusError(f"a frame is shown for a positive number of milliseconds, not {duration!r}")
        index = known.setdefault(frame.digest, len(frames))
        if index == len(frames):
            frames.append(frame)
        if runs and runs[-1][0] == index:
            runs[-1] = (index, runs[-1][1] + float(duration))
        else:
            runs.append((index, float(duration)))
    return tuple(frames), tuple(runs)
