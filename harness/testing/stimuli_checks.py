"""Checks of a stimulus set: stimuli can be displayed, told apart and made again."""

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np
import pandas as pd

from harness.checks import checked, shown
from harness.errors import ArgumentError
from harness.identity import digest
from harness.stimuli import Frame, StimulusSet
from harness.testing.report import Check, Report

LOADED = 500
"""Unique frames that are read at most, evenly spaced over the set."""

BLANK = (1, 1)
"""Pixels of a frame of one colour, which has no size to differ."""

STIMULI_CHECKS = ("identifiers", "table", "durations", "frames", "degrees", "digest", "generation")


@checked(ArgumentError)
def check_stimuli(stimuli: StimulusSet | Callable[[], StimulusSet]) -> Report:
    """Hold a stimulus set to what the engine and benchmarks rely on.

    | check | what must hold |
    |---|---|
    | `identifiers` | no stimulus is without a name, and no two share one |
    | `table` | conditions are plain numbers, text or truth values |
    | `durations` | every timeline lasts for a finite time |
    | `frames` | pixels are uint8 or in [0, 1]; the frames of one timeline have one size |
    | `degrees` | the size is known in degrees of visual angle |
    | `digest` | the set has an identity, the same each time |
    | `generation` | made again, it is the same set; told only of a set, which cannot be made again |

    Args:
        stimuli: the set, or what makes it: `lambda: load_stimuli("gratings", contrast=0.5)`.
    """
    make = stimuli if callable(stimuli) else None
    given = make() if make else stimuli
    if not isinstance(given, StimulusSet):
        raise ArgumentError(f"what makes the stimuli gives {shown(given)}; it must give a StimulusSet")
    bench = _Bench(given, make)
    checks: dict[str, Check] = {name: getattr(bench, name) for name in STIMULI_CHECKS}
    return Report.running(bench.stimuli.identifier, checks)


class _Bench:
    """One stimulus set, and how to make it again."""

    def __init__(self, stimuli: StimulusSet, make: Callable[[], StimulusSet] | None):
        self.stimuli, self._make = stimuli, make

    def identifiers(self) -> tuple[bool, str]:
        ids = self.stimuli.ids
        if unnamed := sum(not str(name).strip() or str(name) == "nan" for name in ids):
            return False, f"{unnamed} stimuli have no name; `stimulus_id` is the name of each"
        return len(set(ids)) == len(ids) == len(self.stimuli), f"{len(ids)} stimuli, {ids[0]} to {ids[-1]}"

    def table(self) -> tuple[bool, str]:
        table = self.stimuli.table
        for column in table.columns:
            strange = {type(value).__name__ for value in table[column] if not _is_plain(value)}
            if strange:
                return False, f"column '{column}' holds {', '.join(sorted(strange))}; a condition is a number or text"
        conditions = [str(column) for column in table.columns if column != "stimulus_id"]
        return True, ", ".join(conditions) or "no conditions"

    def durations(self) -> tuple[bool, str]:
        durations = [timeline.duration for timeline in self.stimuli.timelines]
        good = all(math.isfinite(duration) and duration > 0 for duration in durations)
        return good, f"{min(durations):g} to {max(durations):g} ms"

    def frames(self) -> tuple[bool, str]:
        sizes = {}
        for key, frame in self._read.items():
            pixels = frame.load()
            if pixels.dtype != np.uint8 and not (pixels.min() >= 0 and pixels.max() <= 1):  # NaN is neither
                return False, f"a frame has pixels from {pixels.min():g} to {pixels.max():g}; they lie in [0, 1]"
            sizes[key] = pixels.shape[:2]
        for name, timeline in self.stimuli:
            shown = {sizes[frame.digest] for frame in timeline.frames if frame.digest in sizes} - {BLANK}
            if len(shown) > 1:
                return False, f"the frames of stimulus '{name}' have {len(shown)} sizes; all are drawn on one canvas"
        several = sorted(set(sizes.values()))
        described = " or ".join(f"{height} x {width}" for height, width in several[:3])
        return True, f"{len(self.stimuli.frames())} frames of {described} pixels"

    def degrees(self) -> tuple[bool, str]:
        degrees = self.stimuli.visual_degrees
        if degrees is None:
            return False, "has no size, so it fills whatever field of view a model has; give it `visual_degrees`"
        return True, f"{degrees:g} degrees"

    def digest(self) -> tuple[bool, str]:
        first, second = self.stimuli.digest, self.stimuli.digest
        return first == second, first[:12] if first == second else "has another identity each time it is asked"

    def generation(self) -> tuple[bool | None, str]:
        if self._make is None:
            return None, "a set cannot be made again; hand over a function that makes it"
        again = self._make()
        if again.digest == self.stimuli.digest:
            return True, "made again, it is the same"
        if [t.digest for t in again.timelines] != [t.digest for t in self.stimuli.timelines]:
            return False, "made again, it shows something else; draw what is random from a seed"
        return False, "made again, its table is another"

    @cached_property
    def _read(self) -> dict[str, Frame]:
        """Unique frames by digest, `LOADED` at most."""
        frames = list(self.stimuli.frames().items())
        return dict(frames[:: -(-len(frames) // LOADED)])


def _is_plain(value: object) -> bool:
    if value is None or value is pd.NA or isinstance(value, (str, bool, int, float, np.generic)):
        return True
    if isinstance(value, (tuple, list)):
        return all(_is_plain(part) for part in value)
    try:
        digest(value)
    except TypeError:
        return False
    return not hasattr(value, "__dict__")
