"""Brain-Score's own protocol on arrays: the numbers of its metrics (vision 2.4.2), for comparison with its leaderboard.

Where this project does otherwise (penalties for every target, ceilings by the square root of reliability, splits that keep groups
together) the other modules of this package say why. Everywhere: X (n_samples, n_features), Y (n_samples, n_targets); X and Y
may have a third axis of time bins where that is said.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.behaviour import Signature, agreement, error_consistencies
from harness.metrics.regression import BestUnit, Regression, partial_least_squares
from harness.metrics.similarity import correlation_distances, pairs, spearman
from harness.metrics.statistics import Split, pearson, spearman_brown

SPLITS, TRAIN_SIZE, SEED = 10, 0.9, 1
ALPHAS = np.concatenate(
    [[0.01, 0.1, 0.5, 1], np.arange(10, 100, 22.5), *(10**k * np.arange(1, 10, 0.5) for k in range(2, 7)), [1e7]]
)
"""The 99 penalties of `ridgecv`."""


@dataclass(frozen=True)
class Aggregate:
    """A score as Brain-Score reports it: mean over splits of the median over targets, and the standard deviation of that over
    splits divided by the square root of their number (which is not a standard error, because the splits overlap)."""

    value: float
    error: float


def regression(name: str) -> Regression:
    """`pls`, `ridge` (penalty 1), `ridgecv` (one penalty for all targets, by leave-one-out), `linear` or `neuron_to_neuron`."""
    from sklearn.linear_model import LinearRegression, Ridge, RidgeCV

    made: dict[str, Callable[[], Any]] = {
        "pls": partial_least_squares,
        "ridge": lambda: Ridge(alpha=1),
        "ridgecv": lambda: RidgeCV(alphas=ALPHAS),
        "linear": LinearRegression,
        "neuron_to_neuron": BestUnit,
    }
    if name not in made:
        raise BenchmarkError(f"Brain-Score has no regression '{name}'; it has {', '.join(made)}")
    return made[name]()


def shuffle_splits(
    labels: Sequence[object] | np.ndarray, train_size: float = TRAIN_SIZE, test_size: float | None = None
) -> list[Split]:
    """Ten random divisions into training and test stimuli, stratified by label; stimuli in the order of their identifiers."""
    from sklearn.model_selection import StratifiedShuffleSplit

    splitter = StratifiedShuffleSplit(SPLITS, train_size=train_size, test_size=test_size, random_state=SEED)
    return [
        Split(np.sort(train), np.sort(test))
        for train, test in splitter.split(np.zeros(len(labels)), np.asarray(labels))
    ]


def predictivity(X: np.ndarray, Y: np.ndarray, name: str, splits: Sequence[Split]) -> np.ndarray:
    """Pearson's r between prediction and response to the test stimuli.

    Args:
        X, Y: with a third axis of time bins the weights are shared over bins, and r is of each bin.

    Returns:
        (n_splits, n_targets), or (n_splits, n_bins, n_targets).
    """
    return np.array([_correlation(X, Y, name, split) for split in splits])


def aggregate(raw: np.ndarray) -> Aggregate:
    """From (n_splits, n_targets), or from one value per split."""
    per_split = np.median(raw, axis=1) if raw.ndim == 2 else raw
    return Aggregate(float(per_split.mean()), float(per_split.std() / np.sqrt(len(per_split))))


def internal_consistency(responses: np.ndarray) -> np.ndarray:
    """Correlation of the means over two random halves of the repeats, stepped up by the Spearman-Brown formula.

    Args:
        responses: (n_repeats, n_stimuli, n_targets).

    Returns:
        (n_splits, n_targets).
    """
    from sklearn.model_selection import ShuffleSplit

    halves = ShuffleSplit(SPLITS, train_size=0.5, random_state=SEED).split(responses)
    return np.array([spearman_brown(pearson(responses[a].mean(0), responses[b].mean(0))) for a, b in halves])


def explained_variance(r: float, ceiling: float) -> float:
    """r^2 / ceiling, the normalisation of neural benchmarks; the ceiling is a reliability, not its square root."""
    return r**2 / ceiling


def ceiled(score: float, ceiling: float) -> float:
    """score / ceiling, the normalisation of all others."""
    return score / ceiling


def rdm_similarity(X: np.ndarray, Y: np.ndarray) -> float:
    """Spearman's correlation of the matrices of correlation distances."""
    return spearman(pairs(correlation_distances(X)), pairs(correlation_distances(Y)))


def rdm_similarities(X: np.ndarray, Y: np.ndarray, labels: Sequence[object] | np.ndarray) -> np.ndarray:
    """(n_splits,), `rdm_similarity` of 90 % of the stimuli each."""
    return np.array([rdm_similarity(X[split.test], Y[split.test]) for split in shuffle_splits(labels, 0.1, 0.9)])


def signature_agreement(
    signature: Signature,
    model: np.ndarray,
    rates: Callable[[np.ndarray], np.ndarray],
    n_trials: int,
    objects: np.ndarray,
    repetitions: int = 2,
) -> tuple[np.ndarray, np.ndarray]:
    """Agreement of a model with the first of two random halves of the human trials, and that of the halves with each other, which
    is the ceiling, without a Spearman-Brown correction.

    Args:
        model: (n_images, n_objects), see `signatures.pairwise`.
        rates: from positions of trials to the same of participants.

    Returns:
        Two arrays (repetitions,).
    """
    agreements, ceilings = [], []
    for halves in halvings(n_trials, repetitions):
        first, second = (signature(rates(half), objects) for half in halves)
        agreements.append(agreement(signature(model, objects), first))
        ceilings.append(agreement(first, second))
    return np.array(agreements), np.array(ceilings)


def halvings(n_trials: int, repetitions: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions of the trials of two random halves, several times."""
    random = np.random.RandomState(0)
    orders = [random.permutation(n_trials) for _ in range(repetitions)]
    return [(order[: n_trials // 2], order[n_trials // 2 :]) for order in orders]


def error_consistency(correct: np.ndarray, others: np.ndarray, conditions: np.ndarray) -> float:
    """The absolute value of the mean kappa: an observer whose errors are opposite to participants' scores as one who shares
    them."""
    return float(abs(error_consistencies(correct, others, conditions).mean()))


def _correlation(X: np.ndarray, Y: np.ndarray, name: str, split: Split) -> np.ndarray:
    fitted = regression(name).fit(_samples(X[split.train]), _samples(Y[split.train]))
    predicted = fitted.predict(_samples(X[split.test]))
    if Y.ndim == 2:
        return pearson(predicted, Y[split.test])
    return pearson(predicted.reshape(len(split.test), -1, Y.shape[1]), np.moveaxis(Y[split.test], 2, 1))


def _samples(values: np.ndarray) -> np.ndarray:
    """(n, units, bins) -> (n * bins, units)."""
    return values if values.ndim == 2 else np.moveaxis(values, 2, 1).reshape(-1, values.shape[1])
