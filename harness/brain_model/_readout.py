"""From a model's outputs to its behaviour: choice probabilities, and the odd one out of three."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from scipy.special import softmax

from harness.errors import BenchmarkError, ModelError
from harness.models import Model, are_imagenet, imagenet_synsets, label_positions

Aggregation = Literal["mean", "max"]
"""How the probabilities of several classes become that of the label that names them all."""


def class_probabilities(scores: np.ndarray, model: Model, labels: Sequence[Any]) -> np.ndarray:
    """A model's own read-out: the softmax over the units of the labels asked for, and of no others.

    Units whose classes have one name are added.

    Args:
        scores: (stimuli, classes), before the softmax.
        labels: names among the model's classes.

    Returns:
        (stimuli, labels), each row adds up to 1.
    """
    if scores.shape[1] != len(model.classes):
        raise ModelError(
            f"the read-out '{model.readout}' of '{model.identifier}' has {scores.shape[1]} units and the model "
            f"{len(model.classes)} classes; set `readout` to the layer of class scores"
        )
    belongs = np.array([[name == label for label in labels] for name in model.classes])
    units = belongs.any(1)
    return softmax(scores[:, units].astype(np.float64), axis=1) @ belongs[units]


def members(model: Model, labels: Sequence[Any]) -> list[list[int]] | None:
    """Positions of the classes that each label names, by WordNet identifier or as an English word (see `label_positions`).

    None if the model's classes are not those of ImageNet, or a label is neither.
    """
    if model.readout is None or not are_imagenet(model.classes):
        return None
    position = {synset: [at] for at, synset in enumerate(imagenet_synsets())}
    try:
        return [position.get(str(label)) or label_positions(str(label)) for label in labels]
    except ModelError:
        return None


def label_probabilities(scores: np.ndarray, units: Sequence[Sequence[int]], aggregation: Aggregation) -> np.ndarray:
    """The probability of each label: mean or largest of those of its classes, by the softmax over all classes.

    The mean is that of Brain-Score's `LabelBehavior` and of the toolbox model-vs-human (Geirhos et al. 2021), the largest that of
    Kato et al. (2026).

    Args:
        scores: (stimuli, classes), before the softmax.
        units: positions of the classes of each label.

    Returns:
        (stimuli, labels); rows need not add up to 1.
    """
    probabilities = softmax(scores.astype(np.float64), axis=1)
    of_labels = [probabilities[:, list(of)] for of in units]
    return np.stack([one.mean(1) if aggregation == "mean" else one.max(1) for one in of_labels], axis=1)


class FittedReadout:
    """Multinomial logistic regression on standardised features, as Brain-Score's `ProbabilitiesMapping` fits it (C = 1e-3)."""

    def __init__(self, features: np.ndarray, labels: Sequence[Any]):
        """Fit (stimuli, features) to a label each."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self.choices = list(dict.fromkeys(labels))
        if len(self.choices) < 2:
            raise BenchmarkError(f"a read-out needs stimuli of at least two labels to be fitted to, not {self.choices}")
        position = {label: index for index, label in enumerate(self.choices)}
        self._pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=1e-3, solver="newton-cg"))
        self._pipeline.fit(features.astype(np.float64), [position[label] for label in labels])

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """(stimuli, features) -> (stimuli, choices)."""
        return self._pipeline.predict_proba(features.astype(np.float64))


def odd_one_out(features: np.ndarray) -> int:
    """Which of three is the odd one: the one that is not of the most similar pair, by the dot product of their features.

    As in THINGS (Hebart et al. 2020, doi:10.1038/s41562-020-00951-3) and Brain-Score's `OddOneOut`. The first in the order of
    pairs (0, 1), (0, 2), (1, 2) counts among equally similar ones.

    Args:
        features: (3, features).

    Returns:
        0, 1 or 2.
    """
    first, second, third = features.astype(np.float64)
    return 2 - int(np.argmax([first @ second, first @ third, second @ third]))
