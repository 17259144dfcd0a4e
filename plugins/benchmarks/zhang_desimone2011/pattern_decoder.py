"""Decoding from neural populations over time, by correlation with the mean pattern of every class.

Neurons that were recorded one after the other make a pseudo-population: a trial of it is one trial of each neuron in the same
condition. Everywhere: responses are (positions, classes, trials, units, time bins), spike counts of trials; the samples of a
decoder are z-scored unit by unit, by the mean and the standard deviation of its training trials, and named after the class
whose mean training pattern they correlate with best over units (Zhang et al. 2011; Meyers et al. 2008).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.decoding import rise_latency

LATE = (400.0, 470.0)
"""ms after the onset, in which accuracy is late."""
HIGH = 0.95


@dataclass(frozen=True)
class PatternDecoder:
    """Linear read-outs of every time bin.

    Attributes:
        weights: (time bins, classes, units).
        offsets: (time bins, classes).
    """

    weights: np.ndarray
    offsets: np.ndarray

    @classmethod
    def fit(cls, trials: np.ndarray) -> "PatternDecoder":
        """From (classes, trials, units, time bins)."""
        mean, spread = trials.mean((0, 1)), trials.std((0, 1))
        spread = np.where(spread > 0, spread, np.inf)
        patterns = (trials.mean(1) - mean) / spread
        patterns -= patterns.mean(1, keepdims=True)
        norms = np.linalg.norm(patterns, axis=1, keepdims=True)
        weights = np.moveaxis(patterns / np.where(norms > 0, norms, 1) / spread, 2, 0)
        return cls(weights, np.einsum("bcu,ub->bc", weights, mean))

    def accuracy(self, trials: np.ndarray) -> np.ndarray:
        """(time bins,), of (classes, trials, units, time bins), each bin by its own decoder."""
        evidence = np.matmul(np.moveaxis(trials, 3, 0), self.weights.transpose(0, 2, 1)[:, None])
        evidence -= self.offsets[:, None, None]
        return _right(np.moveaxis(evidence, 0, 2)).mean((0, 1))

    def generalisation(self, trials: np.ndarray) -> np.ndarray:
        """(training bins, test bins), every decoder in every bin."""
        classes, count, units, bins = trials.shape
        tested = np.moveaxis(trials, 3, 2).reshape(-1, units)
        evidence = tested @ self.weights.reshape(-1, units).T - self.offsets.ravel()
        return _right(evidence.reshape(classes, count, bins, *self.offsets.shape)).mean((0, 1)).T


def _right(evidence: np.ndarray) -> np.ndarray:
    """(classes, ...) from evidence (classes, ..., classes): how right the answer is, a share where the best are equal."""
    best = evidence.max(-1)
    own = np.stack([part[..., name] for name, part in enumerate(evidence)])
    right = (own >= best).astype(np.float32)
    tied = (evidence == best[..., None]).sum(-1)
    return right / tied


def stacked_positions(responses: np.ndarray) -> np.ndarray:
    """(classes, positions x trials, units, time bins)."""
    positions, classes, trials, *rest = responses.shape
    return np.swapaxes(responses, 0, 1).reshape(classes, positions * trials, *rest)


def sliding(counts: np.ndarray, width: int) -> np.ndarray:
    """Counts in windows of `width` neighbouring bins, which begin at every bin: (..., bins - width + 1)."""
    total = np.concatenate([np.zeros_like(counts[..., :1]), np.cumsum(counts, -1)], -1)
    return total[..., width:] - total[..., :-width]


def known_positions(responses: np.ndarray, folds: int = 6) -> np.ndarray:
    """(time bins,), accuracy for held-out trials by decoders trained at all positions."""
    parts = [(PatternDecoder.fit(train), test) for train, test in _folds(responses, folds)]
    return np.mean([decoder.accuracy(test) for decoder, test in parts], axis=0)


def other_positions(responses: np.ndarray) -> np.ndarray:
    """(time bins,), accuracy at one position by decoders trained at one other, mean over all pairs of positions."""
    found = []
    for train in range(len(responses)):
        decoder = PatternDecoder.fit(responses[train])
        found += [decoder.accuracy(responses[test]) for test in range(len(responses)) if test != train]
    return np.mean(found, axis=0)


def generalisation_over_time(responses: np.ndarray, folds: int = 6) -> np.ndarray:
    """(training bins, test bins), accuracy for held-out trials by decoders trained at all positions."""
    parts = _folds(responses, folds)
    return np.mean([PatternDecoder.fit(train).generalisation(test) for train, test in parts], axis=0)


@dataclass(frozen=True)
class TimeCourse:
    """Time course of the accuracy of decoders.

    Attributes:
        times: (bins,), centres in ms from the onset.
        known: (bins,), accuracy at the trained positions.
        other: (bins,), at untrained ones.
        generalisation: (training bins, test bins).
        chance: accuracy by guessing.
    """

    times: np.ndarray
    known: np.ndarray
    other: np.ndarray
    generalisation: np.ndarray
    chance: float

    @property
    def peak(self) -> float:
        """Time of the highest accuracy, in ms."""
        return float(self.times[self.known.argmax()])

    def measures(self) -> dict[str, float]:
        """Numbers that describe the time course; NaN where nothing is decoded.

        t10, t50: when a tenth and half of the rise from the baseline to the peak is passed; t95: when 95 % of it are first
        reached, in place of the time of the peak, which is arbitrary where accuracy stays high; late: accuracy above chance
        in `LATE` relative to the peak; position: accuracy above chance at untrained positions relative to trained ones, each
        at its best; half_width: of temporal generalisation, half the time for which the decoder of the peak keeps half of its
        accuracy above chance without a break. All in ms but `late` and `position`.
        """
        t10, t50 = rise_latency(self.known, self.times, (0.1, 0.5))
        names = ("t10", "t50", "t95", "late", "position", "half_width")
        if not np.isfinite(t50):
            return dict.fromkeys(names, float("nan"))
        above = self.known - self.chance
        late = (self.times >= LATE[0]) & (self.times <= LATE[1])
        position = (self.other.max() - self.chance) / above.max()
        values = t10, t50, self._first(HIGH), above[late].mean() / above.max(), position, self._half_width()
        return dict(zip(names, map(float, values), strict=True))

    def _first(self, level: float) -> float:
        rest = self.known[self.times < 0].mean()
        threshold = rest + level * (self.known.max() - rest)
        at = int((self.known >= threshold).argmax())
        if not at:
            return float(self.times[0])
        low, high = self.known[at - 1 : at + 1]
        return float(self.times[at - 1] + (threshold - low) / (high - low) * (self.times[at] - self.times[at - 1]))

    def _half_width(self) -> float:
        at = int(self.known.argmax())
        row = self.generalisation[at] - self.chance
        kept = row >= row[at] / 2
        left = at - np.argmin(kept[at::-1]) if not kept[: at + 1].all() else -1
        right = at + np.argmin(kept[at:]) if not kept[at:].all() else len(row)
        return float((right - left - 1) * (self.times[1] - self.times[0]) / 2)


def decoded_time_course(counts: np.ndarray, times: Sequence[float] | np.ndarray, folds: int = 6) -> TimeCourse:
    """Decode from a population in every time bin.

    Args:
        counts: (positions, classes, trials, units, bins).
        times: (bins,), centres in ms from the onset.
        folds: of trials.
    """
    over_time = generalisation_over_time(counts, folds)
    return TimeCourse(
        np.asarray(times, dtype=float),
        np.diagonal(over_time).copy(),
        other_positions(counts),
        over_time,
        1 / len(counts[0]),
    )


def mean_time_course(time_courses: Sequence[TimeCourse]) -> TimeCourse:
    """The mean of several, over the same times."""
    return replace(
        time_courses[0],
        known=np.mean([time_course.known for time_course in time_courses], axis=0),
        other=np.mean([time_course.other for time_course in time_courses], axis=0),
        generalisation=np.mean([time_course.generalisation for time_course in time_courses], axis=0),
    )


def _folds(responses: np.ndarray, folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Training and test trials, all positions together; the same share of every condition in each fold."""
    trials = responses.shape[2]
    if not 2 <= folds <= trials:
        raise BenchmarkError(f"{folds} folds cannot be made of {trials} trials per condition")
    fold = np.arange(trials) * folds // trials
    return [
        (stacked_positions(responses[:, :, fold != k]), stacked_positions(responses[:, :, fold == k]))
        for k in range(folds)
    ]
