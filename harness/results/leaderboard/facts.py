"""Facts on the page beside the scores: means over every suite, and what each benchmark is."""

import os
import re
from collections.abc import Mapping
from typing import Any

from harness.errors import DescriptionError
from harness.host import SuiteSpec, citations, host
from harness.results.leaderboard.table import Column, Mean, Row, Table
from harness.results.result import CAVEATS, described

_RANGE = re.compile(r"\(([^,()]+), *([^,()]+)\)")
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")


SCALE = {
    "chance": "what guessing gets",
    "floor": "models with random weights and controls on this board",
    "noise": "what the benchmark declares that random numbers get",
    "ceiling": "what scores were divided by",
    "a perfect model": "what it reaches with so many stimuli, or what the benchmark declares of a model with the published effect",
    "discriminates": "whether it tells models from noise and from one another",
}
"""Rows below a board: between what the scores of a benchmark lie."""


def scale_of(column: Column) -> dict[str, str]:
    """The cells of these rows for a benchmark, in little room."""
    scale = column.scale
    floor = scale.floor and " to ".join(dict.fromkeys(map(brief, scale.floor)))
    found = scale.facts | {"chance": f"{column.chance:g}", "floor": floor or "", "ceiling": brief(scale.ceiling)}
    if scale.attainable is not None:
        found["a perfect model"] = brief(scale.attainable)
    return {name: _in_little_room(found.get(name, "")) for name in SCALE}


def _in_little_room(declared: str) -> str:
    """A declaration of a benchmark, as the cells of models have it: `n/m`, `−0.3 to 0.3`, `0 ± 0.2`."""
    found = _RANGE.sub(r"\1 to \2", declared).replace("+-", "±")
    return _MINUS.sub("−", found).replace("not measurable", "n/m")


def brief(value: float | None) -> str:
    """Two digits, for a table: `0.42`, `−0.05`; `–` for nothing."""
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def means_over_suites(table: Table) -> list[dict[str, Any]]:
    """Of the table's suite and of every registered one that shares a benchmark with the table: means, ranks and coverage of every
    row, in the order of the table's rows.
    """
    shown = {column.name for column in table.columns} | {column.identifier for column in table.columns}
    own = table.suite.identifier if table.suite else ""
    others = [suite for suite in host().suites if suite.identifier != own and shown & set(suite.benchmarks)]
    return [
        _means(table, table.suite) if table.suite else _no_means(table),
        *(_means(table, suite) for suite in others),
    ]


def _no_means(table: Table) -> dict[str, Any]:
    return {
        "identifier": "no suite",
        "summary": "no suite",
        "columns": [],
        "rows": [_of_row(row) for row in table.rows],
    }


def _means(table: Table, suite: SuiteSpec) -> dict[str, Any]:
    over = table.over(suite)
    rows = {row.name: row for row in over.rows}
    return {
        "identifier": suite.identifier,
        "summary": suite.summary,
        "columns": [at for at, column in enumerate(over.columns) if column.in_suite],
        "rows": [_of_row(rows[row.name]) for row in table.rows],
    }


def _of_row(row: Row) -> dict[str, Any]:
    return {"mean": _numbers(row.mean), "kinds": {kind: _numbers(mean) for kind, mean in row.kinds.items()}}


def _numbers(mean: Mean) -> list[float | int | None]:
    return [mean.value, mean.error, mean.count, mean.of, mean.rank]


def benchmark_facts(column: Column) -> dict[str, Any]:
    """A benchmark as the page describes it: what it is, between what its scores lie, what to cite, where to read on."""
    spec = described(column.identifier)
    cited = column.bibtex or (spec.bibtex if spec else "")
    return {
        "name": column.name,
        "summary": column.summary or (spec.summary if spec else ""),
        "facts": {
            "Kind": column.parent,
            "Version": column.version,
            "Chance": f"{column.chance:g}",
            **{name[:1].upper() + name[1:]: text for name, text in column.scale.facts.items()},
            "Tags": ", ".join(spec.tags) if spec else "",
            "Arguments": _listed(spec.parameters) if spec else "",
        },
        "remarks": [*(CAVEATS[word] for word in column.caveats), *filter(None, [column.scale.remark])],
        "bibtex": cited,
        "links": _links(column.identifier, _doi(cited)),
    }


def _doi(bibtex: str) -> str:
    """The first digital object identifier in it; empty where there is none, or what a stranger gave cannot be read."""
    try:
        found = [entry["doi"].rpartition("doi.org/")[2] for entry in citations(bibtex) if "doi" in entry]
    except DescriptionError:
        return ""
    return found[0] if found and " " not in found[0] else ""


def _listed(parameters: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {about}" for name, about in parameters.items())


def _links(identifier: str, doi: str) -> dict[str, str]:
    """Where to read about a benchmark: its paper, and its section in the documentation at `HARNESS_DOCS`."""
    site = os.environ.get("HARNESS_DOCS", "").rstrip("/")
    links = {"Publication": f"https://doi.org/{doi}" if doi else ""}
    links["Documentation"] = f"{site}/reference/benchmarks.html#{anchor(identifier)}" if site else ""
    return {name: address for name, address in links.items() if address}


def anchor(identifier: str) -> str:
    """The anchor of a benchmark on the page of all benchmarks, as docutils makes it of a heading."""
    return re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")
