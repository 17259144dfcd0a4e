"""Simulated brains: responses and choices that a benchmark's own effect is known of, for its positive and opposite controls."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from harness.assemblies import BehavioralAssembly
from harness.brain_model import ComputedBrainModel, RegionalBrainModel, Stimuli
from harness.checks import checked
from harness.errors import ArgumentError, ModelError, StimulusError
from harness.models import VENTRAL_STREAM
from harness.stimuli import StimulusSet, TimeBin


class SimulatedBrain(ComputedBrainModel):
    """A `BrainModel` whose responses are computed from what is shown. A subclass says how."""

    identifier = "simulated brain"


@checked(ArgumentError)
class KnownResponses(SimulatedBrain):
    """Answers to every stimulus with what is known of it.

    Args:
        known: stimulus_id -> (units,), the same at all times, or (time, units) in the time bins that will be asked for.
        regions: what can be recorded from.
    """

    identifier = "known responses"

    def __init__(self, known: Mapping[str, np.ndarray], regions: Sequence[str] = VENTRAL_STREAM):
        self._known, self.regions = known, tuple(regions)

    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        values = np.stack([self._known[name] for name in stimuli.ids])
        return values if values.ndim == 3 else np.repeat(values[:, None], len(time_bins), axis=1)


@checked(ArgumentError)
class SimulatedParticipant(RegionalBrainModel):
    """A `BrainModel` that chooses as a function says.

    Args:
        choices: among which it chooses.
        probabilities: of a stimulus set, (stimuli, choices), rows sum to 1.
    """

    identifier = "simulated participant"

    def __init__(self, choices: Sequence[str], probabilities: Callable[[StimulusSet], np.ndarray]):
        self._choices, self._probabilities = [str(choice) for choice in choices], probabilities

    def visual_degrees(self) -> float:
        return 8.0

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        """Raises ModelError."""
        raise ModelError(f"a {self.identifier} chooses, and cannot be recorded from")

    def start_task(self, task: str, fitting_stimuli: Any = None) -> None:
        """Any task is a choice."""

    def look_at(self, stimuli: Stimuli, number_of_trials: int = 1) -> BehavioralAssembly:
        """(presentation, choice) of a `StimulusSet`, as by a read-out of its own."""
        if not isinstance(stimuli, StimulusSet):
            raise StimulusError(f"a {self.identifier} looks at a StimulusSet of the harness")
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", stimuli.ids),
            "choice": ("choice", self._choices),
        }
        answers = BehavioralAssembly(self._probabilities(stimuli), coords=coordinates, dims=["presentation", "choice"])
        answers.attrs["readout"] = "own"
        return answers


@checked(ArgumentError, pure=True)
def patterns_with(dissimilarity: np.ndarray) -> np.ndarray:
    """Patterns whose correlation distances have the order of given dissimilarities, exactly.

    Distances of 1 - correlation are 1 less a Gram matrix of unit diagonal, and `c (mean - dissimilarity)` off the diagonal is one
    for a c that is small enough. Its square root is turned into the space of patterns without a mean, which leaves correlations
    as they are.

    Args:
        dissimilarity: (stimuli, stimuli), symmetric, the diagonal is not looked at.

    Returns:
        (stimuli, stimuli + 1)
    """
    count = len(dissimilarity)
    off = ~np.eye(count, dtype=bool)
    alike = np.where(off, dissimilarity[off].mean() - dissimilarity, 0.0)
    scale = 0.99 / max(-float(np.linalg.eigvalsh(alike)[0]), 1e-12)
    root = np.linalg.cholesky(np.eye(count) + scale * alike)
    without_mean = np.linalg.svd(np.ones((1, count + 1)))[2][1:]
    patterns: np.ndarray = root @ without_mean
    return patterns
