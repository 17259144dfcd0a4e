"""The pooled drive of a patch of cortex, the model's equivalent of the intrinsic-signal image."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from harness import Timeline
from harness.benchmarks.physiology import Laboratory
from harness.engine import Reduction, Units
from harness.stimuli import StimulusSet, TimeBin


@dataclass(frozen=True)
class CentreDrive(Reduction):
    """Two units: the mean of |r| and that of r^2, over all channels of the middle of the map, `share` of its sides; over everything
    where there is no map."""

    share: float = 0.25

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        if len(grid) == 2:
            values = values.unflatten(2, grid)[:, :, self._middle(grid[0]), self._middle(grid[1])].flatten(2)
        return torch.stack([values.abs().mean((1, 2)), values.square().mean((1, 2))], dim=1)

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        nowhere = np.full(2, -1)
        return Units(nowhere, nowhere, nowhere)

    def _middle(self, size: int) -> slice:
        reach = max(1, round(size * self.share))
        first = (size - reach + 1) // 2
        return slice(first, first + reach)


def pooled_layers(laboratory: Laboratory) -> tuple[str, ...]:
    """The region's layer, with the inhibitory state of the same circuit where a model has one; none of a model that is
    known by its regions alone."""
    candidate = laboratory.candidate
    if not candidate.layers:
        return ()
    layer = candidate.layer_of(laboratory.region)
    beside = layer.replace("excitatory", "inhibitory")
    return tuple(dict.fromkeys([layer, beside if beside in candidate.layers else layer]))


def pooled_drive(
    laboratory: Laboratory, shown: Mapping[str, Timeline], time_bin: TimeBin, layers: Sequence[str]
) -> dict[str, np.ndarray]:
    """Stimulus name -> (2,), magnitude and power: the mean of |r| and of r^2 over the middle of the map, all channels of a layer
    and then all layers, above that to a blank screen. Without layers all units of the region are pooled.

    Raises:
        ModelError: if layers are named for a model that does not have them.
    """
    stimuli = {"blank": laboratory.blank(), **shown}
    if layers:
        values = _recorded(laboratory, stimuli, layers, time_bin)
    else:
        units = laboratory.show(stimuli, [time_bin])[:, 0]
        values = np.stack([np.abs(units).mean(1), np.square(units).mean(1)], axis=1)
    return dict(zip(shown, values[1:] - values[0], strict=True))


def _recorded(
    laboratory: Laboratory, shown: Mapping[str, Timeline], layers: Sequence[str], time_bin: TimeBin
) -> np.ndarray:
    """(stimuli, 2), the mean over layers."""
    import pandas as pd

    table = pd.DataFrame({"stimulus_id": list(shown)})
    canvas = laboratory.canvas
    stimuli = StimulusSet("kinoshita", table, list(shown.values()), canvas.visual_degrees, canvas.background)
    responses = laboratory.candidate.record_layers(stimuli, layers, [time_bin], CentreDrive())
    return np.mean([responses[layer].array()[:, 0].astype(float) for layer in responses], axis=0)
