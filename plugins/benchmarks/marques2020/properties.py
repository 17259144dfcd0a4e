"""Properties measured in every unit that gratings drive.

A unit that lacks a property (a bandwidth, where its curve does not fall so far) has NaN. Rates are (units, sizes, frequencies,
orientations, phases) in spikes/s; a unit's curves are taken through its best grating.
"""

from collections.abc import Callable, Mapping

import numpy as np

from harness.errors import NotMeasurable
from harness.metrics.tuning import (
    circular_variance,
    harmonics,
    orientation_bandwidth,
    preferred_orientation,
    repeats,
    size_suppression_index,
    summation_diameter,
    surround_diameter,
)
from harness_plugins.benchmarks.marques2020 import textures
from harness_plugins.benchmarks.marques2020.cells import (
    DIAMETERS,
    FREQUENCIES,
    LEAST,
    ORIENTATION,
    ORIENTATIONS,
    PHASES,
    SIZE,
    SPATIAL_FREQUENCY,
    Cells,
    Gratings,
)
from harness_plugins.benchmarks.marques2020.frequency import FrequencyTuning, frequency_tuning

WIDEST = 90.0
"""Degrees; a larger bandwidth is none."""
LEAST_SUPPRESSION = 0.1
"""Units that are suppressed less have neither a summation field nor a surround."""


