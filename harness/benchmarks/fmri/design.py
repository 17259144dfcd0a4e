"""The design of an encoding model of BOLD or betas: samples in time, operators on them, and splits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal

import numpy as np
import scipy.sparse as sparse

from harness.data import RecordedData
from harness.errors import BenchmarkError
from harness.metrics.regression import content_free, operators
from harness.metrics.statistics import Split, group_k_fold, leave_one_group_out, purged
from harness.stimuli import StimulusSet, split_groups

Haemodynamics = Literal["fir", "hrf", "none"]
DELAYS = (2.0, 9.0)
"""s, first and last delay of a finite impulse response (Huth et al. 2012 and others: 2 to 8 s at a volume every 2 s)."""
SETTLING = 10.0
"""s at the beginning of a run that are not used."""
GAP = 16.0
"""s between training and test samples of a run: what the haemodynamic response spans."""
BLOCK = 60.0
"""s, about the length of a tested block where there are few movies."""
NULL_BLOCK = 20.0
"""s that stay together when samples are shuffled or resampled."""
FOLDS = 5
FEWEST_MOVIES = 4


@dataclass(frozen=True)
class Design:
    """The samples that the subjects of a recording have in common: volumes of movies, one movie after the other, or one beta
    a clip.

    Attributes:
        stimuli: what was shown.
        volumes: (n_volumes, 2), [start, end) in ms from the onset of a stimulus, from 0 on.
        lengths: how many volumes each stimulus has.
        bold: whether these are volumes of a time series, from which the haemodynamic response was not removed.
        gap: s between training and test samples of one movie.
    """

    stimuli: StimulusSet
    volumes: np.ndarray
    lengths: tuple[int, ...]
    bold: bool
    gap: float = GAP

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
        """(n_samples,), which samples are used: not those at the beginning of a movie, which a delay reaches from before it."""
        if not self.bold:
            return np.ones(len(self.stimulus), dtype=bool)
        return operators.settled(self.lengths, self._unsettled)

    @cached_property
    def model_bins(self) -> tuple[tuple[float, float], ...]:
        """Time bins in ms in which a model is recorded: two per volume, from the onset; one for a clip with one beta."""
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
        """Whether there are so many movies that training, validation and test are movies of their own, at least four."""
        return len(self.lengths) >= FEWEST_MOVIES

    @cached_property
    def segments(self) -> np.ndarray:
        """(n_samples,), position of the piece of a movie that is never split: all of it, or about a minute."""
        labels = np.zeros(len(self.stimulus), dtype=int)
        for movie, length in enumerate(self.lengths):
            count = 1 if self.whole else max(1, round(length * self.step / BLOCK))
            labels[self.stimulus == movie] = labels.max() + 1 + np.arange(length) * count // length
        return labels - labels.min()

    @cached_property
    def detrending(self) -> sparse.csr_matrix:
        """Takes slow drifts of responses away from every movie, and the mean from every segment; settled samples only."""
        movies = [_after(self._unsettled, n, partial(operators.detrending, step=self.step)) for n in self.lengths]
        return self._segment_means @ sparse.block_diag(movies, format="csr")

    @cached_property
    def model_detrending(self) -> sparse.csr_matrix:
        """The same for features, within segments only.

        Were drifts of a whole movie taken from features, too, both sides would obey the same constraints: what a test block lacks
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
        """Samples at the beginning of a movie that are not used."""
        return int(np.ceil(max(SETTLING, DELAYS[1]) / self.step - 1e-9))

    def model_operators(self, haemodynamics: Haemodynamics) -> list[sparse.csr_matrix]:
        """The operators that turn a model's features in its bins into predictors of samples, see `operators.transform`.

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
        folds of whole movies, of blocks of one movie with a gap, or of clips."""
        table = self.stimuli.table
        if "split" in table and set(table["split"]) >= {"train", "test"}:
            side = table["split"].to_numpy()[self.stimulus]
            tested = side == "test"
            trained = (side == "train") & ~np.isin(self._shows, self._shows[tested])
            return self._used([Split(np.flatnonzero(trained), np.flatnonzero(tested))]), "official"
        if not self.bold:
            count = min(FOLDS, len(np.unique(self.groups)))
            return group_k_fold(self.groups, count), f"{count} folds of clips"
        if len(self.lengths) > 1:
            return self._used(leave_one_group_out(self._shows)), "one movie left out"
        if self.segments.max() < 2:
            raise BenchmarkError(
                f"a movie of {self.time[-1]:.0f} s is too short for three blocks of {BLOCK:g} s, to train, validate and test"
            )
        splits = self._block_folds(np.arange(len(self.time)))
        return self._used(splits), f"{len(splits)} folds of blocks of about {BLOCK:g} s, {self.gap:g} s apart"

    def inner(self, train: np.ndarray) -> Sequence[Split]:
        """Splits of training samples, for the choice of penalties and layers."""
        if not self.bold:
            return group_k_fold(self.groups[train], min(FOLDS, len(np.unique(self.groups[train]))))
        if self.whole:
            return leave_one_group_out(self._shows[train])
        return self._block_folds(train)

    def _block_folds(self, rows: np.ndarray) -> list[Split]:
        """Folds of whole segments of some samples, with a gap to all that is trained on."""
        segments = self.segments[rows]
        splits = group_k_fold(segments, min(FOLDS, len(np.unique(segments))))
        return [purged(split, self.time[rows], self.gap, self.stimulus[rows]) for split in splits]

    @property
    def groups(self) -> np.ndarray:
        """(n_samples,): samples of one group are never split."""
        table = self.stimuli.table
        return self._grouped(table["group"].to_numpy()) if "group" in table else self._shows

    @cached_property
    def _shows(self) -> np.ndarray:
        """(n_samples,), position of the first stimulus that shows the same as the sample's."""
        return self._grouped(np.arange(len(self.stimuli)))

    def _grouped(self, declared: np.ndarray) -> np.ndarray:
        groups = split_groups(self.stimuli, declared)
        assert groups is not None
        return groups[self.stimulus]

    @cached_property
    def blocks(self) -> np.ndarray:
        """(n_samples,), position of what is resampled: a clip, or about 20 s of a movie."""
        if not self.bold:
            return self.stimulus
        piece = (self.time // NULL_BLOCK).astype(int)
        return np.unique(np.stack([self.stimulus, piece]), axis=1, return_inverse=True)[1].ravel()

    @property
    def blocks_are(self) -> str:
        """The plural noun for blocks, such as "clips"."""
        return f"pieces of movies of {NULL_BLOCK:g} s" if self.bold else "clips"

    @cached_property
    def clips(self) -> np.ndarray:
        """(n_samples,), position of the piece of about 20 s, of one segment, whose mean a score within clips leaves out."""
        return np.unique(np.stack([self.segments, self.blocks]), axis=1, return_inverse=True)[1].ravel()

    def looking_ahead(self, context: float) -> "Design":
        """The design for a model whose answers reach `context` s ahead: what trains keeps so much further from the tested samples,
        with the longest delay, that none of it has seen them."""
        return replace(self, gap=max(self.gap, DELAYS[1] + context)) if self.bold and not self.whole else self

    def content_free(self, responses: np.ndarray, split: Split) -> np.ndarray:
        """(n_test, n_voxels), what training responses (n_samples, n_voxels) say of test samples without any stimulus: their mean at
        the same time since the onset of a movie, or, of one movie, those before and after the sample, weighted by their
        nearness."""
        place = np.concatenate([np.arange(length) for length in self.lengths])
        return content_free(responses, split, self.stimulus, place)

    def responses(self, data: RecordedData, subject: str) -> np.ndarray:
        """(n_repeats, n_samples, n_voxels) of a subject, without slow drifts; NaN where a repeat is missing."""
        volumes = data.repeats(subject)[..., np.array(data.time_bins)[:, 1] > 0]
        parts = [volumes[:, row, :, :length].transpose(0, 2, 1) for row, length in enumerate(self.lengths)]
        repeats = np.concatenate(parts, axis=1)
        return np.stack([self.detrending @ repeat for repeat in repeats]) if self.bold else repeats

    def _used(self, splits: list[Split]) -> list[Split]:
        return [Split(s.train[self.settled[s.train]], s.test[self.settled[s.test]]) for s in splits]


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
