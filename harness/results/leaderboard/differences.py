"""Significant differences between models on a benchmark, corrected for the number of pairs."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from harness.metrics.statistics import LEVEL, compare_models, difference_p, holm
from harness.results.leaderboard.table import Table
from harness.results.result import Result
from harness.results.samples import PerSample

BY_ERRORS = "by their errors, as if independent"

Pair = tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """All pairs of models on one benchmark, the higher one of each first.

    Attributes:
        p: pair -> p value after Holm's correction.
        how: pair -> how it was compared: "paired over 132 neurons", or by the errors of the scores, taken as independent; and
            whether they were scored on different units.
    """

    p: Mapping[Pair, float]
    how: Mapping[Pair, str]

    def against(self, model: str) -> dict[str, Any]:
        """The models that one differs from, and those that it does not, in the order of their names; and how that is known."""
        p = {a if b == model else b: value for (a, b), value in self.p.items() if model in (a, b)}
        how = {a if b == model else b: value for (a, b), value in self.how.items() if model in (a, b)}
        differs = sorted(other for other in p if p[other] < LEVEL)
        return {"differs": differs, "alike": sorted(set(p) - set(differs)), "how": said(how)}

    @property
    def different(self) -> list[Pair]:
        """Pairs that differ, the higher score first."""
        return [pair for pair, value in self.p.items() if value < LEVEL]

    @property
    def in_words(self) -> str:
        """How all pairs were compared; how many by which way, if there are several."""
        ways = Counter(self.how.values()).most_common()
        return ways[0][0] if len(ways) == 1 else "; ".join(f"{count} of the pairs {way}" for way, count in ways)


def said(how: Mapping[str, str]) -> str:
    """One way of comparing by itself; of several, for whom each but the commonest one was taken."""
    ways = list(how.values())
    common = sorted(set(ways), key=lambda way: (-ways.count(way), way))
    rest = [f"{', '.join(sorted(name for name in how if how[name] == way))} {way}" for way in common[1:]]
    return "; ".join(common[:1] + rest)


def compare(results: Mapping[str, Result]) -> Comparison:
    """Compare models by the results of one version of one benchmark.

    Two results that hold one value per unit (`harness.results.samples.PerSample`) of the same units are compared by paired
    differences: over one sample by sign flips (`harness.metrics.statistics.compare_models`), over several at once, such as
    stimuli and neurons, by Student's t (`harness.metrics.statistics.Crossed`). Others are compared by their scores and errors, with
    the degrees of freedom that these have, and not at all if an error is unknown. The correction is for all pairs.
    """
    p = {
        pair: _by_errors(*(results[model] for model in pair))
        for pair in combinations(results, 2)
        if _have_errors(results, pair)
    }
    how = {pair: BY_ERRORS + _not_the_same(*(results[model].per_sample for model in pair)) for pair in p}
    for samples in _by_units(results).values():
        over = f"paired over {next(iter(samples.values())).over}"
        for pair, value in _paired(samples, len(results) * (len(results) - 1) // 2).items():
            p[pair], how[pair] = value, over
    corrected = dict(zip(p, holm(np.array(list(p.values()))).tolist(), strict=True))
    order = {pair: sorted(pair, key=lambda model: -(results[model].score or 0.0)) for pair in p}
    return Comparison(
        {(a, b): corrected[pair] for pair, (a, b) in order.items()},
        {(a, b): how[pair] for pair, (a, b) in order.items()},
    )


def comparisons(table: Table) -> dict[str, Comparison]:
    """Benchmark's name -> the models with a score of its version, against each other."""
    return {column.name: _of_column(table, position) for position, column in enumerate(table.columns)}


def listed(compared: Mapping[str, Comparison]) -> list[tuple[str, str, str]]:
    """Benchmark, pairs of models that differ on it ("a > b; a > c"), and how that is known; where there are two models."""
    pairs = {name: "; ".join(map(" > ".join, one.different)) or "none" for name, one in compared.items()}
    return [(name, pairs[name], one.in_words) for name, one in compared.items() if one.p]


def _of_column(table: Table, column: int) -> Comparison:
    cells = {row.name: row.cells[column] for row in table.rows}
    return compare({name: cell.scored for name, cell in cells.items() if cell.scored and not cell.outdated})


def _by_units(results: Mapping[str, Result]) -> dict[tuple[str, ...], dict[str, PerSample]]:
    """Units -> model -> values, of units that two models or more have in common."""
    groups: dict[tuple[str, ...], dict[str, PerSample]] = {}
    for model, result in results.items():
        sample = result.per_sample
        if sample and sample.whole:
            groups.setdefault(sample.units, {})[model] = sample
    return {units: samples for units, samples in groups.items() if len(samples) > 1}


def _paired(samples: Mapping[str, PerSample], pairs: int) -> dict[Pair, float]:
    """Pair -> p of the paired difference, before correction for so many `pairs`; without those whose error is unknown."""
    if not next(iter(samples.values())).crossed:
        found = compare_models(
            {model: np.array(one.scores, dtype=float) for model, one in samples.items()}, pairs=pairs
        )
        return {
            (found.models[i], found.models[j]): float(found.p[i, j]) for i, j in combinations(range(len(samples)), 2)
        }
    influences = {model: one.influences for model, one in samples.items()}
    means = {model: float(np.mean(np.array(one.scores, dtype=float))) for model, one in samples.items()}
    p = {}
    for a, b in combinations(samples, 2):
        apart = influences[a] - influences[b]
        equal = means[a] == means[b] and apart.error == 0
        p[a, b] = 1.0 if equal else difference_p(means[a] - means[b], apart.error, apart.degrees)
    return {pair: value for pair, value in p.items() if np.isfinite(value)}


def _not_the_same(one: PerSample | None, other: PerSample | None) -> str:
    """That two results hold scores of units of one kind, but not of the same ones: of other participants, or fewer."""
    if one is None or other is None or one.of != other.of or one.units == other.units:
        return ""
    return f" (of {len(one.names)} and {len(other.names)} {one.of}, which are not the same)"


def _have_errors(results: Mapping[str, Result], pair: Pair) -> bool:
    return all(results[model].score is not None and results[model].error is not None for model in pair)


def _by_errors(one: Result, other: Result) -> float:
    """Welch's t test, normal where the degrees of freedom of an error are not known."""
    assert one.score is not None and other.score is not None and one.error is not None and other.error is not None
    error = float(np.hypot(one.error, other.error))
    degrees = (
        error**4 / (one.error**4 / one.degrees + other.error**4 / other.degrees) if _finite(one, other) else np.inf
    )
    return difference_p(one.score - other.score, error, degrees)


def _finite(*results: Result) -> bool:
    return any(np.isfinite(result.degrees) for result in results)
