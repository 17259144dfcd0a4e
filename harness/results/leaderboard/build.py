"""The leaderboard: a page, with Markdown, CSV and JSON beside it; a large page has side files, too."""

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
from harness.notebooks import data_uri
from harness.paths import home
from harness.results.files import BrokenResult, load_all
from harness.results.leaderboard.content import Against, board, details
from harness.results.leaderboard.differences import BEST, Comparison, comparisons
from harness.results.leaderboard.export import csv_text, json_text, markdown
from harness.results.leaderboard.facts import SCALE, scale_of
from harness.results.leaderboard.figures import draw
from harness.results.leaderboard.ranking import Ranking, ranking
from harness.results.leaderboard.side_files import clear, folder_of, write_side_files
from harness.results.leaderboard.table import Cell, Table, tabulate
from harness.results.result import CAVEATS, Result
from harness.results.sharing import without_home
from harness.store import write_text

CORE = "core-v1"
SELF_CONTAINED = 400
"""Results up to which a page holds all, figures included; of more, details and figures lie in a folder beside it."""
_HERE = Path(__file__).parent
_SCRIPTS = ("elements.js", "detail.js", "ranking.js", "page.js")
_log = logging.getLogger(__name__)


@checked(ArgumentError)
def write_leaderboard(
    path: str | Path | None = None,
    *,
    results: Sequence[Result] | None = None,
    suite: str | SuiteSpec | None = None,
    title: str = "Leaderboard",
    figures: bool = True,
    details: bool = False,
    show: bool = False,
) -> Path:
    """Write the leaderboard as HTML, and under the same name as `.md`, `.csv` and `.json`.

    The page of more than 400 results keeps their details in a folder `NAME_files` beside it.

    Args:
        path: of the page; `leaderboard.html` in `HARNESS_HOME` if not given.
        results: those to show; all in `HARNESS_HOME` if not given.
        suite: over which means and ranks are taken (`harness list suites`); `core-v1` if not given and registered.
        title: its headline.
        figures: whether to show the benchmarks' figures; those that are not kept beside their results are drawn.
        details: whether the JSON has all details of results, from which figures are drawn and models compared.
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
    against = {
        (row.name, column.name): compared[column.name].against(row.name)
        for row in table.rows
        for column in table.columns
    }
    ranked = ranking(table)
    made = datetime.now(UTC)
    large = sum(cell.result is not None for row in table.rows for cell in row.cells) > SELF_CONTAINED
    held: dict[str, Any] | None = None
    if large:
        write_side_files(page, table, against, figures, made.isoformat())
    else:
        clear(page)
        held = _held(table, against, figures)
    texts = {
        ".html": _render(page, table, title, broken, compared, ranked, made, held),
        ".md": markdown(table, compared, ranked),
        ".csv": csv_text(shown, against, table),
        ".json": json_text(shown, title, compared, details),
    }
    for suffix, text in texts.items():
        write_text(page if suffix == ".html" else page.with_suffix(suffix), without_home(text))
    if show:
        webbrowser.open(page.resolve().as_uri())
    return page


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


def _held(table: Table, against: Against, figures: bool) -> dict[str, Any]:
    """Row -> column -> the details of a cell, with its figure, for a page that holds all."""
    return {
        str(at): {
            str(column): facts | {"figure": _figure(row.cells[column]) if figures else None}
            for column, facts in details(row, table.columns, against).items()
        }
        for at, row in enumerate(table.rows)
    }


def _figure(cell: Cell) -> str | None:
    png = draw(cell.result) if cell.result else None
    return data_uri(png) if png else None


def _render(
    page: Path,
    table: Table,
    title: str,
    broken: Sequence[BrokenResult],
    compared: Mapping[str, Comparison],
    ranked: Ranking | None,
    made: datetime,
    held: dict[str, Any] | None,
) -> str:
    """The page as text. Whatever comes from results is escaped; nothing is fetched from anywhere but the folder beside it."""
    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(breakable=_breakable)
    return environment.get_template("page.html").render(
        title=title,
        table=table,
        broken=broken,
        caveats=CAVEATS,
        scale_rows=SCALE.items(),
        scales=[scale_of(column) for column in table.columns],
        best=BEST if any(one.best < len(one.models) for one in compared.values()) else None,
        created=made,
        style=Markup((_HERE / "page.css").read_text()),
        script=Markup("".join((_HERE / name).read_text() for name in _SCRIPTS)),
        board=board(table, ranked)
        | {"made": made.isoformat(), "folder": folder_of(page).name, "held": held is not None},
        details=held or {},
        markdown=page.with_suffix(".md").name,
    )


def _breakable(name: str) -> Markup:
    """A long identifier that may be broken after its separators."""
    text = escape(name)
    for separator in "/._-(,":
        text = Markup(str(text).replace(separator, f"{separator}<wbr>"))
    return text
