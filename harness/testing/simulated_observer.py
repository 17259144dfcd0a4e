"""A simulated observer with known accuracies: the positive control of masking benchmarks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from harness.assemblies import NeuroidAssembly
from harness.brain_model import RegionalBrainModel, Stimuli
from harness.errors import StimulusError
from harness.metrics.behaviour import choice_probability
from harness.stimuli import StimulusSet

CERTAIN = 8.0
"""Evidence, in standard deviations of the noise, where no accuracy is asked for."""


class SimulatedObserver(RegionalBrainModel):
    """A `BrainModel` with one unit per choice, which responds while the correct choice is that one.

    How strongly depends on the column `condition` of what it sees: so that a decision with the noise of a standard
    deviation of one is right with the probability asked for. Long presentations, which have no condition, are certain.

    Args:
        choices: as those of the benchmark.
        accuracy: by condition.
        regions: what can be recorded from.
    """

    identifier = "simulated observer"

    def __init__(
        self, choices: Sequence[str], accuracy: Mapping[Any, float], regions: Sequence[str] = ("V1", "V2", "V4", "IT")
    ):
        self._choices, self.regions = list(choices), tuple(regions)
        self._strength = {condition: strength(p, len(self._choices)) for condition, p in accuracy.items()}
        self._time_bins: list[tuple[float, float]] = []

    def visual_degrees(self) -> int:
        """Of the field of view."""
        return 8

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        """Record from any of its regions."""
        if recording_target not in self.regions:
            raise NotImplementedError(f"there is no region {recording_target}")
        self._time_bins = [(start, end) for start, end in time_bins]

    def look_at(self, stimuli: Stimuli, number_of_trials: int = 1) -> NeuroidAssembly:
        """(presentation, neuroid, time_bin), the same in every bin; of a `StimulusSet` with the column `choice`."""
        if not isinstance(stimuli, StimulusSet):
            raise StimulusError(
                f"a simulated observer looks at a StimulusSet of the harness, not at {type(stimuli).__name__}"
            )
        table = stimuli.table
        conditions = table["condition"] if "condition" in table else [None] * len(table)
        strengths = np.array([self._strength.get(condition, CERTAIN) for condition in conditions])
        right = table["choice"].to_numpy()[:, None] == np.array(self._choices)
        starts, ends = zip(*self._time_bins, strict=True)
        bins = pd.MultiIndex.from_arrays([starts, ends], names=["time_bin_start", "time_bin_end"])
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", [True] * len(table)),
            "neuroid_id": ("neuroid", self._choices),
            "layer": ("neuroid", ["choices"] * len(self._choices)),
            "time_bin": bins,
        }
        values = np.repeat((right * strengths[:, None])[:, :, None], len(bins), axis=2)
        return NeuroidAssembly(values, coords=coordinates, dims=["presentation", "neuroid", "time_bin"])


def strength(probability: float, choices: int) -> float:
    """Evidence for the right choice, in standard deviations of the noise on each, with which it is made with a probability."""

    def excess(lead: float) -> float:
        evidence = np.zeros((1, choices))
        evidence[0, 0] = lead
        return float(choice_probability(evidence, np.array([0]), 1.0)[0]) - probability

    return float(brentq(excess, -CERTAIN, CERTAIN))
