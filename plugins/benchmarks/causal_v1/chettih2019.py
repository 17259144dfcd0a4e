"""The influence of a single neuron on others (Chettih & Harvey 2019)."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.benchmarks import plain
from harness.benchmarks.physiology import Laboratory, Measured
from harness.brain_model import PerturbableBrainModel, perturbable
from harness.engine import AllUnits, Units
from harness.errors import NotMeasurable
from harness.metrics.tuning import circular_variance
from harness_plugins.benchmarks._causal import PopulationBenchmark, gratings, matched, with_current
from harness_plugins.benchmarks.causal_v1 import CHETTIH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ORIENTATIONS = np.arange(0, 180, 22.5)
CONTRASTS = (0.5, 1.0)
EXPOSURE, SETTLED, BIN = 300.0, 100.0, 50.0
BINS = list(pairwise(np.arange(0, EXPOSURE + BIN, BIN).tolist()))
DOSES = (0.25, 0.5, 1.0, 2.0)
"""Currents in SD of the neuron's own rate over stimuli; 1 is the experiment."""
REACH = 0.25
"""Of the field of view: how far from the source others are looked at."""
DISTANCES = 3
LEAST_SELECTIVITY, LEAST_SPREAD = 0.1, 0.01


class SingleNeuronInfluence(PopulationBenchmark):
    """One excitatory neuron is driven during gratings: others fall, the more, the more alike their tuning is.

    Gratings of 8 orientations and 2 contrasts fill the field of view for 300 ms. A tuned unit at the centre of the map gets +1 SD
    of its own rate over these, all the time. Its influence on another unit within a quarter of the field of view is the change of
    that unit's rate from 100 ms on, mean over stimuli, divided by its SD over stimuli (the paper divides by that over trials, which
    models have not). Signal correlations are those of mean rates over stimuli, trace correlations those of bins of 50 ms in all
    stimuli. Rows are sources. Orders are effects as shares of what they could be at most: the mean by the root mean square, partial
    correlations given three bins of distance (there are no noise correlations), and the sum of the changes in response to the
    source's own best grating by the sum of their sizes.

    A network in which no unit hears another of its layer has no influence, and scores 0.
    """

    identifier = "Chettih2019.V1-influence"
    version = 1
    bibtex = CHETTIH
    rows = "sources"
    orders = {  # noqa: RUF012
        "others_fall": "a neuron that is driven lowers the rates of others on average",
        "like_suppresses_like": "it lowers them the more, the higher their signal correlation is, at equal distance",
        "released_by_trace": "the slope on signal correlation rises with the size of the trace correlation",
        "population_falls": "the response of the others to the stimulus that the neuron prefers falls",
    }
    disabled = {  # noqa: RUF012
        "population - 2 %": "the error is not established, and a share of all neurons depends on how many were seen",
        "edges of the distance bins": "from memory, unverified; terciles stand in",
    }

    def measure(self, laboratory: Laboratory) -> Measured:
        able = perturbable(laboratory.candidate)
        with_current(able, self.region, 1.0, first="emitted")
        experiment = _Experiment(able, self.region, laboratory)
        sources = experiment.sources(self.units, self.seed)
        every = [experiment.influence(source, 1.0) for source in sources]
        orders = [experiment.orders(source, one) for source, one in zip(sources, every, strict=True)]
        first = sources[0]
        details = {
            "doses": list(DOSES),
            "dose_curve": plain([experiment.influence(first, dose).mean() for dose in DOSES]),
            "by_distance": plain(
                np.mean([experiment.by_distance(*pair) for pair in zip(sources, every, strict=True)], 0)
            ),
            "by_signal": plain(np.mean([experiment.by_signal(*pair) for pair in zip(sources, every, strict=True)], 0)),
            "influence_in_sd": plain(np.mean([one.mean() for one in every])),
            "neighbours": [int(one.shape[1]) for one in every],
            "controls": experiment.controls(sources),
        }
        return Measured({}, {name: np.array([one[name] for one in orders]) for name in self.orders}, details)

    def figure(self, details: dict[str, Any]) -> "Figure":
        """Influence by distance and by signal correlation, over doses, and the orders."""
        from harness_plugins.benchmarks.causal_v1.figure import influence

        return influence(details)


