"""The base class of neurophysiological experiments on a model's units, scored against published effects."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, ceiled_score, make_score, plain
from harness.benchmarks.physiology.laboratory import Laboratory
from harness.brain_model import BrainModel
from harness.checks import Seed, checked
from harness.errors import BenchmarkError, NotMeasurable, StimulusError
from harness.metrics.statistics import CLEAR, agreement, bootstrap, known_errors, order, repeated
from harness.metrics.statistics import Target as Target


@checked(BenchmarkError)
@dataclass(frozen=True)
class Measured:
    """The results of an experiment, one row per unit.

    Attributes:
        properties: target's name -> (units,) or (units, ...) with the shape of the target's value; NaN where a unit has none. Of a
            benchmark with a `summarise` of its own, whatever that makes the targets' values of.
        orders: name of a required inequality -> (units,), the difference that must be positive, as a share of a response.
        details: what the figure needs besides: plain content.
    """

    properties: Mapping[str, np.ndarray]
    orders: Mapping[str, np.ndarray] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


UNDEFINED = 0.5
"""Share of units in which what is measured may be undefined."""


@checked(BenchmarkError)
class InSilicoBenchmark(Benchmark):
    """An experiment on single units, each with stimuli made for it, against what was published of cells.

    A property of the population is the mean over units (or the median, see `statistics`), and what counts is its agreement with the
    published value, from 1 for that over 0 for no effect to less for the opposite; a required order ("suppressed by a parallel
    surround") counts from -1 to 1 (`harness.metrics.statistics.published_effects`). The raw score is the mean of the two, or that
    of which there is any. No effect at all scores 0, which is chance. The ceiling is what a repetition of the published experiment
    would score; where the error of a published value is not known it is 1, and its own error unknown. The error of the score is
    a bootstrap over units.

    Not measurable is a model of which fewer than two units are driven and tuned, whose field of view does not hold the displays, or
    in more than half of whose units a property or an order is undefined; up to a half, these units are left out and counted in
    the details. What is said of an effect (when it begins, how far it reaches) does not exist without it: it is `conditional`, and
    a unit that lacks it counts as one without the effect.

    A subclass sets `targets`, `orders` or both, and implements `measure`.

    Args:
        units: maximum number of units studied.
        seed: seed of their choice among driven and tuned units.

    Attributes:
        targets: name -> published effect. Effects of low confidence are listed in `disabled`, with the reason, and not scored.
        orders: name -> the inequality in words.
        clear: name of an order -> the size of a clear difference where it is not a tenth of a response.
        conditional: names of targets and orders that exist only where there is an effect.
        asked_of_some: orders that are undefined in other units by design.
        statistics: name -> "median" where it is not the mean over units.
    """

    parent: ClassVar[str] = "in-silico"
    chance: ClassVar[float] = 0.0
    region: ClassVar[str] = "V1"
    targets: Mapping[str, Target] = {}
    orders: ClassVar[Mapping[str, str]] = {}
    clear: ClassVar[Mapping[str, float]] = {}
    conditional: ClassVar[frozenset[str]] = frozenset()
    asked_of_some: ClassVar[frozenset[str]] = frozenset()
    disabled: Mapping[str, str] = {}
    statistics: ClassVar[Mapping[str, str]] = {}
    rows: ClassVar[str] = "units"

    def __init__(self, units: int = 24, seed: Seed = 0):
        if units < 2:
            raise BenchmarkError(f"'{self.identifier}' needs at least two units, not {units}; its error is over units")
        self.units, self.seed = int(units), int(seed)

    @abstractmethod
    def measure(self, laboratory: Laboratory) -> Measured:
        """Do the experiment on `laboratory.units`, of which there are at least two."""

    @cached_property
    def ceiling(self) -> Score:
        """The expected score of a replication of the published experiment."""
        return ceiling_of(self.targets, bool(self.orders))

    def run(self, candidate: BrainModel) -> Score:
        laboratory = Laboratory(candidate, self.region, self.units, self.seed)
        self.suits(laboratory)
        count = len(laboratory.units)
        try:
            measured = self.measure(laboratory)
        except StimulusError as reason:
            raise NotMeasurable(f"{reason} ({count} units, {laboratory.canvas.visual_degrees:g} degrees)") from reason
        score = self.compared(measured)
        score.attrs["details"] = {"laboratory": laboratory.describe(), **score.attrs["details"], **measured.details}
        return score

    def compared(self, measured: Measured) -> Score:
        """The score of what was measured.

        Raises:
            NotMeasurable: if a property or an order is undefined in more than half of the units.
        """
        properties = {name: np.asarray(values, dtype=float) for name, values in measured.properties.items()}
        orders = {name: np.asarray(measured.orders[name], dtype=float) for name in self.orders}
        self._require_defined({**properties, **orders})
        summary = self.summarise(properties)
        self._check(summary)
        rows = np.arange(len(next(iter((properties or orders).values()))))
        resampled = lambda drawn: self._score(self.summarise(_rows(properties, drawn)), _rows(orders, drawn))
        raw, error = self._score(summary, orders), bootstrap(resampled, rows, draws=500).error
        details = self._details(properties, orders, summary) | {"degrees_of_freedom": len(rows) - 1}
        return ceiled_score(raw, error=error, ceiling=self.ceiling, details=details)

    def suits(self, laboratory: Laboratory) -> None:
        """Refuse what can be refused before a unit is known.

        Raises:
            NotMeasurable: if the field of view is smaller than the paradigm needs, or a time step is too long for it.
        """

    def summarise(self, properties: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The population's value of every target.

        A benchmark whose effects are of the population, such as ratios of its mean responses, has its own; it is called with
        resampled units.
        """
        return {name: self._population(name, properties[name]) for name in self.targets}

    def _population(self, name: str, values: np.ndarray) -> np.ndarray:
        null = np.asarray(self.targets[name].null, dtype=float)
        if name in self.conditional:
            values = np.where(np.isfinite(values), values, null)
        known = np.ma.masked_invalid(values)
        middle = np.ma.median(known, axis=0) if self.statistics.get(name) == "median" else known.mean(axis=0)
        return np.where(np.ma.getmaskarray(middle), null, np.ma.getdata(middle))

    def _score(self, summary: Mapping[str, np.ndarray], orders: Mapping[str, np.ndarray]) -> float:
        size = agreement(summary, self.targets)
        if not orders:
            return size
        held = float(np.mean([self._order(name, differences) for name, differences in orders.items()]))
        return (size + held) / 2 if self.targets else held

    def _order(self, name: str, differences: np.ndarray) -> float:
        filled = np.nan_to_num(differences) if name in self.conditional else differences
        return order(filled, self.clear.get(name, CLEAR))

    def _require_defined(self, values: Mapping[str, np.ndarray]) -> None:
        for name, each in values.items():
            undefined = ~np.isfinite(each).reshape(len(each), -1).all(1)
            if name not in self.conditional | self.asked_of_some and undefined.mean() > UNDEFINED:
                raise NotMeasurable(
                    f"'{name}' is undefined in {undefined.sum()} of {len(each)} {self.rows} "
                    f"({100 * undefined.mean():.0f} %, more than {100 * UNDEFINED:g} %)"
                )

    def _check(self, summary: Mapping[str, np.ndarray]) -> None:
        for name, target in self.targets.items():
            if np.shape(summary[name]) != np.shape(target.value):
                raise BenchmarkError(
                    f"'{self.identifier}' measured {name} of shape {np.shape(summary[name])} where the target has "
                    f"{np.shape(target.value)}"
                )

    def _details(
        self,
        properties: Mapping[str, np.ndarray],
        orders: Mapping[str, np.ndarray],
        summary: Mapping[str, np.ndarray],
    ) -> dict[str, Any]:
        return {
            **against(self.targets, summary),
            "spread": {
                name: plain(np.ma.filled(np.ma.masked_invalid(values).std(axis=0), np.nan))
                for name, values in properties.items()
            },
            "per_unit": {name: plain(values) for name, values in properties.items() if values.ndim == 1},
            "undefined": {name: int((~np.isfinite(values)).sum()) for name, values in properties.items()},
            "orders": {
                name: {
                    "says": self.orders[name],
                    "mean": plain(np.nan_to_num(values).mean()),
                    "held": plain(self._order(name, values)),
                }
                for name, values in orders.items()
            },
            "disabled": dict(self.disabled),
            "fitted_numbers": 0,
        }


@checked(BenchmarkError, pure=True)
def ceiling_of(targets: Mapping[str, Target], with_orders: bool) -> Score:
    """The expected score of a replication of a published experiment; 1, its error unknown, where that of a target is."""
    if not known_errors(targets):
        return make_score(1.0, error=None)
    scores = repeated(targets)
    if with_orders:
        scores = (scores + 1) / 2
    return make_score(scores.mean(), error=scores.std(ddof=1))


def _rows(properties: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """The values of some units."""
    return {name: values[rows] for name, values in properties.items()}


@checked(BenchmarkError, pure=True)
def against(targets: Mapping[str, Target], summary: Mapping[str, np.ndarray | float]) -> dict[str, Any]:
    """Published effects, what was measured of each, its signed size as a share of the published one, and how far it lies from that,
    for the record."""
    return {
        "targets": {
            name: {
                "value": plain(target.value),
                "null": plain(target.null),
                "error": None if target.error is None else plain(target.error),
                "source": target.source,
                "confidence": target.confidence,
                "quotation": target.quotation,
                "n": target.n,
            }
            for name, target in targets.items()
        },
        "measured": {name: plain(summary[name]) for name in targets},
        "size": {name: plain(target.size(summary[name])) for name, target in targets.items()},
        "distance": {name: plain(target.distance(summary[name])) for name, target in targets.items()},
        "assumed": [name for name, target in targets.items() if target.confidence == "assumed"],
        "error_unknown": [name for name, target in targets.items() if target.error is None],
    }
