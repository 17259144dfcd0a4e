"""The content of the page: the board as plain data, from which the browser makes rows, and the details of its cells."""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.results.leaderboard.facts import benchmark_facts, means_over_suites
from harness.results.leaderboard.ranking import SHOWN, Ranking
from harness.results.leaderboard.table import Cell, Column, Row, Table
from harness.results.plain_content import plain

Against = Mapping[tuple[str, str], dict[str, Any]]
"""Model and benchmark -> the models that it differs from there; see `Comparison.against`."""


def board(table: Table, ranking: Ranking | None) -> dict[str, Any]:
    """All that the table shows, and the ranking."""
    return {
        "columns": [_column(column) for column in table.columns],
        "suites": means_over_suites(table),
        "rows": [_row(row) for row in table.rows],
        "ranking": _ranking(ranking) if ranking else None,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "kind": column.parent,
        "summary": column.summary,
        "about": benchmark_facts(column),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "identifier": row.identifier,
        "arguments": row.arguments,
        "weights": row.weights,
        "weightsDetail": row.weights_detail,
        "tags": row.tags,
        "summary": row.summary,
        "perturbed": row.perturbed,
        "bibtex": row.bibtex,
        "cells": [_cell(cell) for cell in row.cells],
    }


def _cell(cell: Cell) -> dict[str, Any] | None:
    """The content of a cell; None where nothing was run."""
    result = cell.result
    if result is None:
        return None
    found = {
        "state": cell.state,
        "score": result.score if cell.scored else None,
        "error": result.error,
        "level": round(cell.level, 3),
        "best": cell.best,
        "version": str(result.benchmark_version) if cell.outdated else "",
        "failed": bool(cell.scored and cell.failed),
        "message": result.message,
    }
    return {name: value for name, value in found.items() if value is not None and value is not False and value != ""}


def _ranking(found: Ranking) -> dict[str, Any]:
    """The best models of a ranking, and the groups among them."""
    last = min(len(found.models), SHOWN) - 1
    groups: dict[int, tuple[int, int]] = {}
    for first, end in found.groups:
        if first < last:  # of groups cut off at the same place, the first holds the others
            groups.setdefault(min(end, last), (first, min(end, last)))
    return {
        "models": found.models[: last + 1],
        "ranks": found.ranks[: last + 1],
        "count": len(found.models),
        "benchmarks": found.benchmarks,
        "distance": found.distance,
        "friedman": found.friedman,
        "groups": list(groups.values()),
    }


def details(row: Row, columns: Sequence[Column], against: Against) -> dict[int, dict[str, Any]]:
    """Column -> what a click on its cell shows."""
    return {
        at: _details(cell) | {"comparison": against[row.name, column.name]}
        for at, (cell, column) in enumerate(zip(row.cells, columns, strict=True))
        if cell.result
    }


def _details(cell: Cell) -> dict[str, Any]:
    result = cell.result
    assert result is not None
    shown = {
        "status", "message", "score", "error", "ceiling", "ceiling_error", "chance", "weights", "benchmark_version", "provenance",
    }  # fmt: skip
    return plain(
        result.model_dump(mode="json", include=shown)
        | {
            "raw": result.raw if isinstance(result.raw, (int, float)) else None,
            "notes": [str(note) for note in result.details.get("notes") or []],
            "failure": cell.failed.message if cell.failed else None,
            "failed_at": cell.failed.provenance.created if cell.failed else None,
        }
    )