class _Experiment:
    """Rates under gratings, and what a current into one unit does to those of others."""

    def __init__(self, able: PerturbableBrainModel, region: str, laboratory: Laboratory):
        self._able, self._region = able, region
        self._layer = able.layer_of(region)
        self._stimuli = gratings(laboratory.canvas, ORIENTATIONS, CONTRASTS, EXPOSURE)
        found = able.record_layers(self._stimuli, [self._layer], BINS, AllUnits())[self._layer]
        self._places: Units = found.units
        self._traces = np.asarray(found.array(), dtype=float)
        self._control = self._rates(able)
        self._spread = self._control.std(0)
        if len(self._places) == 0 or self._places.x.min() < 0:
            raise NotMeasurable(f"{region} has no map, on which neighbours of a unit could be told")
        self._degrees = laboratory.canvas.visual_degrees / (self._places.x.max() + 1)

    def _rates(self, able: PerturbableBrainModel) -> np.ndarray:
        """(stimuli, units)."""
        found = able.record_layers(self._stimuli, [self._layer], [(SETTLED, EXPOSURE)], AllUnits())[self._layer]
        return np.asarray(found.array(), dtype=float)[:, 0]

    def sources(self, most: int, seed: int) -> list[int]:
        """Tuned units at the centre of the map.

        Raises:
            NotMeasurable: if there are fewer than two.
        """
        high = self._stimuli.table["contrast"].to_numpy() == max(CONTRASTS)
        middle = [int(axis.max() + 1) // 2 for axis in (self._places.y, self._places.x)]
        centre = np.flatnonzero((self._places.y == middle[0]) & (self._places.x == middle[1]))
        curves = np.maximum(self._control[high][:, centre].T, 0)
        selectivity = 1 - circular_variance(curves, ORIENTATIONS)
        tuned = centre[(selectivity >= LEAST_SELECTIVITY) & (self._spread[centre] >= self._least)]
        if len(tuned) < 2:
            raise NotMeasurable(
                f"{len(tuned)} of {len(centre)} units at the centre of {self._region} are tuned to orientation; an experiment "
                "needs two"
            )
        return sorted(np.random.default_rng(seed).permutation(tuned)[:most].tolist())

    @property
    def _least(self) -> float:
        """Spread over stimuli of a unit that is driven."""
        varying = self._spread[self._spread > 0]
        return LEAST_SPREAD * float(np.median(varying)) if len(varying) else np.inf

    def _distance(self, source: int) -> np.ndarray:
        across, down = (axis - axis[source] for axis in (self._places.x, self._places.y))
        return self._degrees * np.hypot(across, down)

    def _neighbours(self, source: int) -> np.ndarray:
        near = self._distance(source) <= REACH * self._degrees * (self._places.x.max() + 1)
        return np.flatnonzero(near & (self._spread >= self._least) & (np.arange(len(near)) != source))

    def influence(self, source: int, dose: float, at: int | None = None) -> np.ndarray:
        """(stimuli, neighbours), in SD of each neighbour.

        Args:
            at: the unit that is driven in its place, by as much.
        """
        driven = np.zeros(len(self._places), bool)
        driven[source if at is None else at] = True
        current = dose * float(self._spread[source])
        changed = self._rates(with_current(self._able, self._region, current, units=driven, first="emitted"))
        others = self._neighbours(source)
        return (changed - self._control)[:, others] / self._spread[others]

    def _signal(self, source: int) -> np.ndarray:
        return _correlations(self._control, source, self._neighbours(source))

    def _bins(self, source: int) -> np.ndarray:
        """(neighbours, DISTANCES), one of which is 1."""
        distance = self._distance(source)[self._neighbours(source)]
        edges = np.quantile(distance, np.linspace(0, 1, DISTANCES + 1)[1:-1])
        return np.eye(DISTANCES)[np.searchsorted(edges, distance)]

    def orders(self, source: int, influence: np.ndarray) -> dict[str, float]:
        """Name -> the number that must be positive."""
        mean, signal, bins = influence.mean(0), self._signal(source), self._bins(source)
        traces = self._traces.reshape(-1, self._traces.shape[2])
        trace = np.abs(_correlations(traces, source, self._neighbours(source)))
        preferred = influence[int(self._control[:, source].argmax())] * self._spread[self._neighbours(source)]
        return {
            "others_fall": -_share(mean),
            "like_suppresses_like": -_partial(mean, signal, bins),
            "released_by_trace": _partial(mean, signal * trace, np.column_stack([bins, signal, trace])),
            "population_falls": -float(preferred.sum() / max(np.abs(preferred).sum(), 1e-30)),
        }

    def by_distance(self, source: int, influence: np.ndarray) -> np.ndarray:
        """(DISTANCES,), means from near to far."""
        return _means(influence.mean(0), self._bins(source))

    def by_signal(self, source: int, influence: np.ndarray) -> np.ndarray:
        """(4,), means over quarters of the range of signal correlations, -1 to 1."""
        return _means(influence.mean(0), np.eye(4)[np.digitize(self._signal(source), [-0.5, 0, 0.5])])

    def controls(self, sources: list[int]) -> dict[str, Any]:
        """Mean influence, as its share, of matched perturbations of the first source: none, and of as much at another place."""
        first = sources[0]
        same = self._places.channel == self._places.channel[first]
        far = int(np.flatnonzero(same)[np.argmax(self._distance(first)[same])])
        return matched(
            {
                "no current": lambda: plain(np.abs(self.influence(first, 0.0)).max()),
                "a unit far away": lambda: plain(_share(self.influence(first, 1.0, at=far).mean(0))),
            }
        )


def _share(values: np.ndarray) -> float:
    """The mean as a share of the root mean square; 0 for zeros."""
    size = float(np.sqrt(np.mean(values**2)))
    return float(values.mean()) / size if size > 0 else 0.0


def _means(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Means of (rows,) in (rows, groups) of ones and zeros; 0 for an empty group."""
    return groups.T @ values / np.maximum(groups.sum(0), 1)


def _correlations(responses: np.ndarray, source: int, others: np.ndarray) -> np.ndarray:
    """(others,), correlations of columns of (samples, units) with that of the source."""
    centred = responses - responses.mean(0)
    norms = np.sqrt((centred**2).sum(0))
    return centred[:, source] @ centred[:, others] / np.maximum(norms[source] * norms[others], 1e-30)


def _partial(values: np.ndarray, regressor: np.ndarray, given: np.ndarray) -> float:
    """Correlation of values with a regressor, given others; 0 where either has nothing left."""
    residuals = [each - given @ np.linalg.lstsq(given, each, rcond=None)[0] for each in (values, regressor)]
    sizes = [float(np.linalg.norm(one)) for one in residuals]
    whole = [float(np.linalg.norm(one)) for one in (values, regressor)]
    if any(size <= 1e-6 * total for size, total in zip(sizes, whole, strict=True)):
        return 0.0
    return float(residuals[0] @ residuals[1]) / (sizes[0] * sizes[1])
