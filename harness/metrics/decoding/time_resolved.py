"""Time-resolved decoding and prediction: latency, temporal generalisation, lag profiles, and the contribution of
dynamics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.checks import AnyNumber, checked
from harness.errors import BenchmarkError
from harness.metrics.decoding.classification import classifier
from harness.metrics.regression import InnerSplits, delays, held_out_predictions, transform
from harness.metrics.statistics import Split


@dataclass(frozen=True)
class Generalisation:
    """Decoders of every time bin, tested in every time bin (King & Dehaene 2014).

    Attributes:
        correct: (training bins, test bins, samples), whether each sample was decoded by the decoder trained without its fold.
    """

    correct: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """(training bins, test bins): a square of high accuracy is a code that stays, a diagonal one that moves on."""
        return self.correct.mean(2)

    @property
    def time_course(self) -> np.ndarray:
        """(bins,), accuracy of decoders in the bin in which they were trained."""
        return np.diagonal(self.accuracy).copy()

    def duration(self, chance: float) -> np.ndarray:
        """(training bins,), mean accuracy above chance over test bins, relative to that in the training bin itself: 1 for a code
        that is there from beginning to end; NaN for a bin in which nothing is decoded."""
        above = self.accuracy - chance
        own = np.diagonal(above)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(own > 0, above.mean(1) / own, np.nan)


def temporal_generalisation(features: np.ndarray, labels: np.ndarray, splits: Sequence[Split]) -> Generalisation:
    """Decode labels from each time bin by logistic regression, and test every decoder in all bins.

    A sample is in the test set of a fold with all of its bins, so that neighbours in time never train what they test.

    Args:
        features: (n_samples, n_units, n_bins).
        labels: (n_samples,).
        splits: folds that test every sample once.
    """
    from threadpoolctl import threadpool_limits

    features, labels = np.asarray(features, dtype=np.float64), np.asarray(labels)
    if features.ndim != 3 or len(features) != len(labels):
        raise BenchmarkError(f"decoding over time needs ({len(labels)} samples, units, bins), not {features.shape}")
    bins = features.shape[2]
    correct = np.zeros((bins, bins, len(labels)), dtype=bool)
    with threadpool_limits(1):  # the matrices are small: threads would wait for each other most of the time
        for split in splits:
            tested = np.moveaxis(features[split.test], 2, 0).reshape(-1, features.shape[1])
            for b in range(bins):
                decoder = classifier().fit(features[split.train, :, b], labels[split.train])
                answers = decoder.predict(tested).reshape(bins, len(split.test))
                correct[b][:, split.test] = answers == labels[split.test]
    return Generalisation(correct)


@checked(BenchmarkError, pure=True)
def rise_latency(
    time_course: np.ndarray,
    times: np.ndarray,
    levels: Sequence[float] = (0.1, 0.5),
    baseline: tuple[AnyNumber, AnyNumber] = (-np.inf, 0.0),
    criterion: float = 3.0,
) -> np.ndarray:
    """Latencies at which a noisy time course (accuracy, correlation) reaches given parts of its rise from baseline to peak.

    The last time before the peak at which it passes the level upwards, interpolated between bins: noise before the rise cannot
    pass for an onset, as the first passage could.

    Args:
        time_course: (..., n_bins).
        times: (n_bins,), centres of the bins, ascending.
        baseline: [start, end), before anything can be decoded.
        criterion: a rise smaller than this many standard deviations of the baseline gives NaN.

    Returns:
        (..., n_levels), in the unit of `times`; NaN where the time course is above a level from the first bin on.

    Raises:
        BenchmarkError: if fewer than two bins lie in the baseline.
    """
    time_course, times = np.asarray(time_course, dtype=np.float64), np.asarray(times, dtype=np.float64)
    before = (times >= baseline[0]) & (times < baseline[1])
    if before.sum() < 2:
        raise BenchmarkError("a latency needs two bins or more before the onset, for the baseline that it rises from")
    rest, spread = time_course[..., before].mean(-1), time_course[..., before].std(-1)
    peak = time_course.max(-1)
    found = []
    for level in levels:
        threshold = rest + level * (peak - rest)
        passed = [_passage(row, times, at) for row, at in zip(_rows(time_course), threshold.ravel(), strict=True)]
        found.append(np.where(peak - rest > criterion * spread, np.reshape(passed, peak.shape), np.nan))
    return np.stack(found, axis=-1)


@dataclass(frozen=True)
class LagProfile:
    """How well responses are predicted at each lag of the model.

    Attributes:
        lags: (n_lags,), positive where the response comes after the model's.
        correlation: (n_lags, n_targets), of held-out samples.
    """

    lags: np.ndarray
    correlation: np.ndarray

    @property
    def peak(self) -> np.ndarray:
        """(n_targets,), the lag of the best prediction, at the vertex of the parabola through it and its neighbours."""
        return np.array([_vertex(self.lags, profile) for profile in self.correlation.T])

    @property
    def width(self) -> np.ndarray:
        """(n_targets,), full width at half of the peak; NaN if it does not fall to half on both sides, or is not above 0."""
        widths = []
        for profile in self.correlation.T:
            at = int(profile.argmax())
            left = _passage(profile[: at + 1], self.lags[: at + 1], profile[at] / 2)
            right = _passage(profile[at:][::-1], self.lags[at:][::-1], profile[at] / 2)
            widths.append(right - left)
        return np.array(widths)


@checked(BenchmarkError, pure=True)
def lag_profile(
    K: Any,
    Y: np.ndarray,
    lengths: Sequence[int],
    lags: Sequence[int],
    outer: Sequence[Split],
    inner: InnerSplits,
    step: float = 1.0,
) -> LagProfile:
    """Predict responses from the model's features a fixed lag earlier, lag by lag, on the same samples for all of them.

    Samples that any lag reaches from beyond the border of their run are left out everywhere. Lags of the wrong sign are the
    control.

    Args:
        K: (n_samples, n_samples) Gram matrix of the features, runs one after the other.
        Y: (n_samples, n_targets).
        lengths: samples of each run.
        lags: in samples, ascending.
        outer, inner: as of `held_out_predictions`.
        step: of the samples, in the unit that the lags shall be reported in.
    """
    first, last = max(max(lags), 0), -min(min(lags), 0)
    inside = np.concatenate([(np.arange(n) >= first) & (np.arange(n) < n - last) for n in lengths])
    kept = [Split(split.train[inside[split.train]], split.test[inside[split.test]]) for split in outer]
    if any(not len(side) for split in kept for side in (split.train, split.test)):
        raise BenchmarkError(f"runs of {min(lengths)} samples are too short for lags from {min(lags)} to {max(lags)}")
    lagged = (transform(K, operator) for operator in delays(lengths, lags))
    profile = [held_out_predictions(K_lag, Y, kept, inner).correlation(Y) for K_lag in lagged]
    return LagProfile(np.asarray(lags) * step, np.array(profile))


@dataclass(frozen=True)
class DynamicGain:
    """Variance explained by a model's responses to moving stimuli, and to the same stimuli frozen or with shuffled frames.

    Attributes:
        dynamic, static: (n_targets,), R2 of held-out samples.
    """

    dynamic: np.ndarray
    static: np.ndarray

    @property
    def gain(self) -> np.ndarray:
        """(n_targets,), the difference, of any sign."""
        return self.dynamic - self.static


def dynamic_gain(
    K_dynamic: Any, K_static: Any, Y: np.ndarray, outer: Sequence[Split], inner: InnerSplits
) -> DynamicGain:
    """Gain of a model's dynamics, on the same folds. What is explained by the dynamic features only, and not merely better, is
    `partition_variance({"dynamic": K_dynamic, "static": K_static}, ...).unique[0]`.

    Args:
        K_dynamic, K_static: Gram matrices of the model's features of the stimuli as they were, and of static versions of them.
        Y: (n_samples, n_targets).
        outer, inner: as of `held_out_predictions`.
    """
    explained = [held_out_predictions(K, Y, outer, inner).r_squared(Y) for K in (K_dynamic, K_static)]
    return DynamicGain(*explained)


def _rows(time_course: np.ndarray) -> np.ndarray:
    return time_course.reshape(-1, time_course.shape[-1])


def _passage(values: np.ndarray, times: np.ndarray, level: float) -> float:
    """The last time before the largest value at which `values` passes `level` upwards; NaN if it always or never lay below."""
    until = values[: int(values.argmax()) + 1]
    below = np.flatnonzero(until < level)
    if not len(below) or len(below) == len(until):
        return float("nan")
    i = below[-1]
    return float(times[i] + (level - values[i]) / (values[i + 1] - values[i]) * (times[i + 1] - times[i]))


def _vertex(lags: np.ndarray, profile: np.ndarray) -> float:
    at = int(profile.argmax())
    if not np.isfinite(profile[at]):
        return float("nan")
    if not 0 < at < len(profile) - 1:
        return float(lags[at])
    before, here, after = profile[at - 1 : at + 2]
    curvature = before - 2 * here + after
    return float(lags[at] + (lags[at + 1] - lags[at]) * (before - after) / (2 * curvature))
