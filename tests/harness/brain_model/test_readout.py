"""Answers from scores and features, against what they are by definition."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from torch import nn

from harness import FrameModel, Preprocessing
from harness.brain_model._readout import FittedReadout, class_probabilities, odd_one_out
from harness.errors import BenchmarkError, ModelError


@pytest.fixture
def model() -> FrameModel:
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 4))
    classes = ["cat", "crane", "dog", "crane"]
    return FrameModel("four", network, preprocessing=Preprocessing(2), layers=["1"], readout="1", classes=classes)


SCORES = np.log(np.array([[1.0, 2.0, 3.0, 4.0], [4.0, 4.0, 1.0, 1.0]]))


def test_all_classes_are_a_softmax(model):
    found = class_probabilities(SCORES, model, ["cat", "crane", "dog"])
    assert np.allclose(found, [[0.1, 0.6, 0.3], [0.4, 0.5, 0.1]]), "units of one name are added"


def test_labels_that_were_not_asked_for_are_no_choice(model):
    assert np.allclose(class_probabilities(SCORES, model, ["dog", "cat"]), [[0.75, 0.25], [0.2, 0.8]])


def test_large_scores_do_not_overflow(model):
    assert np.allclose(class_probabilities(np.array([[1e4, 0, 0, 0]], np.float32), model, ["cat", "dog"]), [[1, 0]])


def test_a_readout_with_another_number_of_units_is_refused(model):
    with pytest.raises(ModelError, match="has 3 units and the model 4 classes"):
        class_probabilities(SCORES[:, :3], model, ["cat"])


def data(seed: int = 0) -> tuple[np.ndarray, list[str]]:
    """Three labels at three corners of a cube; one axis is in other units, one is noise."""
    rng = np.random.default_rng(seed)
    truth = rng.permutation(np.repeat([0, 1, 2], 40))
    corners = (np.eye(3)[truth] + rng.normal(0, 0.1, (120, 3))) * [1, 1, 1e4]
    return np.column_stack([corners, rng.normal(0, 1, 120)]), [("cat", "dog", "bird")[index] for index in truth]


def test_a_fitted_readout_is_standardised_penalised_multinomial_regression():
    """The fit is the minimum of sum(cross entropy) + |w|^2 / (2 C) on standardised features, C = 1e-3."""
    features, labels = data()
    readout = FittedReadout(features, labels)
    assert readout.choices == list(dict.fromkeys(labels)), "in the order of their first appearance"
    standard = np.column_stack([(features - features.mean(0)) / features.std(0), np.ones(len(features))])
    target = np.array([readout.choices.index(label) for label in labels])

    def loss(flat: np.ndarray) -> float:
        weights = flat.reshape(5, 3)
        entropy = -log_softmax(standard @ weights, axis=1)[np.arange(len(target)), target].sum()
        return entropy + (weights[:4] ** 2).sum() / (2 * 1e-3)

    weights = minimize(loss, np.zeros(15)).x.reshape(5, 3)
    assert np.allclose(readout.probabilities(features), softmax(standard @ weights, axis=1), atol=1e-4)


def accuracy(readout: FittedReadout, features: np.ndarray, truth: list[str]) -> float:
    answers = np.array(readout.choices)[readout.probabilities(features).argmax(1)]
    return float(np.mean(answers == np.array(truth)))


def test_a_fitted_readout_generalises_and_a_shuffled_one_does_not():
    features, labels = data(0)
    assert accuracy(FittedReadout(features, labels), *data(1)) > 0.95
    shuffled = [list(np.random.default_rng(seed).permutation(labels)) for seed in range(8)]
    mean = np.mean([accuracy(FittedReadout(features, wrong), *data(1)) for wrong in shuffled])
    assert abs(mean - 1 / 3) < 0.15, "chance is 1/3"


def test_one_label_is_nothing_to_fit():
    with pytest.raises(BenchmarkError, match="at least two labels"):
        FittedReadout(np.zeros((4, 2)), ["cat"] * 4)


@pytest.mark.parametrize("odd", [0, 1, 2])
def test_the_odd_one_is_not_of_the_most_similar_pair(odd):
    features = np.array([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    features[odd] = [0.0, 1.0]
    assert odd_one_out(features) == odd


def test_similarity_is_the_dot_product():
    """Two long vectors at an angle are more similar than two short ones in line."""
    assert odd_one_out(np.array([[10.0, 0.0], [10.0, 5.0], [0.1, 0.0]])) == 2
