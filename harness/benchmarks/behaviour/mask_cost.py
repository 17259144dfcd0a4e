"""The cost of a mask: the same conditions with and without it, compared with the accuracies of participants."""

from abc import abstractmethod
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from harness.benchmarks.behaviour.masking import Evidence, MaskingBenchmark, describe_noise
from harness.metrics.behaviour import Noise, choice_probability, fit_noise, mask_agreement


class MaskCostBenchmark(MaskingBenchmark):
    """Base class: the column `condition` of the trials counts those without a mask and then, in the same order, those with it.

    Attributes:
        conditions: how many there are without a mask.
        fitted: the one of them, in which participants are best, that the noise is fitted to; it is not scored.
    """

    conditions: ClassVar[int]
    fitted: ClassVar[int]

    @property
    @abstractmethod
    def wanted(self) -> float:
        """Participants' accuracy in the fitted condition."""

    @cached_property
    def condition(self) -> np.ndarray:
        """(trials,)."""
        return self.trials.table["condition"].to_numpy()

    @property
    def image_names(self) -> np.ndarray:
        """(images,), their categories and exemplars, sorted."""
        return np.unique(self._image)

    @property
    def _image(self) -> np.ndarray:
        """(trials,), the name of the image of each."""
        return (self.trials.table["choice"] + self.trials.table["exemplar"]).to_numpy(dtype=str)

    @property
    def scored(self) -> np.ndarray:
        """(2 x conditions,), all but the fitted one."""
        return np.arange(2 * self.conditions) != self.fitted

    def agreement(self, curve: np.ndarray, participants: np.ndarray) -> float:
        """Half the concordance of the accuracies that are scored, half that of the cost of the mask."""
        return mask_agreement(curve, participants, self.scored)

    def decide(self, evidence: Evidence) -> tuple[Noise, np.ndarray]:
        """The noise, and (images, 2 x conditions) probabilities of the right choice; NaN without an image."""
        rows = np.flatnonzero(self.condition == self.fitted)
        noise = fit_noise(evidence.total[rows], evidence.right[rows], self.wanted)
        return noise, self.by_image(choice_probability(evidence.total, evidence.right, noise.level))

    def by_image(self, values: np.ndarray) -> np.ndarray:
        """Of trials as (images, 2 x conditions)."""
        matrix = np.full((len(self.image_names), 2 * self.conditions), np.nan)
        matrix[np.searchsorted(self.image_names, self._image), self.condition] = values
        return matrix

    def described(self, evidence: Evidence, noise: Noise, curve: np.ndarray, fitted_to: str) -> dict[str, Any]:
        """Accuracies, the noise and the construction of the mask, for the result."""
        noiseless = choice_probability(evidence.total, evidence.right, 0.0)
        means = [noiseless[self.condition == condition].mean() for condition in range(2 * self.conditions)]
        return {
            "accuracy": np.round(curve, 5).tolist(),
            "noiseless_accuracy": [round(float(mean), 5) for mean in means],
            "noise": describe_noise(noise, fitted_to),
            "geometry": f"images {self.trials.visual_degrees:g} degrees (not established); no gap; mask over the whole image",
            "contrast": {"definition": "RMS", "mask": 0.3},
            "guessing": 1 / len(self.choices),
        }
