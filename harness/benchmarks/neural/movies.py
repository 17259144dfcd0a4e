"""Electrodes during movies: spikes predicted from a model's responses over the past 200 ms."""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score
from harness.benchmarks.neural._errors import UnitSums, of_mean
from harness.benchmarks.neural.encoding import describe_link, plain
from harness.benchmarks.neural.spikes import spikes_per_response
from harness.brain_model import BrainModel, record_first
from harness.data import Measurement
from harness.errors import BenchmarkError
from harness.identity import digest
from harness.metrics.regression import Influence, Moments, content_free, content_free_from, fit, refit
from harness.metrics.statistics import (
    Split,
    correlation_ceiling,
    held_out_pearson,
    mean_of_defined,
    poisson_deviance_explained,
    ratio_of_sums,
    reliability_influence,
    roots,
    signal_reliability,
    squared_roots,
)
from harness.stimuli import StimulusSet, TimeBin, notes_on_copies, split_groups

if TYPE_CHECKING:
    from matplotlib.figure import Figure


PIECE = 3000.0
"""ms of a movie that are resampled together."""
SAMPLED = ("pieces of movies", "electrodes")
TRANSIENT = 300.0
"""ms after the onset of a movie."""


@dataclass(frozen=True)
class Piece:
    """Part of a movie and what was recorded during it.

    Attributes:
        stimulus_id: which stimulus.
        bins: positions of its time bins, of those of the recording.
        block: what is held out, or left out for the choice of penalties, together with it.
        test: whether it is only tested; None where every block is tested in its turn.
        responses: (repeats, bins, electrodes), NaN where missing.
    """

    stimulus_id: str
    bins: np.ndarray
    block: str
    test: bool | None
    responses: np.ndarray


@dataclass(frozen=True)
class MovieRecording:
    """Electrodes of one array (or one neuron) and the movies they were recorded with.

    Attributes:
        name: of the array.
        stimuli: the movies.
        time_bins: of all movies, [start, end) in ms.
        pieces: parts of them.
        measurement: what the responses are; for spikes only.
    """

    name: str
    stimuli: StimulusSet
    time_bins: Sequence[TimeBin]
    pieces: Sequence[Piece]
    measurement: Measurement | None = None

    def counted(self) -> "MovieRecording":
        """The same with numbers of spikes as responses.

        Raises:
            BenchmarkError: if they are not spikes.
        """
        start, end = self.time_bins[0]
        scale = spikes_per_response(self.name, self.measurement, end - start, end - start)
        pieces = [replace(piece, responses=piece.responses * scale) for piece in self.pieces]
        return replace(self, pieces=pieces)


