"""The table as Markdown and JSON, the records as CSV."""

import csv
import io
import json
from collections.abc import Sequence

from harness.leaderboards.table import Cell, Mean, Table
from harness.records import Record

_FIELDS = (
    "model",
    "model_arguments",
    "weights",
    "benchmark",
    "benchmark_arguments",
    "benchmark_version",
    "status",
    "score",
    "error",
    "ceiling",
    "ceiling_error",
    "chance",
    "created",
    "message",
)


def number(value: float | None, error: float | None = None) -> str:
    """`0.421 ± 0.020`, with a true minus; without the error where it is not known."""
    if value is None:
        return "–"
    shown = f"{value:.3f}".replace("-", "−")
    return shown if error is None else f"{shown} ± {error:.3f}"


def markdown(table: Table) -> str:
    """A Markdown table; random weights and failures are said in words."""
    head = ["Model", "Weights", *(f"{c.name} (chance {c.chance:g})" for c in table.columns), "Mean"]
    lines = [head, ["---"] * 2 + ["--:"] * (len(table.columns) + 1)]
    lines += [[row.name, row.weights, *map(_cell, row.cells), _mean(row.mean)] for row in table.rows]
    return "\n".join(f"| {' | '.join(text.replace('|', chr(92) + '|') for text in line)} |" for line in lines) + "\n"


def _cell(cell: Cell) -> str:
    if cell.scored is None:
        return cell.state if cell.failed else "–"
    old = f" (version {cell.scored.benchmark_version})" if cell.outdated else ""
    return number(cell.scored.score, cell.scored.error) + old


def _mean(mean: Mean) -> str:
    return number(mean.value, mean.error) + ("" if mean.complete else f" ({mean.count}/{mean.of})")


def csv_text(records: Sequence[Record]) -> str:
    """One line a record."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_FIELDS)
    for record in records:
        values = record.model_dump() | {"weights": record.weights.kind, "created": record.provenance.created}
        for name in ("model_arguments", "benchmark_arguments"):
            values[name] = json.dumps(values[name]) if values[name] else ""
        writer.writerow(["" if values[name] is None else values[name] for name in _FIELDS])
    return buffer.getvalue()


def json_text(records: Sequence[Record], title: str) -> str:
    """All records whole."""
    return (
        json.dumps({"title": title, "records": [record.model_dump(mode="json") for record in records]}, indent=1) + "\n"
    )
