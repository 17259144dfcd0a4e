"""Sound tracks of timelines."""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from scipy import signal
from scipy.io import wavfile

from harness.checks import checked, shown
from harness.errors import StimulusError
from harness.identity import digest

HIGHEST_RATE = 1_000_000
"""Samples per second."""


@checked(StimulusError)
@dataclass(frozen=True, eq=False)
class Sound:
    """A sound, from stimulus onset on.

    Attributes:
        samples: (n,) of one channel, in [-1, 1].
        rate: samples per second.
    """

    samples: np.ndarray
    rate: int

    def __post_init__(self) -> None:
        samples = np.array(self.samples)
        if samples.dtype.kind not in "fiu":
            raise StimulusError(f"the samples of a sound are numbers, not {shown(samples)}")
        samples = samples.astype(np.float32)
        if samples.ndim != 1 or not samples.size or not np.isfinite(samples).all():
            raise StimulusError(f"a sound is finite samples of one channel, not an array of shape {samples.shape}")
        if not 1 <= self.rate <= HIGHEST_RATE:
            raise StimulusError(f"a sound has 1 to {HIGHEST_RATE:,} samples per second, not {shown(self.rate)}")
        samples.flags.writeable = False
        object.__setattr__(self, "samples", samples)

    @classmethod
    @checked(StimulusError)
    def from_file(cls, path: str | Path) -> "Sound":
        """The sound of a WAV file, its channels averaged.

        Raises:
            StimulusError: if it is not there, or no WAV file.
        """
        try:
            rate, samples = wavfile.read(path)
        except (OSError, ValueError) as error:
            raise StimulusError(
                f"'{path}' cannot be read as a WAV file ({error}); check the path and the format"
            ) from error
        if samples.dtype.kind == "u":
            samples = samples.astype(np.float32) / 128 - 1
        elif samples.dtype.kind == "i":
            samples = samples / -float(np.iinfo(samples.dtype).min)
        return cls(samples.mean(1) if samples.ndim == 2 else samples, int(rate))

    @property
    def duration(self) -> float:
        """Length in ms."""
        return 1000.0 * len(self.samples) / self.rate

    @cached_property
    def digest(self) -> str:
        """Identity by content."""
        return digest("sound", self.samples, self.rate)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sound) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @checked(StimulusError)
    def heard(self, start: float, end: float, rate: int) -> np.ndarray:
        """Samples between two moments in ms, at another rate; silence before onset and after the end.

        Returns:
            (n,) float32, n = (end - start) * rate / 1000, rounded.
        """
        samples = _resampled(self, rate)
        first, count = round(start * rate / 1000), round((end - start) * rate / 1000)
        found = np.zeros(count, np.float32)
        begin, stop = max(0, first), min(len(samples), first + count)
        if begin < stop:
            found[begin - first : stop - first] = samples[begin:stop]
        return found

    @checked(StimulusError)
    def between(self, start: float, end: float) -> "Sound":
        """The part between two moments in ms, as a sound of its own."""
        return Sound(self.heard(start, end, self.rate), self.rate)


@lru_cache(maxsize=8)
def _resampled(sound: Sound, rate: int) -> np.ndarray:
    """Samples at another rate, by a polyphase filter."""
    common = math.gcd(rate, sound.rate)
    up, down = rate // common, sound.rate // common
    return sound.samples if up == down else signal.resample_poly(sound.samples, up, down).astype(np.float32)
