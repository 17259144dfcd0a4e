"""Showing stimuli to a subject and getting plain arrays back."""

from typing import TYPE_CHECKING

import numpy as np

from harness.brain_model.protocol import BrainModel
from harness.errors import BenchmarkError, ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.engine import Reduction
    from harness.stimuli import StimulusSet, TimeBin


def record(
    candidate: BrainModel,
    stimuli: "StimulusSet",
    region: str,
    time_bins: "Sequence[TimeBin]",
    reduction: "Reduction | None" = None,
) -> np.ndarray:
    """Record from a region of any `BrainModel`; a subject of ours applies the reduction, another's units are taken as they come.

    Returns:
        (stimuli, units, time bins), stimuli in the order of the set and repeated presentations averaged.

    Raises:
        BenchmarkError: if the answers are not to these stimuli, or not in these time bins.
    """
    ours = {"reduction": reduction} if reduction is not None and hasattr(candidate, "record") else {}
    candidate.start_recording(region, time_bins=list(time_bins), **ours)
    assembly = candidate.look_at(stimuli)
    if "time_bin" not in assembly.dims:
        assembly = assembly.expand_dims("time_bin")
    values = assembly.transpose("presentation", "neuroid", "time_bin").values
    if values.shape[2] != len(time_bins):
        raise BenchmarkError(
            f"the subject answered in {values.shape[2]} time bins where {len(time_bins)} were asked for"
        )
    return in_order(values, assembly["stimulus_id"].values, stimuli.ids)


def record_first(
    candidate: BrainModel,
    stimuli: "StimulusSet",
    regions: "Sequence[str]",
    time_bins: "Sequence[TimeBin]",
    reduction: "Reduction | None" = None,
) -> tuple[str, np.ndarray]:
    """Record from the first of some regions that the subject has, see `record`.

    Returns:
        The region, and (stimuli, units, time bins).

    Raises:
        BenchmarkError: if it has none of them.
    """
    for region in regions:
        try:
            return region, record(candidate, stimuli, region, time_bins, reduction)
        except (ModelError, NotImplementedError):
            continue  # a subject without this region
    raise BenchmarkError(
        f"'{candidate.identifier}' can be recorded from in none of {', '.join(regions)}; give the model `regions`"
    )


def in_order(values: np.ndarray, presented: "Sequence[str] | np.ndarray", ids: "Sequence[str]") -> np.ndarray:
    """Rows of presentations as rows of stimuli, in the order of `ids`, repeated presentations averaged."""
    presented = [str(stimulus) for stimulus in presented]
    if presented == list(ids):
        return values
    row = {stimulus: position for position, stimulus in enumerate(ids)}
    if set(presented) != set(row):
        raise BenchmarkError(
            f"the subject answered to {len(set(presented))} stimuli that are not the {len(row)} it was shown"
        )
    rows = np.array([row[stimulus] for stimulus in presented])
    if len(rows) == len(row):
        return values[np.argsort(rows)]
    sums = np.zeros((len(row), *values.shape[1:]))
    np.add.at(sums, rows, values)
    return sums / np.bincount(rows).reshape(-1, *[1] * (values.ndim - 1))
