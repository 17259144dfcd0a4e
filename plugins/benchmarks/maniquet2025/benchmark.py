"""Manipulated objects, with and without a mask: accuracies over conditions compared with participants (Maniquet et
al. 2025).
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import StimulusSet, load_stimuli
from harness.assemblies import Score
from harness.benchmarks import ceiled_score, jackknifed, make_score
from harness.benchmarks.behaviour import Evidence, MaskCostBenchmark
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError
from harness.metrics.behaviour import Noise, closeness, concordance, correlation, mask_cost
from harness_plugins.benchmarks.maniquet2025 import BIBTEX
from harness_plugins.benchmarks.maniquet2025.published import (
    ABSENT,
    CATEGORIES,
    CONDITIONS,
    CONTROL,
    SHORT,
    Published,
    images,
    load,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

AT_HAND = 5
EXPOSURE, MASK_DURATION, FRAME_RATE = 50.0, 300.0, 60.0
VISUAL_DEGREES = 8.0
BACKGROUND = 100 / 255  # of the images
MASKS = 20
DRAWS = 500


class Maniquet2025(MaskCostBenchmark):
    """Accuracy for manipulated objects, with and without a mask, compared with participants.

    Objects of eight categories, intact, low-pass filtered, or occluded in twelve ways, for 50 ms; then a mask of noise
    for 300 ms, or nothing. What decides is described in `harness.benchmarks.behaviour.masking`. The read-out is fitted to
    presentations of 300 ms of other exemplars, all intact. The noise is fitted to the intact objects without a mask.

    The raw score is half the concordance (Lin 1989) of the accuracies in all other conditions with the means over
    participants, and half that of the mask's cost over manipulations. The ceiling is what another sample of as many participants
    would reach, from the published standard errors: who saw masks is not in the tables, so that participants cannot be left
    out one by one. The error is a bootstrap over images together with those standard errors. A model that guesses
    scores 0, and one for which the mask costs nothing at most about half.

    Of the 17 manipulations, 14 have images at hand; the two sets with clutter and the high-pass filtered one have not,
    and the low-pass one has two exemplars. Participants' accuracies are means over ten exemplars. The published networks saw
    images without a mask; `details` and the figure compare their profiles with participants' beside the model's. The
    construction of the mask and all sizes are not established: masks here are noise with the images' mean amplitude
    spectrum and an RMS contrast of 0.3, and images span 8 degrees.

    Args:
        exemplars: how many of each category are test trials.
    """

    identifier = "Maniquet2025-masking"
    version = 2
    chance = 0.0
    bibtex = BIBTEX
    choices = CATEGORIES
    conditions = len(CONDITIONS)
    fitted = CONDITIONS.index(CONTROL)

    def __init__(self, exemplars: int = AT_HAND, window: float = 500.0, units: int = 256):
        super().__init__(window, units)
        if not 2 <= exemplars <= AT_HAND:
            raise BenchmarkError(f"there are {AT_HAND} exemplars of each occlusion; ask for 2 to that many")
        self._exemplars = int(exemplars)

    @cached_property
    def published(self) -> Published:
        """Participants and networks."""
        return load()

    @property
    def wanted(self) -> float:
        return float(self.published.participants.ravel()[self.fitted])

    @cached_property
    def fitting(self) -> StimulusSet:
        shown = {f"{CONTROL}:{category}:{number}": path for (category, number), path in images(CONTROL).items()}
        stimuli = StimulusSet.from_images("fitting", shown, self.long, VISUAL_DEGREES, BACKGROUND, target=list(shown))
        return _described(stimuli, "fitting")

    @cached_property
    def trials(self) -> StimulusSet:
        """Every image at hand of the exemplars, with and without a mask."""
        shown = {
            f"{condition}:{category}:{number}": path
            for condition in CONDITIONS
            for (category, number), path in images(condition).items()
            if number <= self._exemplars
        }
        stimuli = load_stimuli(
            "masking",
            target=shown,
            soa=EXPOSURE,
            mask=("none", "phase-scrambled"),
            mask_size=None,
            mask_count=MASKS,
            mask_duration=MASK_DURATION,
            frame_rate=FRAME_RATE,
            visual_degrees=VISUAL_DEGREES,
            background=BACKGROUND,
            seed=self.seed,
        )
        return _described(stimuli, self.identifier)

    @cached_property
    def ceiling(self) -> Score:
        """Agreement of another sample of as many participants, see the class."""
        draws = [self.agreement(sample, self.published.participants.ravel()) for sample in self._samples()]
        return make_score(float(np.mean(draws)), error=float(np.std(draws, ddof=1)))

    def run(self, candidate: BrainModel) -> Score:
        evidence = self.observe(candidate)
        noise, probabilities = self.decide(evidence)
        curve = np.nanmean(probabilities, axis=0)
        return self.compared(probabilities, self._details(candidate, evidence, noise, curve))

    def compared(self, probabilities: np.ndarray, details: Mapping[str, Any]) -> Score:
        """The score of probabilities of the right choice, as `decide` gives them."""
        return ceiled_score(
            self.agreement(np.nanmean(probabilities, axis=0), self.published.participants.ravel()),
            error=self._error(probabilities),
            ceiling=self.ceiling,
            details={**details, "per_sample": self._by_exemplar(probabilities)},
        )

    def _by_exemplar(self, probabilities: np.ndarray) -> dict[str, Any]:
        """Influence of exemplars on the score; participants are known by their means only, the same for all models."""
        participants, ceiling = self.published.participants.ravel(), float(self.ceiling)

        def score(kept: np.ndarray) -> float:
            if not np.isfinite(probabilities[kept]).any(0).all():
                raise BenchmarkError("a condition has no other exemplar")
            return self.agreement(np.nanmean(probabilities[kept], axis=0), participants) / ceiling

        return jackknifed("exemplars", self.image_names, score, score(np.arange(len(probabilities))))

    def figure(self, details: dict[str, Any]) -> "Figure":
        """The profile over conditions, the cost of the mask, and the published networks."""
        from harness_plugins.benchmarks.maniquet2025.figure import draw

        return draw(details)

    def _samples(self) -> np.ndarray:
        """(draws, 2 x conditions), mean accuracies of other samples of participants."""
        random = np.random.default_rng(self.seed)
        participants, errors = self.published.participants.ravel(), self.published.errors.ravel()
        return participants + errors * random.standard_normal((DRAWS, len(participants)))

    def _error(self, probabilities: np.ndarray) -> float:
        """Of the raw score: other images, other participants."""
        random = np.random.default_rng(self.seed)
        values = []
        for sample in self._samples():
            rows = random.integers(0, len(probabilities), len(probabilities))
            shown = np.isfinite(probabilities[rows]).any(0)
            drawn = np.where(shown, np.nanmean(np.where(shown, probabilities[rows], 0), axis=0), sample)
            values.append(self.agreement(drawn, sample))
        return float(np.std(values, ddof=1))

    def _score(self, evidence: Evidence) -> float:
        curve = np.nanmean(self.decide(evidence)[1], axis=0)
        return self.agreement(curve, self.published.participants.ravel()) / float(self.ceiling)

    def _details(self, candidate: BrainModel, evidence: Evidence, noise: Noise, curve: np.ndarray) -> dict[str, Any]:
        participants, errors = self.published.participants.ravel(), self.published.errors.ravel()
        scored, costs = self.scored, (mask_cost(curve), mask_cost(participants))
        return {
            **self.declared(candidate, evidence, [EXPOSURE]),
            **self.described(evidence, noise, curve, "intact objects without mask"),
            "conditions": list(CONDITIONS),
            "short": [SHORT[name] for name in CONDITIONS],
            "absent": list(ABSENT),
            "participants": np.round(participants, 4).tolist(),
            "people_error": np.round(errors, 5).tolist(),
            "cost": np.round(costs[0], 5).tolist(),
            "people_cost": np.round(costs[1], 4).tolist(),
            "concordance": {"accuracy": concordance(curve[scored], participants[scored]), "cost": concordance(*costs)},
            "cost_correlation": correlation(*costs),
            "cost_mean_signed_error": float(np.mean(costs[0] - costs[1])),
            "closeness_within_3_se": closeness(curve[scored], participants[scored], errors[scored]),
            "without_mask": self._profile(curve[: self.conditions]),
            "networks": {name: self._profile(row) for name, row in self.published.networks.items()},
            "over_windows": self.over_windows(evidence, self._score, EXPOSURE),
            "images": {name: int((self.condition == c).sum()) for c, name in enumerate(CONDITIONS)},
            "failures": self._failures(noise),
        }

    def _profile(self, accuracy: np.ndarray) -> dict[str, Any]:
        """A profile without a mask, and how it agrees with participants'."""
        participants = self.published.participants[0]
        return {
            "accuracy": np.round(accuracy, 4).tolist(),
            "concordance": concordance(accuracy, participants),
            "r": correlation(accuracy, participants),
        }

    def _failures(self, noise: Noise) -> list[str]:
        if noise.found:
            return []
        return [
            f"of intact objects without mask {noise.reached:.3f} are right at best, of participants' {noise.wanted:.3f}"
        ]


def _described(stimuli: StimulusSet, identifier: str) -> StimulusSet:
    """With the columns `choice`, `exemplar` and `condition`."""
    parts = stimuli.table["target"].str.split(":", expand=True)
    masked = stimuli.table.get("masked", False)
    table = stimuli.table.assign(
        choice=parts[1],
        exemplar=parts[2],
        condition=parts[0].map(CONDITIONS.index) + len(CONDITIONS) * masked,
    )
    return stimuli.replace(identifier=identifier, table=table)
