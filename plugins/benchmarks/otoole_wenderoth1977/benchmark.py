"""The tilt illusion of a model's V1, measured by a linear decoder of orientation (O'Toole & Wenderoth 1977)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import InSilicoBenchmark, Laboratory, Measured
from harness.errors import BenchmarkError
from harness.metrics.statistics import Target
from harness_plugins.benchmarks.otoole_wenderoth1977 import published
from harness_plugins.benchmarks.otoole_wenderoth1977.decoder import decode, difference
from harness_plugins.benchmarks.otoole_wenderoth1977.published import TILTS
from harness_plugins.stimuli.centre_surround.displays import Display
from harness_plugins.stimuli.gratings.patches import Screen
from harness_plugins.stimuli.tilt_illusion import BIBTEX

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DURATION = 200.0
TRAINED = [(float(angle), float(phase)) for angle in range(0, 180, 5) for phase in (0, 90, 180, 270)]
TESTED = [(angle + 0.5, phase) for angle in range(12, 180, 30) for phase in (45.0, 225.0)]
"""(orientation, phase) in degrees of gratings for the decoder's training, and of the tests, none of which it has seen."""
SIGNED = [sign * float(tilt) for tilt in TILTS for sign in ((1, -1) if 0 < tilt < 90 else (1,))]
WORST = 15.0
"""Degrees by which a test without surround may be misread; one that is read worse shows nothing about illusions."""
REPULSION, ATTRACTION = np.flatnonzero((TILTS > 0) & (TILTS < 45)), np.flatnonzero((TILTS > 55) & (TILTS < 90))


def _target(places: np.ndarray, what: str) -> Target:
    value = published.EFFECT[places]
    source = f"{published.READING}, {what}; {published.PARTICIPANTS}"
    return Target(value, np.zeros_like(value), published.ERROR, source, "read from a figure", published.QUOTATION)


