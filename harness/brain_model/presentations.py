"""Recording from several regions, and presentations in the order of the stimuli."""

from typing import TYPE_CHECKING

import numpy as np

from harness.brain_model.protocol import BrainModel
from harness.checks import checked
from harness.errors import BenchmarkError, MissingRegion, ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine import Reduction
    from harness.stimuli import StimulusSet, TimeBin


@checked(ModelError)
def record_first(
    candidate: BrainModel,
    stimuli: "StimulusSet",
    regions: "Sequence[str]",
    time_bins: "Sequence[TimeBin]",
    reduction: "Reduction | None" = None,
) -> tuple[str, np.ndarray]:
    """Record from the first of some regions that the model has, see `BrainModel.record`.

    Returns:
        The region, and (stimuli, time, units).

    Raises:
        MissingRegion: if it has none of them.
    """
    for region in regions:
        try:
            return region, candidate.record(stimuli, region, time_bins, reduction)
        except (ModelError, NotImplementedError):
            continue  # a model without this region
    raise MissingRegion(
        f"'{candidate.identifier}' can be recorded from in none of {', '.join(regions)}; give the model `regions`"
    )


@checked(ModelError)
def record_regions(
    candidate: BrainModel,
    stimuli: "StimulusSet",
    regions: "Sequence[str]",
    time_bins: "Sequence[TimeBin]",
    reduction: "Reduction | None" = None,
) -> dict[str, np.ndarray]:
    """Record from several regions, in one pass where the model has layers.

    Returns:
        region -> (stimuli, time, units), see `BrainModel.record`.
    """
    if not candidate.layers:
        return {region: candidate.record(stimuli, region, time_bins, reduction) for region in regions}
    layers = {region: candidate.layer_of(region) for region in regions}
    responses = candidate.record_layers(stimuli, list(layers.values()), time_bins, reduction)
    return {region: responses[layer].array() for region, layer in layers.items()}


@checked(ModelError, pure=True)
def in_order(values: np.ndarray, presented: "Sequence[str] | np.ndarray", ids: "Sequence[str]") -> np.ndarray:
    """Rows of presentations as rows of stimuli, in the order of `ids`, repeated presentations averaged.

    Raises:
        BenchmarkError: if other stimuli were presented.
    """
    presented = [str(stimulus) for stimulus in presented]
    if presented == list(ids):
        return values
    row = {stimulus: position for position, stimulus in enumerate(ids)}
    if set(presented) != set(row):
        raise BenchmarkError(
            f"the model responded to {len(set(presented))} stimuli that are not the {len(row)} it was shown"
        )
    rows = np.array([row[stimulus] for stimulus in presented])
    if len(rows) == len(row):
        return values[np.argsort(rows)]
    sums = np.zeros((len(row), *values.shape[1:]))
    np.add.at(sums, rows, values)
    return sums / np.bincount(rows).reshape(-1, *[1] * (values.ndim - 1))
