"""The table as Markdown and JSON, the records as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.results.leaderboard.differences import Comparison, listed
from harness.results.leaderboard.table import Cell, Mean, Table
from harness.results.result import Record

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
    "caveats",
    "created",
    "message",
    "differs_from",
    "no_difference_shown_from",
    "compared",
)


def number(value: float | None, error: float | None = None) -> str:
    """`0.421 ± 0.020`, with a true minus; without the error where it is not known."""
    if value is None:
        return "–"
    shown = f"{value:.3f}".replace("-", "−")
    return shown if error is None else f"{shown} ± {error:.3f}"


def markdown(table: Table, compared: Mapping[str, Comparison]) -> str:
    """A Markdown table; random weights and failures are said in words. Below it, which models differ on each benchmark."""
    head = [
        "Model",
        "Weights",
        *(f"{c.name} ({', '.join([f'chance {c.chance:g}', *c.caveats])})" for c in table.columns),
        "Mean",
    ]
    lines = [head, ["---"] * 2 + ["--:"] * (len(table.columns) + 1)]
    lines += [[row.name, row.weights, *map(_cell, row.cells), _mean(row.mean)] for row in table.rows]
    text = _pipes(lines)
    if differences := listed(compared):
        head = ["Benchmark", "Models that differ (p < 0.05 after Holm's correction)", "Compared"]
        text += "\n" + _pipes([head, ["---"] * 3, *differences])
    return text


def _pipes(lines: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(text.replace('|', chr(92) + '|') for text in line)} |\n" for line in lines)


def _cell(cell: Cell) -> str:
    if cell.scored is None:
        return cell.state if cell.failed else "–"
    old = f" (version {cell.scored.benchmark_version})" if cell.outdated else ""
    return number(cell.scored.score, cell.scored.error) + old


def _mean(mean: Mean) -> str:
    return number(mean.value, mean.error) + ("" if mean.complete else f" ({mean.count}/{mean.of})")


def csv_text(records: Sequence[Record], compared: Mapping[str, Comparison]) -> str:
    """One line a record; models that it differs from are separated by semicolons."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_FIELDS)
    for record in records:
        values = record.model_dump() | {
            "weights": record.weights.kind,
            "created": record.provenance.created,
            "caveats": "; ".join(record.caveats),
        }
        for name in ("model_arguments", "benchmark_arguments"):
            values[name] = json.dumps(values[name]) if values[name] else ""
        against = _against(record, compared)
        values |= {
            "differs_from": "; ".join(against["differs"]),
            "no_difference_shown_from": "; ".join(against["alike"]),
            "compared": against["how"],
        }
        writer.writerow(["" if values[name] is None else values[name] for name in _FIELDS])
    return buffer.getvalue()


def json_text(records: Sequence[Record], title: str, compared: Mapping[str, Comparison]) -> str:
    """All records whole, and all pairs of models on every benchmark, the higher one first."""
    pairs = {
        name: [{"higher": a, "lower": b, "p": p, "compared": one.how[a, b]} for (a, b), p in one.p.items()]
        for name, one in compared.items()
    }
    whole = [record.model_dump(mode="json") for record in records]
    return json.dumps({"title": title, "records": whole, "differences": pairs}, indent=1) + "\n"


def _against(record: Record, compared: Mapping[str, Comparison]) -> dict[str, Any]:
    """What its score, if it is one of those compared, was found to differ from."""
    here = record.status == "scored" and record.benchmark_name in compared
    return (
        compared[record.benchmark_name].against(record.model_name) if here else {"differs": [], "alike": [], "how": ""}
    )
