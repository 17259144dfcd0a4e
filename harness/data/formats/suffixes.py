"""Which kind of file is read by which module."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from harness.checks import checked
from harness.data.formats.contents import Contents
from harness.data.formats.hdf5 import read as read_hdf5
from harness.data.formats.matlab import read as read_matlab
from harness.data.formats.netcdf import read as read_netcdf
from harness.data.formats.numpy_files import read_npy, read_npz
from harness.data.formats.spreadsheets import read_excel, read_parquet
from harness.data.formats.text import NO_NUMBER, read_text, refuse_twice
from harness.data.formats.zarr_files import read as read_zarr
from harness.errors import DataError, MissingData

ARRAYS: dict[str, Callable[[Path], Contents]] = {
    ".npy": read_npy,
    ".npz": read_npz,
    ".mat": read_matlab,
    ".h5": read_hdf5,
    ".hdf5": read_hdf5,
    ".zarr": read_zarr,
    ".nc": read_netcdf,
}
"""Kinds of files that hold arrays."""
TABLES: dict[str, Callable[[Path, Sequence[str] | Literal[True]], pd.DataFrame]] = {
    ".csv": read_text,
    ".tsv": read_text,
    ".txt": read_text,
    ".xlsx": read_excel,
    ".parquet": read_parquet,
}
"""Kinds of files that hold tables."""
_CONVERT = {
    ".pkl": "a pickle, which is not loaded as it could run code; save it as .npz, .parquet or .csv",
    ".pickle": "a pickle, which is not loaded as it could run code; save it as .npz, .parquet or .csv",
    ".xls": "of Excel's old format; save it as .xlsx or .csv",
    ".ods": "of LibreOffice; save it as .xlsx or .csv",
    ".sav": "of SPSS; save it as .csv",
    ".dta": "of Stata; save it as .csv",
    ".rds": "of R; save it with write.csv or arrow::write_parquet",
    ".rdata": "of R; save it with write.csv or arrow::write_parquet",
    ".feather": "of Feather; save it as .parquet",
    ".json": "JSON; save tables as .csv and arrays as .npy",
    ".nev": "raw spikes; sort and count them into .npy, or convert it to NWB with neuroconv",
    ".nii": "a volume; extract the voxels into .npy",
    ".gz": "compressed; unpack it",
    ".zip": "compressed; unpack it",
}
"""Kinds of files that are refused, and what to do with them."""


@checked(DataError)
def read_arrays(path: Path) -> Contents:
    """The arrays of a file, by its suffix. Raises DataError, MissingData."""
    read = ARRAYS.get(path.suffix.lower())
    if read is None:
        raise DataError(f"'{path}' is {_why_not(path, tuple(ARRAYS))}")
    return read(_there(path))


@checked(DataError)
def read_table(
    path: Path, text: Sequence[str] | Literal[True] = (), numbers: Sequence[str] | Literal[True] = ()
) -> pd.DataFrame:
    """A table, by its suffix; one without a known suffix is read as text.

    Only an empty field is missing: `None`, `NA`, `null` and `nan` are text, such as the name of a condition. Blanks around the
    names of columns do not count.

    Args:
        text: columns that hold names, also where they look like numbers; True for all.
        numbers: columns that hold finite numbers or nothing (an empty field, NaN, NA); True for all.

    Raises:
        DataError: for a file that is not such a table, in one sentence.
    """
    table = TABLES.get(path.suffix.lower(), read_text)(_there(path), text)
    table.columns = [str(name).strip() for name in table.columns]
    refuse_twice(list(table.columns), path)
    for column in table if numbers is True else (name for name in numbers if name in table):
        table[column] = as_numbers(table[column], path)
    return table


@checked(DataError)
def find(folder: Path, stem: str, kinds: Sequence[str]) -> Path | None:
    """The file of a name in a folder, of one of some kinds; None if there is none.

    Raises:
        DataError: for several, and for one of a kind that is not read; the message says how to convert it.
    """
    there = [path for path in sorted(folder.glob(f"{stem}.*")) if not path.name.endswith(("~", ".bak", ".tmp"))]
    found = sorted(
        (path for path in there if path.suffix.lower() in kinds), key=lambda path: kinds.index(path.suffix.lower())
    )
    if len(found) > 1:
        raise DataError(f"'{folder}' has {found[0].name} and {found[1].name}; leave one of them")
    if not found and there:
        raise DataError(f"'{there[0]}' is {_why_not(there[0], kinds)}")
    return found[0] if found else None


def _why_not(path: Path, kinds: Sequence[str]) -> str:
    return _CONVERT.get(path.suffix.lower(), f"of a kind that is not read; save it as one of {', '.join(kinds)}")


def _there(path: Path) -> Path:
    """The path of a file or folder; others, such as pipes, would be waited for."""
    if not (path.is_file() or path.is_dir()):
        raise MissingData(f"there is no file '{path}'; check the path")
    return path


@checked(DataError)
def as_numbers(column: pd.Series, path: Path) -> pd.Series:
    """A column of finite numbers, NaN where it is empty. Raises DataError for anything else, with the first of it."""
    values = pd.to_numeric(column, errors="coerce")
    empty = column.isna() | column.astype(str).str.strip().str.lower().isin(NO_NUMBER)
    if (wrong := (values.isna() & ~empty) | np.isinf(values.astype(float))).any():
        raise DataError(
            f"the column '{column.name}' of '{path}' holds '{column[wrong].iloc[0]}', which is not a number"
        )
    return values
