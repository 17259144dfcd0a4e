"""Optogenetic suppression of IT during the discrimination of faces (Afraz, Boyden & DiCarlo 2015)."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import Laboratory, Measured
from harness.brain_model import PerturbableBrainModel, perturbable
from harness.errors import NotMeasurable
from harness.metrics.behaviour import correlation
from harness.metrics.statistics import Target
from harness.perturbation import Perturbation
from harness_plugins.benchmarks._causal import AFTER, ALWAYS, LinearReadOut, PopulationBenchmark, accepted, matched
from harness_plugins.benchmarks.causal_it import AFRAZ_2015
from harness_plugins.benchmarks.causal_it.faces import (
    Photographs,
    Site,
    photographs,
    selectivity,
    sites,
    under_noise,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from harness.stimuli import StimulusSet

SIGNAL, DRAWS = 0.7, 6
"""Share of pixels that is kept, and images of each face to which the read-out is fitted, and that are tested."""
ACCURACY, LEAST = 0.86, 0.88
"""Of the intact observer, by its decision noise; and what the read-out must reach without any."""
EXPOSURE, READ = 200.0, (70.0, 200.0)
DELETED = 0.27
"""Share of a site's spikes that light deletes: 17 to 36 % in most of the paper's sites."""
DOSES = (0.1, 0.27, 0.5, 1.0)
FACE_SITE = 1.0
"""d' from which a site is one of faces."""


class FaceSuppression(PopulationBenchmark):
    """Suppressing IT where it prefers faces costs an observer 2 % of the correct answers about faces; elsewhere it costs nothing.

    The animals told male from female faces, which they had been trained on, contralateral to the light and right in 86 %. The
    12 human and 12 monkey faces of Kriegeskorte et al. 2008 stand in, told from each other with 30 % of the pixels replaced by
    noise. A linear read-out of all units of IT, means from 70 to 200 ms, is fitted to six noisy images of each in the intact
    model, and kept; six others are the test. The observer answers with the probability Phi(m / s), m what is read out on the
    side of the right answer, and s the decision noise that makes the intact model right in 86 %. Sites are those of
    `Afraz2006.IT-microstimulation`, with what their units emit times 0.73 throughout. Which hemisphere a site lies in is no
    question to a model that looks at the middle.
    """

    identifier = "Afraz2015.IT-suppression"
    version = 1
    bibtex = AFRAZ_2015
    region = "IT"
    rows = "sites"
    _source = "Afraz, Boyden & DiCarlo 2015, PNAS 112:6730-6735"
    targets = {  # noqa: RUF012
        "face_sites": Target(
            -2.02,
            0.0,
            0.34,
            f"{_source}, results: high face-selective sites, contralateral; error from t(16)",
            "quoted",
            "contralateral drop mean 2.02 %, median 1.8 %, t(16) = 5.99, P < .0001",
            17,
        ),
        "correlation": Target(
            -0.46,
            0.0,
            0.13,
            f"{_source}, 38 sites; error by Fisher's z",
            "quoted",
            "r = -.46",
            38,
        ),
    }
    orders = {"others_less": "suppressing a face site costs more than suppressing the other sites does"}  # noqa: RUF012
    clear = {"others_less": 1.0}  # noqa: RUF012
    asked_of_some = frozenset({"others_less"})
    disabled = {  # noqa: RUF012
        "muscimol, - 4.41 and - 8.06 % contra - ipsi": "a difference between hemispheres, which the model has not",
        "ipsilateral changes": "the same",
    }

    @cached_property
    def objects(self) -> Photographs:
        """The photographs."""
        return photographs()

    def measure(self, laboratory: Laboratory) -> Measured:
        able = perturbable(laboratory.candidate)
        accepted(able, [[Perturbation(self.region, "scale", 0.5)]])
        experiment = _Experiment(self, able)
        found = sites(experiment.selective, self.units)
        selective = np.array([site.selectivity for site in found])
        face = selective > FACE_SITE
        if not face.any() or face.all():
            raise NotMeasurable(
                f"sites of IT have a face selectivity d' of {selective.min():.2f} to {selective.max():.2f}; the experiment takes "
                f"sites on both sides of {FACE_SITE:g}"
            )
        changes = np.array([experiment.change(site, DELETED) for site in found])
        details = {
            "selectivity": plain(selective),
            "change": plain(changes),
            "slope": plain(np.polyfit(selective, changes, 1)[0]),
            "others": plain(changes[~face].mean()),
            "without_decision_noise": plain(experiment.accuracy),
            "doses": list(DOSES),
            "dose_curve": plain([experiment.change(found[-1], dose) for dose in DOSES]),
            "controls": experiment.controls(found[-1]),
        }
        orders = {"others_less": np.where(face, changes[~face].mean() - changes, np.nan)}
        return Measured({"selectivity": selective, "change": changes}, orders, details)

    def summarise(self, properties: Any) -> dict[str, np.ndarray]:
        selective, changes = properties["selectivity"], properties["change"]
        face = selective > FACE_SITE
        mean = changes[face].mean() if face.any() else 0.0
        return {"face_sites": np.array(mean), "correlation": np.array(correlation(selective, changes))}

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Change over selectivity, over doses, and the score's parts."""
        from harness_plugins.benchmarks.causal_it.figure import by_site

        return by_site(details, "change", "change (% correct)", "share that is deleted")


