"""Excel's workbooks and Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from harness.data.formats.contents import needs, reading
from harness.data.formats.text import plain_name, refuse_twice
from harness.errors import DataError


def read_excel(path: Path, text: Sequence[str] | Literal[True] = ()) -> pd.DataFrame:
    """The only sheet of a workbook that holds anything, or the one that is called as its file.

    Raises:
        MissingData: without openpyxl.
        DataError: for a file that is not a workbook, or several sheets.
    """
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise needs("openpyxl", "Excel files", "files") from None

    with reading(path, "an Excel file"), pd.ExcelFile(path, engine="openpyxl") as book:
        sheets = {str(name): book.parse(name, keep_default_na=False, na_values=[""]) for name in book.sheet_names}
        filled = {name: table for name, table in sheets.items() if len(table.columns)}
        wanted = next((name for name in filled if name.strip().lower() == path.stem.lower()), None)
        if not filled:
            raise DataError(f"'{path}' has nothing in it; fill a sheet")
        if wanted is None and len(filled) > 1:
            raise DataError(
                f"'{path}' has the sheets {', '.join(filled)}; leave one, or call the one that is meant '{path.stem}'"
            )
        meant = wanted or next(iter(filled))
        header = book.parse(meant, header=None, nrows=1, dtype="str").iloc[0].dropna()
        refuse_twice([name.strip() for name in header], path)
        return _with_names(filled[meant], text)


def read_parquet(path: Path, text: Sequence[str] | Literal[True] = ()) -> pd.DataFrame:
    """A Parquet file; an index that was stored with a name is a column.

    Raises:
        MissingData: without pyarrow.
        DataError: if it cannot be read.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise needs("pyarrow", "Parquet files", "files") from None

    with reading(path, "a Parquet file"):
        table = pd.read_parquet(path, engine="pyarrow")
        named = [name for name in table.index.names if name is not None]
        return _with_names(table.reset_index(named).reset_index(drop=True) if named else table, text)


def _with_names(table: pd.DataFrame, text: Sequence[str] | Literal[True]) -> pd.DataFrame:
    """Columns that hold names as text: 3 and 3.0 are "3"."""
    table = table.rename(columns=str)
    for name in table.columns:
        if text is True or plain_name(name) in text:
            table[name] = table[name].map(_name).astype(object)
    return table


def _name(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:
        return float("nan")
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
