"""Significant differences between models on a benchmark, corrected for the number of pairs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import ArgumentError
from harness.metrics.statistics import LEVEL, compare_models, differences_p, holm
from harness.results.leaderboard.table import Table
from harness.results.result import Result
from harness.results.samples import PerSample

BY_ERRORS = "by their errors, as if independent"
MANY, BEST = 50, 20
"""Of more models than `MANY`, differences from the `BEST` on a benchmark are listed: all pairs of 500 are 124,750."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Comparison:
    """All pairs of models on one benchmark.

    Attributes:
        models: the highest score first.
        values: (models, models), p after Holm's correction for all pairs; NaN where two are not compared.
        ways: how pairs were compared: "paired over 132 neurons", or by the errors of the scores, taken as independent; and whether
            they were scored on different units.
        way: (models, models), which of the ways it was.
    """

    models: tuple[str, ...]
    values: np.ndarray
    ways: tuple[str, ...]
    way: np.ndarray

    @cached_property
    def p(self) -> dict[Pair, float]:
        """Pair, the higher score first -> p."""
        return {(self.models[i], self.models[j]): float(self.values[i, j]) for i, j in self._pairs()}

    @cached_property
    def how(self) -> dict[Pair, str]:
        """Pair, the higher score first -> how it was compared."""
        return {(self.models[i], self.models[j]): self.ways[self.way[i, j]] for i, j in self._pairs()}

    @property
    def best(self) -> int:
        """How many models, from the highest score on, are listed against all others."""
        return len(self.models) if len(self.models) <= MANY else BEST

    def against(self, model: str) -> dict[str, Any]:
        """The models that one differs from, and those that it does not, in the order of their names; and how that is known. Of
        many models the best ones."""
        if model not in self._places:
            return {"differs": [], "alike": [], "how": ""}
        own = self._places[model]
        others = [at for at in range(self.best) if np.isfinite(self.values[own, at])]
        how = {self.models[at]: self.ways[self.way[own, at]] for at in others}
        differs = sorted(self.models[at] for at in others if self.values[own, at] < LEVEL)
        return {"differs": differs, "alike": sorted(set(how) - set(differs)), "how": said(how)}

    def listed(self) -> list[tuple[str, str, float, str]]:
        """Higher one, lower one, p and how it is known of each pair; of many models those with one of the best."""
        return [
            (self.models[i], self.models[j], float(self.values[i, j]), self.ways[self.way[i, j]])
            for i, j in self._pairs(self.best)
        ]

    @property
    def different(self) -> list[Pair]:
        """Pairs that differ, the higher score first."""
        return [(self.models[i], self.models[j]) for i, j in self._pairs() if self.values[i, j] < LEVEL]

    @property
    def in_words(self) -> str:
        """How all pairs were compared; how many by which way, if there are several."""
        compared = np.triu(np.isfinite(self.values), 1)
        ways = Counter(dict(zip(self.ways, np.bincount(self.way[compared], minlength=len(self.ways)), strict=True)))
        common = [(way, count) for way, count in ways.most_common() if count]
        return common[0][0] if len(common) == 1 else "; ".join(f"{count} of the pairs {way}" for way, count in common)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {model: at for at, model in enumerate(self.models)}

    def _pairs(self, first: int | None = None) -> list[tuple[int, int]]:
        """Positions of the pairs that were compared, with their higher one among the `first`."""
        compared = np.triu(np.isfinite(self.values), 1)[:first]
        return [(int(i), int(j)) for i, j in np.argwhere(compared)]


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
    models = tuple(sorted(results, key=lambda model: -(results[model].score or 0.0)))
    ordered = [results[model] for model in models]
    samples = [result.per_sample for result in ordered]
    p = _by_errors(ordered, samples)
    ways, way = _by_error_ways(samples)
    for members in _by_units(samples):
        over = f"paired over {samples[members[0]].over}"  # type: ignore[union-attr]
        among = np.ix_(members, members)
        found = _paired([samples[at] for at in members], len(models) * (len(models) - 1) // 2)  # type: ignore[misc]
        ways = ways if over in ways else (*ways, over)
        p[among] = np.where(np.isfinite(found), found, p[among])
        way[among] = np.where(np.isfinite(found), ways.index(over), way[among])
    upper = np.triu_indices(len(models), 1)
    corrected = np.full(p.shape, np.nan)
    corrected[upper] = corrected.T[upper] = holm(p[upper])
    return Comparison(models, corrected, ways, way)


@checked(ArgumentError)
def comparisons(table: Table) -> dict[str, Comparison]:
    """Benchmark's name -> the models with a score of its version, against each other."""
    return {column.name: _of_column(table, position) for position, column in enumerate(table.columns)}


@checked(ArgumentError)
def listed(compared: Mapping[str, Comparison]) -> list[tuple[str, str, str]]:
    """Benchmark, pairs of models that differ on it ("a > b; a > c"), and how that is known; where there are two models."""
    return [
        (name, "; ".join(f"{a} > {b}" for a, b, p, _ in pairs if p < LEVEL) or "none", one.in_words)
        for name, one in compared.items()
        if (pairs := one.listed())
    ]


def _of_column(table: Table, column: int) -> Comparison:
    cells = {row.name: row.cells[column] for row in table.rows}
    return compare({name: cell.scored for name, cell in cells.items() if cell.scored and not cell.outdated})


def _by_units(samples: Sequence[PerSample | None]) -> list[list[int]]:
    """Positions of results that hold values of the same units, two or more."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for at, sample in enumerate(samples):
        if sample and sample.whole:
            groups.setdefault(sample.units, []).append(at)
    return [members for members in groups.values() if len(members) > 1]


def _paired(samples: Sequence[PerSample], pairs: int) -> np.ndarray:
    """(m, m), p of the paired difference, before correction for so many `pairs`; NaN where its error is unknown."""
    values = [np.array(one.scores, dtype=float) for one in samples]
    if not samples[0].crossed:
        return compare_models({str(at): scores for at, scores in enumerate(values)}, pairs=pairs).p
    return differences_p([float(scores.mean()) for scores in values], [one.influences for one in samples])


def _by_error_ways(samples: Sequence[PerSample | None]) -> tuple[tuple[str, ...], np.ndarray]:
    """Remarks on pairs that are compared by their errors, and (m, m) which of it holds for each."""
    ways: dict[str, int] = {BY_ERRORS: 0}
    way = np.zeros((len(samples), len(samples)), dtype=np.int32)
    groups: dict[tuple[str, ...] | None, list[int]] = {}
    for at, sample in enumerate(samples):
        groups.setdefault(sample.units if sample else None, []).append(at)
    for members, others in combinations(groups.values(), 2):
        text = BY_ERRORS + _not_the_same(samples[members[0]], samples[others[0]])
        way[np.ix_(members, others)] = way[np.ix_(others, members)] = ways.setdefault(text, len(ways))
    return tuple(ways), way


def _not_the_same(one: PerSample | None, other: PerSample | None) -> str:
    """That two results hold scores of units of one kind, but not of the same ones: of other participants, or fewer."""
    if one is None or other is None or one.of != other.of or one.units == other.units:
        return ""
    few, many = sorted((len(one.names), len(other.names)))
    return f" (of {many} and {few} {one.of}, which are not the same)"


def _by_errors(results: Sequence[Result], samples: Sequence[PerSample | None]) -> np.ndarray:
    """(m, m), p of Welch's t test, normal where the degrees of freedom of no error are known; NaN without errors."""
    from scipy.special import stdtr

    scores = np.array([np.nan if result.score is None else result.score for result in results])
    errors = np.array([np.nan if result.error is None else result.error for result in results])
    freedom = [result.degrees_with(sample) for result, sample in zip(results, samples, strict=True)]
    own = errors**4 / np.array(freedom)
    error = np.hypot(errors[:, None], errors)
    with np.errstate(divide="ignore", invalid="ignore"):
        degrees = np.where(own[:, None] + own > 0, error**4 / (own[:, None] + own), np.inf)
        return np.asarray(2 * stdtr(degrees, -np.abs(scores[:, None] - scores) / error))
