"""What can be read from responses by a linear classifier, without ever looking at what it is tested on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.resampling import Split
from harness.store.digests import digest

PENALTY = 0.1  # scikit-learn's C: the inverse of the ridge penalty on the weights of standardised features


def stratified_folds(labels: Sequence[object] | np.ndarray, folds: int, seed: int = 0) -> list[Split]:
    """Random folds with every label in its share; every sample is tested once.

    Raises:
        BenchmarkError: if a label has fewer samples than there are folds.
    """
    from sklearn.model_selection import StratifiedKFold

    labels = np.asarray(labels)
    names, counts = np.unique(labels, return_counts=True)
    if counts.min() < folds or len(names) < 2:
        raise BenchmarkError(
            f"{folds} stratified folds need two labels or more with {folds} samples each; "
            f"the rarest of {len(names)} has {counts.min()}"
        )
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    return [Split(train, test) for train, test in splitter.split(labels, labels)]


def classifier() -> Any:
    """Multinomial logistic regression on features standardised by the training samples (scikit-learn)."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=1000))


def predict(features: np.ndarray, labels: np.ndarray, split: Split) -> np.ndarray:
    """Labels of the test samples by multinomial logistic regression on the training samples.

    Features are standardised by training samples; those that do not vary among them are left at zero.

    Args:
        features: (samples, units).
        labels: (samples,).

    Returns:
        (test samples,)
    """
    features = np.asarray(features, dtype=float)
    return classifier().fit(features[split.train], labels[split.train]).predict(features[split.test])


def predictions(features: np.ndarray, labels: np.ndarray, splits: Sequence[Split]) -> np.ndarray:
    """(samples,), each sample's label as predicted by the decoder that was trained without its fold."""
    predicted = np.empty_like(labels)
    for split in splits:
        predicted[split.test] = predict(features, labels, split)
    return predicted


@dataclass(frozen=True)
class Decoding:
    """Cross-validated decoding from several sets of features (layers, time bins) of the same samples.

    Attributes:
        correct: (sets, samples), whether each sample was decoded from each set.
        selected: (samples,), whether it was decoded from the set that its fold's training samples chose.
        choices: (folds,), the position of the set that each fold chose.
        splits: the folds.
    """

    correct: np.ndarray
    selected: np.ndarray
    choices: np.ndarray
    splits: list[Split]


def decode(
    sets: Sequence[np.ndarray],
    labels: Sequence[object] | np.ndarray,
    folds: int = 5,
    inner_folds: int = 3,
    seed: int = 0,
) -> Decoding:
    """Decode labels from every set of features, and choose among the sets by training samples alone.

    In each outer fold every set is scored by cross-validation within the training samples (the first of the best is chosen), and
    the chosen set's decoder, trained on all of them, is tested on the rest. Equal sets are computed once.

    Args:
        sets: arrays (samples, units).
        labels: (samples,).
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the matrices are small: threads would wait for each other most of the time
        return _decode(sets, np.asarray(labels), folds, inner_folds, seed)


def _decode(sets: Sequence[np.ndarray], labels: np.ndarray, folds: int, inner_folds: int, seed: int) -> Decoding:
    unique, index = _unique(sets)
    splits = stratified_folds(labels, folds, seed)
    correct = np.array([predictions(features, labels, splits) == labels for features in unique])
    selected, choices = np.zeros(len(labels), dtype=bool), []
    for split in splits:
        within = stratified_folds(labels[split.train], inner_folds, seed)
        inner = [_accuracy(features[split.train], labels[split.train], within) for features in unique]
        best = int(np.argmax(np.asarray(inner)[index]))
        choices.append(best)
        selected[split.test] = correct[index[best], split.test]
    return Decoding(correct[index], selected, np.array(choices), splits)


def _accuracy(features: np.ndarray, labels: np.ndarray, splits: Sequence[Split]) -> float:
    return float((predictions(features, labels, splits) == labels).mean())


def _unique(sets: Sequence[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """The different sets, and for each set its position among them."""
    position: dict[str, int] = {}
    unique: list[np.ndarray] = []
    index: list[int] = []
    for features in sets:
        content = digest(np.ascontiguousarray(features))
        if content not in position:
            position[content] = len(unique)
            unique.append(features)
        index.append(position[content])
    return unique, np.array(index)
