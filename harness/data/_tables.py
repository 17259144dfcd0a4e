"""Tables as comma-separated text, as spreadsheets and scripts write them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from harness.checks import checked
from harness.errors import DataError

NO_NUMBER = ("nan", "na")
"""What programs write into columns of numbers where there is none, in capitals or not."""


@checked(DataError)
def read_table(
    path: Path, text: Sequence[str] | Literal[True] = (), numbers: Sequence[str] | Literal[True] = ()
) -> pd.DataFrame:
    """A CSV file. Only an empty field is missing: `None`, `NA`, `null` and `nan` are text, such as the name of a condition.

    Args:
        text: columns that hold names, also where they look like numbers; True for all.
        numbers: columns that hold finite numbers or nothing (an empty field, NaN, NA); True for all.

    Raises:
        DataError: for a file that is not such a table, in one sentence.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        if "," not in header and (mark := next((mark for mark in ";\t" if mark in header), "")):
            named = {";": "semicolons", "\t": "tabs"}[mark]
            raise DataError(f"'{path}' has {named} between its columns; write commas there, and points in numbers")
        as_text: Any = "str" if text is True else dict.fromkeys(text, "str")
        table = pd.read_csv(path, dtype=as_text, keep_default_na=False, na_values=[""])
    except DataError:
        raise
    except (ValueError, OSError) as error:  # wrong encoding, no columns, rows of different lengths
        raise DataError(
            f"'{path}' cannot be read as a table; write it as CSV in UTF-8 ({' '.join(str(error).split())})"
        ) from error
    for column in table if numbers is True else (name for name in numbers if name in table):
        table[column] = _numbers(table[column], path)
    return table


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    values = pd.to_numeric(column, errors="coerce")
    empty = column.isna() | column.astype(str).str.strip().str.lower().isin(NO_NUMBER)
    if (wrong := (values.isna() & ~empty) | np.isinf(values.astype(float))).any():
        raise DataError(
            f"the column '{column.name}' of '{path}' holds '{column[wrong].iloc[0]}', which is not a number"
        )
    return values
