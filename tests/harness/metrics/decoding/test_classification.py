"""Decoding: finds what is there, and nothing in noise, however many sets it may choose from."""

import numpy as np
import pytest

from harness.errors import BenchmarkError
from harness.metrics.decoding.classification import (
    PENALTY,
    answers,
    calibration_error,
    decode,
    grouped_folds,
    learning_curve,
    predictions,
    stratified_folds,
)

LABELS = np.repeat([f"class {k}" for k in range(5)], 40)


def features(signal, units=20, seed=0):
    random = np.random.default_rng(seed)
    centres = random.standard_normal((5, units))
    return signal * centres[np.repeat(np.arange(5), 40)] + random.standard_normal((200, units))


def test_folds_are_stratified_and_test_every_sample_once():
    folds = stratified_folds(LABELS, 5)
    assert sorted(np.concatenate([fold.test for fold in folds])) == list(range(200))
    for fold in folds:
        assert set(np.unique(LABELS[fold.test], return_counts=True)[1]) == {8}
        assert not set(fold.train) & set(fold.test)
    assert not np.array_equal(folds[0].test, stratified_folds(LABELS, 5, seed=1)[0].test)
    with pytest.raises(BenchmarkError, match="rarest"):
        stratified_folds(LABELS[::30], 5)


def test_predictions_are_those_of_scikit_learn():
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import PredefinedSplit, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, splits = features(0.5), stratified_folds(LABELS, 4)
    fold = np.empty(200, dtype=int)
    for number, split in enumerate(splits):
        fold[split.test] = number
    peer = make_pipeline(StandardScaler(), LogisticRegression(C=PENALTY, max_iter=1000))
    assert (predictions(x, LABELS, splits) == cross_val_predict(peer, x, LABELS, cv=PredefinedSplit(fold))).all()


def test_the_informative_set_is_chosen():
    decoding = decode([features(0), features(1.5), features(0, seed=2)], LABELS)
    assert (decoding.choices == 1).all()
    assert (decoding.selected == decoding.correct[1]).all() and decoding.selected.mean() > 0.95
    assert decoding.correct[0].mean() < 0.35


def test_choosing_among_noise_finds_nothing():
    """The best of many sets of noise beats guessing on the samples it was chosen by, and must not on the others."""
    sets = [features(0, units=5, seed=seed) for seed in range(12)]
    decodings = [
        decode(sets, np.random.default_rng(seed).permutation(LABELS), folds=4, inner_folds=2) for seed in range(3)
    ]
    selected = np.concatenate([decoding.selected for decoding in decodings])
    assert abs(selected.mean() - 0.2) < 2.5 * np.sqrt(0.2 * 0.8 / 600)
    assert np.mean([d.correct.mean(1).max() for d in decodings]) > 0.22


def test_equal_sets_are_computed_once(monkeypatch):
    from harness.metrics.decoding import classification as module

    calls = []
    real = module.predict
    monkeypatch.setattr(module, "predict", lambda *a: calls.append(1) or real(*a))
    x = features(1)
    result = decode([x, x.copy(), x], LABELS, folds=4, inner_folds=2)
    assert len(calls) == 4 + 4 * 2 + 4 * 2  # outer, inner, by halves of the training samples
    assert (result.correct[0] == result.correct[2]).all() and (result.choices == 0).all()


def test_features_without_variance_are_guessed_from():
    decoding = decode([np.ones((200, 3))], LABELS, folds=4, inner_folds=2)
    assert decoding.selected.mean() == pytest.approx(0.2)


def test_scaling_does_not_see_test_samples():
    """An outlier among the test samples changes its own prediction only."""
    x = features(0.7)
    splits = stratified_folds(LABELS, 5)
    before = predictions(x, LABELS, splits)
    row = splits[0].test[0]
    x[row] = 1e9
    after = predictions(x, LABELS, splits[:1])[splits[0].test]
    assert (after[1:] == before[splits[0].test][1:]).all()


def test_calibration_error_by_hand():
    """Two answers at 0.9 of which one is right, two at 0.55 of which both are: (2 * 0.4 + 2 * 0.45) / 4."""
    assert calibration_error(np.array([0.9, 0.9, 0.55, 0.55]), np.array([1, 0, 1, 1])) == pytest.approx(0.425)
    assert calibration_error(np.array([1.0, 1.0]), np.array([True, True])) == 0


def test_groups_stay_on_one_side_within_the_training_samples_too():
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(12), 5)
    labels = np.array(["a", "b"])[groups % 2]
    for split in grouped_folds(labels, groups, 3):
        assert not set(groups[split.train]) & set(groups[split.test])
    features = np.eye(12)[groups] + 0.01 * random.normal(size=(60, 12))  # a group tells its label, but not another's
    assert decode([features], labels).selected.mean() == 1
    assert decode([features], labels, folds=3, inner_folds=2, groups=groups).selected.mean() < 0.8


def test_too_few_groups_are_refused():
    with pytest.raises(BenchmarkError, match="2 groups"):
        grouped_folds(["a", "b"] * 4, [0, 1] * 4, 3)
    with pytest.raises(BenchmarkError, match="too few groups"):
        grouped_folds(["a", "a", "a", "b"], [0, 1, 2, 3], 2)


def test_more_samples_are_learnt_from_better():
    random = np.random.default_rng(0)
    labels = np.repeat(["a", "b"], 100)
    features = random.normal(size=(200, 60)) + 0.3 * (labels == "a")[:, None]
    splits = stratified_folds(labels, 5)
    numbers, accuracy = learning_curve(features, labels, splits)
    assert numbers.tolist() == [20, 40, 80, 160] and accuracy[-1] > accuracy[0] + 0.03
    assert accuracy[-1] == pytest.approx((predictions(features, labels, splits) == labels).mean())
    assert np.array_equal(answers(features, labels, splits)[0], predictions(features, labels, splits))
