"""The late response of IT without feedback (Kar & DiCarlo 2021)."""

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from harness.benchmarks import plain
from harness.benchmarks.physiology import Laboratory, Measured
from harness.brain_model import PerturbableBrainModel, perturbable
from harness.errors import NotMeasurable
from harness.perturbation import Fraction, Perturbation
from harness.stimuli import Canvas, StimulusSet, Timeline
from harness_plugins.benchmarks._causal import LinearReadOut, PopulationBenchmark, matched, taken
from harness_plugins.benchmarks.causal_it import KAR
from harness_plugins.stimuli.silhouettes.drawings import DRAWINGS
from harness_plugins.stimuli.silhouettes.silhouettes import draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OBJECTS = tuple(DRAWINGS)
CONTRASTS, NOISE = (0.15, 0.3, 0.6), 0.25
EXPOSURE, STEP = 250.0, 20.0
BINS = list(pairwise(np.arange(70.0, 250.0 + STEP / 2, STEP).tolist()))
EARLY, LATE = (70.0, 120.0), (150.0, 200.0)
FACTORS = (0.75, 0.5, 0.25)
FOLDS = 4
LEAST = 2.0
"""Times what guessing gives: what must be read out of the late response."""


class LateFeedback(PopulationBenchmark):
    """Without feedback the late response of IT tells objects worse, and the early one as well as before.

    Kar & DiCarlo silenced vlPFC while they recorded IT. In a model feedback connections to IT are silenced, or, where it has
    none, all feedback connections between its areas. Drawings of seven objects, at random places and three contrasts in noise,
    are shown for 250 ms. Objects are read out of all units of IT in bins of 20 ms, and in those of 70 to 120 and 150 to 200 ms,
    by ridge regression on three quarters of the images, intact and perturbed each by its own: what counts is what IT tells,
    since a read-out that is kept errs with whatever is taken away, also with what only disturbed it (`kept` shows it). The
    evidence in an image is what is read out for its object less the most for another one; an image is solved at the first bin
    from which on its evidence stays positive. Losses are intact less perturbed, in SD of the evidence over images. Rows are
    images.

    Not measurable is a model without feedback connections, or one whose late response does not tell objects.
    """

    identifier = "Kar2021.IT-feedback"
    version = 1
    bibtex = KAR
    region = "IT"
    rows = "images"
    orders = {  # noqa: RUF012
        "late_falls": "evidence in the late response falls",
        "late_more_than_early": "it falls by more than that in the early response changes",
    }
    disabled = {  # noqa: RUF012
        "sizes": "not established",
        "images that are solved late lose more": "shown; they are chosen by the evidence that is then lost, so that they lose "
        "more also of noise",
    }

    @cached_property
    def stimuli(self) -> StimulusSet:
        """`units` drawings of every object and contrast, with their `object`."""
        random = np.random.default_rng(self.seed)
        canvas, shown, labels = Canvas(8.0, 64), [], []
        for name in OBJECTS:
            for contrast in CONTRASTS:
                for _ in range(self.units):
                    centre = tuple(random.uniform(-1, 1, 2).tolist())
                    drawn = contrast * draw(canvas, name, centre, 5.0)
                    noise = NOISE * random.standard_normal(drawn.shape)
                    shown.append(Timeline.still(canvas.image(np.clip(drawn + noise, -1, 1)), EXPOSURE))
                    labels.append(name)
        table = pd.DataFrame({"stimulus_id": [f"drawing_{row}" for row in range(len(shown))], "object": labels})
        return StimulusSet("drawings in noise", table, shown, canvas.visual_degrees, canvas.background)

    def measure(self, laboratory: Laboratory) -> Measured:
        able = perturbable(laboratory.candidate)
        paths = _paths(able, self.region)
        experiment = _Experiment(able, self.region, self.stimuli)
        intact, cut = experiment.intact, experiment.evidence(_scaled(able, paths, 0.0))
        *course, early, late = range(len(experiment.bins))
        spread = np.maximum(intact.std(0), 1e-30)
        loss = (intact - cut) / spread
        solved = _solved(intact[:, course])
        orders = {
            "late_falls": loss[:, late],
            "late_more_than_early": loss[:, late] - np.abs(loss[:, early]),
        }
        by_factor = {f: experiment.late(_scaled(able, paths, f)) for f in FACTORS}
        details = {
            "silenced": paths,
            "times": plain([np.mean(one) for one in BINS]),
            "guessing": plain(1 / len(OBJECTS)),
            "accuracy": {
                name: plain((one[:, course] > 0).mean(0))
                for name, one in (("intact", intact), ("without feedback", cut))
            },
            "factors": [1.0, *FACTORS, 0.0],
            "late_accuracy": plain([(one > 0).mean() for one in (intact[:, late], *by_factor.values(), cut[:, late])]),
            "kept": plain(((intact[:, late] - experiment.kept(_scaled(able, paths, 0.0))) / spread[late]).mean()),
            "solved_at": plain(solved),
            "late_loss": plain(loss[:, late]),
            "early_loss": plain(np.abs(loss[:, early]).mean()),
            "like_early": {
                name: plain(np.corrcoef(one[:, late], intact[:, early])[0, 1])
                for name, one in (("intact", intact), ("without feedback", cut))
            },
            "controls": self._controls(able, paths, experiment, intact[:, late]),
        }
        return Measured({}, orders, details)

    def _controls(
        self, able: PerturbableBrainModel, paths: list[str], experiment: "_Experiment", intact: np.ndarray
    ) -> dict[str, Any]:
        """Late losses by matched perturbations."""

        def loss(perturbations: list[Perturbation]) -> Any:
            return plain((intact - experiment.late(able.perturbed(perturbations))).mean() / max(intact.std(), 1e-30))

        half = Fraction(0.5, self.seed)
        return matched(
            {
                "factor 1": lambda: loss([Perturbation(path, "scale", 1.0) for path in paths]),
                "a tenth of what half of IT's units emit": lambda: loss(
                    [Perturbation(self.region, "scale", 0.9, units=half)]
                ),
                "after the response": lambda: loss(
                    [Perturbation(path, "silence", window=(300, 400)) for path in paths]
                ),
            }
        )

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Objects read out over time, losses by when an image is solved, and the orders."""
        from harness_plugins.benchmarks.causal_it.figure import late

        return late(details)


class _Experiment:
    """Objects read out of a region, image by image."""

    def __init__(self, able: PerturbableBrainModel, region: str, stimuli: StimulusSet):
        self._region, self._stimuli = region, stimuli
        self._objects = np.array([OBJECTS.index(name) for name in stimuli.table["object"]])
        self._folds = np.arange(len(stimuli)) % FOLDS
        self.bins = [*BINS, EARLY, LATE]
        self._control = able.record(stimuli, region, self.bins)
        self.intact = self._read(self._control, self._control)
        right = float((self.intact[:, -1] > 0).mean())
        if right < LEAST / len(OBJECTS):
            raise NotMeasurable(
                f"objects are read out of the late response of {region} in {100 * right:.0f} %; guessing gives "
                f"{100 / len(OBJECTS):.0f} %"
            )

    def evidence(self, able: PerturbableBrainModel) -> np.ndarray:
        """(images, bins), by read-outs of its own."""
        responses = able.record(self._stimuli, self._region, self.bins)
        return self._read(responses, responses)

    def late(self, able: PerturbableBrainModel) -> np.ndarray:
        """(images,), the late bin of it."""
        responses = able.record(self._stimuli, self._region, [LATE])
        return self._read(responses, responses)[:, 0]

    def kept(self, able: PerturbableBrainModel) -> np.ndarray:
        """(images,), late evidence by the read-outs of the intact model."""
        return self._read(self._control[:, -1:], able.record(self._stimuli, self._region, [LATE]))[:, 0]

    def _read(self, fitted: np.ndarray, tested: np.ndarray) -> np.ndarray:
        """(images, bins), evidence in responses to images that a read-out was not fitted to."""
        evidence, wanted = np.empty(tested.shape[:2]), np.eye(len(OBJECTS))[self._objects]
        for fold in range(FOLDS):
            rows = np.flatnonzero(self._folds == fold)
            for at in range(tested.shape[1]):
                read_out = LinearReadOut(fitted[self._folds != fold, at], wanted[self._folds != fold])
                evidence[rows, at] = _evidence(read_out(tested[rows, at]), self._objects[rows])
        return evidence


def _evidence(told: np.ndarray, objects: np.ndarray) -> np.ndarray:
    """(images,), what is read out (images, objects) for the object less the most for another."""
    own = np.eye(told.shape[1], dtype=bool)[objects]
    return np.asarray(told[own] - np.where(own, -np.inf, told).max(1))


def _solved(evidence: np.ndarray) -> np.ndarray:
    """(images,), ms of the middle of the first bin from which on evidence (images, bins) stays positive; NaN if there is none."""
    stays = np.flip(np.minimum.accumulate(np.flip(evidence > 0, 1), axis=1), 1)
    times = np.array([np.mean(one) for one in BINS])
    return np.where(stays.any(1), times[stays.argmax(1)], np.nan)


def _scaled(able: PerturbableBrainModel, paths: list[str], factor: float) -> PerturbableBrainModel:
    return able.perturbed([Perturbation(path, "scale", factor) for path in paths])


def _paths(able: PerturbableBrainModel, region: str) -> list[str]:
    """Feedback connections to a region, or, where it has none, those to every other region.

    Raises:
        NotPerturbable: if there is none at all.
    """
    able.layer_of(region)
    areas = (region, *(one for one in able.regions if one != region))
    known = [one.target for one in taken(able, [Perturbation(f"feedback->{area}", "silence") for area in areas])]
    own = f"feedback->{region}"
    return [own] if own in known else known
