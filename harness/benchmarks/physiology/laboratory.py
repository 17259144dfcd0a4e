"""The laboratory: units of a model are found, characterised one by one, and shown stimuli made for each of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from harness.benchmarks.physiology.unit import Unit
from harness.brain_model import BrainModel, perturbable
from harness.checks import Seed, checked
from harness.engine import CentreUnits
from harness.errors import BenchmarkError, StimulusError
from harness.perturbation import Perturbation
from harness.stimuli import Canvas, Frame, StimulusSet, TimeBin, Timeline

PIXELS_PER_DEGREE = 28
AT_ONCE = 300
"""Stimuli drawn and held in memory at a time."""


class NothingShown(StimulusError):
    """The stimuli of no unit fit on the image."""


@checked(BenchmarkError)
@dataclass(frozen=True)
class Responses:
    """Responses of units to their own stimuli, above those to a blank screen.

    Attributes:
        conditions: names.
        values: (units, conditions, time bins); NaN for a unit whose stimuli could not be drawn.
        time_bins: [start, end) in ms from stimulus onset.
        blank: (units, time bins), what was subtracted.
    """

    conditions: tuple[str, ...]
    values: np.ndarray
    time_bins: tuple[tuple[float, float], ...]
    blank: np.ndarray

    @property
    def times(self) -> np.ndarray:
        """(time bins,), their centres in ms."""
        return np.mean(self.time_bins, axis=1)

    @checked(BenchmarkError)
    def trace(self, condition: str) -> np.ndarray:
        """(units, time bins), the response to one condition."""
        return self.values[:, self.conditions.index(condition)]

    @checked(BenchmarkError)
    def mean(self, start: float = 0.0, end: float | None = None) -> np.ndarray:
        """(units, conditions), the mean over the time bins within [start, end) ms, weighted by their lengths; all if not told."""
        last = self.time_bins[-1][1] if end is None else end
        within = [begin >= start - 1e-9 and stop <= last + 1e-9 for begin, stop in self.time_bins]
        lengths = np.diff(self.time_bins, axis=1)[:, 0] * within
        return self.values @ (lengths / lengths.sum())

    @checked(BenchmarkError)
    def rates(self, start: float = 0.0, end: float | None = None) -> dict[str, np.ndarray]:
        """condition -> (units,), the mean response, rectified: a unit below its blank response is silent."""
        means = np.maximum(self.mean(start, end), 0)
        return {condition: means[:, column] for column, condition in enumerate(self.conditions)}


@checked(BenchmarkError)
class Laboratory:
    """Shows stimuli to any `BrainModel` and records one unit per channel at the centre of the map of a region.

    Each stimulus is seen from the model's initial state (with whatever lead-in the model declares), and the blank screen is
    recorded for as long. Stimuli are drawn on a canvas of the model's field of view.

    Args:
        candidate: the model.
        region: what is recorded from.
        count: how many units are studied, drawn at random from those that gratings drive and that are tuned.
        seed: of that draw.

    Attributes:
        failures: unit or stimulus -> why it could not be studied.
    """

    def __init__(self, candidate: BrainModel, region: str = "V1", count: int = 24, seed: Seed = 0):
        degrees = float(candidate.visual_degrees())
        self.candidate, self.region, self.count, self.seed = candidate, region, count, seed
        self.canvas = Canvas(degrees, 2 * round(degrees * PIXELS_PER_DEGREE / 2))
        self.failures: dict[str, str] = {}

    @cached_property
    def units(self) -> list[Unit]:
        """The units under study, characterised.

        Raises:
            NotMeasurable: if the model has not two that gratings drive and that are tuned.
        """
        from harness.benchmarks.physiology.characterisation import characterise

        return characterise(self)

    def under(self, perturbations: "Sequence[Perturbation]") -> "Laboratory":
        """The same units, as they were characterised without it, under a perturbation.

        Raises:
            NotPerturbable: if the model does not have what is to be perturbed.
        """
        return self.seen_by(perturbable(self.candidate).perturbed(perturbations))

    def seen_by(self, candidate: BrainModel) -> "Laboratory":
        """The same units, as they were characterised here, in another candidate: this one under a perturbation."""
        other = copy(self)
        other.__dict__["units"] = self.units
        other.candidate = candidate
        return other

    @checked(BenchmarkError)
    def still(self, modulation: np.ndarray, duration: float = 200.0) -> Timeline:
        """An image (see `Canvas`) shown for `duration` ms."""
        return Timeline.still(self.canvas.image(modulation), duration)

    @checked(BenchmarkError)
    def blank(self, duration: float = 200.0) -> Timeline:
        """The background for `duration` ms."""
        return Timeline.still(self.blank_frame, duration)

    @cached_property
    def blank_frame(self) -> Frame:
        """The background as a frame."""
        return Frame(self.canvas.image(np.zeros_like(self.canvas.x)))

    @checked(BenchmarkError)
    def show(self, shown: Mapping[str, Timeline], time_bins: Sequence[TimeBin]) -> np.ndarray:
        """Responses as they are, blank not subtracted: (stimuli, time, units).

        Args:
            shown: stimulus name -> timeline.
        """
        parts = []
        names = list(shown)
        for first in range(0, len(names), AT_ONCE):
            part = names[first : first + AT_ONCE]
            stimuli = StimulusSet(
                "laboratory",
                pd.DataFrame({"stimulus_id": part}),
                [shown[name] for name in part],
                self.canvas.visual_degrees,
                self.canvas.background,
            )
            parts.append(self.candidate.record(stimuli, self.region, time_bins, CentreUnits()))
        return np.concatenate(parts)

    @checked(BenchmarkError)
    def above_blank(self, shown: Mapping[str, Timeline], time_bins: Sequence[TimeBin]) -> np.ndarray:
        """Responses minus that to the blank screen at the same time: (stimuli, time, units)."""
        values = self.show({"blank": self.blank(), **shown}, time_bins)
        return values[1:] - values[:1]

    @checked(BenchmarkError)
    def each(
        self,
        make: Callable[[Unit], Mapping[str, Timeline]],
        time_bins: Sequence[TimeBin],
        units: Sequence[Unit] | None = None,
    ) -> Responses:
        """Show every unit its own stimuli.

        Args:
            make: gives a unit's stimuli by condition, the same conditions for every unit. Where it raises a `StimulusError` (the
                stimulus does not fit on the image), the unit is noted in `failures` and its responses are NaN.
            units: those under study if not given.

        Raises:
            NothingShown: if no unit's stimuli fit.
        """
        units = self.units if units is None else units
        bins = tuple((float(start), float(end)) for start, end in time_bins)
        answers: dict[int, np.ndarray] = {}
        blank = np.full((len(units), len(bins)), np.nan)
        conditions: tuple[str, ...] = ()
        for block in self._blocks(make, units):
            conditions = tuple(next(iter(block.values())))
            shown = {f"{row}/{name}": timeline for row, own in block.items() for name, timeline in own.items()}
            values = self.show({"blank": self.blank(), **shown}, bins)
            for place, row in enumerate(block):
                mine = values[:, :, units[row].channel]
                first = 1 + place * len(conditions)
                blank[row] = mine[0]
                answers[row] = mine[first : first + len(conditions)] - mine[0]
        if units and not answers:
            raise NothingShown(f"the displays of no unit fit: {next(reversed(self.failures.values()))}")
        missing = np.full((len(conditions), len(bins)), np.nan)
        stacked = [answers.get(row, missing) for row in range(len(units))]
        return Responses(conditions, np.array(stacked).reshape(len(units), len(conditions), len(bins)), bins, blank)

    @checked(BenchmarkError)
    def each_of(
        self, rows: Iterable[int], make: Callable[[int], Mapping[str, Timeline]], time_bins: Sequence[TimeBin]
    ) -> Responses:
        """As `each`, for the units in some rows, of which there is at least one; NaN in the rows of the others.

        Args:
            make: gives the stimuli of the unit in a row.
        """
        chosen = list(rows)
        row_of = {self.units[row].channel: row for row in chosen}
        seen = self.each(lambda unit: make(row_of[unit.channel]), time_bins, [self.units[row] for row in chosen])
        values = np.full((len(self.units), *seen.values.shape[1:]), np.nan)
        blank = np.full((len(self.units), *seen.blank.shape[1:]), np.nan)
        values[chosen], blank[chosen] = seen.values, seen.blank
        return replace(seen, values=values, blank=blank)

    def _blocks(
        self, make: Callable[[Unit], Mapping[str, Timeline]], units: Sequence[Unit]
    ) -> Iterator[dict[int, Mapping[str, Timeline]]]:
        """Position of unit -> its stimuli, for as many units as are shown at once."""
        block: dict[int, Mapping[str, Timeline]] = {}
        for row, unit in enumerate(units):
            try:
                block[row] = make(unit)
            except StimulusError as error:
                self.failures[f"unit {unit.channel}"] = str(error)
            if sum(map(len, block.values())) >= AT_ONCE:
                yield block
                block = {}
        if block:
            yield block

    def describe(self) -> dict[str, Any]:
        """The units and what failed, as plain content for a score's details."""
        return {
            "region": self.region,
            "pixels_per_degree": round(1 / self.canvas.pixel, 3),
            "visual_degrees": self.canvas.visual_degrees,
            "units": [
                {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(unit).items()}
                for unit in self.units
            ],
            "failures": dict(self.failures),
        }
