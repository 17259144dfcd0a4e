"""Single choices compared with participants: error consistency, shape bias, accuracy by condition, response times."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import pearson


def error_consistency(correct: np.ndarray, other: np.ndarray) -> float:
    """Error consistency, Cohen's kappa of correctness: agreement beyond that of independent observers of the same accuracies
    (Geirhos et al. 2020).

    kappa = (o - e) / (1 - e), e = p q + (1 - p)(1 - q). 1 for the same errors, 0 for independent ones, negative for opposite
    ones; NaN where both are always right, or always wrong, because such observers cannot but agree.

    Args:
        correct, other: (n_trials,), whether each of two observers was right on the same trials.
    """
    correct, other = np.asarray(correct, dtype=bool), np.asarray(other, dtype=bool)
    if correct.shape != other.shape or not correct.size:
        raise BenchmarkError(f"two observers are compared on the same trials, not on {correct.shape} and {other.shape}")
    p, q = correct.mean(), other.mean()
    expected = p * q + (1 - p) * (1 - q)
    if expected == 1:
        return float("nan")
    return float(((correct == other).mean() - expected) / (1 - expected))


@checked(BenchmarkError, pure=True)
def error_consistencies(correct: np.ndarray, others: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """Of one observer with each of several, condition by condition: (n_conditions, n_others), conditions in order.

    Their plain mean is the score of Geirhos et al. (2021).

    Args:
        correct: (n_trials,), of bool.
        others: (n_others, n_trials).
        conditions: (n_trials,).
    """
    parts = [np.asarray(conditions) == condition for condition in np.unique(conditions)]
    return np.array([[error_consistency(correct[part], other[part]) for other in others] for part in parts])


def error_consistency_among(observers: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """Of every two observers, condition by condition: (n_conditions, n_pairs); the mean is the ceiling by participants.

    Args:
        observers: (n_observers, n_trials), of bool.
        conditions: (n_trials,).
    """
    if len(observers) < 2:
        raise BenchmarkError("error consistency between participants needs two of them or more")
    parts = [np.asarray(conditions) == condition for condition in np.unique(conditions)]
    return np.array(
        [[error_consistency(a[part], b[part]) for a, b in combinations(np.asarray(observers), 2)] for part in parts]
    )


@dataclass(frozen=True)
class ShapeBias:
    """Shape bias: which cue decides where shape and texture disagree (Geirhos et al. 2019).

    Attributes:
        bias: shape choices among those of either cue; NaN if there is none.
        cue_accuracy: share of trials on which either cue was chosen; a bias says little where this is low.
        shapes: names of the shapes, in order.
        by_shape: (n_shapes,), the bias among images of each shape; NaN if no cue was ever chosen.
        balanced: the bias from rates instead of counts: the share of images of each shape, and of each texture, on which it was
            named, each summed over categories. The same as `bias` where every category is shape and texture equally often;
            elsewhere it is 0.5, and `bias` is not, for one who always gives the same answer. NaN as `bias`.
    """

    bias: float
    cue_accuracy: float
    shapes: list[object]
    by_shape: np.ndarray
    balanced: float


@checked(BenchmarkError, pure=True)
def shape_bias(choices: np.ndarray, shapes: np.ndarray, textures: np.ndarray) -> ShapeBias:
    """Shape bias of choices (n_trials,) for images of a shape and a texture; those where the two are the same are left out."""
    choices, shapes, textures = (np.asarray(values) for values in (choices, shapes, textures))
    conflict = shapes != textures
    if not conflict.any():
        raise BenchmarkError("shape and texture agree in every image, so nothing can tell which of them decides")
    by_shape, by_texture, shapes = choices == shapes, choices == textures, shapes[conflict]
    by_shape, by_texture = by_shape[conflict], by_texture[conflict]
    names = np.unique(shapes)
    return ShapeBias(
        _share(by_shape, by_texture),
        float((by_shape | by_texture).mean()),
        names.tolist(),
        np.array([_share(by_shape[shapes == name], by_texture[shapes == name]) for name in names]),
        _share(_rates(by_shape, shapes), _rates(by_texture, textures[conflict])),
    )


def confusion_matrix(truth: np.ndarray, choices: np.ndarray, labels: Sequence[object]) -> np.ndarray:
    """(n_labels, n_labels), how often each label (row) was answered with each (column), as shares of its trials.

    Answers outside `labels` ("na") count as trials and stand in no column; a row of NaN is a label that was never shown.
    """
    truth, choices, names = np.asarray(truth), np.asarray(choices), np.asarray(labels)
    counts = np.array([[((truth == shown) & (choices == chosen)).sum() for chosen in names] for shown in names])
    with np.errstate(invalid="ignore"):
        return counts / np.array([[(truth == shown).sum()] for shown in names])


@dataclass(frozen=True)
class ByCondition:
    """Accuracy against a condition, conditions in order.

    Attributes:
        conditions: (n,).
        accuracy: (n,), share of correct trials.
        error: (n,), binomial standard error, by Agresti and Coull's adjustment, so that it is never 0.
        trials: (n,).
    """

    conditions: np.ndarray
    accuracy: np.ndarray
    error: np.ndarray
    trials: np.ndarray


@checked(BenchmarkError, pure=True)
def accuracy_by_condition(correct: np.ndarray, conditions: np.ndarray) -> ByCondition:
    """Accuracy of trials (n_trials,) within each condition (duration, contrast, noise, occlusion)."""
    names, condition, trials = np.unique(np.asarray(conditions), return_inverse=True, return_counts=True)
    right = np.bincount(condition, np.asarray(correct, dtype=float), len(names))
    adjusted = (right + 2) / (trials + 4)
    return ByCondition(names, right / trials, np.sqrt(adjusted * (1 - adjusted) / (trials + 4)), trials)


@checked(BenchmarkError, pure=True)
def decision_times(certainty: np.ndarray, times: np.ndarray, threshold: float) -> np.ndarray:
    """Decision times: when a model's certainty first reaches a threshold (Spoerer et al. 2020; Kar et al. 2019).

    Args:
        certainty: (n_stimuli, n_times), rising with certainty: the largest class probability, or the negative entropy.
        times: (n_times,), ascending.
        threshold: of certainty.

    Returns:
        (n_stimuli,), linearly interpolated between moments, in the unit of `times`; infinite where the threshold is never reached.
    """
    certainty, times = np.asarray(certainty, dtype=np.float64), np.asarray(times, dtype=np.float64)
    reached = certainty >= threshold
    at = reached.argmax(1)
    rows, before = np.arange(len(certainty)), (at - 1).clip(0)
    low, high = certainty[rows, before], certainty[rows, at]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(high > low, (threshold - low) / (high - low), 1.0)
    crossing = times[before] + share * (times[at] - times[before])
    return np.where(reached.any(1), np.where(at > 0, crossing, times[0]), np.inf)


@checked(BenchmarkError, pure=True)
def response_time_agreement(model: np.ndarray, human: np.ndarray) -> float:
    """Rank correlation over stimuli of a model's decision times with participants' mean response times.

    A stimulus on which the model never decides (infinite) ranks last, with the others of its kind. 0 for a model that takes
    the same time for all stimuli, as a static one does: it says nothing about participants'.

    Args:
        model, human: (n_stimuli,).

    Raises:
        BenchmarkError: if a human response time is missing, or all are the same.
    """
    from scipy.stats import rankdata

    human = np.asarray(human, dtype=np.float64)
    if not np.isfinite(human).all() or np.ptp(human) == 0:
        raise BenchmarkError("response times of participants must be there for every stimulus, and must differ")
    r = float(pearson(rankdata(model), rankdata(human)))
    return r if np.isfinite(r) else 0.0


@checked(BenchmarkError, pure=True)
def choose_threshold(certainty: np.ndarray, times: np.ndarray, human: np.ndarray, candidates: np.ndarray) -> float:
    """The threshold with the best `response_time_agreement`; to be chosen on stimuli other than those that are scored.

    Args:
        certainty: (n_stimuli, n_times).
        candidates: thresholds; the first of the best is taken.
    """
    agreement = [response_time_agreement(decision_times(certainty, times, value), human) for value in candidates]
    return float(np.asarray(candidates)[int(np.argmax(agreement))])


def _rates(named: np.ndarray, categories: np.ndarray) -> np.ndarray:
    """Share of the images of each category on which it was named."""
    return np.array([named[categories == name].mean() for name in np.unique(categories)])


def _share(first: np.ndarray, second: np.ndarray) -> float:
    either = first.sum() + second.sum()
    return float(first.sum() / either) if either else float("nan")
