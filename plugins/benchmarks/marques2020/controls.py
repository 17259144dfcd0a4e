"""A population of V1 units whose tuning is known, and one with the published distribution of a property."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from harness.metrics.statistics import Histogram
from harness.stimuli import StimulusSet, TimeBin
from harness.testing import SimulatedBrain

UNITS = 100


class Population(SimulatedBrain):
    """Units whose responses to gratings follow from the table of stimuli; to a texture each prefers one family of three.

    Args:
        units: how many.
        orientation, kappa: preferred, degrees of the contour, and concentration of the tuning.
        frequency, octaves: preferred, cycles per degree, and width.
        summation, surround, suppression: diameters in degrees, and the share lost at that of the surround.
        simple: whether responses are modulated by phase.
        gain, baseline: of the best response, and that to a blank screen.
    """

    identifier, regions, degrees = (
        "population",
        ("V1",),
        1.0,
    )  # curves are read from the table, so that images may be small

    def __init__(
        self,
        units: int = 60,
        orientation: Any = 45.0,
        kappa: Any = 2.0,
        frequency: Any = 3.0,
        octaves: Any = 1.0,
        summation: Any = 1.0,
        surround: Any = 4.0,
        suppression: Any = 0.5,
        simple: Any = False,
        gain: Any = 1.0,
        baseline: Any = 0.2,
    ):
        each = lambda value: np.broadcast_to(value, units)
        self.orientation, self.kappa = each(orientation), each(kappa)
        self.frequency, self.octaves = each(frequency), each(octaves)
        self.summation, self.surround, self.suppression = each(summation), each(surround), each(suppression)
        self.simple, self.gain, self.baseline = each(simple), each(gain), each(baseline)

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        rates = np.stack(
            [self.rates({str(name): value for name, value in row.items()}) for row in stimuli.table.to_dict("records")]
        )
        return np.repeat(rates[:, None], len(time_bins), axis=1)

    def rates(self, row: Mapping[str, Any]) -> np.ndarray:
        """(units,), to one stimulus."""
        if "family" in row:
            family = (np.arange(len(self.gain)) % 3 == row["family"]) * (row["type"] - 1)
            return self.baseline + self.gain * (0.5 + family)
        if "diameter" not in row:
            return self.baseline
        apart = np.deg2rad(row["orientation"] - self.orientation)
        oriented = np.exp(self.kappa * (np.cos(2 * apart) - 1))
        tuned = np.exp(-((np.log2(row["spatial_frequency"] / self.frequency) / self.octaves) ** 2))
        phased = np.where(self.simple, np.maximum(np.cos(np.deg2rad(row["phase"])), 0), 1.0)
        return self.baseline + self.gain * oriented * tuned * self._summed(row["diameter"]) * phased

    def _summed(self, diameter: float) -> np.ndarray:
        fallen = np.log2(np.maximum(diameter, self.summation) / self.summation)
        fallen = np.minimum(fallen / np.log2(self.surround / self.summation), 1)
        return np.minimum(diameter / self.summation, 1) * (1 - self.suppression * fallen)


def drawn(target: Histogram, n: int, logarithmic: bool = False, seed: int = 0) -> np.ndarray:
    """(n,), values distributed as the published ones, anywhere within their bins."""
    random = np.random.default_rng(seed)
    bins = random.choice(len(target.counts), n, p=target.shares)
    edges = np.log2(target.edges) if logarithmic else np.array(target.edges)
    values = edges[bins] + random.uniform(0.05, 0.95, n) * (edges[bins + 1] - edges[bins])
    return np.exp2(values) if logarithmic else values


def published(benchmark: Any) -> Population:
    """A population with the published distribution of the benchmark's property, one of `PARAMETERS`."""
    values = drawn(benchmark.data, UNITS, benchmark.known.logarithmic)
    return Population(UNITS, baseline=0.0, **PARAMETERS[benchmark.name](values))


PARAMETERS: Mapping[str, Callable[[np.ndarray], dict[str, Any]]] = {
    "DeValois1982-pref_or": lambda values: {"orientation": 90 - values},
    "DeValois1982-peak_sf": lambda values: {"frequency": values},
    "Schiller1976-sf_selective": lambda values: {"octaves": np.where(values > 0.5, 1.0, 9.0)},
    "Schiller1976-sf_bandwidth": lambda values: {"octaves": -np.log2(values / 100) / (2 * np.sqrt(np.log(2) / 2))},
    "Cavanaugh2002-surround_suppression_index": lambda values: {
        "suppression": np.minimum(values, 1),
        "summation": 0.5,
        "surround": 8.0,
    },
    "Cavanaugh2002-grating_summation_field": lambda values: {"summation": values, "surround": 4 * values},
    "Cavanaugh2002-surround_diameter": lambda values: {"summation": values / 3, "surround": values, "suppression": 0.6},
}
"""Property -> what gives the parameters of units that have certain values of it."""
