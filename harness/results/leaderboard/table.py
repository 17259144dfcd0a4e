"""Results as a table: one row per model, one column per benchmark; means and ranks over a suite."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError
from harness.host import SuiteSpec
from harness.results.result import UNCOUNTED, Result, described, named


@dataclass(frozen=True)
class Scale:
    """Between what the scores of a benchmark lie.

    Attributes:
        floor: the lowest and the highest score of models that have learnt nothing: with random weights, and controls; None where
            none was scored.
        noise: what it declares that noise gets, as `BenchmarkSpec.expects` has it; "" if nothing.
        published: what it declares that a model with the published effect gets, likewise; "" if there is none.
        ceiling, ceiling_error: what scores were divided by.
        attainable: what a perfect model reaches with so many stimuli, where the benchmark states it.
        discriminates: whether it tells models apart, by its own account; None where it is not registered.
        remark: what it tells apart.
    """

    floor: tuple[float, float] | None = None
    noise: str = ""
    published: str = ""
    ceiling: float | None = None
    ceiling_error: float | None = None
    attainable: float | None = None
    discriminates: bool | None = None
    remark: str = ""

    @property
    def facts(self) -> dict[str, str]:
        """Facts about it, for readers."""
        within = self.floor and " to ".join(dict.fromkeys(shown(value) for value in self.floor))
        found = {
            "floor": within,
            "noise": self.noise,
            "ceiling": None if self.ceiling is None else shown(self.ceiling, self.ceiling_error),
            "a perfect model": self.published if self.attainable is None else shown(self.attainable),
            "discriminates": {True: "yes", False: "no", None: ""}[self.discriminates],
        }
        return {name: text for name, text in found.items() if text}


@dataclass(frozen=True)
class Column:
    """A benchmark with its arguments, at the highest version that any result has.

    Attributes:
        caveats: words of `harness.results.result.CAVEATS` that hold for any of its scores.
        in_suite: whether the suite names it, with these arguments.
        scale: its floor and ceiling.
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
    scale: Scale = Scale()
    bibtex: str = ""

    @property
    def counts(self) -> bool:
        """Whether its scores are part of means; where training leaks into test, or models are not told apart, they are not."""
        return self.in_suite and not UNCOUNTED & set(self.caveats)


