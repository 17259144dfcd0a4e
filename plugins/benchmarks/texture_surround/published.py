"""Measurements of suppression by texture in V1: means over cells, as quoted in the publications."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from harness.metrics.statistics import Target

SHARES = "which cells count as modulated depends on their noise, which models lack"
KNIERIM = "Knierim & Van Essen 1992, J. Neurophysiol. 67:961-980, 122 cells of alert macaques"
NOTHDURFT = "Nothdurft, Gallant & Van Essen 1999, Vis. Neurosci. 16:15-34, 146 cells of anaesthetised macaques"


@dataclass(frozen=True)
class Study:
    """A publication.

    Attributes:
        targets: what a model is compared with; latencies in ms from the onset of the response.
        disabled: what is not scored -> why.
    """

    targets: Mapping[str, Target]
    disabled: Mapping[str, str]


def _target(value: float, source: str, quotation: str, n: int) -> Target:
    return Target(value, 0.0, None, source, "quoted", quotation, n)


def _within(middle: float, half: float, source: str, quotation: str, n: int) -> Target:
    """A latency that is given as a range."""
    return Target(middle, 0.0, half / np.sqrt(3), f"{source}; uniform over that range", "quoted", quotation, n)


STUDIES = {
    "KnierimVanEssen1992": Study(
        targets={
            "suppression": _target(0.34, KNIERIM, "suppressed by 34 % on average", 122),
            "orientation_difference": _target(
                0.09, KNIERIM, "orthogonal minus parallel, 9 % of the response to the centre", 122
            ),
            "general_latency": _target(7.0, KNIERIM, "about 7 ms after the response's onset", 122),
            "orientation_latency": _within(19.0, 1.0, KNIERIM, "18 to 20 ms after the onset", 122),
        },
        disabled={"80 % suppressed by some texture; 32 % selective": SHARES},
    ),
    "Nothdurft1999": Study(
        targets={
            "suppression": _target(0.42, NOTHDURFT, "reduced by 42 % on average", 146),
            "orientation_difference": _target(
                0.07, NOTHDURFT, "uniform texture 7 % more suppressive than orthogonal", 146
            ),
            "orientation_latency": _within(17.5, 2.5, NOTHDURFT, "15 to 20 ms after the excitatory response", 146),
        },
        disabled={
            "77 % modulated; 24 % prefer orientation contrast, 12 % uniformity": SHARES,
            "60 to 70 ms after the stimulus": (
                "a model without the effect has no such time to compare with; the onset is reported"
            ),
        },
    ),
}
