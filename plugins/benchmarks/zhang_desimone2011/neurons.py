"""The neurons, as pseudo-populations."""

from dataclasses import dataclass

import numpy as np

from harness.data import locate
from harness.errors import DataError

DATASET = "zhang_desimone_it"
OBJECTS = ("car", "couch", "face", "flower", "guitar", "hand", "kiwi")
POSITIONS = ("upper", "middle", "lower")
TRIALS = 18
"""Trials of a condition that are drawn; the neurons have 18 to 20."""
STEP = 10.0


@dataclass(frozen=True)
class Neurons:
    """Spike counts.

    Attributes:
        counts: (neurons, trials, bins of 10 ms), the bins from -500 to 500 ms about the onset.
        conditions: (neurons, trials), position x 7 + object; -1 where there was no trial.
    """

    counts: np.ndarray
    conditions: np.ndarray

    @property
    def rate(self) -> float:
        """Mean over neurons and trials from the onset on, in spikes per second."""
        there = self.conditions >= 0
        return float(self.counts[there][:, 50:].mean() * 1000 / STEP)

    def population(self, random: np.random.Generator, first: float, units: np.ndarray | None = None) -> np.ndarray:
        """Trials of a pseudo-population, (positions, objects, trials, units, bins), from `first` ms on.

        Args:
            units: positions of the neurons; all of them if not given.
        """
        units = np.arange(len(self.counts)) if units is None else units
        start = round((first + 500) / STEP)
        drawn = np.empty((21, TRIALS, len(units), 100 - start), dtype=np.float32)
        for column, unit in enumerate(units):
            for condition in range(21):
                trials = random.permutation(np.flatnonzero(self.conditions[unit] == condition))[:TRIALS]
                drawn[condition, :, column] = self.counts[unit, trials, start:]
        return drawn.reshape(3, 7, *drawn.shape[1:])


def load() -> Neurons:
    """All 132 neurons.

    Raises:
        MissingData: if they are not here.
        DataError: if the file is not as described.
    """
    path = locate(DATASET) / "derived" / "raster.npz"
    try:
        with np.load(path, allow_pickle=False) as file:
            spikes, objects, positions, n_trials = (file[k] for k in ("spikes", "object", "position", "n_trials"))
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"'{path}' cannot be read as described ({error}); write it again") from error
    counts = spikes.reshape(*spikes.shape[:2], -1, round(STEP)).sum(-1, dtype=np.uint8)
    conditions = np.full(objects.shape, -1)
    for p, position in enumerate(POSITIONS):
        for o, name in enumerate(OBJECTS):
            conditions[(objects == name) & (positions == position)] = 7 * p + o
    conditions[np.arange(objects.shape[1]) >= n_trials[:, None]] = -1
    fewest = min(np.bincount(row[row >= 0], minlength=21).min() for row in conditions)
    if fewest < TRIALS:
        raise DataError(
            f"a neuron of '{path}' has {fewest} trials of a condition where {TRIALS} are needed; write it again"
        )
    return Neurons(counts, conditions)
