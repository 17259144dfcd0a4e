"""Results as a table: one row per model, one column per benchmark; means and ranks over a suite."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from harness.host import SuiteSpec
from harness.results.result import Result, named


@dataclass(frozen=True)
class Column:
    """A benchmark with its arguments, at the highest version that any result has.

    Attributes:
        caveats: words of `harness.results.result.CAVEATS` that hold for any of its scores.
        in_suite: whether the suite names it, with these arguments.
    """

    name: str
    identifier: str
    arguments: str
    version: str
    chance: float
    parent: str
    summary: str
    caveats: tuple[str, ...] = ()
    in_suite: bool = False

    @property
    def counts(self) -> bool:
        """Whether its scores are part of means; where training leaks into test, they are not."""
        return self.in_suite and "leaks" not in self.caveats


@dataclass(frozen=True)
class Cell:
    """What is known of a pair.

    Attributes:
        scored, failed: its results; where both are there, the failure is the later one.
        unmeasurable: its result, where the benchmark cannot be measured in the model.
        outdated: whether the score is of an older version of the benchmark than the column.
        best: whether no model scores higher.
    """

    scored: Result | None = None
    failed: Result | None = None
    unmeasurable: Result | None = None
    outdated: bool = False
    best: bool = False

    @property
    def result(self) -> Result | None:
        """The result that the cell shows."""
        return self.scored or self.unmeasurable or self.failed

    @property
    def state(self) -> str:
        """ "scored", "not measurable", "failed" or "missing"."""
        return self.result.status if self.result else "missing"

    @property
    def level(self) -> float:
        """Where the score lies between chance (0) and the ceiling (1), cut off there; for colours only."""
        if not self.scored or self.scored.score is None:
            return 0.0
        chance = self.scored.chance
        return min(1.0, max(0.0, (self.scored.score - chance) / (1 - chance))) if chance < 1 else 0.0


@dataclass(frozen=True)
class Mean:
    """Mean of the scores of a model over the benchmarks of a suite.

    Attributes:
        value: None without any score.
        error: standard error, taking the errors of the scores as independent; None unless all are known.
        count, of: coverage: how many benchmarks of the suite have a score, out of how many it has.
        rank: place among the models with the same coverage, best first; equal means share one. None without any score.
    """

    value: float | None
    error: float | None
    count: int
    of: int
    rank: int | None = None

    @property
    def complete(self) -> bool:
        return self.count == self.of


@dataclass(frozen=True)
class Row:
    """A model with its arguments."""

    name: str
    identifier: str
    arguments: str
    weights: str
    weights_detail: str
    tags: tuple[str, ...]
    summary: str
    cells: tuple[Cell, ...]
    mean: Mean


@dataclass(frozen=True)
class Table:
    """Rows by coverage of the suite, then by mean; columns by kind of benchmark and name.

    Attributes:
        suite: over which means are taken; None for none.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    suite: SuiteSpec | None = None

    @property
    def tags(self) -> list[str]:
        return sorted({tag for row in self.rows for tag in row.tags})

    @property
    def kinds(self) -> list[str]:
        """Kinds of benchmarks."""
        return sorted({column.parent for column in self.columns if column.parent})

    @property
    def weights(self) -> list[str]:
        return sorted({row.weights for row in self.rows})


def tabulate(results: Iterable[Result], suite: SuiteSpec | None = None) -> Table:
    """The table of some results, with means over a suite."""
    results = list(results)
    columns = _columns(results, suite)
    pairs: dict[tuple[str, str], dict[str, Result]] = {}
    names = row_names(results)
    for name, result in sorted(zip(names, results, strict=True), key=lambda pair: pair[1].provenance.created):
        cell = pairs.setdefault((name, result.benchmark_name), {})
        if result.status != "failed":  # there is one outcome, the latest
            for outcome in ("scored", "not measurable"):
                cell.pop(outcome, None)
        cell[result.status] = result
    top = {column.name: _top(results, column) for column in columns}
    models: dict[str, list[Result]] = {}
    for name, result in zip(names, results, strict=True):
        models.setdefault(name, []).append(result)
    rows = []
    for name, of_model in models.items():
        cells = tuple(_cell(pairs.get((name, column.name), {}), column, top[column.name]) for column in columns)
        counted = [cell for cell, column in zip(cells, columns, strict=True) if column.counts]
        rows.append(_row(name, of_model, cells, _mean(counted, len(suite.benchmarks) if suite else 0)))
    rows.sort(
        key=lambda row: (-row.mean.count, -(row.mean.value if row.mean.value is not None else -math.inf), row.name)
    )
    return Table(columns, tuple(_ranked(rows)), suite)


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """The rows with their places among those of the same coverage."""
    places = {
        row.name: 1
        + sum((other.mean.value or 0) > row.mean.value for other in rows if other.mean.count == row.mean.count)
        for row in rows
        if row.mean.value is not None
    }
    return [replace(row, mean=replace(row.mean, rank=places.get(row.name))) for row in rows]


