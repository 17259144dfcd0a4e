"""Participants of an fMRI recording: their responses on the samples of a design, and their noise ceilings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from harness.benchmarks.fmri.design import Design
from harness.data import RecordedData, SubjectResponses
from harness.errors import BenchmarkError
from harness.metrics.regression import within_folds
from harness.metrics.statistics import (
    Split,
    correlation_ceiling,
    explainable_variance,
    inter_subject_ceiling,
    reliability_influence,
    signal_reliability,
)


@dataclass(frozen=True)
class Participant:
    """A subject's responses on the samples of a design.

    Attributes:
        name: of the subject.
        mean: (n_samples, n_voxels), over repeats; 0 where `there` is False.
        there: (n_samples,), whether there is a response.
        voxels: one row per voxel, with `region`.
        ceilings: (n_voxels,), the correlation that the best prediction could have, on the test samples; NaN where there is none.
        bounds: lower and upper inter-subject ceiling (n_voxels,), where the ceiling is that kind.
        of_samples: (n_samples, n_voxels), what each sample adds to the ceilings beyond the mean sample, where that is known.
    """

    name: str
    mean: np.ndarray
    there: np.ndarray
    voxels: pd.DataFrame
    ceilings: np.ndarray
    bounds: tuple[np.ndarray, np.ndarray] | None = None
    of_samples: np.ndarray | None = None

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Region and hemisphere of every voxel; "" where the hemisphere is not known."""
        sides = self.voxels["hemisphere"] if "hemisphere" in self.voxels else [""] * len(self.voxels)
        return [(str(region), str(side)) for region, side in zip(self.voxels["region"], sides, strict=True)]

    def of_region(self, region: str) -> np.ndarray:
        """(n_samples, n_voxels) of a region."""
        return self.mean[:, (self.voxels["region"] == region).to_numpy()]

    def splits(self, splits: Sequence[Split]) -> list[Split]:
        """Splits of the samples that this participant answered to."""
        return [Split(s.train[self.there[s.train]], s.test[self.there[s.test]]) for s in splits]


def participants(
    data: RecordedData, design: Design, outer: Sequence[Split], clips: np.ndarray | None = None
) -> tuple[list[Participant], str]:
    """All subjects, and the kind of their ceilings: "repeats", "inter-subject" or "none".

    A ceiling is the square root of the reliability of the mean over repeats. Where everything was shown once, it is the correlation
    that what subjects have in common could have with one of them, the square root of the explainable variance with subjects as
    repeats: it needs voxels that correspond. With one subject and one repeat there is none, and correlations are divided by 1.

    Args:
        outer: splits, on whose test samples the ceilings are taken.
        clips: (n_samples,), the clip of every sample, if ceilings are wanted of what varies within clips.
    """
    test, fold = _tested(outer)
    apart = fold if clips is None else np.unique([fold, clips[test]], axis=1, return_inverse=True)[1].ravel()
    found = [_participant(data, design, one, test, apart) for one in data.subjects]
    if all(np.isfinite(participant.ceilings).any() for participant in found):
        return found, "repeats"
    if len(found) > 1 and _correspond(data.subjects):
        return _with_common_ceiling(found, test, fold, apart), "inter-subject"
    return [
        replace(participant, ceilings=np.ones(len(participant.voxels)), of_samples=None) for participant in found
    ], "none"


def as_group(data: RecordedData) -> RecordedData:
    """One subject, "group", whose repeats are the participants, each the mean over his or her own repeats.

    Raises:
        BenchmarkError: if there is one participant only, or the participants' voxels do not correspond.
    """
    if len(data.subjects) < 2:
        raise BenchmarkError(f"'{data.identifier}' holds one participant, which is not a group; take target=subjects")
    if not _correspond(data.subjects):
        raise BenchmarkError(
            f"the participants of '{data.identifier}' have voxels of their own, which have no group mean; take target=subjects"
        )
    rows, shown = [], []
    for position, name in enumerate(data.names):
        mean, there = _over_repeats(data.repeats(name))
        answered = there.any((1, 2))
        rows.append(mean[answered])
        ids = np.array(data.stimulus_ids)[answered]
        shown.append(pd.DataFrame({"stimulus_id": ids, "repetition": position, "participant": name}))
    neuroids = data.subjects[0].neuroids
    group = SubjectResponses("group", np.concatenate(rows).astype(np.float32), pd.concat(shown), neuroids)
    return replace(data, subjects=(group,))


