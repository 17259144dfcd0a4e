"""Tables of a lab's folder: text with commas between columns, as participants and spreadsheets write it."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from harness.errors import DataError


def read_table(path: Path, text: Sequence[str] = (), numbers: Sequence[str] = ()) -> pd.DataFrame:
    """A CSV file.

    Args:
        text: columns that hold names, also where they look like numbers.
        numbers: columns that hold finite numbers or nothing.

    Raises:
        DataError: for a file that is no such table, in one sentence.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        if "," not in header and (mark := next((mark for mark in ";\t" if mark in header), "")):
            named = {";": "semicolons", "\t": "tabs"}[mark]
            raise DataError(f"'{path}' has {named} between its columns; write commas there, and points in numbers")
        table = pd.read_csv(path, dtype=dict.fromkeys(text, "str"))
    except DataError:
        raise
    except (ValueError, OSError) as error:  # wrong encoding, no columns, rows of different lengths
        raise DataError(
            f"'{path}' cannot be read as a table; write it as CSV in UTF-8 ({' '.join(str(error).split())})"
        ) from error
    for column in (name for name in numbers if name in table):
        values = pd.to_numeric(table[column], errors="coerce")
        if (wrong := values.isna() & table[column].notna() | values.isin([float("inf"), -float("inf")])).any():
            raise DataError(
                f"the column '{column}' of '{path}' holds '{table[column][wrong].iloc[0]}', which is no number"
            )
        table[column] = values
    return table
