"""Electrodes during films: spikes predicted from a subject's responses over the past 200 ms."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from brainscore_core.metrics import Score

from harness.benchmarks.base import Benchmark
from harness.benchmarks.neural import plain
from harness.benchmarks.presentations import record_first
from harness.benchmarks.samples import ratios
from harness.benchmarks.score import make_score
from harness.errors import BenchmarkError
from harness.metrics.ceilings import correlation_ceiling, ratio_of_sums, signal_reliability
from harness.metrics.correlation import mean_of_defined
from harness.metrics.moments import Moments, fit
from harness.metrics.resampling import bootstrap
from harness.stimuli import StimulusSet
from harness.store.digests import digest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.engine.recording import TimeBin


TRANSIENT = 300.0
"""ms after the onset of a film."""


@dataclass(frozen=True)
class Piece:
    """Part of a film and what was recorded during it.

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
class FilmRecording:
    """Electrodes of one array (or one neuron) and the films they were recorded with.

    Attributes:
        name: of the array.
        stimuli: the films.
        time_bins: of all films, [start, end) in ms.
        pieces: parts of them.
    """

    name: str
    stimuli: StimulusSet
    time_bins: "Sequence[TimeBin]"
    pieces: Sequence[Piece]


class FilmBenchmark(Benchmark):
    """Ridge regression from lagged responses of a subject to the spike counts of electrodes, the penalty of each its own.

    The features are the responses in the same time bin and in those up to 200 ms before it (a finite impulse response), of the
    region through a random projection. Samples whose lags reach before the beginning of a film (or of a part of it)
    are left out, so that no feature crosses from one side of a split to the other. What is tested is the part that the
    publication names, else one whole film after the other; penalties are chosen by leaving out blocks of the training part.
    Nothing is selected by what is tested.

    The score is the sum over electrodes of the correlations with the mean over repeats, divided by that of the ceilings from
    the repeats of the same samples; where nothing was repeated there is no ceiling, and it is 1. The error is a bootstrap over
    electrodes. `details` also give the correlations of the first 300 ms of a film, as far as the lags leave any, and of the rest:
    the transient at its onset, and the sustained response. A subclass implements `load`.

    Attributes:
        regions: from which of them is recorded: the first that the subject has.
        units: to how many the region is projected.
        span: ms of lags.
    """

    parent: ClassVar[str] = "neural"
    regions: ClassVar[Sequence[str]] = ("V1",)
    units: ClassVar[int] = 128
    span: ClassVar[float] = 200.0

    @abstractmethod
    def load(self) -> Sequence[FilmRecording]:
        """The recordings."""

    @cached_property
    def recordings(self) -> Sequence[FilmRecording]:
        """What `load` gave."""
        return self.load()

    @cached_property
    def ceiling(self) -> Score:
        """Mean over electrodes of the correlation that a perfect model would reach; `raw` holds it for every electrode."""
        values = np.concatenate([self._ceilings(recording) for recording in self.recordings])
        known = values[np.isfinite(values)]
        if not len(known):
            raise BenchmarkError(f"the electrodes of {self.identifier} answer too unreliably to have a ceiling")
        error = bootstrap(np.mean, known).error if len(known) > 1 else 0.0
        return make_score(known.mean(), error=error, raw=values)

    def run(self, subject: Any) -> Score:
        parts = [self._correlations(subject, recording) for recording in self.recordings]
        correlations = np.concatenate([part for part, _ in parts], axis=1)
        r, ceilings = correlations[0], self.ceiling.attrs["raw"]
        used = np.isfinite(r) & np.isfinite(ceilings)
        if used.sum() < 2:
            raise BenchmarkError(
                f"{used.sum()} electrodes of {self.identifier} can be compared, and an error takes two"
            )
        found = bootstrap(ratio_of_sums, r[used], ceilings[used])
        return make_score(
            ratio_of_sums(r[used], ceilings[used]),
            error=found.error,
            raw=make_score(r[used].mean(), error=bootstrap(np.mean, r[used]).error),
            ceiling=self.ceiling,
            details={
                "r": plain(r),
                "ceiling": plain(ceilings),
                "recordings": [recording.name for recording in self.recordings],
                "parts": {
                    name: float(np.nanmean(part[used])) if np.isfinite(part[used]).any() else None
                    for name, part in zip(("transient", "sustained"), correlations[1:], strict=True)
                },
                "region": parts[0][1],
                "lags_ms": [0.0, self.span],
                "interval": [found.low, found.high],
                "per_sample": ratios("electrodes", r, ceilings),
                "split_digest": self._split_digest(),
            },
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Each electrode's correlation against its ceiling, and the distribution of their ratio."""
        from harness.benchmarks._encoding_figure import draw

        return draw(details, self.identifier)

    def _correlations(self, subject: Any, recording: FilmRecording) -> tuple[np.ndarray, str]:
        """(3, electrodes): of all samples, of the transient, of the sustained response, mean over what is tested in turn; and the
        region."""
        region, features = self._features(subject, recording)
        lags = self._lags(recording)
        shift = features.mean((0, 2))
        row = {name: at for at, name in enumerate(recording.stimuli.ids)}
        early = np.array([end <= TRANSIENT for _, end in recording.time_bins])
        moments: dict[tuple[str, bool], list[list[Moments]]] = {}
        for piece in recording.pieces:
            X = _lagged(features[row[piece.stimulus_id]][:, piece.bins].T - shift, lags)
            Y = mean_of_defined(piece.responses[:, lags - 1 :])
            onset = early[piece.bins[lags - 1 :]]
            parts = [_moments(X[rows], Y[rows]) for rows in (onset, ~onset)]
            moments.setdefault((piece.block, bool(piece.test)), []).append(parts)
        blocks = {key: [sum(parts[1:], parts[0]) for parts in zip(*own, strict=True)] for key, own in moments.items()}
        found = []
        for test in [key for key in blocks if key[1]] or list(blocks):
            fitted = fit([sum(parts[1:], parts[0]) for key, parts in blocks.items() if not key[1] and key != test])
            onset, rest = blocks[test]
            found.append([fitted.correlation(block) for block in (onset + rest, onset, rest)])
        return mean_of_defined(np.array(found)), region

    def _features(self, subject: Any, recording: FilmRecording) -> tuple[str, np.ndarray]:
        """Region and responses (films, units, time bins)."""
        from harness.engine import Projection

        return record_first(subject, recording.stimuli, self.regions, recording.time_bins, Projection(self.units))

    def _lags(self, recording: FilmRecording) -> int:
        start, end = recording.time_bins[0]
        return max(1, int(self.span / (end - start) + 1e-9))

    def _ceilings(self, recording: FilmRecording) -> np.ndarray:
        """(electrodes,), mean over what is tested in turn; 1 where nothing was repeated."""
        lags = self._lags(recording)
        scored = [piece for piece in recording.pieces if piece.test is not False]
        if max(len(piece.responses) for piece in scored) < 2:
            return np.ones(scored[0].responses.shape[2])
        found = []
        for block in dict.fromkeys(piece.block for piece in scored):
            parts = [piece.responses[:, lags - 1 :] for piece in scored if piece.block == block]
            most = max(len(part) for part in parts)
            padded = [np.pad(p, [(0, most - len(p)), (0, 0), (0, 0)], constant_values=np.nan) for p in parts]
            found.append(correlation_ceiling(signal_reliability(np.concatenate(padded, axis=1))))
        return mean_of_defined(np.array(found))

    def _split_digest(self) -> str:
        return digest(
            "film split",
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


def _moments(X: np.ndarray, Y: np.ndarray) -> Moments:
    there = np.isfinite(Y).all(1)
    return Moments.of(X[there], Y[there])
