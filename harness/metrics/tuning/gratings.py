"""Tuning to gratings with crossed orientation, spatial frequency and phase.

`drive` is (units, orientations, spatial frequencies, phases): responses above the blank, rectified. A unit's response to an
orientation is the mean over phases (F0) or, if that is larger somewhere (a simple cell), the first harmonic over phases
(F1), at the spatial frequency that drives the unit best.
"""

from dataclasses import dataclass

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError


@dataclass(frozen=True)
class GratingTuning:
    """Tuning of each unit to a set of gratings.

    Attributes:
        curves: (units, orientations), at the best spatial frequency.
        frequency: (units,), position of that frequency.
        orientation: (units,), position of the peak of the curve.
        simple: (units,), whether F1 exceeds F0 at their maxima.
        phase: (units,) degrees, of the best grating's first harmonic: the phase a simple cell prefers.
        amplitude: (F0 and F1, units, orientations, spatial frequencies).
    """

    curves: np.ndarray
    frequency: np.ndarray
    orientation: np.ndarray
    simple: np.ndarray
    phase: np.ndarray
    amplitude: np.ndarray


@checked(BenchmarkError, pure=True)
def harmonics(responses: np.ndarray, phases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """F0 and F1 of responses (..., phases): the mean over phases, and the first harmonic as a complex number."""
    return responses.mean(-1), 2 * (responses * np.exp(1j * np.deg2rad(phases))).mean(-1)


@checked(BenchmarkError, pure=True)
def grating_tuning(drive: np.ndarray, phases: np.ndarray) -> GratingTuning:
    """Tuning of every unit, see the module.

    Args:
        drive: (units, orientations, spatial frequencies, phases).
        phases: degrees, evenly spaced over 360.
    """
    mean, harmonic = harmonics(drive, phases)
    amplitude = np.stack([mean, np.abs(harmonic)])
    simple = amplitude[1].max((1, 2)) > amplitude[0].max((1, 2))
    unit = np.arange(len(drive))
    chosen = amplitude[simple.astype(int), unit]
    frequency = chosen.max(1).argmax(1)
    curves = chosen[unit, :, frequency]
    orientation = curves.argmax(1)
    phase = np.rad2deg(np.angle(harmonic[unit, orientation, frequency])) % 360
    return GratingTuning(curves, frequency, orientation, simple, phase, amplitude)
