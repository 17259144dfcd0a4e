"""The files of a folder, listed by sub-folder or by a table."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harness.data import read_table
from harness.errors import StimulusError

FILE_COLUMNS = ("file", "filename")
LABEL = "image_label"


def by_number(path: Path) -> list[Any]:
    """To sort by: frame2 comes before frame10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.as_posix())]


def folder_of(folder: str | Path) -> Path:
    """The folder, which is there."""
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise StimulusError(f"there is no folder '{path}'; check the path")
    return path


def from_names(folder: Path, entries: Sequence[Path]) -> pd.DataFrame:
    """A row an entry: `file`, `stimulus_id` (its path without the suffix where that is unique) and, where all lie in
    sub-folders, `image_label`, the name of the outermost."""
    relative = [entry.relative_to(folder) for entry in sorted(entries, key=by_number)]
    names = [_name(folder, path) for path in relative]
    names = [n if names.count(n) == 1 else p.as_posix() for n, p in zip(names, relative, strict=True)]
    table = pd.DataFrame({"stimulus_id": names, "file": [path.as_posix() for path in relative]})
    if all(len(path.parts) > 1 for path in relative):
        table[LABEL] = [path.parts[0] for path in relative]
    return table


def from_table(folder: Path, table: str | Path | pd.DataFrame, is_entry: Callable[[Path], bool]) -> pd.DataFrame:
    """The rows of a table with a column `file` (or `filename`), relative to the folder; `stimulus_id` is made of it, if not there.

    Raises:
        StimulusError: for a table that is not there or names no files, and for a file that is not there.
    """
    if not isinstance(table, pd.DataFrame):
        path = next((p for p in (folder / table, Path(table).expanduser()) if p.is_file()), None)
        if path is None:
            raise StimulusError(f"there is no table '{table}', neither in '{folder}' nor here; check the path")
        table = read_table(path)
    column = next((name for name in FILE_COLUMNS if name in table), None)
    if column is None or not len(table):
        raise StimulusError(
            f"the table of '{folder}' needs rows and a column '{FILE_COLUMNS[0]}' with paths in that folder; it has "
            f"{', '.join(map(str, table.columns))}"
        )
    table = table.rename(columns={column: FILE_COLUMNS[0]}).reset_index(drop=True)
    table["file"] = table["file"].astype(str)
    if missing := [name for name in table["file"] if not is_entry(folder / name)]:
        raise StimulusError(f"'{missing[0]}' of the table is not in '{folder}', or of no kind that can be shown")
    if "stimulus_id" not in table:
        table.insert(0, "stimulus_id", [_name(folder, Path(name)) for name in table["file"]])
    return table


def _name(folder: Path, path: Path) -> str:
    """The path, for a file without its suffix."""
    return path.with_suffix("").as_posix() if (folder / path).is_file() else path.as_posix()


def setting(name: str, argument: Any, table: pd.DataFrame, default: Any) -> list[Any]:
    """One value per row: that of the table, else the argument, else the default.

    Raises:
        StimulusError: if both table and argument say it.
    """
    if name not in table:
        return [default if argument is None else argument] * len(table)
    if argument is not None:
        raise StimulusError(f"the table has a column '{name}' already; leave the argument '{name}' out")
    return [default if pd.isna(value) else value for value in table[name]]