def row_names(results: Sequence[Result]) -> list[str]:
    """The row of each result: the model's name, and "net (2)" for the second network that was handed over under it."""
    found: dict[str, list[str]] = {}
    for result in sorted(results, key=lambda result: result.provenance.created):
        networks = found.setdefault(result.model_name, [])
        if result.identity not in networks:
            networks.append(result.identity)
    places = [found[result.model_name].index(result.identity) for result in results]
    return [
        f"{result.model_name} ({place + 1})" if place else result.model_name
        for result, place in zip(results, places, strict=True)
    ]


def _columns(results: Sequence[Result], suite: SuiteSpec | None) -> tuple[Column, ...]:
    members = {named(name, suite.arguments.get(name, {})) for name in suite.benchmarks} if suite else set()
    newest: dict[str, Result] = {}
    caveats: dict[str, set[str]] = {}
    for result in results:
        caveats.setdefault(result.benchmark_name, set()).update(result.caveats)
        known = newest.get(result.benchmark_name)
        if known is None or _version(result) > _version(known):
            newest[result.benchmark_name] = result
    columns = [
        Column(
            name,
            r.benchmark,
            _listed(r.benchmark_arguments),
            _shown_version(r),
            r.chance,
            r.parent,
            r.benchmark_summary,
            tuple(sorted(caveats[name])),
            name in members,
        )
        for name, r in newest.items()
    ]
    return tuple(sorted(columns, key=lambda column: (column.parent, column.name)))


def _version(result: Result) -> tuple[int, str]:
    version = result.benchmark_version
    return (int(version), "") if str(version).isdigit() else (-1, str(version or ""))  # type: ignore[arg-type]


def _shown_version(result: Result) -> str:
    return "" if result.benchmark_version is None else str(result.benchmark_version)


def _top(results: Sequence[Result], column: Column) -> float | None:
    scores = [
        r.score
        for r in results
        if r.benchmark_name == column.name and r.score is not None and _shown_version(r) == column.version
    ]
    return max(scores) if len(scores) > 1 else None


def _cell(found: dict[str, Result], column: Column, top: float | None) -> Cell:
    scored = found.get("scored")
    outdated = scored is not None and _shown_version(scored) != column.version
    best = scored is not None and not outdated and scored.score == top
    return Cell(scored, found.get("failed"), found.get("not measurable"), outdated, best)


def _row(name: str, results: Sequence[Result], cells: tuple[Cell, ...], mean: Mean) -> Row:
    shown = max(results, key=lambda r: (r.weights.kind != "unknown", r.provenance.created))
    weights = shown.weights
    detail = weights.source or ("" if weights.seed is None else f"seed {weights.seed}")
    arguments = _listed(shown.model_arguments)
    return Row(name, shown.model, arguments, weights.kind, detail, tuple(shown.tags), shown.summary, cells, mean)


def _listed(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in sorted(arguments.items()))


def _mean(cells: Sequence[Cell], of: int) -> Mean:
    counted = [cell.scored for cell in cells if cell.scored and not cell.outdated]
    if not counted:
        return Mean(None, None, 0, of)
    value = sum(result.score or 0.0 for result in counted) / len(counted)
    errors = [result.error for result in counted]
    error = math.sqrt(sum(e**2 for e in errors if e is not None)) / len(errors) if None not in errors else None
    return Mean(value, error, len(counted), of)
