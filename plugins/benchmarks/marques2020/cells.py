"""Showing the published gratings to the units of V1, and turning activations into firing rates.

Position, size, frequency, orientation and phase of the gratings are those of Marques et al. (2021), contrast 1, with one
difference: there they lie beside the middle of the image, and units are those whose receptive fields lie there; here units are
those at the centre of the map of V1, one per channel, whatever they prefer, and the gratings lie on the middle of their receptive
fields.

Activations become rates as there: rectified, and scaled so that the median unit that gratings drive fires 33.8 spikes/s at its best
and 0.82 to a blank screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness import CentreUnits, StimulusSet
from harness.benchmarks import varies
from harness.benchmarks.physiology import AT_ONCE, Laboratory, receptive_fields
from harness.brain_model import BrainModel
from harness.errors import NotMeasurable
from harness.stimuli import Timeline, build_stimulus_set
from harness_plugins.benchmarks.marques2020 import textures

TIME_BIN = (70.0, 170.0)
PHASES = np.arange(0, 360, 45.0)
ORIENTATIONS = np.arange(0, 180, 15.0)
FREQUENCIES = 2.0 ** np.linspace(-1.375, 3.875, 22)
DIAMETERS = 2.0 ** np.linspace(-2.25, 3.25, 12)
MEDIAN_BEST, MEDIAN_BLANK, LARGEST = 33.8, 0.82, 243.1
"""Spikes/s of macaque V1."""
LEAST = 5.0
"""Spikes/s above the blank screen; a unit with less is not driven."""


@dataclass(frozen=True)
class Gratings:
    """A crossing of gratings.

    Attributes:
        diameters: (sizes, frequencies) degrees.
        frequencies: cycles per degree.
        orientations: of the contour, degrees.
    """

    diameters: np.ndarray
    frequencies: np.ndarray
    orientations: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(sizes, frequencies, orientations, phases)."""
        sizes, frequencies = self.diameters.shape
        return sizes, frequencies, len(self.orientations), len(PHASES)

    def conditions(self) -> list[dict[str, float]]:
        """One per stimulus, in the order of `shape`."""
        return [
            {
                "diameter": float(self.diameters[size, number]),
                "spatial_frequency": float(frequency),
                "orientation": float(orientation),
                "phase": float(phase),
            }
            for size in range(len(self.diameters))
            for number, frequency in enumerate(self.frequencies)
            for orientation in self.orientations
            for phase in PHASES
        ]


FOUR = FREQUENCIES[[4, 8, 12, 16]]
ORIENTATION = Gratings(np.array([2.0, 3.0, 4.0])[:, None] / FOUR, FOUR, ORIENTATIONS)
"""Two, three and four cycles."""
SPATIAL_FREQUENCY = Gratings(np.repeat([[1.5], [4.5]], 22, axis=1), FREQUENCIES, ORIENTATIONS[::2])
SIZE = Gratings(np.repeat(DIAMETERS[:, None], 4, axis=1), FOUR, ORIENTATIONS[::2])


class Cells:
    """The units of a model as if they were cells.

    Args:
        candidate: any `BrainModel`.
        region: what is recorded from.

    Raises:
        NotMeasurable: from all that needs rates, if fewer than two units are driven.
    """

    def __init__(self, candidate: BrainModel, region: str = "V1"):
        self.laboratory = Laboratory(candidate, region)

    @cached_property
    def _blank(self) -> np.ndarray:
        """(units,), activations."""
        shown = {"blank": self.laboratory.blank(TIME_BIN[1])}
        return np.maximum(self.laboratory.show(shown, [TIME_BIN])[0, 0], 0)

    @cached_property
    def centre(self) -> tuple[float, float]:
        """(x, y) degrees, the median of the centres of the receptive fields; the middle if no unit responds to spots."""
        centres, _ = receptive_fields(self.laboratory, np.arange(len(self._blank)))
        mapped = centres[np.isfinite(centres).all(1)]
        if not len(mapped):
            return 0.0, 0.0
        x, y = np.median(mapped, axis=0).tolist()
        return x, y

    @cached_property
    def _orientation(self) -> np.ndarray:
        """(units, *ORIENTATION.shape), activations."""
        return self._show(ORIENTATION)

    @cached_property
    def _scale(self) -> tuple[float, float]:
        """Slope and offset from activations to spikes/s."""
        best = self._orientation.mean(-1).reshape(len(self._blank), -1).max(1)
        above = best - self._blank
        driven = above > max(LEAST / LARGEST * above.max(), 0)
        driven &= varies(np.stack([self._blank, best]))
        if driven.sum() < 2:
            raise NotMeasurable(
                f"{driven.sum()} of {len(driven)} units respond more to a grating than to a blank screen"
            )
        blank = np.median(self._blank[driven])
        slope = (MEDIAN_BEST - MEDIAN_BLANK) / (np.median(best[driven]) - blank)
        return float(slope), float(MEDIAN_BLANK - slope * blank)

    @cached_property
    def baseline(self) -> np.ndarray:
        """(units,) spikes/s to a blank screen."""
        return self._as_rates(self._blank)

    def rates(self, gratings: Gratings) -> np.ndarray:
        """(units, *gratings.shape) spikes/s."""
        return self._as_rates(self._orientation if gratings is ORIENTATION else self._show(gratings))

    def textures(self) -> np.ndarray:
        """(units, noise and texture, families, samples) spikes/s to the published images.

        Raises:
            MissingData: if the images are not available.
            DataError: if they are not as published.
        """
        table = textures.load()
        shown = textures.images(table, self.centre)
        return self._as_rates(self._record(shown).reshape(-1, *textures.crossing(table)))

    def _as_rates(self, activations: np.ndarray) -> np.ndarray:
        slope, offset = self._scale
        return np.maximum(slope * activations + offset, 0)

    def _show(self, gratings: Gratings) -> np.ndarray:
        laboratory, conditions = self.laboratory, gratings.conditions()
        sets = (
            build_stimulus_set(
                "marques2020",
                conditions[first : first + AT_ONCE],
                self._draw,
                laboratory.canvas.visual_degrees,
                laboratory.canvas.background,
            )
            for first in range(0, len(conditions), AT_ONCE)
        )
        return self._record(sets).reshape(-1, *gratings.shape)

    def _record(self, sets: Iterable[StimulusSet]) -> np.ndarray:
        """(units, stimuli), activations of all sets one after the other."""
        laboratory = self.laboratory
        parts = [
            laboratory.candidate.record(stimuli, laboratory.region, [TIME_BIN], CentreUnits())[:, 0] for stimuli in sets
        ]
        return np.maximum(np.concatenate(parts).T, 0)

    def _draw(self, diameter: float, spatial_frequency: float, orientation: float, phase: float) -> Timeline:
        """A grating, cut at the edge of the image; a frequency that its pixels cannot hold averages to the background."""
        canvas = self.laboratory.canvas
        if spatial_frequency * canvas.pixel >= 0.5:
            return self.laboratory.blank(TIME_BIN[1])
        grating = canvas.grating(orientation, spatial_frequency, phase, self.centre)
        modulation = canvas.highest_contrast * grating * canvas.disc(diameter, self.centre)
        return self.laboratory.still(modulation, TIME_BIN[1])
