"""Electrodes during movies: spikes predicted from a model's responses over the past 200 ms."""

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, make_score, plain
from harness.benchmarks.neural._errors import UnitSums, of_mean
from harness.benchmarks.neural.encoding import describe_link
from harness.benchmarks.neural.movie_samples import MovieRecording, MovieSamples, pieces_of
from harness.brain_model import BrainModel, record_first
from harness.errors import BenchmarkError
from harness.identity import digest
from harness.metrics.regression import Influence, Moments, content_free_from, fit, refit
from harness.metrics.statistics import (
    correlation_ceiling,
    mean_of_defined,
    ratio_of_sums,
    reliability_influence,
    roots,
    signal_reliability,
    squared_roots,
)
from harness.stimuli import notes_on_copies

if TYPE_CHECKING:
    from matplotlib.figure import Figure


SAMPLED = ("pieces of movies", "electrodes")


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
        samples = MovieSamples.of(recording, lags)

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
            names = np.concatenate([pieces_of(piece.stimulus_id, piece.bins[lags - 1 :], width) for piece in own])
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