class MovieBenchmark(Benchmark):
    """Ridge regression from lagged responses of a model to the spike counts of electrodes, the penalty of each its own.

    The features are the responses in the same time bin and in those up to 200 ms before it (a finite impulse response), of the
    region through a random projection. Samples whose lags reach before the beginning of a movie (or of a part of it)
    are left out, so that no feature crosses from one side of a split to the other. What is tested is the part that the
    publication names, else one whole movie after the other; penalties are chosen by leaving out blocks of the training part.
    Nothing is selected by what is tested.

    The score is the sum over electrodes of the correlations with the mean over repeats, divided by that of the ceilings from
    the repeats of the same samples; where nothing was repeated there is no ceiling, and it is 1. The error is over pieces of 3 s of
    what is tested and electrodes together, with what other training blocks would change. `details` also give the correlations of
    the first 300 ms of a movie, as far as the lags leave any, and of the rest: the transient at its onset, and the sustained
    response; CC_norm; and `content_free`, what the responses to other movies at the same time since onset (or, where there is
    one movie, the nearest training samples) predict without any stimulus. A subclass
    implements `load`.

    With the link `sqrt` square roots of spike counts are fitted, and the predictions squared again (`squared_roots`), so that they
    are positive and `details` have the explained share of their Poisson deviance. A log-linear regression of a movie's tens of
    thousands of samples on all units and lags would take hours, and is for single windows only (`RecordedBenchmark`).

    Attributes:
        regions: from which of them is recorded: the first that the model has.
        units: to how many the region is projected.
        span: ms of lags.
        link: identity or sqrt.
    """

    parent: ClassVar[str] = "neural"
    regions: ClassVar[Sequence[str]] = ("V1",)
    units: ClassVar[int] = 128
    span: ClassVar[float] = 200.0
    link: str = "identity"

    @abstractmethod
    def load(self) -> Sequence[MovieRecording]:
        """The recordings."""

    @cached_property
    def recordings(self) -> Sequence[MovieRecording]:
        """The recordings, from `load`; spike counts if there is a link to them."""
        found = self.load()
        return found if self.link == "identity" else [one.counted() for one in found]

    @cached_property
    def ceiling(self) -> Score:
        """Mean over electrodes of the correlation that a perfect model would reach; `raw` holds it for every electrode."""
        values = np.concatenate([ceilings for ceilings, _ in self._found_ceilings])
        known = values[np.isfinite(values)]
        if not len(known):
            raise BenchmarkError(f"the electrodes of {self.identifier} respond too unreliably to have a ceiling")
        return make_score(known.mean(), error=of_mean(values, self._ceiling_influence), raw=values)

    def run(self, candidate: BrainModel) -> Score:
        parts = [self._predicted(candidate, recording) for recording in self.recordings]
        r, transient, sustained, deviance, free = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("r", "transient", "sustained", "deviance", "content_free")
        )
        ceilings, sums = self.ceiling.attrs["raw"], self._sums(parts, r)
        used = np.isfinite(r) & np.isfinite(ceilings)
        if used.sum() < 2:
            raise BenchmarkError(
                f"{used.sum()} electrodes of {self.identifier} can be compared, and an error takes two"
            )
        repeated = np.concatenate(
            [np.full(len(p.r), _repeated(one)) for p, one in zip(parts, self.recordings, strict=True)]
        )
        return make_score(
            ratio_of_sums(r[used], ceilings[used]),
            error=sums.ratio(SAMPLED).error,
            raw=make_score(r[used].mean(), error=sums.mean().error),
            ceiling=self.ceiling,
            details={
                "r": plain(r),
                "ceiling": plain(ceilings),
                "cc_norm": plain(np.where(repeated, r / ceilings, np.nan)),
                **describe_link(self.link, deviance),
                "content_free": {
                    "from": parts[0].content_free_from,
                    "score": ratio_of_sums(free, ceilings) if np.isfinite(free[used]).any() else None,
                    "r": plain(free),
                },
                "recordings": [recording.name for recording in self.recordings],
                "parts": {
                    name: float(np.nanmean(part[used])) if np.isfinite(part[used]).any() else None
                    for name, part in (("transient", transient), ("sustained", sustained))
                },
                "region": parts[0].region,
                "lags_ms": [0.0, self.span],
                **sums.described(SAMPLED, self._pieces),
                "split_digest": self._split_digest(),
                "notes": [note for recording in self.recordings for note in notes_on_copies(recording.stimuli)],
            },
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Each electrode's correlation against its ceiling, and the distribution of their ratio."""
        from harness.benchmarks.neural._encoding_figure import draw

        return draw(details, self.identifier)

    def _predicted(self, candidate: BrainModel, recording: MovieRecording) -> "_Predicted":
        """How well its electrodes are predicted, mean over what is tested in turn."""
        region, features = self._features(candidate, recording)
        lags = self._lags(recording)
        shift = features.mean((0, 1))
        row = {name: at for at, name in enumerate(recording.stimuli.ids)}
        samples = _Samples.of(recording, lags)

        def X(at: int) -> np.ndarray:
            piece = recording.pieces[at]
            lagged = _lagged(features[row[piece.stimulus_id], piece.bins] - shift, lags)
            return lagged[samples.there[at]]

        moments: dict[tuple[str, bool], Moments] = {}
        for at, key in enumerate(samples.keys):
            Y = samples.of_piece(at)
            own = Moments.of(X(at), roots(Y) if self.link == "sqrt" else Y)
            moments[key] = moments[key] + own if key in moments else own
        found, predicted, halves = [], [], []
        for test in samples.tested:
            train = [own for key, own in moments.items() if key in samples.trained(test)]
            fitted = fit(train)
            tested = np.concatenate([X(at) for at, key in enumerate(samples.keys) if key == test])
            fits = [fitted, *(refit(part, fitted) for part in (train[::2], train[1::2]))]
            each = [one.predict(tested) for one in fits]
            if self.link == "sqrt":
                each = [squared_roots(values, fitted.error) for values in each]
            predicted.append(each[0])
            halves.append((each[1], each[2]))
            found.append(samples.scores(test, predicted[-1], self.link))
        influence = Influence.of(samples.Y, samples.splits, predicted, halves)
        r = mean_of_defined(np.array(found))
        return _Predicted(region, content_free_from(samples.run), samples.named(recording), influence, *r)

    def _features(self, candidate: BrainModel, recording: MovieRecording) -> tuple[str, np.ndarray]:
        """Region and responses (movies, time, units)."""
        from harness.engine import RandomProjection

        return record_first(
            candidate, recording.stimuli, self.regions, recording.time_bins, RandomProjection(self.units)
        )

    def _lags(self, recording: MovieRecording) -> int:
        start, end = recording.time_bins[0]
        return max(1, int(self.span / (end - start) + 1e-9))

    @cached_property
    def _found_ceilings(self) -> list[tuple[np.ndarray, dict[str, np.ndarray]]]:
        return [self._ceilings(recording) for recording in self.recordings]

    @cached_property
    def _pieces(self) -> list[str]:
        """Names of the pieces of movies that are tested; arrays that saw the same ones have them in common."""
        return sorted({name for _, influence in self._found_ceilings for name in influence})

    @cached_property
    def _ceiling_influence(self) -> np.ndarray:
        """(pieces, electrodes)."""
        by_name = [(influence, len(ceilings)) for ceilings, influence in self._found_ceilings]
        return np.hstack([[one.get(name, np.zeros(n)) for name in self._pieces] for one, n in by_name])

    def _sums(self, parts: "Sequence[_Predicted]", r: np.ndarray) -> UnitSums:
        both = np.zeros((2, len(self._pieces), len(r)))
        start = 0
        for part in parts:
            tested = np.isin(part.pieces, self._pieces)
            at = np.searchsorted(self._pieces, part.pieces[tested])
            for into, values in zip(both, (part.influence.tested, part.influence.trained), strict=True):
                np.add.at(into[:, start : start + len(part.r)], at, values[tested])
            start += len(part.r)
        return UnitSums.of(r, self.ceiling.attrs["raw"], [Influence(*both)], [self._ceiling_influence])

    def _ceilings(self, recording: MovieRecording) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """(electrodes,), mean over what is tested in turn; 1 where nothing was repeated. And what each piece of 3 s does to it."""
        lags, width = self._lags(recording), recording.time_bins[0][1] - recording.time_bins[0][0]
        scored = [piece for piece in recording.pieces if piece.test is not False]
        electrodes = scored[0].responses.shape[2]
        influence: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(electrodes))
        found = []
        blocks = list(dict.fromkeys(piece.block for piece in scored))
        for block in blocks:
            own = [piece for piece in scored if piece.block == block]
            parts = [piece.responses[:, lags - 1 :] for piece in own]
            most = max(len(part) for part in parts)
            padded = [np.pad(p, [(0, most - len(p)), (0, 0), (0, 0)], constant_values=np.nan) for p in parts]
            responses = np.concatenate(padded, axis=1)
            names = np.concatenate([_named(piece.stimulus_id, piece.bins[lags - 1 :], width) for piece in own])
            changes = np.zeros((len(names), electrodes))
            if _repeated(recording):
                found.append(correlation_ceiling(signal_reliability(responses)))
                changes = np.nan_to_num(reliability_influence(responses) / (2 * found[-1] * len(blocks)))
            for name in np.unique(names):
                influence[name] += changes[names == name].sum(0)
        return mean_of_defined(np.array(found)) if found else np.ones(electrodes), dict(influence)

    def _split_digest(self) -> str:
        return digest(
            "movie split",
            [
                [recording.name, piece.stimulus_id, piece.bins, piece.block, str(piece.test)]
                for recording in self.recordings
                for piece in recording.pieces
            ],
        )


