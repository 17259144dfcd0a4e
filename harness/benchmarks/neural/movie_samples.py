"""Recordings during movies, and their samples: time bins with all lags, in the pieces of movies that are resampled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.benchmarks.neural.spikes import spikes_per_response
from harness.checks import checked
from harness.data import Measurement
from harness.errors import BenchmarkError
from harness.metrics.regression import content_free
from harness.metrics.statistics import Split, held_out_pearson, mean_of_defined, poisson_deviance_explained
from harness.stimuli import StimulusSet, TimeBin, split_groups

PIECE = 3000.0
"""ms of a movie that are resampled together."""
TRANSIENT = 300.0
"""ms after the onset of a movie."""


@checked(BenchmarkError)
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


@checked(BenchmarkError)
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


def pieces_of(stimulus_id: str, bins: np.ndarray, width: float) -> np.ndarray:
    """(n,), the pieces of a movie that time bins of some width lie in, by their beginnings in s."""
    return np.array([f"{stimulus_id}@{at * PIECE / 1000:g}" for at in (bins * width // PIECE).astype(int)])


@dataclass(frozen=True)
class MovieSamples:
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
    def of(cls, recording: MovieRecording, lags: int) -> "MovieSamples":
        """The samples of a recording, of features with so many lags."""
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
        """(n_samples of a piece, electrodes)."""
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
                pieces_of(piece.stimulus_id, self.place[self.piece == at], end - start)
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
