"""The table as Markdown and JSON, the results as CSV."""

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError
from harness.results.leaderboard.content import Against
from harness.results.leaderboard.differences import BEST, Comparison, listed
from harness.results.leaderboard.ranking import Ranking, in_words
from harness.results.leaderboard.table import Cell, Column, Mean, Table, row_names, shown
from harness.results.plain_content import plain
from harness.results.result import Result

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
    "floor_low",
    "floor_high",
    "noise",
    "attainable",
    "discriminates",
    "caveats",
    "created",
    "message",
    "differs_from",
    "no_difference_shown_from",
    "compared",
)


_FORMULA = re.compile(r"(^|;)(\s*[=+\-@＝＋－＠]|[\t\r\n])")


@checked(ArgumentError)
def number(value: float | None, error: float | None = None) -> str:
    """`0.421 ± 0.020`, with a true minus; without the error where it is not known."""
    return "–" if value is None else shown(value, error)


def markdown(table: Table, compared: Mapping[str, Comparison], ranked: Ranking | None = None) -> str:
    """A Markdown table; random weights and failures are said in words. Below it the mean ranks, between what the scores of each
    benchmark lie, and which models differ on it."""
    head = [
        "Model",
        "Weights",
        *(f"{c.name} ({', '.join([f'chance {c.chance:g}', *c.caveats])})" for c in table.columns),
        f"Mean ({table.suite.identifier})" if table.suite else "Mean",
        "Rank",
    ]
    lines = [head, ["---"] * 2 + ["--:"] * (len(table.columns) + 2)]
    lines += [
        [row.name, row.weights, *map(_cell, row.cells), _mean(row.mean), str(row.mean.rank or "–")]
        for row in table.rows
    ]
    text = _pipes(lines)
    if ranked:
        text += f"\n{_inline(in_words(ranked))}\n"
    if table.columns:
        head = ["Benchmark", "Floor", "Noise, as declared", "Ceiling", "A perfect model", "Discriminates", "Remarks"]
        text += "\n" + _pipes([head, ["---"] + ["--:"] * 4 + ["---"] * 2, *map(_described, table.columns)])
    if differences := listed(compared):
        head = ["Benchmark", "Models that differ (p < 0.05 after Holm's correction)", "Compared"]
        text += "\n" + _pipes([head, ["---"] * 3, *differences])
    return text


def _described(column: Column) -> list[str]:
    """Between what its scores lie: see `Scale`."""
    facts = column.scale.facts
    said = [facts.get(name, "–") for name in ("floor", "noise", "ceiling", "a perfect model", "discriminates")]
    return [column.name, *said, "; ".join(filter(None, [*column.caveats, column.scale.remark]))]


def _pipes(lines: Sequence[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(_inline(text) for text in line)} |\n" for line in lines)


def _inline(text: str) -> str:
    """A text within a cell of Markdown: on one line, and neither markup nor the end of the cell."""
    if set(text) <= {"-", ":"}:
        return text
    text = " ".join(text.split())
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("[", "\\[").replace("&", "&amp;").replace("<", "&lt;")


def harmless(value: Any) -> Any:
    """A cell of CSV that no spreadsheet takes for a formula, nor what follows a semicolon, at which some end a cell: numbers stay
    numbers."""
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else value
    return _FORMULA.sub(r"\1'\2", str(value))


def _cell(cell: Cell) -> str:
    if cell.scored is None:
        return "–" if cell.state == "missing" else cell.state
    old = f" (version {cell.scored.benchmark_version})" if cell.outdated else ""
    return number(cell.scored.score, cell.scored.error) + old


def _mean(mean: Mean) -> str:
    return f"{number(mean.value, mean.error)} ({mean.count}/{mean.of})"


def csv_text(results: Sequence[Result], against: Against, table: Table) -> str:
    """One line a result, with the scale of its benchmark; models that it differs from are separated by semicolons."""
    scales = {column.name: column.scale for column in table.columns}
    unlike: dict[str, Any] = {"differs": [], "alike": [], "how": ""}
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_FIELDS)
    for row, result in zip(row_names(results), results, strict=True):
        values = result.model_dump(exclude={"details", "provenance", "raw"}) | {
            "model": result.model + row.removeprefix(result.model_name),
            "weights": result.weights.kind,
            "created": result.provenance.created,
            "caveats": "; ".join(result.caveats),
        }
        for name in ("model_arguments", "benchmark_arguments"):
            values[name] = json.dumps(values[name]) if values[name] else ""
        found = against[row, result.benchmark_name] if result.status == "scored" else unlike
        scale = scales[result.benchmark_name]
        low, high = scale.floor or (None, None)
        values |= {"floor_low": low, "floor_high": high, "noise": scale.noise, "attainable": scale.attainable}
        values |= {"discriminates": scale.discriminates}
        values |= {
            "differs_from": "; ".join(found["differs"]),
            "no_difference_shown_from": "; ".join(found["alike"]),
            "compared": found["how"],
        }
        writer.writerow([harmless(values[name]) for name in _FIELDS])
    return buffer.getvalue()


def json_text(results: Sequence[Result], title: str, compared: Mapping[str, Comparison], details: bool) -> str:
    """Results, a line each, with all of their details or the short ones; and pairs of models on every benchmark, the higher one
    first: all, or of many models those with one of the best."""
    pairs = {
        name: [{"higher": a, "lower": b, "p": p, "compared": how} for a, b, p, how in one.listed()]
        for name, one in compared.items()
    }
    whole = ",\n".join(_json(_whole(result) if details else _slim(result)) for result in results)
    limited = any(one.best < len(one.models) for one in compared.values())
    listing = f"{BEST} best models of each benchmark, against all" if limited else "all"
    return (
        f'{{"title": {_json(title)},\n"results": [\n{whole}\n],\n"differences_of": {_json(listing)},\n'
        f'"differences": {_json(pairs)}}}\n'
    )


def _whole(result: Result) -> dict[str, Any]:
    return result.model_dump(mode="json")


def _slim(result: Result) -> dict[str, Any]:
    """A result that still reads as one: of details and raw values what is one number, word or truth value, and the notes."""
    short = {
        name: value for name, value in result.details.items() if name == "notes" or isinstance(value, str | int | float)
    }
    raw = result.raw if isinstance(result.raw, int | float) else None
    return result.model_dump(mode="json", exclude={"details", "raw"}) | {"raw": raw, "details": short}


def _json(content: Any) -> str:
    """Compact, which is ten times as fast as indented."""
    try:
        return json.dumps(content, allow_nan=False)
    except ValueError:  # JSON has no word for what is not finite
        return json.dumps(plain(content))
