import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score
from sklearn.metrics import confusion_matrix as sklearn_confusion

from harness.errors import BenchmarkError
from harness.metrics.behaviour.single_choices import (
    accuracy_by_condition,
    choose_threshold,
    confusion_matrix,
    decision_times,
    error_consistencies,
    error_consistency,
    error_consistency_among,
    response_time_agreement,
    shape_bias,
)


def test_error_consistency_is_cohens_kappa():
    random = np.random.default_rng(0)
    a, b = random.random((2, 200)) < 0.7
    assert error_consistency(a, b) == pytest.approx(cohen_kappa_score(a, b))
    assert error_consistency(a, a) == 1 and error_consistency(a, ~a) < 0
    assert np.isnan(error_consistency(np.ones(5), np.ones(5)))
    with pytest.raises(BenchmarkError, match="same trials"):
        error_consistency(a, b[:3])


def test_independent_errors_are_consistent_by_chance_and_shared_ones_by_more():
    random = np.random.default_rng(0)
    hard = random.random(4000) < 0.5
    observers = random.random((4, 4000)) < np.where(hard, 0.5, 0.95)
    conditions = np.repeat([0, 1], 2000)
    assert abs(error_consistencies(random.random(4000) < 0.7, observers, conditions).mean()) < 0.03
    among = error_consistency_among(observers, conditions)
    assert among.shape == (2, 6) and among.min() > 0.15
    assert error_consistencies(observers[0], observers[1:], conditions).mean() == pytest.approx(among.mean(), abs=0.05)


def test_shape_bias_counts_decisions_for_either_cue_where_they_disagree():
    shapes = np.array(["cat", "cat", "dog", "dog", "cat"])
    textures = np.array(["dog", "dog", "cat", "car", "cat"])
    bias = shape_bias(np.array(["cat", "dog", "dog", "cat", "cat"]), shapes, textures)
    assert bias.bias == pytest.approx(2 / 3) and bias.cue_accuracy == 0.75
    assert bias.shapes == ["cat", "dog"] and bias.by_shape.tolist() == [0.5, 1]
    with pytest.raises(BenchmarkError, match="agree in every image"):
        shape_bias(shapes, shapes, shapes)


def test_confusions_are_scikit_learns_and_other_answers_count_as_trials():
    random = np.random.default_rng(0)
    truth, choices = random.choice(["a", "b", "c"], (2, 90))
    expected = sklearn_confusion(truth, choices, labels=["a", "b", "c"], normalize="true")
    np.testing.assert_allclose(confusion_matrix(truth, choices, ["a", "b", "c"]), expected)
    assert confusion_matrix(np.array(["a", "a"]), np.array(["a", "na"]), ["a", "b"])[0].tolist() == [0.5, 0]


def test_accuracy_against_condition():
    by = accuracy_by_condition(np.array([1, 1, 0, 1, 1, 1]), np.array([20, 20, 20, 20, 80, 80]))
    assert by.conditions.tolist() == [20, 80] and by.accuracy.tolist() == [0.75, 1] and by.trials.tolist() == [4, 2]
    assert (by.error > 0).all()


def test_a_decision_falls_where_certainty_crosses_the_threshold():
    certainty = np.array([[0.2, 0.4, 0.8], [0.9, 0.9, 0.9], [0.1, 0.2, 0.3]])
    assert decision_times(certainty, np.array([10.0, 20, 30]), 0.6).tolist() == pytest.approx([25, 10, np.inf])


def test_times_agree_in_rank_and_a_static_model_says_nothing():
    human = np.array([400.0, 500, 450, 700])
    assert response_time_agreement(np.array([1.0, 3, 2, np.inf]), human) == pytest.approx(1)
    assert response_time_agreement(np.full(4, 50.0), human) == 0
    with pytest.raises(BenchmarkError, match="must differ"):
        response_time_agreement(np.arange(4.0), np.full(4, 300.0))


def test_the_threshold_that_fits_participants_best_is_found():
    times = np.arange(1.0, 11)
    rate = np.linspace(0.05, 0.3, 30)
    certainty = 1 - np.exp(-rate[:, None] * times)
    human = decision_times(certainty, times, 0.5)
    human[np.isinf(human)] = 20
    assert choose_threshold(certainty, times, human, np.array([0.05, 0.5, 0.99])) == 0.5


def test_a_balanced_shape_bias_is_a_half_for_one_answer_always():
    shapes = np.array(["cat"] * 2 + ["dog"] * 6)
    textures = np.array(["dog"] * 2 + ["cat"] * 6)
    constant = shape_bias(np.full(8, "cat"), shapes, textures)
    assert constant.bias == 0.25 and constant.balanced == 0.5
    assert shape_bias(shapes, shapes, textures).balanced == 1
    assert np.isnan(shape_bias(np.full(8, "car"), shapes, textures).balanced)
