"""Cross-validated linear classification of responses, without leakage from the test samples."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.identity import digest
from harness.metrics.regression import halves_of
from harness.metrics.statistics import Split, groups_of, pearson

PENALTY = 0.1  # scikit-learn's C: the inverse of the ridge penalty on the weights of standardised features


@checked(BenchmarkError, pure=True)
def stratified_folds(labels: Sequence[object] | np.ndarray, folds: Count, seed: Seed = 0) -> list[Split]:
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


def grouped_folds(
    labels: Sequence[object] | np.ndarray, groups: Sequence[object] | np.ndarray, folds: Count, seed: Seed = 0
) -> list[Split]:
    """Random folds that keep each group on one side and every label in about its share; every sample is tested once.

    Raises:
        BenchmarkError: if there are fewer groups than folds, or a fold would be trained without one of the labels.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    labels, groups = np.asarray(labels), np.asarray(groups)
    if len(np.unique(groups)) < folds:
        raise BenchmarkError(f"{folds} folds cannot be made of {len(np.unique(groups))} groups; use fewer folds")
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of labels with fewer samples than folds, which are refused below
        splits = [Split(train, test) for train, test in splitter.split(labels, labels, groups)]
    for split in splits:
        if missing := sorted(set(labels.tolist()) - set(labels[split.train].tolist())):
            raise BenchmarkError(f"'{missing[0]}' lies in too few groups to be in every training set; it needs more")
    return splits


@checked(BenchmarkError, pure=True)
def label_folds(
    labels: Sequence[object] | np.ndarray, groups: Sequence[object] | np.ndarray | None, folds: Count, seed: Seed = 0
) -> list[Split]:
    """`grouped_folds`, or `stratified_folds` where there are no groups."""
    return stratified_folds(labels, folds, seed) if groups is None else grouped_folds(labels, groups, folds, seed)


@checked(BenchmarkError, pure=True)
def calibration_error(confidence: np.ndarray, correct: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error (Guo et al. 2017, ICML, equation 3): the mean distance, over samples, between the accuracy and the
    confidence of their bin.

    Args:
        confidence: (samples,), the probability that the answer was given, in [0, 1].
        correct: (samples,), boolean.
        bins: of equal width.
    """
    bin_of = np.minimum((np.asarray(confidence) * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, np.asarray(correct, dtype=float) - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(bin_of))


@checked(BenchmarkError, pure=True)
def answers(features: np.ndarray, labels: np.ndarray, splits: Sequence[Split]) -> tuple[np.ndarray, np.ndarray]:
    """Each sample's most probable label and its probability, (samples,) both, by the decoder that was trained without its fold."""
    features = np.asarray(features, dtype=float)
    predicted, confidence = np.empty_like(labels), np.zeros(len(labels))
    for split in splits:
        fitted = classifier().fit(features[split.train], labels[split.train])
        probabilities = fitted.predict_proba(features[split.test])
        predicted[split.test] = fitted.classes_[probabilities.argmax(1)]
        confidence[split.test] = probabilities.max(1)
    return predicted, confidence


@checked(BenchmarkError, pure=True)
def learning_curve(
    features: np.ndarray,
    labels: np.ndarray,
    splits: Sequence[Split],
    shares: Sequence[float] = (0.125, 0.25, 0.5, 1.0),
    groups: Sequence[object] | np.ndarray | None = None,
    seed: Seed = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy against the number of training samples.

    Args:
        features: (samples, units).
        shares: of the training groups (samples, if there are no groups) of every fold, at random; each contains the smaller ones.

    Returns:
        Mean number of training samples and accuracy, (shares,) both; accuracy is not a number where a share held one label only.
    """
    features = np.asarray(features, dtype=float)
    groups = groups_of(len(labels), groups)
    sizes, accuracy = [], []
    for share in shares:
        correct, numbers = [], []
        for fold, split in enumerate(splits):
            order = np.random.default_rng([seed, fold]).permutation(np.unique(groups[split.train]))
            kept = order[: max(1, round(share * len(order)))]
            train = split.train[np.isin(groups[split.train], kept)]
            numbers.append(len(train))
            if len(np.unique(labels[train])) > 1:
                correct.append(predict(features, labels, Split(train, split.test)) == labels[split.test])
        sizes.append(float(np.mean(numbers)))
        accuracy.append(float(np.concatenate(correct).mean()) if len(correct) == len(splits) else float("nan"))
    return np.array(sizes), np.array(accuracy)


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


@checked(BenchmarkError, pure=True)
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
        trained: (samples,), how far it would change with other training samples: one standard deviation, with a random sign, as two
            halves of them tell. At chance it is as much as what other test samples would change.
    """

    correct: np.ndarray
    selected: np.ndarray
    choices: np.ndarray
    splits: list[Split]
    trained: np.ndarray


@checked(BenchmarkError, pure=True)
def decode(
    sets: Sequence[np.ndarray],
    labels: Sequence[object] | np.ndarray,
    folds: Count = 5,
    inner_folds: Count = 3,
    seed: Seed = 0,
    groups: Sequence[object] | np.ndarray | None = None,
) -> Decoding:
    """Decode labels from every set of features, and choose among the sets by training samples alone.

    In each outer fold every set is scored by cross-validation within the training samples (the first of the best is chosen), and
    the chosen set's decoder, trained on all of them, is tested on the rest. Equal sets are computed once.

    Args:
        sets: arrays (samples, units).
        labels: (samples,).
        groups: (samples,), what is never split between training and test, within the training samples too: clips of one video, say.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # the matrices are small: threads would wait for each other most of the time
        together = None if groups is None else np.asarray(groups)
        return _decode(sets, np.asarray(labels), folds, inner_folds, seed, together)


def _decode(
    sets: Sequence[np.ndarray],
    labels: np.ndarray,
    folds: Count,
    inner_folds: Count,
    seed: Seed,
    groups: np.ndarray | None,
) -> Decoding:
    def deal(rows: np.ndarray, number: int) -> list[Split]:
        return label_folds(labels[rows], None if groups is None else groups[rows], number, seed)

    unique, index = unique_sets(sets)
    splits = deal(np.arange(len(labels)), folds)
    correct = np.array([predictions(features, labels, splits) == labels for features in unique])
    selected, choices, trained = np.zeros(len(labels), dtype=bool), [], np.zeros(len(labels))
    for split in splits:
        within = deal(split.train, inner_folds)
        inner = [_accuracy(features[split.train], labels[split.train], within) for features in unique]
        best = int(np.argmax(np.asarray(inner)[index]))
        choices.append(best)
        selected[split.test] = correct[index[best], split.test]
        trained[split.test] = _by_training(unique[index[best]], labels, split, within)
    return Decoding(correct[index], selected, np.array(choices), splits, trained)


def _by_training(features: np.ndarray, labels: np.ndarray, split: Split, within: Sequence[Split]) -> np.ndarray:
    """(test samples,), difference of being right by two halves of the training samples, scaled to what all of them leave open."""
    halves = [split.train[half] for half in halves_of(within)]
    if any(len(np.unique(labels[half])) < 2 for half in halves):
        return np.zeros(len(split.test))
    right = [predict(features, labels, Split(half, split.test)) == labels[split.test] for half in halves]
    first, second = (values.astype(float) for values in right)
    alike = max(0.0, float(np.nan_to_num(pearson(first, second))))
    return np.asarray((first - second) / np.sqrt(2 + 2 * alike))


def _accuracy(features: np.ndarray, labels: np.ndarray, splits: Sequence[Split]) -> float:
    return float((predictions(features, labels, splits) == labels).mean())


def unique_sets(sets: Sequence[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
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
