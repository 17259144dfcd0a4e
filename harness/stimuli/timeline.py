"""Timelines: frames and their durations on the screen.

Times are milliseconds from stimulus onset, to the nanosecond. A timeline is run-length encoded, so one image shown for a second
is one frame and one run; equal content has one digest however it was put together.
"""

import itertools
import math
import numbers
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Union

import numpy as np

from harness.checks import checked, is_number, is_whole, shown
from harness.errors import StimulusError
from harness.identity import digest
from harness.stimuli._decoding import VERSION, decode, is_plain
from harness.stimuli.sound import Sound

FrameLike = Union["Frame", np.ndarray, str, Path]
Colour = float | tuple[float, float, float]
RESOLUTION = 1e-6
"""Milliseconds. Changes of frame lie on this grid, so that rounding in a sum of durations is not content."""
_DECIMALS = 6
LONGEST = 24 * 3600e3
"""Milliseconds of a timeline: a day."""
HIGHEST_RATE = 10_000
"""Frames per second."""


@checked(StimulusError)
class Frame:
    """One image, in memory or on disk.

    An array is (height, width, 3) uint8 RGB, or float in [0, 1], (height, width) luminance or (height, width, 3) RGB. A file is
    anything Pillow reads as one image with 8 bits per channel; it is decoded to uint8 RGB when it is needed and not kept, turned as
    its EXIF orientation says, and with the background where it is transparent. Its digest is taken once; a file that has changed
    since then is refused, so that no response is ever kept under another image's identity.
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
        """Identity by content: pixels of an array; bytes of a file together with the versions of its decoder."""
        if self._path is None:
            return digest("pixels", self._pixels)
        return _file_digest(self._read())

    def load(self, background: Colour = 0.5) -> np.ndarray:
        """The pixels: (height, width, 3) uint8, or float32 in [0, 1] of shape (height, width) or (height, width, 3).

        Args:
            background: RGB in [0, 1] (or one number for grey), seen through the transparent pixels of a file.
        """
        if self._path is None:
            assert self._pixels is not None
            return self._pixels
        content = self._read()
        if "digest" in self.__dict__ and _file_digest(content) != self.digest:
            raise StimulusError(f"'{self._path}' has changed since it was first read; make the stimulus set anew")
        return decode(content, self._path, rgb(background))

    @property
    def is_plain(self) -> bool:
        """Whether it is a file whose pixels are shown as they are stored, without turning and transparency."""
        return self._path is not None and is_plain(self._read())

    def _read(self) -> bytes:
        assert self._path is not None
        try:
            return self._path.read_bytes()
        except OSError as error:
            raise StimulusError(f"'{self._path}' cannot be read ({error}); restore the file") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        where = f"'{self._path}'" if self._path else f"{self._pixels.shape} {self._pixels.dtype}"  # type: ignore[union-attr]
        return f"Frame({where})"


def _file_digest(content: bytes) -> str:
    import PIL

    return digest("file", VERSION, PIL.__version__, content)


def rgb(colour: Colour) -> tuple[float, float, float]:
    """A background as three numbers.

    Raises:
        StimulusError: if it is neither grey nor RGB in [0, 1].
    """
    try:
        values = tuple(np.ravel(np.asarray(colour, dtype=float)).tolist())
    except (TypeError, ValueError, OverflowError, RuntimeError):  # RuntimeError: a tensor with a gradient
        values = ()
    values = values * 3 if len(values) == 1 else values
    if len(values) != 3 or not all(0 <= value <= 1 for value in values):
        raise StimulusError(f"a background is grey or RGB in [0, 1], not {shown(colour)}")
    return values


def _checked_pixels(array: np.ndarray) -> np.ndarray:
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3 and array.size:
        pixels = array
    elif array.dtype.kind == "f" and array.size and (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
            raise StimulusError("a float frame must lie in [0, 1]; rescale it to the displayable range")
        pixels = array.astype(np.float32) + np.float32(0)  # one zero
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


@checked(StimulusError, own=("runs",))
@dataclass(frozen=True)
class Timeline:
    """Frames and runs `(frame index, duration in ms)`, in canonical form.

    Neighbouring runs of one frame are one run, equal frames are one frame, frames stand in the order of their first showing, and
    changes of frame lie on whole nanoseconds. `sound` is heard meanwhile, by models that listen; silence where there is none.

    Raises:
        StimulusError: without runs, or if a duration is not a finite number of milliseconds of at least a nanosecond.
    """

    frames: tuple[Frame, ...]
    runs: tuple[tuple[int, float], ...]
    sound: Sound | None = None
    _ends: tuple[float, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        frames, runs = _canonical([(self.frames[index], duration) for index, duration in _runs(self)])
        object.__setattr__(self, "frames", frames)
        object.__setattr__(self, "runs", runs)
        object.__setattr__(self, "_ends", _ends([duration for _, duration in runs]))

    @classmethod
    def of(cls, shown: Iterable[tuple[FrameLike, float]]) -> "Timeline":
        """A timeline from (image, duration in ms) in the order of their showing."""
        try:
            given = [(image, duration) for image, duration in shown]
        except (TypeError, ValueError):
            raise StimulusError("a timeline is made of pairs (image, duration in ms); give a list of them") from None
        pairs = [(as_frame(image), duration) for image, duration in given]
        return cls(tuple(image for image, _ in pairs), tuple((i, duration) for i, (_, duration) in enumerate(pairs)))

    @classmethod
    def still(cls, image: FrameLike, duration: float) -> "Timeline":
        """One image shown for `duration` ms."""
        return cls.of([(image, duration)])

    @classmethod
    @checked(StimulusError)
    def movie(cls, images: Sequence[FrameLike], frame_rate: float) -> "Timeline":
        """Images shown one after the other, `frame_rate` per second."""
        if not frame_rate > 0:
            raise StimulusError(f"a movie's frame rate must be positive, not {frame_rate}")
        return cls.of([(image, 1000.0 / frame_rate) for image in images])

    @property
    def duration(self) -> float:
        """Length in ms."""
        return self._ends[-1]

    @property
    def onsets(self) -> tuple[float, ...]:
        """When each run begins, in ms."""
        return (0.0, *self._ends[:-1])

    @property
    def ends(self) -> tuple[float, ...]:
        """When each run ends, in ms."""
        return self._ends

    @cached_property
    def digest(self) -> str:
        """Identity by content: frames and durations, and the sound if there is one; nothing else."""
        sound = [] if self.sound is None else [self.sound.digest]
        return digest("timeline", [(self.frames[index].digest, duration) for index, duration in self.runs], *sound)

    def with_sound(self, sound: Sound | None) -> "Timeline":
        """The same frames with another sound, or with silence."""
        return replace(self, sound=sound)

    def index_at(self, time: float) -> int:
        """Index into `frames` of what is on the screen at `time` ms, for 0 <= time < duration."""
        if not (is_number(time) and 0 <= time < self.duration):
            raise StimulusError(
                f"the timeline lasts from 0 to {self.duration:g} ms and shows nothing at {shown(time)} ms"
            )
        run = int(np.searchsorted(self._ends, time, side="right"))
        return self.runs[run][0]

    def at(self, time: float, background: Colour = 0.5) -> np.ndarray:
        """The pixels on the screen at `time` ms (see `Frame.load`)."""
        return self.frames[self.index_at(time)].load(background)

    def then(self, image: FrameLike, duration: float) -> "Timeline":
        """This timeline followed by an image shown for `duration` ms."""
        return Timeline.of([*self.shown(), (image, duration)]).with_sound(self.sound)

    def shown(self) -> list[tuple[Frame, float]]:
        """(frame, duration in ms) in the order of their showing."""
        return [(self.frames[index], duration) for index, duration in self.runs]

    def until(self, end: float, background: FrameLike) -> "Timeline":
        """Exactly `end` ms of this timeline: cut there, or followed by `background` up to there."""
        end = round(_milliseconds(end), _DECIMALS)
        if round(end - self.duration, _DECIMALS) > 0:
            return self.then(background, end - self.duration)
        kept = zip(self.shown(), self.onsets, self._ends, strict=True)
        cut = Timeline.of([(frame, min(stop, end) - start) for (frame, _), start, stop in kept if start < end])
        return cut.with_sound(self.sound and self.sound.between(0, end))

    @checked(StimulusError)
    def shuffled(self, window: float | None = None) -> "Timeline":
        """The same frames for as long, in another order: that of the frames within every `window` ms (or all, if not given) is
        drawn anew, from the content of the timeline alone, so that it is the same everywhere. What does not move stays as it is."""
        random, window = np.random.default_rng(int(self.digest[:16], 16)), window or self.duration
        runs = [
            (self.frames[i], onset, end) for (i, _), onset, end in zip(self.runs, self.onsets, self._ends, strict=True)
        ]
        found: list[tuple[Frame, float]] = []
        for start in np.arange(0, self.duration - RESOLUTION, window).tolist():
            end = start + window
            first, last = np.searchsorted(self._ends, (start, end)).tolist()
            lengths = [(frame, min(stop, end) - max(onset, start)) for frame, onset, stop in runs[first : last + 1]]
            pieces = [piece for piece in lengths if piece[1] > RESOLUTION]
            found += [pieces[i] for i in random.permutation(len(pieces))]
        return Timeline.of(found).with_sound(self.sound)

    def overlaps(self, start: float, end: float) -> dict[int, float]:
        """Milliseconds, above `RESOLUTION`, for which each frame index is on the screen within [start, end)."""
        shown: dict[int, float] = {}
        for (index, _), onset, stop in zip(self.runs, self.onsets, self._ends, strict=True):
            overlap = min(stop, end) - max(onset, start)
            if overlap > RESOLUTION:
                shown[index] = shown.get(index, 0.0) + overlap
        return shown


def _runs(timeline: Timeline) -> list[tuple[int, float]]:
    """The runs as they were given, each of a frame that is there."""
    try:
        runs = [(index, duration) for index, duration in timeline.runs]
    except (TypeError, ValueError):
        raise StimulusError(
            "the runs of a timeline are pairs (frame index, duration in ms); give a list of them"
        ) from None
    for index, _ in runs:
        if not is_whole(index) or not 0 <= index < len(timeline.frames):
            raise StimulusError(
                f"a run of a timeline shows one of its {len(timeline.frames)} frames, not {shown(index)}"
            )
    return runs


def refreshes(duration: float, frame_rate: float) -> list[tuple[float, float]]:
    """(onset, length) in ms of every frame that a screen shows within `duration` ms; the last one may be cut short.

    Raises:
        StimulusError: if either is not positive.
    """
    if not (is_number(frame_rate) and 0 < frame_rate <= HIGHEST_RATE):
        raise StimulusError(
            f"a frame rate is a positive number of frames per second, {HIGHEST_RATE:,} at most, not {shown(frame_rate)}"
        )
    interval = 1000.0 / frame_rate
    count = math.ceil(_milliseconds(duration) / interval - 1e-9)
    return [(i * interval, min(interval, duration - i * interval)) for i in range(count)]


def _canonical(shown: list[tuple[Frame, float]]) -> tuple[tuple[Frame, ...], tuple[tuple[int, float], ...]]:
    if not shown:
        raise StimulusError("a timeline needs at least one frame")
    frames: list[Frame] = []
    runs: list[tuple[int, list[float]]] = []
    known: dict[str, int] = {}
    for frame, duration in shown:
        index = known.setdefault(frame.digest, len(frames))
        if index == len(frames):
            frames.append(frame)
        if not runs or runs[-1][0] != index:
            runs.append((index, []))
        runs[-1][1].append(_milliseconds(duration))
    ends = _ends([math.fsum(durations) for _, durations in runs])
    lengths = [_milliseconds(round(end - onset, _DECIMALS)) for onset, end in zip((0.0, *ends), ends, strict=False)]
    return tuple(frames), tuple((index, length) for (index, _), length in zip(runs, lengths, strict=True))


def _ends(durations: Sequence[float]) -> tuple[float, ...]:
    """When each run ends, on whole nanoseconds."""
    exact = itertools.accumulate(Fraction(duration) for duration in durations)
    return tuple(round(float(end), _DECIMALS) for end in exact)


def _milliseconds(duration: float) -> float:
    usable = isinstance(duration, numbers.Real) and is_number(duration)
    if not usable or round(float(duration), _DECIMALS) <= 0 or float(duration) > LONGEST:
        raise StimulusError(
            f"a frame is shown for a positive number of milliseconds, a day at most, not {shown(duration)}"
        )
    return float(duration)
