"""A simulated observer with known accuracies: the positive control of masking benchmarks."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import brentq

from harness.checks import Share, checked
from harness.errors import ArgumentError
from harness.metrics.behaviour import choice_probability
from harness.stimuli import StimulusSet, TimeBin
from harness.testing.simulated_brain import SimulatedBrain

CERTAIN = 8.0
"""Evidence, in standard deviations of the noise, where no accuracy is asked for."""


@checked(ArgumentError)
class SimulatedObserver(SimulatedBrain):
    """A `BrainModel` with one unit per choice, which responds while the correct choice is that one.

    How strongly depends on the column `condition` of what it sees: so that a decision with the noise of a standard
    deviation of one is right with the probability asked for. Long presentations, which have no condition, are certain.

    Args:
        choices: as those of the benchmark.
        accuracy: by condition; 0 and 1 are as near as eight standard deviations of noise come.
        regions: what can be recorded from.
    """

    identifier = "simulated observer"

    def __init__(
        self, choices: Sequence[str], accuracy: Mapping[Any, Share], regions: Sequence[str] = ("V1", "V2", "V4", "IT")
    ):
        if len(choices) == 0:
            raise ArgumentError("a simulated observer has one choice or more")
        self._choices, self.regions = list(choices), tuple(regions)
        self._strength = {condition: strength(p, len(self._choices)) for condition, p in accuracy.items()}

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        """The same in every bin; of a `StimulusSet` with the column `choice`."""
        table = stimuli.table
        conditions = table["condition"] if "condition" in table else [None] * len(table)
        strengths = np.array([self._strength.get(condition, CERTAIN) for condition in conditions])
        right = table["choice"].to_numpy()[:, None] == np.array(self._choices)
        return np.repeat((right * strengths[:, None])[:, None], len(time_bins), axis=1)


def strength(probability: float, choices: int) -> float:
    """Evidence for the right choice, in standard deviations of the noise on each, with which it is made with a probability."""

    def excess(lead: float) -> float:
        evidence = np.zeros((1, choices))
        evidence[0, 0] = lead
        return float(choice_probability(evidence, np.array([0]), 1.0)[0]) - probability

    if excess(CERTAIN) <= 0:
        return CERTAIN
    return -CERTAIN if excess(-CERTAIN) >= 0 else float(brentq(excess, -CERTAIN, CERTAIN))
