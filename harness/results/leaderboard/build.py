"""The leaderboard: one self-contained page, with Markdown, CSV and JSON beside it."""

import logging
import webbrowser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.checks import checked
from harness.errors import ArgumentError, one_sentence
from harness.host import SuiteSpec, host, one_line
from harness.paths import home
from harness.results.files import BrokenResult, load_all
from harness.results.leaderboard.differences import BEST, Comparison, comparisons
from harness.results.leaderboard.export import csv_text, json_text, markdown, number
from harness.results.leaderboard.figures import data_uri, draw
from harness.results.leaderboard.table import Cell, Table, spread, tabulate
from harness.results.plain_content import plain
from harness.results.result import CAVEATS, Result
from harness.store import write_text

CORE = "core-v1"
_HERE = Path(__file__).parent
_log = logging.getLogger(__name__)


@checked(ArgumentError)
def write_leaderboard(
    path: str | Path | None = None,
    *,
    results: Sequence[Result] | None = None,
    suite: str | SuiteSpec | None = None,
    title: str = "Leaderboard",
    figures: bool = True,
    show: bool = False,
) -> Path:
    """Write the leaderboard as HTML, and under the same name as `.md`, `.csv` and `.json`.

    Args:
        path: of the page; `leaderboard.html` in `HARNESS_HOME` if not given.
        results: those to show; all in `HARNESS_HOME` if not given.
        suite: over which means and ranks are taken (`harness list suites`); `core-v1` if not given and registered.
        title: its headline.
        figures: whether to draw the benchmarks' figures into it.
        show: whether to open it in the browser.

    Returns:
        The path of the page.

    Raises:
        StoreError: if it cannot be written.
        UnknownIdentifier: if there is no such suite.
    """
    title = one_sentence(title)
    page = Path(path) if path else home() / "leaderboard.html"
    shown, broken = _usable(results) if results is not None else load_all()
    for one in broken:
        _log.warning("a result cannot be read and is left out: %s", one)
    table = tabulate(shown, _suite(suite))
    compared = comparisons(table)
    texts = {
        ".html": render(table, title, broken, figures, compared),
        ".md": markdown(table, compared),
        ".csv": csv_text(shown, compared, table),
        ".json": json_text(shown, title, compared),
    }
    for suffix, text in texts.items():
        write_text(page if suffix == ".html" else page.with_suffix(suffix), _without_home(text))
    if show:
        webbrowser.open(page.resolve().as_uri())
    return page


def _without_home(text: str) -> str:
    """A text that is to be shown to others, without the path of this user's home."""
    own = str(Path.home())
    return text.replace(f"{own}/", "~/") if own != "/" else text


def _usable(results: Sequence[Result]) -> tuple[list[Result], list[BrokenResult]]:
    """The results that are whole, and the others: objects can be changed after they were made."""
    whole, broken = [], []
    for one in results:
        try:
            Result.model_validate(one.model_dump(warnings=False))
            whole.append(one)
        except Exception as error:
            broken.append(BrokenResult(Path(f"{one.model} on {one.benchmark}"), one_line(error)))
    return whole, broken


def _suite(wanted: str | SuiteSpec | None) -> SuiteSpec | None:
    if isinstance(wanted, str):
        return host().suites.get(wanted)
    return wanted or (host().suites.get(CORE) if CORE in host().suites else None)


def render(
    table: Table,
    title: str,
    broken: Sequence[BrokenResult] = (),
    figures: bool = True,
    compared: Mapping[str, Comparison] | None = None,
) -> str:
    """The page as text. Whatever comes from results is escaped; nothing is fetched from anywhere."""
    compared = comparisons(table) if compared is None else compared
    facts = {
        f"{row}-{column}": _facts(cell, figures)
        | {"comparison": compared[table.columns[column].name].against(line.name)}
        for row, line in enumerate(table.rows)
        for column, cell in enumerate(line.cells)
        if cell.result
    }
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(number=number, spread=spread, breakable=_breakable)
    return environment.get_template("page.html").render(
        title=title,
        table=table,
        broken=broken,
        caveats=CAVEATS,
        best=BEST if any(one.best < len(one.models) for one in compared.values()) else None,
        created=datetime.now(UTC),
        style=Markup((_HERE / "page.css").read_text()),
        script=Markup((_HERE / "page.js").read_text()),
        cells=plain(facts),
    )


def _facts(cell: Cell, figures: bool) -> dict[str, Any]:
    """The facts of a cell that the page shows on a click."""
    result = cell.result
    assert result is not None
    facts = result.model_dump(mode="json", exclude={"details", "schema_version", "raw"})
    facts["raw"] = result.raw if isinstance(result.raw, (int, float)) else None
    facts["notes"] = [str(note) for note in result.details.get("notes") or []]
    facts["failure"] = cell.failed.message if cell.failed else None
    facts["failed_at"] = cell.failed.provenance.created if cell.failed else None
    image = draw(result) if figures else None
    facts["figure"] = data_uri(image) if image else None
    return facts


def _breakable(name: str) -> Markup:
    """A long identifier that may be broken after its separators."""
    text = escape(name)
    for separator in "/._-(,":
        text = Markup(str(text).replace(separator, f"{separator}<wbr>"))
    return text
