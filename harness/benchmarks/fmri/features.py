"""Gram matrices of a model's layers in its own time bins, one per layer and stimulus set, kept for every later
analysis.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from harness.benchmarks.fmri.design import Design
from harness.brain_model import BrainModel, record_regions
from harness.engine import RandomProjection, Reduction
from harness.errors import BenchmarkError
from harness.metrics.regression import gram
from harness.stimuli import StimulusSet, Timeline
from harness.store import ResultStorage

MOST_LAYERS = 15
"""Of a model with more, so many are taken, evenly spaced from the first on."""


def bin_grams(
    candidate: BrainModel, design: Design, projection: int | None = None, stimuli: StimulusSet | None = None
) -> dict[str, Any]:
    """Layer -> (n_stimuli x n_bins)^2 Gram matrix of its units in `design.model_bins`, stimulus by stimulus.

    Of a model that is known by its regions alone, these stand in the place of layers, and nothing is kept.

    Args:
        projection: number of random projections to which larger layers are reduced before they are stored; None keeps all units.
        stimuli: what to show in place of those of the design, `frozen` or `shuffled` ones say, of the same length.
    """
    stimuli = stimuli or design.stimuli
    reduction = None if projection is None else RandomProjection(projection)
    if not candidate.layers and candidate.regions:
        recorded = record_regions(candidate, stimuli, candidate.regions, design.model_bins, reduction)
        return {region: gram(_rows(values)) for region, values in recorded.items()}
    layers, model = chosen_layers(candidate), candidate.digest()
    if model is None:
        recorded_layers = candidate.record_layers(stimuli, layers, design.model_bins, reduction)
        return {layer: gram(_rows(recorded_layers[layer].array())) for layer in layers}
    identity = (model, stimuli.digest, [list(bin_) for bin_ in design.model_bins], reduction)
    missing = [layer for layer in layers if not _gram.stored(layer, *identity, None)]  # type: ignore[attr-defined]
    candidate.shown[stimuli.digest] = stimuli.identifier
    responses = candidate.record_layers(stimuli, missing, design.model_bins, reduction) if missing else {}

    def computing(layer: str) -> Callable[[], Any]:
        def compute() -> Any:
            found = responses or candidate.record_layers(stimuli, [layer], design.model_bins, reduction)
            return gram(_rows(found[layer].array()))

        return compute

    return {layer: _gram(layer, *identity, computing(layer)) for layer in layers}


def chosen_layers(candidate: BrainModel) -> list[str]:
    """A model's own layers; evenly spaced ones of a model with many.

    Raises:
        BenchmarkError: if it has none.
    """
    layers = list(candidate.layers)
    if not layers:
        raise BenchmarkError(
            f"'{candidate.identifier}' has no layers of its own to predict from; pass layers=[...] to it"
        )
    if len(layers) <= MOST_LAYERS:
        return layers
    return [layers[int(i)] for i in np.linspace(0, len(layers) - 1e-6, MOST_LAYERS)]


def frozen(design: Design) -> StimulusSet:
    """The stimuli without motion: each clip is its middle frame; of a movie, every volume is the frame at its middle."""
    step = design.step * 1000

    def still(timeline: Timeline) -> Timeline:
        count = max(1, int(np.ceil(timeline.duration / step - 1e-6))) if design.bold else 1
        width = step if design.bold else timeline.duration
        ends = [min((i + 1) * width, timeline.duration) for i in range(count)]
        return Timeline.of((timeline.at((i * width + end) / 2), end - i * width) for i, end in enumerate(ends))

    shown = design.stimuli
    timelines = [still(timeline) for timeline in shown.timelines]
    return shown.replace(identifier=f"{shown.identifier}-frozen", timelines=timelines)


def shuffled(design: Design) -> StimulusSet:
    """The stimuli with their frames in another order: within each clip, or within every volume of a movie, so that each still shows
    what it did."""
    return design.stimuli.shuffled_frames(design.step * 1000 if design.bold else None)


@ResultStorage(identifier_ignore=("compute",))
def _gram(
    layer: str, model: str, stimuli: str, bins: list[Any], reduction: Reduction | None, compute: Callable[[], Any]
) -> Any:
    return compute()


def _rows(values: np.ndarray) -> np.ndarray:
    """(stimuli, bins, units) -> (stimuli x bins, units)."""
    return values.reshape(-1, values.shape[-1])