class OTooleWenderoth1977(InSilicoBenchmark):
    """The tilt illusion in the orientation decoded from a model's V1, compared with that of participants.

    A decoder is fitted to all units at the centre of the map of V1: ridge regression of sin 2 theta and cos 2 theta on their mean
    responses over 200 ms to gratings without a surround, of 36 orientations and 4 phases. The tests have other orientations (six)
    and phases (two); they are read without a surround and within surrounds tilted against them by 0 to 90 degrees to both sides.
    The illusion is the difference between the two readings, positive if away from the surround (repulsion), mean over both
    sides. All gratings have half of the highest contrast, and the spatial frequency that most units prefer; the surround has the
    phase of the test in the middle of the display (plus `surround_phase`).

    The size of the test is a multiple of the units' median summation diameter. What is resampled for the error are not units, which
    are read together, but tests. One that is misread by over 15 degrees without a surround counts as showing no illusion. At tilts
    of 0 and 90 degrees no illusion is possible by symmetry, and that at 50 is too close to the change of sign: these three are
    drawn and not scored. The decoder's numbers are fitted to none of what is scored.

    Args:
        units: how many units are characterised at most.
        seed: seed of the choice of units.
        centre: diameter of the test, as a multiple of the median summation diameter.
        gap: inner diameter of the surround, as a multiple of the test's.
        surround_phase: of the surround relative to the test, in degrees.
    """

    identifier = "OTooleWenderoth1977"
    version = 2
    bibtex = BIBTEX
    targets: Mapping[str, Target] = {
        "repulsion": _target(REPULSION, "surround tilted by 10 to 40 degrees"),
        "attraction": _target(ATTRACTION, "surround tilted by 60 to 80 degrees"),
    }
    orders: ClassVar[Mapping[str, str]] = {
        "repelled": "a surround tilted by 20 degrees repels the test",
        "peaked": "it does so more than one tilted by 50 degrees",
        "attracted": "one tilted by 70 degrees attracts it",
    }
    clear: ClassVar[Mapping[str, float]] = {"repelled": 0.8, "peaked": 0.8, "attracted": 0.25}
    """Degrees: about a third of what is published."""
    rows = "tests (orientations and phases)"

    def __init__(
        self, units: int = 24, seed: int = 0, centre: float = 1.4, gap: float = 1.5, surround_phase: float = 0.0
    ):
        super().__init__(units, seed)
        if not (centre > 0 and gap >= 1):
            raise BenchmarkError(f"'{self.identifier}' needs centre > 0 and gap >= 1, not {centre:g} and {gap:g}")
        self.centre, self.gap, self.surround_phase = float(centre), float(gap), float(surround_phase)

    def measure(self, laboratory: Laboratory) -> Measured:
        display = self._display(laboratory)
        seen = self._responses(laboratory, display)
        first, angles = len(TRAINED), np.array([angle for angle, _ in TESTED])
        read = decode(seen[:first], np.array([angle for angle, _ in TRAINED]), seen[first:], self.seed)
        read = read.reshape(len(TESTED), 1 + len(SIGNED))
        misread = difference(read[:, 0], angles)
        shift = difference(read[:, 1:], read[:, :1])
        shift[np.abs(misread) > WORST] = np.nan
        effect = _both_sides(shift)
        at = lambda tilt: effect[:, int(tilt // 10)]
        return Measured(
            {"repulsion": effect[:, REPULSION], "attraction": effect[:, ATTRACTION]},
            {"repelled": at(20), "peaked": at(20) - at(50), "attracted": -at(70)},  # degrees
            self._more(display, effect, misread, seen.shape[1]),
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """The illusion over tilt, the display's geometry, and every target."""
        from harness_plugins.benchmarks.otoole_wenderoth1977.figure import draw

        return draw(details)

    def _display(self, laboratory: Laboratory) -> Display:
        """In the middle of the units' receptive fields, at the frequency that most of them prefer."""
        frequencies, counts = np.unique([unit.spatial_frequency for unit in laboratory.units], return_counts=True)
        frequency = float(frequencies[counts.argmax()])
        tuned = [unit for unit in laboratory.units if unit.spatial_frequency == frequency]
        diameter = self.centre * float(np.median([unit.summation for unit in tuned]))
        x, y = np.median([unit.centre for unit in tuned], axis=0).tolist()
        screen = Screen(laboratory.canvas, 60.0, 0.0)
        return Display(screen, frequency, diameter, (x, y), gap=self.gap, surround_phase=self.surround_phase)

    def _responses(self, laboratory: Laboratory, display: Display) -> np.ndarray:
        """(trained, then for each test alone and with every surround; units), above the blank."""
        from dataclasses import replace

        contrast = laboratory.canvas.highest_contrast / 2
        shown = {}
        for angle, phase in TRAINED + TESTED:
            phased = replace(display, phase=phase)
            tilts = [None, *SIGNED] if (angle, phase) in TESTED else [None]
            for tilt in tilts:
                around = None if tilt is None else (angle + tilt, contrast)
                shown[f"{angle:g}/{phase:g}/{tilt}"] = phased.still([(angle, contrast)], around, DURATION)
        return laboratory.above_blank(shown, [(0, DURATION)])[:, 0]

    def _more(self, display: Display, effect: np.ndarray, misread: np.ndarray, recorded: int) -> dict[str, Any]:
        known = effect[np.isfinite(effect).all(1)]
        error = known.std(0, ddof=1) / np.sqrt(len(known)) if len(known) > 1 else np.full(len(TILTS), np.nan)
        return {
            "resampled": "tests (orientation and phase)",
            "tilts": TILTS.tolist(),
            "illusion": plain(known.mean(0) if len(known) else np.full(len(TILTS), np.nan)),
            "illusion_error": plain(error),
            "published": {"black": plain(published.BLACK), "white": plain(published.WHITE)},
            "decoder": {
                "units": recorded,
                "misread_without_surround": plain(np.abs(misread).mean()),
                "tests_misread": int((np.abs(misread) > WORST).sum()),
                "tests": len(misread),
            },
            "geometry": {
                "diameter": plain(display.diameter),
                "spatial_frequency": display.spatial_frequency,
                "centre": self.centre,
                "gap": self.gap,
                "surround_phase": self.surround_phase,
            },
        }


def _both_sides(shift: np.ndarray) -> np.ndarray:
    """(tests, signed tilts) -> (tests, tilts): degrees away from the surround, mean over surrounds tilted to both sides."""
    signed = np.array(SIGNED)
    away = -np.where(signed < 0, -1, 1) * shift
    return np.stack([away[:, np.abs(signed) == tilt].mean(1) for tilt in TILTS], axis=1)
