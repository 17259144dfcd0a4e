"""Occluded objects, with and without a mask: accuracy over SOA compared with participants (Tang et al. 2018)."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import StimulusSet, load_stimuli
from harness.assemblies import Score
from harness.benchmarks import make_score
from harness.benchmarks.behaviour import Evidence, MaskCostBenchmark, agreement_score
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError
from harness.metrics.behaviour import (
    Noise,
    closeness,
    concordance,
    leave_one_out,
    likelihood_position,
    mask_cost,
)
from harness.metrics.statistics import bootstrap
from harness_plugins.benchmarks.tang2018 import BIBTEX
from harness_plugins.benchmarks.tang2018.trials import (
    CATEGORIES,
    PER_CATEGORY,
    SOAS,
    Participants,
    images,
    participants,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FRAME_RATE = 120.0
MASK_DURATION = 500.0
VISUAL_DEGREES = 8.0
MASKS = 20


class Tang2018(MaskCostBenchmark):
    """Accuracy for occluded objects over the SOA of a mask, and without a mask, compared with participants.

    Five kinds of objects, each seen through a few Gaussian windows for 25 to 150 ms; then a mask of noise for 500 ms,
    or grey. What decides is described in `harness.benchmarks.behaviour.masking`. The read-out is fitted to presentations of 300
    ms of other images.

    Only conditions are compared, never images: the 325 images at hand are of the kind that participants saw, but they are not
    the images of those trials. Participants knew whole objects; the read-out learns from occluded ones, because whole ones are
    not at hand.

    The raw score is, averaged over participants, half the concordance (Lin 1989) of the accuracies in the nine conditions
    that the noise is not fitted to, and half that of the cost of the mask at the five SOAs. The ceiling is the same
    between each participant and the mean of the others. The error is a bootstrap over participants and images. A model that
    guesses scores 0, and one for which the mask costs nothing at most about half. The construction of the mask and all
    sizes in degrees are not established: masks here are noise with the images' mean amplitude spectrum and an RMS
    contrast of 0.3, and images span 8 degrees.

    Args:
        images_per_category: how many images of each category are test trials; the read-out is always fitted to all
            others.
    """

    identifier = "Tang2018-masking"
    version = 2
    chance = 0.0
    bibtex = BIBTEX
    choices = CATEGORIES
    conditions = len(SOAS)
    fitted = len(SOAS) - 1

    def __init__(self, images_per_category: int = 20, window: float = 800.0, units: int = 256):
        super().__init__(window, units)
        if not 2 <= images_per_category <= PER_CATEGORY:
            raise BenchmarkError(f"there are {PER_CATEGORY} images per category; ask for 2 to that many")
        self._kept = np.unique(np.linspace(0, PER_CATEGORY - 1, int(images_per_category)).astype(int))

    @cached_property
    def participants(self) -> Participants:
        """Their answers."""
        return participants()

    @property
    def wanted(self) -> float:
        return float(self.participants.accuracy[:, self.fitted].mean())

    @cached_property
    def images(self) -> dict[str, np.ndarray]:
        """The example images by name."""
        return images()

    @cached_property
    def fitting(self) -> StimulusSet:
        names = list(self.images)
        stimuli = StimulusSet.from_images("fitting", self.images, self.long, VISUAL_DEGREES, target=names)
        return _described(stimuli, stimuli.table["target"], "fitting")

    @cached_property
    def trials(self) -> StimulusSet:
        """Every test image at every SOA, with and without a mask."""
        shown = {name: image for name, image in self.images.items() if int(name[-2:]) in self._kept}
        stimuli = load_stimuli(
            "masking",
            target=shown,
            soa=SOAS,
            mask=("none", "phase-scrambled"),
            mask_size=None,
            mask_count=MASKS,
            mask_duration=MASK_DURATION,
            frame_rate=FRAME_RATE,
            visual_degrees=VISUAL_DEGREES,
            size_px=256,
            seed=self.seed,
        )
        stimuli = _described(stimuli, stimuli.table["target"], self.identifier)
        stimuli.table["condition"] = (
            np.searchsorted(SOAS, stimuli.table["soa_asked"]) + self.conditions * stimuli.table["masked"]
        )
        return stimuli

    @cached_property
    def ceiling(self) -> Score:
        """Agreement of a participant with the mean of the others."""
        values = leave_one_out(self.participants.accuracy, self.agreement)
        return make_score(values.mean(), error=bootstrap(np.mean, values).error, raw=values)

    def run(self, candidate: BrainModel) -> Score:
        evidence, observed = self.observe(candidate), self.participants.accuracy
        noise, probabilities = self.decide(evidence)
        details = self._details(candidate, evidence, noise, probabilities.mean(0))
        return agreement_score(probabilities, observed, self.agreement, self.ceiling, self.image_names, details)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Accuracy over SOA with and without mask, the cost of the mask, and the evidence over time."""
        from harness_plugins.benchmarks.tang2018.figure import draw

        return draw(details)

    def _agreement(self, probabilities: np.ndarray) -> float:
        curve = probabilities.mean(0)
        return float(np.mean([self.agreement(curve, participant) for participant in self.participants.accuracy]))

    def _details(self, candidate: BrainModel, evidence: Evidence, noise: Noise, curve: np.ndarray) -> dict[str, Any]:
        observed, scored = self.participants.accuracy, self.scored
        mean, spread = observed.mean(0), observed.std(0, ddof=1)
        return {
            **self.declared(candidate, evidence, SOAS),
            **self.described(evidence, noise, curve, f"SOA {SOAS[-1]:g} ms without mask"),
            "people_mean": np.round(mean, 4).tolist(),
            "people_sd": np.round(spread, 4).tolist(),
            "participants": len(observed),
            "cost": np.round(mask_cost(curve), 5).tolist(),
            "people_cost": np.round(mask_cost(mean), 4).tolist(),
            "people_cost_sd": np.round(mask_cost(observed.T).std(1, ddof=1), 4).tolist(),
            "concordance": {
                "accuracy": concordance(curve[scored], mean[scored]),
                "cost": concordance(mask_cost(curve), mask_cost(mean)),
            },
            "likelihood_position": likelihood_position(
                curve[scored],
                self.participants.right[:, scored],
                self.participants.trials[:, scored],
                1 / len(CATEGORIES),
            ),
            "closeness_within_3_sd": closeness(curve[scored], mean[scored], spread[scored]),
            "interaction_of_mask_and_target": self._interaction(evidence),
            "evidence_over_time": self._time_courses(evidence),
            "time_bins": [list(time_bin) for time_bin in self.time_bins],
            "over_windows": self.over_windows(evidence, self._score, SOAS[-1]),
            "images": len(self._kept) * len(CATEGORIES),
            "occluded": {"participants": self.participants.black},
            "failures": self._failures(noise),
        }

    def _time_courses(self, evidence: Evidence) -> list[list[float]]:
        """(conditions, time bins), evidence for the right choice less the mean of the others."""
        right = np.arange(len(CATEGORIES)) == evidence.right[:, None]
        own = evidence.time_course[right]
        lead = own - (evidence.time_course.sum(1) - own) / (len(CATEGORIES) - 1)
        return [
            [float(f"{value:.4g}") for value in lead[self.condition == c].mean(0)] for c in range(2 * self.conditions)
        ]

    def _interaction(self, evidence: Evidence) -> float | None:
        """How much what the mask adds depends on how long the target was there, against the evidence of the longest: 0 for a model
        without memory."""
        totals = np.stack([self.by_image(column) for column in evidence.total.T], axis=2)
        added = totals[:, self.conditions :] - totals[:, : self.conditions]
        size = float(np.sqrt((totals[:, self.fitted] ** 2).mean()))
        return float(added.std(1).mean() / size) if size else None

    def _score(self, evidence: Evidence) -> float:
        return self._agreement(self.decide(evidence)[1]) / float(self.ceiling)

    def _failures(self, noise: Noise) -> list[str]:
        if noise.found:
            return []
        return [
            f"without mask at {SOAS[-1]:g} ms it is right in {noise.reached:.3f} at best, participants in {noise.wanted:.3f}"
        ]


def _described(stimuli: StimulusSet, targets: Any, identifier: str) -> StimulusSet:
    """With the columns `choice` and `exemplar`, the number within its category."""
    parts = [str(target).rsplit("_", 1) for target in targets]
    table = stimuli.table.assign(choice=[part[0] for part in parts], exemplar=[part[1] for part in parts])
    return stimuli.replace(identifier=identifier, table=table)