@dataclass(frozen=True)
class Cell:
    """A cell of the table: the result of a pair, or its absence.

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
    """A model with its arguments.

    Attributes:
        mean: over the suite.
        kinds: kind of benchmarks -> mean over those of the suite that are of this kind.
        perturbed: whether something was done to its network: shown as a control, without a rank.
    """

    name: str
    identifier: str
    arguments: str
    weights: str
    weights_detail: str
    tags: tuple[str, ...]
    summary: str
    cells: tuple[Cell, ...]
    mean: Mean
    perturbed: bool = False
    bibtex: str = ""
    kinds: Mapping[str, Mean] = field(default_factory=dict)


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
    def groups(self) -> list[tuple[str, list[int]]]:
        """Kinds of benchmarks, each with the positions of its columns, in the order of the columns."""
        positions = range(len(self.columns))
        return [(kind, list(at)) for kind, at in groupby(positions, lambda at: self.columns[at].parent)]

    @property
    def weights(self) -> list[str]:
        return sorted({row.weights for row in self.rows})

    def over(self, suite: SuiteSpec | None) -> "Table":
        """The same results with means and ranks over a suite."""
        names = {name: named(name, suite.arguments.get(name, {})) for name in suite.benchmarks} if suite else {}
        columns = tuple(replace(column, in_suite=column.name in names.values()) for column in self.columns)
        counted = [full for name, full in names.items() if (spec := described(name)) is None or spec.discriminates]
        kinds = {column.name: column.parent for column in columns}
        sizes = Counter(kinds.get(name) for name in counted)
        groups = [(kind, [at for at in positions if columns[at].counts]) for kind, positions in self.groups]
        rows = []
        for row in self.rows:
            found = {kind: [row.cells[at] for at in positions] for kind, positions in groups}
            of_kind = {kind: _mean(cells, sizes[kind]) for kind, cells in found.items()}
            whole = _mean([cell for cells in found.values() for cell in cells], len(counted))
            rows.append(replace(row, mean=whole, kinds=of_kind))
        rows.sort(
            key=lambda row: (-row.mean.count, -(row.mean.value if row.mean.value is not None else -math.inf), row.name)
        )
        return Table(columns, tuple(_ranked(rows)), suite)


@checked(ArgumentError)
def tabulate(results: Iterable[Result], suite: SuiteSpec | None = None) -> Table:
    """The table of some results, with means over a suite."""
    results = list(results)
    names, benchmarks = row_names(results), [result.benchmark_name for result in results]
    groups: dict[str, list[Result]] = {}
    models: dict[str, list[Result]] = {}
    for name, benchmark, result in zip(names, benchmarks, results, strict=True):
        groups.setdefault(benchmark, []).append(result)
        models.setdefault(name, []).append(result)
    columns = _columns(groups)
    pairs: dict[tuple[str, str], dict[str, Result]] = {}
    for name, benchmark, result in sorted(
        zip(names, benchmarks, results, strict=True), key=lambda one: one[2].provenance.created
    ):
        cell = pairs.setdefault((name, benchmark), {})
        if result.status != "failed":  # there is one outcome, the latest
            for outcome in ("scored", "not measurable"):
                cell.pop(outcome, None)
        cell[result.status] = result
    top = {column.name: _top(groups[column.name], column) for column in columns}
    rows = []
    for name, of_model in models.items():
        cells = tuple(_cell(pairs.get((name, column.name), {}), column, top[column.name]) for column in columns)
        rows.append(_row(name, of_model, cells))
    return Table(columns, tuple(rows)).over(suite)


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """The rows with their places among those of the same coverage; perturbed models have none."""
    means: dict[int, list[float]] = {}
    for row in rows:
        if row.mean.value is not None and not row.perturbed:
            means.setdefault(row.mean.count, []).append(row.mean.value)
    ordered = {count: sorted(values) for count, values in means.items()}

    def place(row: Row) -> int | None:
        if row.mean.value is None or row.perturbed:
            return None
        same = ordered[row.mean.count]
        return 1 + len(same) - bisect_right(same, row.mean.value)

    return [replace(row, mean=replace(row.mean, rank=place(row))) for row in rows]


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


def _columns(groups: Mapping[str, Sequence[Result]]) -> tuple[Column, ...]:
    """The columns of the results of each benchmark."""
    columns = []
    for name, results in groups.items():
        newest = max(results, key=_version)
        columns.append(
            Column(
                name,
                newest.benchmark,
                _listed(newest.benchmark_arguments),
                _shown_version(newest),
                newest.chance,
                newest.parent,
                newest.benchmark_summary,
                tuple(sorted({word for result in results for word in result.caveats})),
                scale=_scale(newest, [result for result in results if _version(result) == _version(newest)]),
                bibtex=newest.benchmark_bibtex,
            )
        )
    return tuple(sorted(columns, key=lambda column: (column.parent, column.name)))


def _scale(newest: Result, results: Sequence[Result]) -> Scale:
    """From the results of one version of a benchmark."""
    spec = described(newest.benchmark)
    scored = [result for result in results if result.score is not None]
    floor = [result.score for result in scored if result.score is not None and _knows_nothing(result)]
    with_ceiling = next((result for result in scored if result.ceiling is not None), None)
    attained = [result.details["attainable"] for result in scored if result.details.get("attainable") is not None]
    return Scale(
        floor=(min(floor), max(floor)) if floor else None,
        noise=spec.expects.get("noise", "") if spec else "",
        published=spec.expects.get("published", "") if spec and "published" in spec.controls else "",
        ceiling=with_ceiling.ceiling if with_ceiling else None,
        ceiling_error=with_ceiling.ceiling_error if with_ceiling else None,
        attainable=max(attained, default=None),
        discriminates=spec.discriminates if spec else None,
        remark=spec.remark if spec else "",
    )


def _knows_nothing(result: Result) -> bool:
    """Of a model with random weights, or a control without any that wraps no other model."""
    if result.perturbed:
        return False
    return result.weights.kind == "random" or ("control" in result.tags and "/" not in result.model)


def shown(value: float, error: float | None = None) -> str:
    """`0.421 ± 0.020`, with a true minus; without the error where it is not known."""
    text = f"{round(value, 3) + 0.0:.3f}".replace("-", "−")
    return text if error is None else f"{text} ± {spread(error)}"


@checked(ArgumentError)
def spread(error: float) -> str:
    """A standard error to three digits; one that would be printed as none at all says so: `<0.001`."""
    return f"{error:.3f}" if error >= 0.0005 else "<0.001"


def _version(result: Result) -> tuple[int, str]:
    version = result.benchmark_version
    return (int(version), "") if str(version).isdigit() else (-1, str(version or ""))  # type: ignore[arg-type]


def _shown_version(result: Result) -> str:
    return "" if result.benchmark_version is None else str(result.benchmark_version)


def _top(results: Sequence[Result], column: Column) -> float | None:
    """The best score of a benchmark, at the version of its column; None where there is nothing to be better than."""
    scores = [
        r.score for r in results if r.score is not None and _shown_version(r) == column.version and not r.perturbed
    ]
    return max(scores) if len(scores) > 1 else None


def _cell(found: dict[str, Result], column: Column, top: float | None) -> Cell:
    scored = found.get("scored")
    outdated = scored is not None and _shown_version(scored) != column.version
    best = scored is not None and not outdated and scored.score == top and not scored.perturbed
    return Cell(scored, found.get("failed"), found.get("not measurable"), outdated, best)


def _row(name: str, results: Sequence[Result], cells: tuple[Cell, ...]) -> Row:
    shown = max(results, key=lambda r: (r.weights.kind != "unknown", r.provenance.created))
    weights = shown.weights
    detail = weights.source or ("" if weights.seed is None else f"seed {weights.seed}")
    arguments = _listed(shown.model_arguments)
    tags = tuple(dict.fromkeys([*shown.tags, *(["perturbed"] if shown.perturbed else [])]))
    return Row(
        name,
        shown.model,
        arguments,
        weights.kind,
        detail,
        tags,
        shown.summary,
        cells,
        _mean([], 0),
        shown.perturbed,
        shown.bibtex,
    )


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
