"""The base class of neurophysiological experiments on a model's units, scored against published effects."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from harness.assemblies import Score
from harness.benchmarks import Benchmark, ceiled_score, make_score
from harness.benchmarks.physiology.laboratory import Laboratory
from harness.brain_model import BrainModel
from harness.errors import BenchmarkError, StimulusError
from harness.metrics.statistics import Target as Target
from harness.metrics.statistics import agreement, bootstrap, holds, repeated


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


class InSilicoBenchmark(Benchmark):
    """An experiment on single units, each with stimuli made for it, against what was published of cells.

    A property of the population is the mean over units (or the median, see `statistics`), and what counts is how far it lies from
    the published value, in units of the distance between that value and no effect
    (`harness.metrics.statistics.published_effects`). A unit that has no such property (no peak, a fit that does not exist)
    counts as one without the effect and is reported as a failure. Required orders ("suppressed by a parallel surround") hold
    if the mean difference exceeds two standard errors and a hundredth of the response. The raw score is the mean of the
    agreement and of the share of orders that hold, so that both size and sign count; no effect at all scores 0, which is
    chance. The ceiling is the expected score of a replication of the published experiment, given its error. The error is a
    bootstrap over units. A model without a single driven and tuned unit shows no effect, nor does one on whose image the
    stimuli do not fit. Where no size is established there are only orders, and their share is the score.

    A subclass sets `targets`, `orders` or both, and implements `measure`.

    Args:
        units: maximum number of units studied.
        seed: seed of their choice among driven and tuned units.

    Attributes:
        targets: name -> published effect. Effects of low confidence are listed in `disabled`, with the reason, and not scored.
        orders: name -> the inequality in words.
        statistics: name -> "median" where it is not the mean over units.
    """

    parent: ClassVar[str] = "in-silico"
    chance: ClassVar[float] = 0.0
    region: ClassVar[str] = "V1"
    targets: ClassVar[Mapping[str, Target]] = {}
    orders: ClassVar[Mapping[str, str]] = {}
    disabled: ClassVar[Mapping[str, str]] = {}
    statistics: ClassVar[Mapping[str, str]] = {}

    def __init__(self, units: int = 24, seed: int = 0):
        if units < 2:
            raise BenchmarkError(f"'{self.identifier}' needs at least two units, not {units}; its error is over units")
        self.units, self.seed = int(units), int(seed)

    @abstractmethod
    def measure(self, laboratory: Laboratory) -> Measured:
        """Do the experiment on `laboratory.units`, of which there are at least two."""

    @cached_property
    def ceiling(self) -> Score:
        """The expected score of a replication of the published experiment."""
        scores = repeated(self.targets)
        if self.targets and self.orders:
            scores = (scores + 1) / 2
        return make_score(scores.mean(), error=scores.std(ddof=1))

    def run(self, candidate: BrainModel) -> Score:
        laboratory = Laboratory(candidate, self.region, self.units, self.seed)
        if len(laboratory.units) < 2:
            return self._nothing(
                laboratory,
                f"{len(laboratory.units)} units are driven, tuned and have a receptive field; two are needed",
            )
        try:
            measured = self.measure(laboratory)
        except StimulusError as reason:
            return self._nothing(laboratory, str(reason))
        score = self.compared(measured)
        score.attrs["details"] = {"laboratory": laboratory.describe(), **score.attrs["details"], **measured.details}
        return score

    def compared(self, measured: Measured) -> Score:
        """The score of what was measured."""
        properties = {name: np.asarray(values, dtype=float) for name, values in measured.properties.items()}
        summary = self.summarise(properties)
        self._check(summary)
        orders = {name: np.asarray(measured.orders[name], dtype=float) for name in self.orders}
        rows = np.arange(len(next(iter((properties or orders).values()))))
        resampled = lambda drawn: self._score(self.summarise(_rows(properties, drawn)), _rows(orders, drawn))
        raw, error = self._score(summary, orders), bootstrap(resampled, rows, draws=500).error
        details = self._details(properties, orders, summary) | {"degrees_of_freedom": len(rows) - 1}
        return ceiled_score(raw, error=error, ceiling=self.ceiling, details=details)

    def summarise(self, properties: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The population's value of every target; units without a property count as units without the effect.

        A benchmark whose effects are of the population, such as ratios of its mean responses, has its own; it is called with
        resampled units.
        """
        return {name: self._population(name, properties[name]) for name in self.targets}

    def _population(self, name: str, values: np.ndarray) -> np.ndarray:
        filled = np.where(np.isfinite(values), values, np.asarray(self.targets[name].null, dtype=float))
        return np.median(filled, axis=0) if self.statistics.get(name) == "median" else filled.mean(0)

    def _score(self, summary: Mapping[str, np.ndarray], orders: Mapping[str, np.ndarray]) -> float:
        size = agreement(summary, self.targets)
        if not orders:
            return size
        held = float(np.mean([holds(differences) for differences in orders.values()]))
        return (size + held) / 2 if self.targets else held

    def _check(self, summary: Mapping[str, np.ndarray]) -> None:
        for name, target in self.targets.items():
            if np.shape(summary[name]) != np.shape(target.value):
                raise BenchmarkError(
                    f"'{self.identifier}' measured {name} of shape {np.shape(summary[name])} where the target has "
                    f"{np.shape(target.value)}"
                )

    def _nothing(self, laboratory: Laboratory, reason: str) -> Score:
        """The score of a model that cannot be studied: chance."""
        laboratory.failures["score"] = reason
        orders = {name: np.zeros(1) for name in self.orders}
        summary = {name: np.asarray(target.null, dtype=float) for name, target in self.targets.items()}
        details = {"laboratory": laboratory.describe(), **self._details({}, orders, summary)}
        return make_score(
            0.0,
            error=None,
            raw=make_score(0.0, error=None),
            ceiling=self.ceiling,
            details={**details, "studied": False},
        )

    def _details(
        self,
        properties: Mapping[str, np.ndarray],
        orders: Mapping[str, np.ndarray],
        summary: Mapping[str, np.ndarray],
    ) -> dict[str, Any]:
        return {
            "studied": True,
            **against(self.targets, summary),
            "spread": {
                name: plain(np.ma.filled(np.ma.masked_invalid(values).std(axis=0), np.nan))
                for name, values in properties.items()
            },
            "per_unit": {name: plain(values) for name, values in properties.items() if values.ndim == 1},
            "undefined": {name: int((~np.isfinite(values)).sum()) for name, values in properties.items()},
            "orders": {
                name: {"says": self.orders[name], "mean": plain(np.nan_to_num(values).mean()), "holds": holds(values)}
                for name, values in orders.items()
            },
            "disabled": dict(self.disabled),
            "fitted_numbers": 0,
        }


def plain(values: Any, digits: int = 5) -> Any:
    """Numbers as JSON has them: lists of rounded floats, None where there is no number."""
    array = np.asarray(values, dtype=float)
    if array.ndim:
        return [plain(value, digits) for value in array]
    return float(f"{float(array):.{digits}g}") if np.isfinite(array) else None


def _rows(properties: Mapping[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Those of some units."""
    return {name: values[rows] for name, values in properties.items()}


def against(targets: Mapping[str, Target], summary: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Published effects, the measured values, and their distances, for the result."""
    return {
        "targets": {
            name: {
                "value": plain(target.value),
                "null": plain(target.null),
                "error": plain(target.error),
                "source": target.source,
                "confidence": target.confidence,
            }
            for name, target in targets.items()
        },
        "measured": {name: plain(summary[name]) for name in targets},
        "distance": {name: plain(target.distance(summary[name])) for name, target in targets.items()},
    }
