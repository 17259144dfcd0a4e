"""Models without torch, whose responses are computed from what is shown."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from harness.assemblies import NeuroidAssembly
from harness.brain_model.assemblies import Stimuli
from harness.brain_model.foreign import RegionalBrainModel
from harness.errors import StimulusError
from harness.stimuli import StimulusSet, TimeBin


class ComputedBrainModel(RegionalBrainModel):
    """A brain model whose responses a function computes from timelines: base class of models in numpy, JAX or anything else.
    A subclass implements `responses`.

    Attributes:
        identifier: its name.
        regions: what can be recorded from.
        degrees: the side of its field of view.
    """

    degrees: float = 8.0

    @abstractmethod
    def responses(self, stimuli: StimulusSet, region: str, time_bins: Sequence[TimeBin]) -> np.ndarray:
        """(stimuli, time, units), in [start, end) ms from stimulus onset."""

    def visual_degrees(self) -> float:
        return self.degrees

    def start_recording(self, recording_target: str, time_bins: Iterable[Sequence[float]]) -> None:
        """Record from any of its regions."""
        if recording_target not in self.regions:
            raise NotImplementedError(f"there is no region {recording_target}")
        self._recorded = recording_target, [(float(start), float(end)) for start, end in time_bins]

    def look_at(self, stimuli: Stimuli, number_of_trials: int = 1) -> NeuroidAssembly:
        """(presentation, neuroid, time_bin) of a `StimulusSet`."""
        if not isinstance(stimuli, StimulusSet):
            raise StimulusError(
                f"'{self.identifier}' looks at a StimulusSet of the harness, not at {type(stimuli).__name__}"
            )
        region, time_bins = self._recorded
        values = np.moveaxis(self.responses(stimuli, region, time_bins), 1, 2)
        units = values.shape[1]
        coordinates = {
            "stimulus_id": ("presentation", stimuli.ids),
            "shown": ("presentation", [True] * len(stimuli)),
            "neuroid_id": ("neuroid", range(units)),
            "region": ("neuroid", [region] * units),
            "time_bin": pd.MultiIndex.from_tuples(time_bins, names=["time_bin_start", "time_bin_end"]),
        }
        return NeuroidAssembly(values, coords=coordinates, dims=["presentation", "neuroid", "time_bin"])
