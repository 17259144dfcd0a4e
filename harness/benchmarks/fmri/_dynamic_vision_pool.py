"""Group means of one or several recordings, as rows and targets of Dynamic-Vision's regression."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from harness.benchmarks.fmri.benchmark import UNLABELLED
from harness.data import RecordedData
from harness.errors import BenchmarkError
from harness.metrics.regression import resampling
from harness.metrics.statistics import mean_of_defined
from harness.stimuli import StimulusSet


@dataclass(frozen=True)
class Part:
    """One recording.

    Attributes:
        identifier: of the data set.
        stimuli: those that were shown.
        rows: for each stimulus its group mean (n_rows, n_targets), z-scored over all rows of the recording.
        bins: [start, end) in ms of the rows, and of those that were left out at the beginning.
    """

    identifier: str
    stimuli: StimulusSet
    rows: list[np.ndarray]
    bins: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Pool:
    """Several recordings with the same targets.

    Attributes:
        parts: one per recording.
        regions: (n_targets,), the region of every target, in the first recording.
    """

    parts: list[Part]
    regions: list[str]


@dataclass(frozen=True)
class _GroupMean:
    """values (stimuli, targets, bins) and a table of the targets: `key`, equal in all recordings that have it, and `region`."""

    data: RecordedData
    values: np.ndarray
    targets: pd.DataFrame


def pooled(recordings: Sequence[RecordedData], match: str, skipped: int = 0) -> Pool:
    """The targets that all recordings have, in the order of the first.

    Args:
        match: "vertices", of one name in one space, which all participants must share; or "regions", the mean over each
            participant's voxels.
        skipped: s at the beginning of movies that are left out of the rows.

    Raises:
        BenchmarkError: if stimuli are missing, participants have different voxels, or the recordings have no target in common.
    """
    means = [_group_mean(data, match, len(recordings) > 1) for data in recordings]
    common = set(means[0].targets["key"]).intersection(*(mean.targets["key"] for mean in means))
    first = means[0].targets
    keys = first["key"][first["key"].isin(common)]
    if not len(keys):
        names = ", ".join(data.identifier for data in recordings)
        raise BenchmarkError(
            f"{names} have no {match} in common that were recorded from throughout; pool recordings on one surface, or take "
            "match=regions with regions of the same names"
        )
    regions = first.set_index("key").loc[keys, "region"].tolist()
    return Pool([_part(mean, keys, skipped) for mean in means], regions)


def _group_mean(data: RecordedData, match: str, several: bool) -> _GroupMean:
    if data.stimuli is None:
        raise BenchmarkError(f"the stimuli of '{data.identifier}' are not here")
    if match == "regions":
        names = [name for name in data.regions if name not in UNLABELLED]
        each = [np.stack([_of_region(data, one.subject, name) for name in names], axis=2) for one in data.subjects]
        targets = pd.DataFrame({"key": names, "region": names})
    else:
        tables = [one.neuroids for one in data.subjects]
        if any(table["neuroid_id"].tolist() != tables[0]["neuroid_id"].tolist() for table in tables):
            raise BenchmarkError(
                f"the participants of '{data.identifier}' have different voxels, which have no group mean"
            )
        if several and (tables[0].get("space", pd.Series(["T1w"])) == "T1w").any():
            raise BenchmarkError(
                f"the voxels of '{data.identifier}' lie in no common space, so they cannot be pooled; take match=regions"
            )
        each = [data.repeats(name) for name in data.names]
        space = tables[0]["space"].astype(str) if several else ""
        targets = pd.DataFrame({"key": space + tables[0]["neuroid_id"], "region": tables[0]["region"]})
    mean = mean_of_defined(np.concatenate(each))
    kept = (~targets["region"].isin(UNLABELLED)).to_numpy() & np.isfinite(mean).all((0, 2))
    if not kept.any():
        raise BenchmarkError(f"no voxel of '{data.identifier}' was recorded from throughout")
    return _GroupMean(data, mean[:, kept], targets[kept].reset_index(drop=True))


def _part(mean: _GroupMean, keys: pd.Series, skipped: int) -> Part:
    data, position = mean.data, pd.Series(range(len(mean.targets)), index=mean.targets["key"])
    assert data.stimuli is not None
    values, volumes = mean.values[:, position[keys].to_numpy()], np.array(data.time_bins)
    bins = _seconds(volumes) if data.measurement.modality == "bold" else volumes
    if len(volumes) > 1:
        rows = np.stack([(resampling(volumes, bins) @ each.T)[skipped:] for each in values])
    else:
        rows = values.transpose(0, 2, 1)
    rows = (rows - rows.mean((0, 1))) / (rows.std((0, 1)) + 1e-6)
    stimuli = data.stimuli.select([data.stimuli.ids.index(name) for name in data.stimulus_ids])
    return Part(data.identifier, stimuli, list(rows), tuple((float(a), float(b)) for a, b in bins))


def _of_region(data: RecordedData, subject: str, region: str) -> np.ndarray:
    """(repeats, stimuli, bins), mean over a participant's voxels of a region; NaN if he or she has none."""
    inside = (data[subject].neuroids["region"] == region).to_numpy()
    return mean_of_defined(data.repeats(subject)[:, :, inside].transpose(2, 0, 1, 3))


def _seconds(volumes: np.ndarray) -> np.ndarray:
    """Whole seconds in ms from the onset that the volumes cover."""
    first = int(np.ceil(max(volumes[0, 0], 0) / 1000 - 1e-9))
    last = int(np.floor(volumes[-1, 1] / 1000 + 1e-9))
    return np.array([(1000.0 * t, 1000.0 * (t + 1)) for t in range(first, last)])