def without_means(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """(n_samples, n_voxels) less the mean of each group of samples (a fold, a clip), over the samples that are there."""
    result = values.astype(np.float64)
    for group in np.unique(groups):
        rows = (groups == group) & np.isfinite(values).all(1)
        result[rows] -= result[rows].mean(0) if rows.any() else 0
    return result


def _participant(
    data: RecordedData, design: Design, one: SubjectResponses, test: np.ndarray, apart: np.ndarray
) -> Participant:
    repeats = design.responses(data, one.subject)
    known = np.isfinite(repeats)
    there = known.any((0, 2))
    voxels = known.any((0, 1)) if not there.all() else known.any(0).all(0)
    if not voxels.any() or not known[:, there][..., voxels].any(0).all():
        raise BenchmarkError(
            f"{one.subject} of '{data.identifier}' lacks responses of some voxels to some stimuli; leave these voxels out"
        )
    repeats = repeats[..., voxels]
    mean, _ = _over_repeats(repeats)
    inside = there[test]
    tested = np.stack([without_means(repeat[test[inside]], apart[inside]) for repeat in repeats])
    table = one.neuroids[voxels].reset_index(drop=True)
    found = Participant(one.subject, np.nan_to_num(mean), there, table, np.full(len(table), np.nan))
    if not (np.isfinite(tested[..., 0]).sum(0) >= 2).any():
        return found
    ceilings = correlation_ceiling(signal_reliability(tested))
    of_samples = np.zeros((len(there), len(table)))
    of_samples[test[inside]] = ceiling_influence(tested, ceilings)
    return replace(found, ceilings=ceilings, of_samples=of_samples)


def ceiling_influence(repeats: np.ndarray, ceilings: np.ndarray) -> np.ndarray:
    """(n_samples, n_voxels), what each sample adds to ceilings that are the square root of the reliability of `repeats`
    (n_repeats, n_samples, n_voxels); 0 where a voxel has no ceiling."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num(reliability_influence(repeats) / (2 * ceilings), posinf=0.0, neginf=0.0)


def _over_repeats(repeats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean over the first axis of what is there, NaN where nothing is; and where something is."""
    known = np.isfinite(repeats)
    count = known.sum(0)
    with np.errstate(invalid="ignore"):
        return np.where(known, repeats, 0).sum(0) / count, count > 0


def _with_common_ceiling(
    found: list[Participant], test: np.ndarray, fold: np.ndarray, apart: np.ndarray
) -> list[Participant]:
    shared = np.all([participant.there[test] for participant in found], axis=0)
    scaled = (within_folds(participant.mean[test[shared]], fold[shared]) for participant in found)
    responses = np.stack([without_means(values, apart[shared]) for values in scaled])
    ceiling = correlation_ceiling(explainable_variance(responses))
    lower, upper = inter_subject_ceiling(responses)
    return [
        replace(participant, ceilings=ceiling, of_samples=None, bounds=(lower[i], upper[i]))
        for i, participant in enumerate(found)
    ]


def _correspond(subjects: Sequence[SubjectResponses]) -> bool:
    """Whether all have the same voxels in a common space."""
    tables = [one.neuroids for one in subjects]
    same = all(table["neuroid_id"].tolist() == tables[0]["neuroid_id"].tolist() for table in tables)
    return same and not any("space" in table and (table["space"] == "T1w").any() for table in tables)


def _tested(outer: Sequence[Split]) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all test samples, fold by fold, and the fold of each."""
    return np.concatenate([s.test for s in outer]), np.repeat(np.arange(len(outer)), [len(s.test) for s in outer])
