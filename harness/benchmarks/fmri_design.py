"""What a recording of BOLD or of betas is to an encoding model: samples in time, operators on them, splits, and people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import numpy as np
import pandas as pd
import scipy.sparse as sparse

from harness.data.recording import RecordedData, SubjectResponses
from harness.errors import BenchmarkError
from harness.metrics import operators
from harness.metrics.ceilings import (
    correlation_ceiling,
    explainable_variance,
    inter_subject_ceiling,
    signal_reliability,
)
from harness.metrics.resampling import Split, group_k_fold, leave_one_group_out, purged
from harness.metrics.voxelwise import within_folds
from harness.stimuli import StimulusSet

Haemodynamics = Literal["fir", "hrf", "none"]
DELAYS = (2.0, 9.0)
"""s, first and last delay of a finite impulse response (Huth et al. 2012 and others: 2 to 8 s at a volume every 2 s)."""
SETTLING = 10.0
"""s at the beginning of a run that are not used."""
GAP = 16.0
"""s between training and test samples of a run: what the haemodynamic response spans."""
BLOCK = 60.0
"""s, about the length of a tested block where there are few films."""
NULL_BLOCK = 20.0
"""s that stay together when samples are shuffled or resampled."""
FOLDS = 5
FEWEST_FILMS = 4


@dataclass(frozen=True)
class Design:
    """The samples that the subjects of a recording have in common: volumes of films, one film after the other, or one beta a clip.

    Attributes:
        stimuli: what was shown.
        volumes: (n_volumes, 2), [start, end) in ms from the onset of a stimulus, from 0 on.
        lengths: how many volumes each stimulus has.
        bold: whether these are volumes of a time series, from which the haemodynamic response was not removed.
    """

    stimuli: StimulusSet
    volumes: np.ndarray
    lengths: tuple[int, ...]
    bold: bool

    @classmethod
    def of(cls, data: RecordedData) -> "Design":
        """The design of a recording.

        Raises:
            BenchmarkError: if it is neither BOLD nor betas, or its stimuli are not here.
        """
        kind = data.measurement.modality
        if kind not in ("bold", "beta"):
            raise BenchmarkError(f"'{data.identifier}' holds {kind}; fMRI benchmarks take bold or beta")
        if data.stimuli is None:
            raise BenchmarkError(
                f"the stimuli of '{data.identifier}' are not here; harness data describe {data.identifier.partition('-')[0]} "
                "says where to put them"
            )
        bins = np.array(data.time_bins)
        if kind == "beta" and len(bins) > 1:
            raise BenchmarkError(f"'{data.identifier}' has {len(bins)} betas a presentation; one is expected")
        stimuli = data.stimuli.select([data.stimuli.ids.index(name) for name in data.stimulus_ids])
        volumes = bins[bins[:, 1] > 0].clip(min=0)
        return cls(stimuli, volumes, _lengths(data)[:, bins[:, 1] > 0].sum(1).tolist(), kind == "bold")

    @property
    def step(self) -> float:
        """s between volumes."""
        return float(np.median(np.diff(self.volumes[:, 1]))) / 1000 if self.bold else 0.0

    @cached_property
    def stimulus(self) -> np.ndarray:
        """(n_samples,), position of the stimulus of every sample."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @cached_property
    def time(self) -> np.ndarray:
        """(n_samples,), s from the onset of the stimulus to the beginning of the sample."""
        return np.concatenate([self.volumes[:length, 0] for length in self.lengths]) / 1000

    @property
    def ids(self) -> list[str]:
        """A name for every sample."""
        names = np.array(self.stimuli.ids)[self.stimulus]
        return [f"{name}@{time:.3f}" for name, time in zip(names, self.time, strict=True)]

    @cached_property
    def settled(self) -> np.ndarray:
        """(n_samples,), which samples are used: not those at the beginning of a film, which a delay reaches from before it."""
        if not self.bold:
            return np.ones(len(self.stimulus), dtype=bool)
        return operators.settled(self.lengths, self._unsettled)

    @cached_property
    def model_bins(self) -> tuple[tuple[float, float], ...]:
        """Time bins in ms in which a model is recorded: two a volume, from the onset; one for a clip with one beta."""
        if not self.bold:
            return tuple((float(start), float(end)) for start, end in self.volumes)
        half = 500 * self.step
        return tuple((half * i, half * (i + 1)) for i in range(int(np.ceil(self.volumes[-1, 1] / half - 1e-6))))

    @cached_property
    def averaging(self) -> sparse.csr_matrix:
        """From the model's bins to volumes."""
        source = np.array(self.model_bins)
        return sparse.block_diag(
            [operators.resampling(source, self.volumes[:length]) for length in self.lengths], format="csr"
        )

    @cached_property
    def whole(self) -> bool:
        """Whether there are so many films that training, validation and test are films of their own, at least four."""
        return len(self.lengths) >= FEWEST_FILMS

    @cached_property
    def segments(self) -> np.ndarray:
        """(n_samples,), position of the piece of a film that is never split: all of it, or about a minute."""
        labels = np.zeros(len(self.stimulus), dtype=int)
        for film, length in enumerate(self.lengths):
            count = 1 if self.whole else max(1, round(length * self.step / BLOCK))
            labels[self.stimulus == film] = labels.max() + 1 + np.arange(length) * count // length
        return labels - labels.min()

    @cached_property
    def detrending(self) -> sparse.csr_matrix:
        """Takes slow drifts of responses away from every film, and the mean from every segment; settled samples only."""
        films = [_after(self._unsettled, n, partial(operators.detrending, step=self.step)) for n in self.lengths]
        return self._segment_means @ sparse.block_diag(films, format="csr")

    @cached_property
    def model_detrending(self) -> sparse.csr_matrix:
        """The same for features, within segments only.

        Were drifts of a whole film taken from features, too, both sides would obey the same constraints: what a test block lacks
        is what the training blocks have, so that weights that fit these by heart predict the slow part of the test block, of any
        responses at all (r = 0.2 in independent data).
        """
        return self.detrending if self.whole else self._segment_means

    @cached_property
    def _segment_means(self) -> sparse.csr_matrix:
        sizes = np.bincount(self.segments)
        first = np.isin(np.arange(len(sizes)), [self.segments[self.stimulus == k][0] for k in range(len(self.lengths))])
        skipped = np.where(first, self._unsettled, 0)
        return sparse.block_diag(
            [_after(skip, size, operators.centring) for skip, size in zip(skipped, sizes, strict=True)], format="csr"
        )

    @property
    def _unsettled(self) -> int:
        """Samples at the beginning of a film that are not used."""
        return int(np.ceil(max(SETTLING, DELAYS[1]) / self.step - 1e-9))

    def model_operators(self, haemodynamics: Haemodynamics) -> list[sparse.csr_matrix]:
        """What turns a model's features in its bins into predictors of samples, see `operators.transform`.

        Args:
            haemodynamics: "fir", delayed copies that each have weights of their own; "hrf", the canonical response; "none", as the
                model answered, which is also what predicts betas.
        """
        if not self.bold:
            return [self.averaging]
        if haemodynamics == "hrf":
            kernel = operators.canonical_hrf(self.step)
            smoothed = operators.over_runs(self.lengths, lambda n: operators.convolution(n, kernel))
            return [self.model_detrending @ smoothed @ self.averaging]
        if haemodynamics == "none":
            return [operators.over_runs(np.bincount(self.segments).tolist(), operators.centring) @ self.averaging]
        shifts = [
            lag for lag in range(1, 100) if DELAYS[0] <= lag * self.step + 1e-9 and lag * self.step <= DELAYS[1] + 1e-9
        ]
        if not shifts:
            raise BenchmarkError(f"no volume of {self.step:g} s lies {DELAYS[0]:g} to {DELAYS[1]:g} s later; use hrf")
        return [self.model_detrending @ shifted @ self.averaging for shifted in operators.delays(self.lengths, shifts)]

    def outer(self) -> tuple[list[Split], str]:
        """Splits into training and test samples, and what they are called: the publication's own where its stimuli say it, else
        folds of whole films, of blocks of one film with a gap, or of clips."""
        table = self.stimuli.table
        if "split" in table and set(table["split"]) >= {"train", "test"}:
            side = table["split"].to_numpy()[self.stimulus]
            return self._used([Split(np.flatnonzero(side == "train"), np.flatnonzero(side == "test"))]), "official"
        if not self.bold:
            count = min(FOLDS, len(np.unique(self.groups)))
            return group_k_fold(self.groups, count), f"{count} folds of clips"
        if len(self.lengths) > 1:
            return self._used(leave_one_group_out(self.stimulus)), "one film left out"
        if self.segments.max() < 2:
            raise BenchmarkError(
                f"a film of {self.time[-1]:.0f} s is too short for three blocks of {BLOCK:g} s, to train, validate and test"
            )
        splits = self._block_folds(np.arange(len(self.time)))
        return self._used(splits), f"{len(splits)} folds of blocks of about {BLOCK:g} s, {GAP:g} s apart"

    def inner(self, train: np.ndarray) -> Sequence[Split]:
        """Splits of training samples, for the choice of penalties and layers."""
        if not self.bold:
            return group_k_fold(self.groups[train], min(FOLDS, len(np.unique(self.groups[train]))))
        if self.whole:
            return leave_one_group_out(self.stimulus[train])
        return self._block_folds(train)

    def _block_folds(self, rows: np.ndarray) -> list[Split]:
        """Folds of whole segments of some samples, with a gap to all that is trained on."""
        segments = self.segments[rows]
        splits = group_k_fold(segments, min(FOLDS, len(np.unique(segments))))
        return [purged(split, self.time[rows], GAP, self.stimulus[rows]) for split in splits]

    @property
    def groups(self) -> np.ndarray:
        """(n_samples,): samples of one group are never split."""
        table = self.stimuli.table
        return table["group"].to_numpy()[self.stimulus] if "group" in table else self.stimulus

    @cached_property
    def blocks(self) -> np.ndarray:
        """(n_samples,), position of what is resampled: a clip, or about 20 s of a film."""
        if not self.bold:
            return self.stimulus
        piece = (self.time // NULL_BLOCK).astype(int)
        return np.unique(np.stack([self.stimulus, piece]), axis=1, return_inverse=True)[1].ravel()

    def responses(self, data: RecordedData, subject: str) -> np.ndarray:
        """(n_repeats, n_samples, n_voxels) of a subject, without slow drifts; NaN where a repeat is missing."""
        volumes = data.repeats(subject)[..., np.array(data.time_bins)[:, 1] > 0]
        parts = [volumes[:, row, :, :length].transpose(0, 2, 1) for row, length in enumerate(self.lengths)]
        repeats = np.concatenate(parts, axis=1)
        return np.stack([self.detrending @ repeat for repeat in repeats]) if self.bold else repeats

    def _used(self, splits: list[Split]) -> list[Split]:
        return [Split(s.train[self.settled[s.train]], s.test[self.settled[s.test]]) for s in splits]


@dataclass(frozen=True)
class Person:
    """A subject's responses on the samples of a design.

    Attributes:
        name: of the subject.
        mean: (n_samples, n_voxels), over repeats; 0 where `there` is False.
        there: (n_samples,), whether there is a response.
        voxels: a row a voxel, with `region`.
        ceilings: (n_voxels,), the correlation that the best prediction could have, on the test samples; NaN where there is none.
        bounds: lower and upper inter-subject ceiling (n_voxels,), where the ceiling is that kind.
    """

    name: str
    mean: np.ndarray
    there: np.ndarray
    voxels: pd.DataFrame
    ceilings: np.ndarray
    bounds: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Region and hemisphere of every voxel; "" where the hemisphere is not known."""
        sides = self.voxels["hemisphere"] if "hemisphere" in self.voxels else [""] * len(self.voxels)
        return [(str(region), str(side)) for region, side in zip(self.voxels["region"], sides, strict=True)]

    def of_region(self, region: str) -> np.ndarray:
        """(n_samples, n_voxels) of a region."""
        return self.mean[:, (self.voxels["region"] == region).to_numpy()]

    def splits(self, splits: Sequence[Split]) -> list[Split]:
        """Splits of the samples that this person answered to."""
        return [Split(s.train[self.there[s.train]], s.test[self.there[s.test]]) for s in splits]


def people(data: RecordedData, design: Design, outer: Sequence[Split]) -> tuple[list[Person], str]:
    """All subjects, and the kind of their ceilings: "repeats", "inter-subject" or "none".

    A ceiling is the square root of the reliability of the mean over repeats. Where everything was shown once, it is the correlation
    that what subjects have in common could have with one of them, the square root of the explainable variance with subjects as
    repeats: it needs voxels that correspond. With one subject and one repeat there is none, and correlations are divided by 1.
    """
    test, fold = _tested(outer)
    found = [_person(data, design, one, test, fold) for one in data.subjects]
    if all(np.isfinite(person.ceilings).any() for person in found):
        return found, "repeats"
    if len(found) > 1 and _correspond(data.subjects):
        return _with_common_ceiling(found, test, fold), "inter-subject"
    return [_replaced(person, np.ones(len(person.voxels))) for person in found], "none"


def _person(data: RecordedData, design: Design, one: SubjectResponses, test: np.ndarray, fold: np.ndarray) -> Person:
    repeats = design.responses(data, one.subject)
    known = np.isfinite(repeats)
    there = known.any((0, 2))
    voxels = known.any((0, 1)) if not there.all() else known.any(0).all(0)
    if not voxels.any() or not known[:, there][..., voxels].any(0).all():
        raise BenchmarkError(
            f"{one.subject} of '{data.identifier}' lacks responses of some voxels to some stimuli; leave these voxels out"
        )
    repeats, known = repeats[..., voxels], known[..., voxels]
    count = np.maximum(known.sum(0), 1)
    mean = np.where(known, repeats, 0).sum(0) / count
    inside = there[test]
    tested = np.stack([_centred(repeat[test[inside]], fold[inside]) for repeat in repeats])
    ceilings = np.full(voxels.sum(), np.nan)
    if (np.isfinite(tested[..., 0]).sum(0) >= 2).any():
        ceilings = correlation_ceiling(signal_reliability(tested))
    return Person(one.subject, mean, there, one.neuroids[voxels].reset_index(drop=True), ceilings)


def _centred(values: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Less the mean of each fold, over the samples that are there."""
    result = values.astype(np.float64)
    for fold in np.unique(folds):
        rows = (folds == fold) & np.isfinite(values).all(1)
        result[rows] -= result[rows].mean(0)
    return result


def _with_common_ceiling(found: list[Person], test: np.ndarray, fold: np.ndarray) -> list[Person]:
    shared = np.all([person.there[test] for person in found], axis=0)
    responses = np.stack([within_folds(person.mean[test[shared]], fold[shared]) for person in found])
    ceiling = correlation_ceiling(explainable_variance(responses))
    lower, upper = inter_subject_ceiling(responses)
    return [_replaced(person, ceiling, (lower[i], upper[i])) for i, person in enumerate(found)]


def _replaced(person: Person, ceilings: np.ndarray, bounds: tuple[np.ndarray, np.ndarray] | None = None) -> Person:
    return Person(person.name, person.mean, person.there, person.voxels, ceilings, bounds)


def _correspond(subjects: Sequence[SubjectResponses]) -> bool:
    """Whether all have the same voxels in a common space."""
    tables = [one.neuroids for one in subjects]
    same = all(table["neuroid_id"].tolist() == tables[0]["neuroid_id"].tolist() for table in tables)
    return same and not any("space" in table and (table["space"] == "T1w").any() for table in tables)


def _tested(outer: Sequence[Split]) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all test samples, fold by fold, and the fold of each."""
    return np.concatenate([s.test for s in outer]), np.repeat(np.arange(len(outer)), [len(s.test) for s in outer])


def _after(skipped: int, n: int, operator: Callable[[int], sparse.spmatrix]) -> sparse.spmatrix:
    """(n, n), an operator on all but the first samples, which become 0."""
    skipped = min(int(skipped), int(n))
    return sparse.block_diag([sparse.csr_matrix((skipped, skipped)), operator(int(n) - skipped)])


def _lengths(data: RecordedData) -> np.ndarray:
    """(n_stimuli, n_bins), which bins of which stimulus anything was recorded in: from the first bin on, without holes."""
    recorded = np.zeros((len(data.stimulus_ids), len(data.time_bins)), dtype=bool)
    row = {name: position for position, name in enumerate(data.stimulus_ids)}
    for one in data.subjects:
        rows = one.presentations["stimulus_id"].map(row).to_numpy()
        np.logical_or.at(recorded, rows, one.valid.any(1))
    if (np.diff(recorded.astype(int), axis=1) > 0).any() or not recorded[:, 0].all():
        raise BenchmarkError(
            f"'{data.identifier}' lacks volumes before others of the same stimulus; leave that one out"
        )
    return recorded