def _lagged(features: np.ndarray, lags: int) -> np.ndarray:
    """(bins - lags + 1, units x lags) from (bins, units): each bin and those before it."""
    count = len(features) - lags + 1
    return np.hstack([features[lags - 1 - lag : lags - 1 - lag + count] for lag in range(lags)])


def _named(stimulus_id: str, bins: np.ndarray, width: float) -> np.ndarray:
    """(n,), the pieces of a movie that time bins of some width lie in, by their beginnings in s."""
    return np.array([f"{stimulus_id}@{at * PIECE / 1000:g}" for at in (bins * width // PIECE).astype(int)])


def _repeated(recording: MovieRecording) -> bool:
    """Whether what is scored was shown more than once."""
    return max(len(piece.responses) for piece in recording.pieces if piece.test is not False) > 1


@dataclass(frozen=True)
class _Predicted:
    """Of the electrodes of a recording (n,): correlations, explained deviance, and r of a prediction without content; with the
    influence of all samples, and the pieces of movies that they are of."""

    region: str
    content_free_from: str
    pieces: np.ndarray
    influence: Influence
    r: np.ndarray
    transient: np.ndarray
    sustained: np.ndarray
    deviance: np.ndarray
    content_free: np.ndarray


@dataclass(frozen=True)
class _Samples:
    """The mean responses of a recording, piece after piece, where all electrodes have one.

    Attributes:
        keys: block of each piece, and whether it is only tested.
        movies: the stimulus of each piece.
        shown: the first stimulus that shows the same.
        there: which bins of each piece are samples, of those with all lags.
        piece, run, place: (n_samples,), position of the piece, of the movie, and of the time bin.
        onset: (n_samples,), whether it belongs to the transient.
        Y: (n_samples, electrodes).
    """

    keys: list[tuple[str, bool]]
    movies: list[str]
    shown: list[str]
    there: list[np.ndarray]
    piece: np.ndarray
    run: np.ndarray
    place: np.ndarray
    onset: np.ndarray
    Y: np.ndarray

    @classmethod
    def of(cls, recording: MovieRecording, lags: int) -> "_Samples":
        pieces = recording.pieces
        means = [mean_of_defined(piece.responses[:, lags - 1 :]) for piece in pieces]
        there = [np.isfinite(mean).all(1) for mean in means]
        sizes = [int(one.sum()) for one in there]
        place = np.concatenate([piece.bins[lags - 1 :][one] for piece, one in zip(pieces, there, strict=True)])
        movies = [piece.stimulus_id for piece in pieces]
        contents = split_groups(recording.stimuli, recording.stimuli.ids)
        assert contents is not None
        shown = dict(zip(recording.stimuli.ids, contents.tolist(), strict=True))
        early = np.array([end <= TRANSIENT for _, end in recording.time_bins])
        return cls(
            [(piece.block, bool(piece.test)) for piece in pieces],
            movies,
            [shown[movie] for movie in movies],
            there,
            np.repeat(np.arange(len(pieces)), sizes),
            np.repeat([recording.stimuli.ids.index(piece.stimulus_id) for piece in pieces], sizes),
            place,
            early[place],
            np.concatenate([mean[one] for mean, one in zip(means, there, strict=True)]),
        )

    def of_piece(self, at: int) -> np.ndarray:
        return self.Y[self.piece == at]

    @property
    def tested(self) -> list[tuple[str, bool]]:
        """The keys that are tested, one after the other."""
        keys = list(dict.fromkeys(self.keys))
        return [key for key in keys if key[1]] or keys

    def trained(self, test: tuple[str, bool]) -> set[tuple[str, bool]]:
        """The keys that are fitted to when one is tested: none with another movie that shows what a tested one shows."""
        mine = [at for at, key in enumerate(self.keys) if key == test]
        movies, shown = {self.movies[at] for at in mine}, {self.shown[at] for at in mine}
        again = {
            key
            for key, movie, content in zip(self.keys, self.movies, self.shown, strict=True)
            if content in shown and movie not in movies
        }
        return {key for key in self.keys if not key[1] and key != test} - again

    @property
    def splits(self) -> list[Split]:
        """The time bins tested in turn; those trained on are not told."""
        keys = self.tested
        of = np.array([keys.index(key) if key in keys else -1 for key in self.keys])[self.piece]
        return [Split(np.array([], dtype=int), np.flatnonzero(of == at)) for at in range(len(keys))]

    def named(self, recording: MovieRecording) -> np.ndarray:
        """(n_samples,), the piece of 3 s that each is of."""
        start, end = recording.time_bins[0]
        return np.concatenate(
            [
                _named(piece.stimulus_id, self.place[self.piece == at], end - start)
                for at, piece in enumerate(recording.pieces)
            ]
        )

    def scores(self, test: tuple[str, bool], predicted: np.ndarray, link: str) -> np.ndarray:
        """(5, electrodes): r of all tested samples, of the transient, and of the sustained response; explained deviance, NaN if
        predictions may be negative; r of a prediction without content."""
        mine = np.array([key == test for key in self.keys])[self.piece]
        trained = np.array([key in self.trained(test) for key in self.keys])[self.piece]
        split = Split(np.flatnonzero(trained), np.flatnonzero(mine))
        Y, onset = self.Y[mine], self.onset[mine]
        linked = link != "identity" and len(Y)
        return np.array(
            [
                *(held_out_pearson(predicted[rows], Y[rows]) for rows in (slice(None), onset, ~onset)),
                poisson_deviance_explained(predicted, Y) if linked else np.full(Y.shape[1], np.nan),
                held_out_pearson(content_free(self.Y, split, self.run, self.place), Y),
            ]
        )
