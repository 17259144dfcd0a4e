"""Human uncertainty about natural images: class probabilities against the label distributions of CIFAR-10H."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import Benchmark
from harness.assemblies import Score
from harness.benchmarks import ceiled_score, jackknifed, make_score
from harness.benchmarks.behaviour import choice_probabilities
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError
from harness.metrics import behaviour
from harness.metrics.decoding import label_folds
from harness.metrics.statistics import bootstrap, spearman_brown
from harness.stimuli import split_groups
from harness_plugins.benchmarks.peterson2019 import BIBTEX
from harness_plugins.benchmarks.peterson2019.human_labels import HumanLabels, load

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Peterson2019(Benchmark):
    """Variation of class probabilities across the images of a class, compared with participants.

    About 51 participants labelled each of 2,000 CIFAR-10 test images (Peterson et al. 2019). Most images are clear to nearly
    everybody,
    so that the correlation of the full distributions over images and classes tells little: an oracle that names every image
    correctly with certainty reaches 0.99 of its ceiling. The score is therefore the correlation, over images and classes, after
    the mean distribution of the image's own class was taken from both sides: it counts on which images participants are unsure, and
    between what. Answers that depend on the class alone (an oracle, shuffling within the class, chance) score 0.

    The ceiling is the square root of the reliability of the human distributions, from random halves of the annotators of the same
    images. The error is a bootstrap over images. A model with the ten classes answers by its own read-out; to any other
    one a read-out is fitted, in stratified folds, to the images that it is not tested on.

    Args:
        images_per_class: how many images of each class, 200 at most.
        duration: ms for which an image is shown.
    """

    identifier = "Peterson2019-cifar10h"
    version = 1
    parent = "behavioural"
    chance = 0.0
    bibtex = BIBTEX
    folds = 4
    seed = 0

    def __init__(self, images_per_class: int = 200, duration: float = 200.0):
        self._images_per_class, self._duration = int(images_per_class), float(duration)

    @cached_property
    def data(self) -> HumanLabels:
        """Images and human choices."""
        return load(self._images_per_class, self._duration)

    @cached_property
    def ceiling(self) -> Score:
        """The correlation that the distributions without sampling noise would reach."""
        labels, counts = self.data.labels, self.data.counts
        reliability = behaviour.choice_reliability(self._image_level, counts, seed=self.seed)
        if not reliability > 0:
            raise BenchmarkError(
                "the annotators agree on no image more than on others of its class, so there is no ceiling"
            )
        halves = behaviour.halves(counts, np.random.default_rng(self.seed))
        particular = [behaviour.within_label(behaviour.shares(half), labels) for half in halves]
        error = bootstrap(
            lambda x, y: float(np.sqrt(spearman_brown(behaviour.correlation(x, y)))), *particular, draws=200
        ).error
        return make_score(reliability**0.5, error=error)

    def run(self, candidate: BrainModel) -> Score:
        splits = label_folds(self.data.labels, split_groups(self.data.stimuli), self.folds, self.seed)
        answered = choice_probabilities(candidate, self.data.stimuli, self.data.classes, splits)
        return self.compared(answered.probabilities, answered.how)

    def compared(self, probabilities: np.ndarray, how: dict[str, Any]) -> Score:
        """The score of probabilities (images, classes); `how` they were obtained goes into the result."""
        labels, humans = self.data.labels, behaviour.shares(self.data.counts)
        raw = self._image_level(probabilities, humans)
        particular = [behaviour.within_label(side, labels) for side in (probabilities, humans)]
        error = bootstrap(behaviour.correlation, *particular, draws=500).error
        ceiling = float(self.ceiling)
        return ceiled_score(
            raw,
            error=error,
            ceiling=self.ceiling,
            details=how
            | {"seed": self.seed}
            | self._details(probabilities, humans)
            | {"per_sample": self._samples(particular, raw / ceiling)},
        )

    def _samples(self, particular: Sequence[np.ndarray], score: float) -> dict[str, Any]:
        """Influence of images on the score, by what is particular to each in the model's and participants' answers."""
        data, ceiling = self.data, float(self.ceiling)
        without = lambda kept: behaviour.correlation(*(side[kept] for side in particular)) / ceiling
        return jackknifed("images", data.stimuli.ids, without, score, data.labels)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Certainty image by image, all measures beside their ceilings, and the classes one by one."""
        from harness_plugins.benchmarks.peterson2019.figure import draw

        return draw(details)

    def _image_level(self, probabilities: np.ndarray, humans: np.ndarray) -> float:
        return behaviour.image_level_correlation(probabilities, humans, self.data.labels)

    def _details(self, probabilities: np.ndarray, humans: np.ndarray) -> dict[str, Any]:
        labels, classes = self.data.labels, np.array(self.data.classes)
        shown = labels[:, None] == classes
        return {
            "images": len(labels),
            "annotators": float(self.data.counts.sum(1).mean()),
            "classes": list(self.data.classes),
            "correlations": self._correlations(probabilities, humans, shown),
            "cross_entropy": behaviour.cross_entropy(probabilities, humans),
            "human_entropy": float(behaviour.entropy(humans).mean()),
            "accuracy": float((classes[probabilities.argmax(1)] == labels).mean()),
            "human_accuracy": float((classes[humans.argmax(1)] == labels).mean()),
            "image_level_by_class": [
                behaviour.image_level_correlation(probabilities[rows], humans[rows], labels[rows])
                for rows in (labels == name for name in classes)
            ],
            "certainty": np.round(probabilities[shown], 3).tolist(),
            "human_certainty": np.round(humans[shown], 3).tolist(),
        }

    def _correlations(
        self, probabilities: np.ndarray, humans: np.ndarray, shown: np.ndarray
    ) -> dict[str, dict[str, float]]:
        """Every correlation with its ceiling and what an oracle, certain of the right class, reaches."""
        measures = {
            "image_level": self._image_level,
            "other_classes": lambda p, q: behaviour.correlation(p[~shown], q[~shown]),
            "entropy": lambda p, q: behaviour.entropy_correlation(p, q, self.data.labels),
            "full": behaviour.correlation,
        }
        return {
            name: {
                "r": measure(probabilities, humans),
                "ceiling": max(behaviour.choice_reliability(measure, self.data.counts, 20, self.seed), 0.0) ** 0.5,
                "oracle": measure(shown.astype(float), humans),
            }
            for name, measure in measures.items()
        }
