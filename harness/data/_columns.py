"""The columns that tables of a recording may have, however a lab writes them; and tables that lie in the file of the responses."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from harness.data.formats import Contents, axes_of, plain_name
from harness.errors import DataError

NAMES = ("stimulus_id", "neuroid_id", "subject", "session", "run", "region", "image_id", "stim_file", "trial_type")
"""Columns that hold names, also where they look like numbers."""
NUMBERS = ("onset_ms", "duration_ms", "reliability", "noise_ceiling")
PRESENTATIONS = (
    "stimulus_id",
    "image_id",
    "repetition",
    "subject",
    "session",
    "run",
    "onset_ms",
    "duration_ms",
    "valid",
)
NEUROIDS = ("neuroid_id", "region", "subject", "hemisphere", "x", "y", "z", "reliability", "noise_ceiling")
STIMULI = ("stimulus_id", "path", "filename", "duration_ms", "fps", "degrees", "group")


def canonical(table: pd.DataFrame, known: Sequence[str], what: str) -> pd.DataFrame:
    """The table with its known columns called as they are here: `Stimulus_ID ` and `stimulus id` are `stimulus_id`.

    Names have no blanks around them, and repetitions that were written as 0.0 and 1.0 are whole numbers.

    Raises:
        DataError: if two columns are the same one.
    """
    renamed = {name: plain for name in table.columns if name not in known and (plain := plain_name(name)) in known}
    if double := [name for name, plain in renamed.items() if plain in table or list(renamed.values()).count(plain) > 1]:
        raise DataError(f"{what} have more than one column '{renamed[double[0]]}'; leave one of them")
    table = table.rename(columns=renamed)
    if "image_id" in known and "image_id" in table and "stimulus_id" not in table:
        table = table.rename(columns={"image_id": "stimulus_id"})
    for name in (name for name in NAMES if name in table):
        table[name] = table[name].map(lambda value: value.strip() if isinstance(value, str) else value)
    if "repetition" in table and table["repetition"].dtype.kind == "f" and (table["repetition"] % 1 == 0).all():
        table["repetition"] = table["repetition"].astype(int)
    return table


def table_in(contents: Contents, group: str, known: Sequence[str], key: str, axis: str) -> pd.DataFrame | None:
    """A table that lies beside the responses; None if its key column does not.

    Its columns are the vectors in a structure or group of its name, those that are called as a known column, and, where dimensions
    have names, all along the axis that it describes.
    """
    columns: dict[str, np.ndarray] = {}
    for name, array in contents.arrays.items():
        parent, _, last = name.rpartition("/")
        own = axes_of(contents.dimensions.get(name, ()))
        belongs = parent.rpartition("/")[2].lower() == group or (last.lower() in known and not own) or own == (axis,)
        if belongs and array.size == max(array.shape, default=0) and array.size:
            is_index = own == (axis,) and contents.dimensions[name] == (name,)
            columns[key if is_index and last.lower() not in known else last] = array.ravel()
    lowered = {name.lower() for name in columns}
    keys = [name for name in columns if name.lower() in (key, "image_id" if key == "stimulus_id" else key)]
    if not keys or not lowered:
        return None
    rows = len(columns[keys[0]])
    whole = {name: _column(name, values) for name, values in columns.items() if len(values) == rows}
    return canonical(pd.DataFrame(whole), known, f"the {group} in '{contents.path.name}'")


def _column(name: str, values: np.ndarray) -> Iterable[object]:
    """A column; names that were stored as numbers become text without a decimal point."""
    if name.lower() not in NAMES or values.dtype.kind in "US":
        return values
    return [str(int(value)) if float(value).is_integer() else str(value) for value in values]
