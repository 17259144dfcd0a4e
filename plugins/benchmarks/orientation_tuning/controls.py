"""Populations of V1 units of known tuning, among them one that is distributed as the published cells."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.metrics.tuning import circular_variance, orientation_bandwidth
from harness.stimuli import StimulusSet, TimeBin
from harness.testing import SimulatedBrain
from harness_plugins.benchmarks.orientation_tuning.benchmark import BLANK, ORIENTATIONS, OrientationTuning

CELLS = 308


class Population(SimulatedBrain):
    """Units that respond with gain times tuning times spatial frequency times phase, over a baseline, after two time bins.

    Args:
        tuning: (units, 180), to the orientation in degrees.
        simple: share of units that are modulated by phase.
        baseline: response to a blank screen.
    """

    identifier, regions = "population", ("V1",)

    def __init__(self, tuning: np.ndarray, simple: float = 0.5, baseline: float = 0.2):
        self.tuning = tuning
        random, units = np.random.default_rng(1), len(tuning)
        self.gain, self.baseline = random.uniform(1, 10, units), baseline
        self.frequency, self.phase = random.choice([1.0, 2.0, 4.0], units), random.uniform(0, 2 * np.pi, units)
        self.simple = random.random(units) < simple

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        rates = np.stack(
            [self.rates({str(name): value for name, value in row.items()}) for row in stimuli.table.to_dict("records")]
        )
        delayed = np.arange(len(time_bins)) >= 2
        return np.where(delayed[:, None], rates[:, None], self.baseline)

    def rates(self, row: Mapping[str, Any]) -> np.ndarray:
        """(units,), to one grating."""
        if row["stimulus_id"] == BLANK:
            return np.full(len(self.gain), self.baseline)
        orientation = self.tuning[:, round(row["orientation"])]
        frequency = np.exp(-((np.log2(row["spatial_frequency"] / self.frequency)) ** 2))
        modulation = np.where(self.simple, np.maximum(np.cos(np.deg2rad(row["phase"]) - self.phase), 0), 1)
        return self.baseline + self.gain * orientation * frequency * modulation * row["contrast"]


def von_mises(kappa: np.ndarray, preferred: np.ndarray) -> np.ndarray:
    """(units, 180), tuning curves."""
    degrees = np.arange(180)
    return np.exp(kappa[:, None] * (np.cos(2 * np.deg2rad(degrees - preferred[:, None])) - 1))


def drawn(units: int, seed: int = 0) -> np.ndarray:
    """(units, 180), a sample of von Mises units on a pedestal whose circular variances and bandwidths are distributed as those of
    the cells.

    Of all concentrations and pedestals, each unit gets the one that comes nearest, in shares of the published cells, to a random
    pair of quantiles.
    """
    random = np.random.default_rng(seed)
    kappa, pedestal = (axis.ravel() for axis in np.meshgrid(np.geomspace(0.05, 12, 80), np.linspace(0, 0.98, 50)))
    curves = pedestal[:, None] + (1 - pedestal[:, None]) * von_mises(kappa, np.full(len(kappa), 45.0))
    sampled = curves[:, ORIENTATIONS.astype(int)]
    measured = circular_variance(sampled, ORIENTATIONS), orientation_bandwidth(sampled, ORIENTATIONS)
    distance = np.zeros((units, len(curves)))
    for values, target in zip(measured, OrientationTuning.targets.values(), strict=True):
        shares = np.interp(values, target.edges, np.r_[0, np.cumsum(target.shares)])
        distance += (shares - np.sort(random.random(units))[:, None]) ** 2
    shift = random.choice(ORIENTATIONS, units).astype(int)
    return np.stack([np.roll(curves[best], by) for best, by in zip(distance.argmin(1), shift, strict=True)])


def as_published(benchmark: Any) -> Population:
    """As many units as there were cells, distributed as they."""
    return Population(drawn(CELLS))
