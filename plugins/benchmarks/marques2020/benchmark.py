"""Distributions of single-neuron properties over the units of V1 (Marques, Schrimpf & DiCarlo 2021)."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from harness import Benchmark
from harness.assemblies import Score
from harness.benchmarks import ceiled_score, make_score, plain
from harness.benchmarks.physiology import UNDEFINED
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.statistics import Histogram, bootstrap, ks_distance, largest_distance, sampled_similarity
from harness_plugins.benchmarks.marques2020 import MARQUES, PUBLICATIONS
from harness_plugins.benchmarks.marques2020.cells import Cells
from harness_plugins.benchmarks.marques2020.properties import MEASURES
from harness_plugins.benchmarks.marques2020.published import PUBLISHED, histogram

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class DistributionBenchmark(Benchmark):
    """Distribution of a property over the units of V1, compared with macaque cells.

    Units are those at the centre of the map of V1, one per channel, none chosen for its tuning; those that gratings drive by less
    than 5 spikes/s above the blank screen are left out, as cells were, and those that lack the property (no suppression, no
    diameter) count neither there nor here; one that more than half of the driven units lack is not measurable. Tuning to
    orientation, frequency and size counts where it repeats from one grating to the next (`harness.metrics.tuning.repeats`).
    Values beyond the published bins count in the outermost.

    The raw score is 1 - D / D0: D is the Kolmogorov-Smirnov distance between the two histograms, D0 that of a population without
    the effect (`published.PUBLISHED` says which: no suppression, no orientation tuning, ...), which scores 0, the chance level; a
    population that is less like the cells still is below 0. Brain-Score divides by the distance of the farthest population possible
    instead, so that units without suppression score a third there; its number stands in the details.
    The ceiling is what as many units drawn from the cells' distribution reach against as many cells drawn from it (Brain-Score
    compares the redrawn cells with the very same cells). The error is a bootstrap over units.

    Args:
        name: publication and property.
    """

    version = 2
    parent = "in-silico"
    chance = 0.0
    region = "V1"

    def __init__(self, name: str):
        if name not in PUBLISHED:
            raise BenchmarkError(f"there is no property '{name}'; there are {', '.join(PUBLISHED)}")
        self.name, self.known = name, PUBLISHED[name]
        self.identifier = f"Marques2020.{name}"
        self.bibtex = f"{PUBLICATIONS[name.partition('-')[0]]}\n{MARQUES}"

    @cached_property
    def data(self) -> Histogram:
        """The published histogram."""
        return histogram(self.name)

    @cached_property
    def ceiling(self) -> Score:
        """The ceiling of as many units as there are cells."""
        return self.ceiling_of(self.data.n)

    def ceiling_of(self, units: int) -> Score:
        """The score of so many units drawn from the cells' own distribution, with its spread."""
        raw = 1 - (1 - sampled_similarity(self.data, units)) / self._no_effect
        return make_score(raw.mean(), error=raw.std(ddof=1))

    def run(self, candidate: BrainModel) -> Score:
        cells = Cells(candidate, self.region)
        return self.compare(MEASURES[self.name](cells), cells.centre)

    def compare(self, values: np.ndarray, centre: tuple[float, float] = (0.0, 0.0)) -> Score:
        """The score of a population.

        Args:
            values: (driven units,), NaN for those that lack the property.
            centre: (x, y) degrees, where the gratings lay.
        """
        defined = values[np.isfinite(values)]
        if len(defined) < 2 or len(defined) < (1 - UNDEFINED) * len(values):
            raise NotMeasurable(
                f"{len(defined)} of {len(values)} driven units have the property '{self.name}'; it takes two, and half"
            )
        ceiling, raw = self.ceiling_of(len(defined)), self._raw(defined)
        details = self._details(values, defined) | {"centre": plain(centre)}
        return ceiled_score(raw, error=bootstrap(self._raw, defined).error, ceiling=ceiling, details=details)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """The two histograms, and their cumulated shares."""
        from harness_plugins.benchmarks.marques2020.figure import draw

        return draw(details, self.identifier)

    @cached_property
    def _no_effect(self) -> float:
        return float(self._distance(np.array([self.known.null])))

    def _raw(self, values: np.ndarray) -> float:
        return 1 - self._distance(values) / self._no_effect

    def _distance(self, values: np.ndarray) -> float:
        return float(ks_distance(self._shares(values), self.data.shares))

    def _shares(self, values: np.ndarray) -> np.ndarray:
        # in float64, because what is clipped to an edge in float32 may lie beyond it
        return self.data.shares_of(np.clip(values.astype(float), self.data.edges[0], self.data.edges[-1]))

    def _details(self, values: np.ndarray, defined: np.ndarray) -> dict[str, Any]:
        known = self.known
        farthest = largest_distance(self.data)
        return {
            **self._about(),
            "degrees_of_freedom": len(defined) - 1,
            "units": {"driven": len(values), "with the property": len(defined)},
            "values": plain(defined),
            "shares": plain(self._shares(defined)),
            "median": plain(np.median(defined)),
            "distance": plain(self._distance(defined)),
            "distance_without_effect": plain(self._no_effect),
            "brain_score_similarity": plain(1 - self._distance(defined) / farthest),
            "without_effect": {"is": known.without, "value": known.null, "brain_score_similarity":
                               plain(1 - self._no_effect / farthest)},
        }  # fmt: skip

    def _about(self) -> dict[str, Any]:
        return {
            "label": self.known.label,
            "logarithmic": self.known.logarithmic,
            "source": self.known.source,
            "confidence": "quoted",
            "published": {"edges": list(self.data.edges), "counts": list(self.data.counts)},
        }
