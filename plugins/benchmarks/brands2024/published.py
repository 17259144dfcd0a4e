"""Measurements of Brands et al. (2024, PLoS Comput Biol 20:e1012161), read from the authors' public vector figures.

Means over four patients, preferred and other images pooled. How far patients differ is not stated, so that the values have no error
(the figures are read to 1 %, which says nothing of other patients) and make no ceiling. Sums and the value at 533 ms are
integrals of the plotted means. Data: OpenNeuro ds004194."""

from dataclasses import dataclass

import numpy as np

from harness.metrics.statistics import Target

TIMES = np.array([17.0, 33.0, 67.0, 133.0, 267.0, 533.0])
"""Durations of one pulse, and intervals between two of 133 ms, in ms."""
PULSE = 133.0
SOURCE = "Brands et al. 2024, PLoS Comput Biol 20:e1012161, re-read from the authors' vector figures"
PATIENTS = 4


@dataclass(frozen=True)
class Area:
    """One group of electrodes.

    Attributes:
        regions: of a model that stand for it; the first that the model maps is recorded from.
        time_to_peak: ms.
        width: full width at half maximum in ms, by duration.
        recovery: second response over first, by interval.
        summed: response summed over time by duration, over that at 533 ms.
        late: value at 533 ms over the peak.
    """

    regions: tuple[str, ...]
    time_to_peak: float
    width: tuple[float, ...]
    recovery: tuple[float, ...]
    summed: tuple[float, ...]
    late: float

    @property
    def targets(self) -> dict[str, Target]:
        """The targets; null is what a model without dynamics gives, whose response is on exactly while the stimulus is."""
        return {
            "time_to_peak": _target(self.time_to_peak, 0.0),
            "width": _target(self.width, TIMES),
            "recovery": _target(self.recovery, np.ones(len(TIMES))),
            "summed": _target(self.summed, TIMES / TIMES[-1]),
            "late_to_peak": _target(self.late, 1.0),
        }


def _target(value: float | tuple[float, ...], null: float | np.ndarray) -> Target:
    return Target(value, null, None, SOURCE, "read from a figure", "curves of the mean over patients", PATIENTS)


V1_V3 = Area(
    regions=("V1",),
    time_to_peak=105.0,
    width=(68.0, 70.0, 80.0, 105.0, 90.0, 100.0),
    recovery=(0.398, 0.472, 0.664, 0.633, 0.743, 0.882),
    summed=(0.277, 0.387, 0.450, 0.637, 0.790, 1.0),
    late=0.21,
)
VOTC = Area(
    regions=("V4", "IT"),
    time_to_peak=131.0,
    width=(90.0, 92.0, 92.0, 127.0, 242.0, 324.0),
    recovery=(0.394, 0.360, 0.515, 0.469, 0.653, 0.711),
    summed=(0.298, 0.316, 0.456, 0.565, 0.783, 1.0),
    late=0.42,
)
LOTC = Area(
    regions=("IT", "V4"),
    time_to_peak=168.0,
    width=(127.0, 143.0, 178.0, 223.0, 340.0, 324.0),
    recovery=(0.334, 0.337, 0.466, 0.467, 0.586, 0.725),
    summed=(0.238, 0.391, 0.511, 0.611, 0.808, 1.0),
    late=0.44,
)
AREAS = {"V1": V1_V3, "VOTC": VOTC, "LOTC": LOTC}