class Orientation:
    """Tuning to orientation of the mean response (Ringach, Shapley & Hawken 2002); units whose tuning does not repeat have none."""

    def __init__(self, cells: Cells):
        mean, harmonic = harmonics(cells.rates(ORIENTATION), PHASES)
        best = _best(mean)
        driven = mean[best] > cells.baseline + LEAST
        if driven.sum() < 2:
            raise NotMeasurable(
                f"{driven.sum()} of {len(driven)} units respond more to a grating than to a blank screen"
            )
        self.curves = mean[*best[:3]][driven]
        self.best = mean[best][driven]
        self.modulation = np.abs(harmonic[best][driven])
        self.tuned = repeats(self.curves)

    def preferred(self) -> np.ndarray:
        """(units,) degrees clockwise from vertical, in [-22.5, 157.5); of those with a bandwidth, others have no preference."""
        preferred = (90 - preferred_orientation(self.curves, ORIENTATIONS) + 22.5) % 180 - 22.5
        return np.where(np.isfinite(self.bandwidth()), preferred, np.nan)

    def variance(self) -> np.ndarray:
        """(units,), circular variance."""
        return np.where(self.tuned, circular_variance(self.curves, ORIENTATIONS), 1.0)

    def bandwidth(self) -> np.ndarray:
        """(units,) degrees, half of the width at 1/sqrt(2) of the peak."""
        width = orientation_bandwidth(self.curves, ORIENTATIONS)
        return np.where(self.tuned & (width <= WIDEST), width, np.nan)

    def selective(self) -> np.ndarray:
        """(units,), 1 for those with a bandwidth and 0 for the others."""
        return np.isfinite(self.bandwidth()).astype(float)

    def orthogonal(self) -> np.ndarray:
        """(units,), the response at right angles to the preferred orientation over that to it."""
        unit, peak = np.arange(len(self.curves)), self.curves.argmax(1)
        ratio = self.curves[unit, (peak + len(ORIENTATIONS) // 2) % len(ORIENTATIONS)] / self.curves[unit, peak]
        return np.where(self.tuned, ratio, 1.0)


def _spatial_frequency(cells: Cells, with_harmonic: bool) -> FrequencyTuning:
    """Of the mean response (Schiller et al.), or of the larger of mean above the blank and harmonic (De Valois et al.)."""
    if with_harmonic:
        amplitude = _amplitude(cells, SPATIAL_FREQUENCY)
        best, least = _best(amplitude), np.full(len(amplitude), LEAST)
    else:
        amplitude = harmonics(cells.rates(SPATIAL_FREQUENCY), PHASES)[0]
        best, least = _best(amplitude), cells.baseline + LEAST
    curves = np.moveaxis(amplitude, 2, -1)[best[0], best[1], *best[3:]]
    responding = np.maximum(curves[amplitude[best] > least], 0)
    tuned = repeats(responding, circular=False)
    return FrequencyTuning(*(np.where(tuned, each, np.nan) for each in frequency_tuning(responding, FREQUENCIES)))


def _peak(cells: Cells) -> np.ndarray:
    return _spatial_frequency(cells, with_harmonic=True).peak


def _bandwidth(cells: Cells) -> np.ndarray:
    """(units,) percent, the lower over the upper cut-off frequency."""
    tuning = _spatial_frequency(cells, with_harmonic=False)
    return 100 * tuning.low / tuning.high


def _size_curves(cells: Cells) -> np.ndarray:
    """(driven units, diameters), the larger of mean above the blank and harmonic (Cavanaugh, Bair & Movshon 2002); 0 for units
    whose
    tuning does not repeat."""
    amplitude = _amplitude(cells, SIZE)
    best = _best(amplitude)
    curves = np.moveaxis(amplitude, 1, -1)[best[0], *best[2:]][amplitude[best] > LEAST]
    return np.where(repeats(curves, circular=False)[:, None], curves, 0.0)


def _of_suppressed(measure: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[Cells], np.ndarray]:
    def measured(cells: Cells) -> np.ndarray:
        curves = _size_curves(cells)
        suppressed = size_suppression_index(DIAMETERS, curves) > LEAST_SUPPRESSION
        return np.where(suppressed, measure(DIAMETERS, curves), np.nan)

    return measured


class Textures:
    """Responses to textures and noise (Freeman, Ziemba, Heeger, Simoncelli & Movshon 2013)."""

    def __init__(self, cells: Cells):
        rates = cells.textures()
        above = rates - cells.baseline[:, None, None, None]
        driven = _flat(above).max(1) > LEAST
        self.rates, self.above = rates[driven], np.maximum(above[driven], 0)

    def largest(self, kind: int) -> np.ndarray:
        """(units,) spikes/s above the blank screen, to noise (0) or texture (1)."""
        return self.above[:, kind].max((1, 2))


def _amplitude(cells: Cells, gratings: Gratings) -> np.ndarray:
    """(units, sizes, frequencies, orientations, 2): mean above the blank, and first harmonic."""
    mean, harmonic = harmonics(cells.rates(gratings), PHASES)
    return np.stack([mean - cells.baseline[:, None, None, None], np.abs(harmonic)], -1)


def _flat(values: np.ndarray) -> np.ndarray:
    return values.reshape(len(values), -1)


def _best(values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Index of every unit's largest value."""
    return np.arange(len(values)), *np.unravel_index(_flat(values).argmax(1), values.shape[1:])


MEASURES: Mapping[str, Callable[[Cells], np.ndarray]] = {
    "DeValois1982-pref_or": lambda cells: Orientation(cells).preferred(),
    "DeValois1982-peak_sf": _peak,
    "Ringach2002-circular_variance": lambda cells: Orientation(cells).variance(),
    "Ringach2002-or_bandwidth": lambda cells: Orientation(cells).bandwidth(),
    "Ringach2002-or_selective": lambda cells: Orientation(cells).selective(),
    "Ringach2002-orth_pref_ratio": lambda cells: Orientation(cells).orthogonal(),
    "Ringach2002-cv_bandwidth_ratio": lambda cells: Orientation(cells).variance() / Orientation(cells).bandwidth(),
    "Ringach2002-opr_cv_diff": lambda cells: Orientation(cells).orthogonal() - Orientation(cells).variance(),
    "Ringach2002-max_dc": lambda cells: Orientation(cells).best,
    "Ringach2002-modulation_ratio": lambda cells: Orientation(cells).modulation / Orientation(cells).best,
    "Schiller1976-sf_selective": lambda cells: np.isfinite(_bandwidth(cells)).astype(float),
    "Schiller1976-sf_bandwidth": _bandwidth,
    "Cavanaugh2002-surround_suppression_index": lambda cells: size_suppression_index(DIAMETERS, _size_curves(cells)),
    "Cavanaugh2002-grating_summation_field": _of_suppressed(summation_diameter),
    "Cavanaugh2002-surround_diameter": _of_suppressed(surround_diameter),
    "FreemanZiemba2013-texture_modulation_index": lambda cells: textures.modulation(Textures(cells).above),
    "FreemanZiemba2013-abs_texture_modulation_index": lambda cells: np.abs(textures.modulation(Textures(cells).above)),
    "FreemanZiemba2013-texture_selectivity": lambda cells: textures.sparseness(Textures(cells).above[:, 1].mean(2)),
    "FreemanZiemba2013-texture_sparseness": lambda cells: textures.sparseness(_flat(Textures(cells).above[:, 1])),
    "FreemanZiemba2013-texture_variance_ratio": lambda cells: textures.variance_ratio(Textures(cells).rates[:, 1]),
    "FreemanZiemba2013-max_texture": lambda cells: Textures(cells).largest(1),
    "FreemanZiemba2013-max_noise": lambda cells: Textures(cells).largest(0),
}
"""Property -> what gives (driven units,) of it."""
