"""The pooled drive of a patch of cortex, the model's equivalent of the intrinsic-signal image."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from harness import Timeline
from harness.benchmarks.physiology import Laboratory
from harness.engine import LayerResponses, Reduction, Units
from harness.stimuli import StimulusSet, TimeBin


@dataclass(frozen=True)
class Middle(Reduction):
    """All channels of the middle of the map, `share` of its sides; everything where there is no map."""

    share: float = 0.25

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        if len(grid) == 2:
            values = values.unflatten(2, grid)[:, :, self._middle(grid[0]), self._middle(grid[1])]
        return values.flatten(1)

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        if len(grid) != 2:
            nowhere = np.full(channels * math.prod(grid), -1)
            return Units(np.repeat(np.arange(channels), math.prod(grid)), nowhere, nowhere)
        y, x = np.mgrid[self._middle(grid[0]), self._middle(grid[1])].reshape(2, -1)
        return Units(np.repeat(np.arange(channels), y.size), np.tile(y, channels), np.tile(x, channels))

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
    and then all layers, r being the response less that to a blank screen. Without layers all units of the region are pooled.

    Raises:
        ModelError: if layers are named for a model that does not have them.
    """
    stimuli = {"blank": laboratory.blank(), **shown}
    if layers:
        pooled = _of_layers(laboratory, stimuli, layers, time_bin)
    else:
        units = laboratory.show(stimuli, [time_bin])[:, 0]
        pooled = _drive(units[1:] - units[0])
    return dict(zip(shown, pooled, strict=True))


def _drive(above_blank: np.ndarray) -> np.ndarray:
    """(stimuli, units) -> (stimuli, 2)."""
    return np.stack([np.abs(above_blank).mean(1), np.square(above_blank).mean(1)], axis=1)


def _of_layers(
    laboratory: Laboratory, shown: Mapping[str, Timeline], layers: Sequence[str], time_bin: TimeBin
) -> np.ndarray:
    """(stimuli without the blank, 2), the mean over layers."""
    import pandas as pd

    table = pd.DataFrame({"stimulus_id": list(shown)})
    canvas = laboratory.canvas
    stimuli = StimulusSet("kinoshita", table, list(shown.values()), canvas.visual_degrees, canvas.background)
    responses = laboratory.candidate.record_layers(stimuli, layers, [time_bin], Middle())
    return np.mean([_of_layer(responses[layer]) for layer in responses], axis=0)


def _of_layer(responses: LayerResponses) -> np.ndarray:
    """(stimuli, 2), read some stimuli at a time; the first is the blank."""
    parts, blank = [], None
    for _, values in responses.batches():
        drive = values[:, 0].astype(float)
        blank = drive[0] if blank is None else blank
        parts.append(_drive(drive - blank))
    return np.concatenate(parts)[1:]
