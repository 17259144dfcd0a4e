"""Side files of a large page, in a folder beside it: the details of a row each, and figures, read when a cell is opened."""

import json
import shutil
from pathlib import Path

from harness.results.files import figure_path
from harness.results.leaderboard.content import Against, details
from harness.results.leaderboard.figures import draw
from harness.results.leaderboard.table import Table
from harness.results.result import Result
from harness.results.sharing import without_home
from harness.store import write_text


def folder_of(page: Path) -> Path:
    """Where the side files of a page lie."""
    return page.with_name(f"{page.stem}_files")


def clear(page: Path) -> None:
    """Remove those of an earlier page that this one does not need."""
    if (folder := folder_of(page)).is_dir():
        shutil.rmtree(folder)


def write_side_files(page: Path, table: Table, against: Against, figures: bool, made: str) -> None:
    """Write the details of all rows, and figures, in place of those of an earlier page.

    Args:
        made: what the page says of itself, so that it takes no details of another one.
    """
    folder = folder_of(page)
    folder.mkdir(parents=True, exist_ok=True)
    kept = set()
    for at, row in enumerate(table.rows):
        found = details(row, table.columns, against)
        for column, facts in found.items():
            result = row.cells[column].result
            facts["figure"] = _figure(folder, result) if figures and result else None
            kept.add(facts["figure"])
        text = f"harnessDetails({json.dumps(made)}, {at}, {json.dumps(found, allow_nan=False)});\n"
        kept.add(f"{at}.js")
        write_text(folder / f"{at}.js", without_home(text))
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink()


def _figure(folder: Path, result: Result) -> str | None:
    """The name of the file of a figure, written if its content is new."""
    png = draw(result)
    if png is None:
        return None
    path = folder / figure_path(result).name
    if not path.is_file() or path.stat().st_size != len(png):
        path.write_bytes(png)
    return path.name
