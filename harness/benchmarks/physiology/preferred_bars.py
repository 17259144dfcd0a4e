"""The optimal bar of a unit: its position, width and length, and the response to it."""

from dataclasses import dataclass, replace

import numpy as np

from harness.benchmarks.physiology.laboratory import Laboratory
from harness.benchmarks.physiology.unit import Unit
from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.tuning import summation_diameter
from harness.stimuli import Bar, draw_bars

LENGTHS = 8
LONGEST = 2.0
"""Length of the longest bar tried, in summation diameters."""
EXPOSURE = 200.0


@dataclass(frozen=True)
class LengthTuning:
    """How units sum along a bar.

    Attributes:
        bars: a unit's optimal bar, None for one that bars do not drive.
        share: (lengths,) of a unit's longest bar.
        responses: (units, lengths), above the blank; NaN where the bars do not fit on the image.
    """

    bars: tuple[Bar | None, ...]
    share: np.ndarray
    responses: np.ndarray


@checked(BenchmarkError)
def optimal_bars(laboratory: Laboratory, contrast: float) -> LengthTuning:
    """The optimal bar of every unit.

    It is half a cycle of the preferred grating wide and lies where that grating has its nearest extremum, light or dark. Its length
    is that at which the response has reached 95 % of its maximum, among lengths up to twice the summation diameter or as long as
    the image allows.

    Args:
        contrast: Weber contrast at which length is measured.
    """
    share = np.arange(1, LENGTHS + 1) / LENGTHS
    longest = {unit.channel: longest_bar(laboratory, unit, contrast) for unit in laboratory.units}

    def make(unit: Unit) -> dict:
        bar = longest[unit.channel]
        drawn = {f"{part:g}": draw_bars(laboratory.canvas, [replace(bar, length=part * bar.length)]) for part in share}
        return {name: laboratory.still(modulation, EXPOSURE) for name, modulation in drawn.items()}

    responses = laboratory.each(make, [(0, EXPOSURE)]).mean()
    optimal = summation_diameter(share, np.maximum(np.nan_to_num(responses), 0))
    bars = [_cut(longest[unit.channel], part) for unit, part in zip(laboratory.units, optimal.tolist(), strict=True)]
    return LengthTuning(tuple(bars), share, responses)


def longest_bar(laboratory: Laboratory, unit: Unit, contrast: float) -> Bar:
    """The longest bar to try on a unit: twice its summation diameter, or what fits."""
    across = ((-unit.phase) % 180 - 90) / (360 * unit.spatial_frequency)  # where the grating is lightest or darkest
    light = np.sin(np.deg2rad(unit.phase + 360 * unit.spatial_frequency * across)) > 0
    width = max(0.5 / unit.spatial_frequency, 2 * laboratory.canvas.pixel)
    bar = Bar(1.0, width, unit.orientation, unit.centre, contrast if light else -contrast).beside(across=across)
    room = laboratory.canvas.visual_degrees / 2 - max(abs(bar.centre[0]), abs(bar.centre[1])) - width / 2
    return replace(bar, length=float(min(LONGEST * unit.summation, 2 * max(room, laboratory.canvas.pixel))))


def _cut(bar: Bar, part: float) -> Bar | None:
    return replace(bar, length=part * bar.length) if np.isfinite(part) else None