class _Experiment:
    """An observer of faces, and what the suppression of a site costs it."""

    def __init__(self, benchmark: FaceSuppression, able: PerturbableBrainModel):
        self._able, self._region, self._seed = able, benchmark.region, benchmark.seed
        objects, seed = benchmark.objects, benchmark.seed
        faces = np.flatnonzero(objects.face)
        fitted, self._shown = (
            under_noise(objects.images, faces, [SIGNAL], DRAWS, EXPOSURE, s) for s in (seed, seed + 1)
        )
        every = under_noise(objects.images, np.arange(len(objects.images)), [1.0], 1, EXPOSURE, seed)
        self.selective = selectivity(self._responses(able, every), objects.face)
        side = lambda shown: np.where(objects.human[shown.table["image"]], 1.0, -1.0)
        self._read_out = LinearReadOut(self._responses(able, fitted), side(fitted))
        self._side = side(self._shown)
        self._noise = self._decision_noise(self._margins(able))
        self._control = self._correct(able)

    def _responses(self, able: PerturbableBrainModel, shown: "StimulusSet") -> np.ndarray:
        return able.record(shown, self._region, [READ])[:, 0]

    def _margins(self, able: PerturbableBrainModel) -> np.ndarray:
        return self._side * self._read_out(self._responses(able, self._shown))

    def _correct(self, able: PerturbableBrainModel) -> float:
        """% of answers that are right."""
        from scipy.stats import norm

        return 100 * float(norm.cdf(self._margins(able) / self._noise).mean())

    def _decision_noise(self, margins: np.ndarray) -> float:
        """That with which the intact model is right as often as the animals.

        Raises:
            NotMeasurable: if it is not without any.
        """
        from scipy.optimize import brentq
        from scipy.stats import norm

        self.accuracy = float(np.mean(margins > 0))
        if self.accuracy < LEAST:
            raise NotMeasurable(
                f"human faces are told from those of monkeys in {100 * self.accuracy:.0f} %; the experiment takes "
                f"{100 * LEAST:.0f} %"
            )
        size = float(np.abs(margins).mean())
        return float(brentq(lambda noise: norm.cdf(margins / noise).mean() - ACCURACY, 1e-3 * size, 1e3 * size))

    def change(self, site: Site, deleted: float, window: tuple[float, float] = ALWAYS) -> float:
        """Change of correct answers in % when a share of what a site emits is deleted."""
        light = Perturbation(self._region, "scale", 1 - deleted, units=site.mask(len(self.selective)), window=window)
        return self._correct(accepted(self._able, [[light]])) - self._control

    def controls(self, site: Site) -> dict[str, Any]:
        """Changes by matched perturbations."""
        known = np.flatnonzero(np.isfinite(self.selective))
        drawn = np.random.default_rng(self._seed).permutation(known)[: len(site.units)]
        return matched(
            {
                "factor 1": lambda: plain(self.change(site, 0.0)),
                "as many units at random": lambda: plain(self.change(Site(np.sort(drawn), np.nan), DELETED)),
                "after the response": lambda: plain(self.change(site, DELETED, (AFTER, AFTER + 200))),
            }
        )
