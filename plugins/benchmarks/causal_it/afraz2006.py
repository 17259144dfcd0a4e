"""Microstimulation of IT during the categorisation of faces (Afraz, Kiani & Esteky 2006)."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import Laboratory, Measured
from harness.brain_model import PerturbableBrainModel, perturbable, record_each
from harness.errors import NotMeasurable
from harness.metrics.behaviour import correlation
from harness.metrics.statistics import Target
from harness_plugins.benchmarks._causal import (
    AFTER,
    LinearReadOut,
    PopulationBenchmark,
    matched,
    roc_area,
    with_current,
)
from harness_plugins.benchmarks.causal_it import AFRAZ_2006
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

FITTED, TESTED = (0.25, 0.5, 0.8, 1.0), (0.15, 0.25, 0.4, 0.5, 0.8)
"""Shares of pixels that are kept, in images to which the read-out is fitted, and in those of the experiment."""
EXPOSURE, STIMULATED, READ = 200.0, (100.0, 150.0), (100.0, 200.0)
DOSES = (0.25, 0.5, 1.0, 2.0)
LEAST_AREA = 0.7
"""Under the ROC curve of the read-out, in the clearest images."""


class FaceMicrostimulation(PopulationBenchmark):
    """Stimulating IT where it prefers faces makes an observer see faces, in proportion to the preference.

    Of the 92 photographs of Kriegeskorte et al. 2008, the 24 faces and as many other objects stand in for the 30 faces and 60
    objects of the experiment; between 15 and 80 % of the pixels are kept and the rest is uniform noise. They are shown for 200
    ms. A linear read-out of faces from all units of IT, means from 100 to 200 ms, is fitted in the intact model to the same
    objects under other noise, which the animals, too, had been trained on, and kept. Models have no cortical place: a site
    holds the 5 % of units whose own selectivity (d' of faces against others) is nearest to one of `units` values at equal
    distances. For 50 ms from 100 ms on each of its units gets +1 SD of its responses. The shift of the psychometric function is
    the mean change of what is read out, divided by its slope over signed signal, in % signal. The score is of the correlation
    of shift and selectivity over sites, and of orders.
    """

    identifier = "Afraz2006.IT-microstimulation"
    version = 1
    bibtex = AFRAZ_2006
    region = "IT"
    rows = "sites"
    targets = {  # noqa: RUF012
        "correlation": Target(
            0.552,
            0.0,
            0.076,
            "Afraz, Kiani & Esteky 2006, Nature 442:692-695, 86 sites digitised (100-150 ms); error by Fisher's z",
            "read from a figure",
            "86 sites (31 face-selective d' > 1, 55 not)",
            86,
        )
    }
    orders = {  # noqa: RUF012
        "face_sites_shift": "stimulating the most face-selective third of the sites shifts choices toward faces",
        "more_than_others": "it does so by more than stimulating the other sites",
    }
    clear = dict.fromkeys(("face_sites_shift", "more_than_others"), 1.0)
    asked_of_some = frozenset({"face_sites_shift", "more_than_others"})
    disabled = {  # noqa: RUF012
        "slope 3.47 % signal per unit d', shifts of 4.55 % (d' > 1) and 1.43 %": "read from the same figure; they grow with the "
        "current, and what 50 uA are in SD of a unit is not known"
    }

    @cached_property
    def objects(self) -> Photographs:
        """The photographs."""
        return photographs()

    @property
    def shown(self) -> np.ndarray:
        """Rows of all faces and as many others, drawn at random."""
        face = self.objects.face
        others = np.random.default_rng(self.seed).permutation(np.flatnonzero(~face))[: face.sum()]
        return np.concatenate([np.flatnonzero(face), others])

    def measure(self, laboratory: Laboratory) -> Measured:
        able = perturbable(laboratory.candidate)
        with_current(able, self.region, 1.0, first="emitted")
        experiment = _Experiment(self, able)
        found = sites(experiment.selective, self.units)
        sites_at_one, by_dose = [(site, 1.0) for site in found], [(found[-1], dose) for dose in DOSES]
        shifts, curve = np.split(experiment.shifts([*sites_at_one, *by_dose]), [len(found)])
        selective = np.array([site.selectivity for site in found])
        face = selective >= np.quantile(selective, 2 / 3)
        details = {
            "selectivity": plain(selective),
            "shift": plain(shifts),
            "slope": plain(np.polyfit(selective, shifts, 1)[0]),
            "area": plain(experiment.area),
            "doses": list(DOSES),
            "dose_curve": plain(curve),
            "controls": experiment.controls(found[-1]),
        }
        orders = {
            "face_sites_shift": np.where(face, shifts, np.nan),
            "more_than_others": np.where(face, shifts - shifts[~face].mean(), np.nan),
        }
        return Measured({"selectivity": selective, "shift": shifts}, orders, details)

    def summarise(self, properties: Any) -> dict[str, np.ndarray]:
        return {"correlation": np.array(correlation(properties["selectivity"], properties["shift"]))}

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Shift over selectivity, over doses, and the score's parts."""
        from harness_plugins.benchmarks.causal_it.figure import by_site

        return by_site(details, "shift", "shift toward faces (% signal)", "current (SD)")


class _Experiment:
    """A read-out of faces, and what a current into a site does to it."""

    def __init__(self, benchmark: FaceMicrostimulation, able: PerturbableBrainModel):
        self._able, self._region, self._seed = able, benchmark.region, benchmark.seed
        objects, rows = benchmark.objects, benchmark.shown
        fitted = under_noise(objects.images, rows, FITTED, 1, EXPOSURE, benchmark.seed)
        self._shown = under_noise(objects.images, rows, TESTED, 1, EXPOSURE, benchmark.seed + 1)
        responses, is_face = self._responses(able, fitted), objects.face[fitted.table["image"]]
        clear = fitted.table["signal"].to_numpy() == max(FITTED)
        self.selective = selectivity(responses[clear], is_face[clear])
        self._spread = responses.std(0)
        self._read_out = LinearReadOut(responses, np.where(is_face, 1.0, -1.0), fitted.table["image"].to_numpy())
        self._control = self._read_out(self._responses(able, self._shown))
        self._slope = self._calibrated(objects.face[self._shown.table["image"]])

    def _responses(self, able: PerturbableBrainModel, shown: "StimulusSet") -> np.ndarray:
        return able.record(shown, self._region, [READ])[:, 0]

    def _calibrated(self, is_face: np.ndarray) -> float:
        """How much more is read out for a signal that is 1 % more a face.

        Raises:
            NotMeasurable: if faces cannot be told from other objects.
        """
        signal = self._shown.table["signal"].to_numpy()
        clear = signal >= 0.5
        of, other = self._control[clear & is_face], self._control[clear & ~is_face]
        self.area = roc_area(of, other)
        slope = np.polyfit(100 * np.where(is_face, signal, -signal), self._control, 1)[0]
        if self.area < LEAST_AREA or not slope > 0:
            raise NotMeasurable(
                f"faces are told from other objects with an area of {self.area:.2f} under the ROC curve; it takes {LEAST_AREA}"
            )
        return float(slope)

    def shifts(self, currents: Sequence[tuple[Site, float]], window: tuple[float, float] = STIMULATED) -> np.ndarray:
        """% signal toward faces by each of some currents, a site and how many SD."""
        stimulated = [self._stimulated(site, dose, window) for site, dose in currents]
        told = (self._read_out(one[:, 0]) for one in record_each(stimulated, self._shown, self._region, [READ]))
        return np.array([(one - self._control).mean() for one in told]) / self._slope

    def _stimulated(self, site: Site, dose: float, window: tuple[float, float]) -> PerturbableBrainModel:
        current, units = dose * self._spread, site.mask(len(self._spread))
        return with_current(self._able, self._region, current, units=units, window=window, first="emitted")

    def controls(self, site: Site) -> dict[str, Any]:
        """Shifts by matched perturbations."""
        known = np.flatnonzero(np.isfinite(self.selective))
        drawn = np.random.default_rng(self._seed).permutation(known)[: len(site.units)]
        return matched(
            {
                "no current": lambda: plain(self.shifts([(site, 0.0)])[0]),
                "as many units at random": lambda: plain(self.shifts([(Site(np.sort(drawn), np.nan), 1.0)])[0]),
                "after the response": lambda: plain(self.shifts([(site, 1.0)], (AFTER, AFTER + 50))[0]),
            }
        )
