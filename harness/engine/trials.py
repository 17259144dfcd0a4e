"""Trials of a model that is not deterministic: run anew for each, and averaged."""

import tempfile
from typing import Any

import numpy as np

from harness.checks import Count, checked
from harness.engine.extraction import extract
from harness.engine.recording import Recording
from harness.engine.reductions import Units
from harness.engine.responses import LayerResponses, Responses
from harness.errors import RecordingError
from harness.models import Model
from harness.stimuli import StimulusSet, TimeBin
from harness.store import Store


@checked(RecordingError)
class HeldResponses(LayerResponses):
    """Responses of one layer that are held in memory: (stimuli, time, units)."""

    def __init__(self, layer: str, held: np.ndarray, units: Units, time_bins: tuple[TimeBin, ...]):
        self.layer, self.units, self.time_bins = layer, units, time_bins
        self._held = held

    @property
    def shape(self) -> tuple[int, int, int]:
        stimuli, time, units = self._held.shape
        return stimuli, time, units

    @property
    def dtype(self) -> np.dtype:
        return self._held.dtype

    def values(self, stimuli: Any) -> np.ndarray:
        return self._held[np.arange(len(self._held))[np.asarray(stimuli)]]

    def array(self) -> np.ndarray:
        return self._held


@checked(RecordingError)
def extract_trials(
    model: Model, stimuli: StimulusSet, recording: Recording, trials: Count, **options: Any
) -> Responses:
    """The mean response over some trials. Nothing is read from the store or kept in it.

    Args:
        trials: how many runs are averaged.
        options: `batch_size`, `device` and `callbacks` of `extract`.

    Raises:
        RecordingError: if the recording is impossible for the model.
    """
    sums: dict[str, np.ndarray] = {}
    for _ in range(trials):
        with tempfile.TemporaryDirectory(prefix="harness-") as folder:
            last = extract(model, stimuli, recording, store=Store(folder), **options)
            for name, layer in last.items():
                sums[name] = sums.get(name, 0.0) + layer.array().astype(np.float64)
    means: dict[str, LayerResponses] = {
        name: HeldResponses(name, (sums[name] / trials).astype(np.float32), layer.units, layer.time_bins)
        for name, layer in last.items()
    }
    return Responses(
        means,
        model=last.model,
        stimuli=last.stimuli,
        stimulus_ids=last.stimulus_ids,
        time_bins=last.time_bins,
        provenance={**last.provenance, "trials": trials},
    )
