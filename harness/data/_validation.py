"""Requirements on a recording, with one sentence for each violation."""

import itertools
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from harness.errors import DataError

if TYPE_CHECKING:
    from harness.data.recorded_data import RecordedData, SubjectResponses


def check_subject(one: "SubjectResponses") -> None:
    """Raises DataError for tables and responses that do not go together."""
    who = f"subject '{one.subject}'"
    _needs(one.presentations, ("stimulus_id", "repetition"), f"the presentations of {who}")
    _needs(one.neuroids, ("neuroid_id", "region"), f"the neuroids of {who}")
    expected = (len(one.presentations), len(one.neuroids))
    if one.responses.ndim != 3 or one.responses.shape[:2] != expected:
        raise DataError(
            f"the responses of {who} are {_shape(one.responses)}, and its tables describe {expected[0]} presentations of "
            f"{expected[1]} neuroids; axes are presentation, neuroid and time bin"
        )
    if one.responses.dtype.kind not in "fiu":
        raise DataError(f"the responses of {who} are of type {one.responses.dtype}; they must be numbers")
    _check_repetitions(one.presentations, who)
    repeated = one.neuroids["neuroid_id"][one.neuroids["neuroid_id"].duplicated()]
    if len(repeated):
        raise DataError(f"{who} has the neuroid_id '{repeated.iloc[0]}' more than once; every neuroid needs its own")
    if one.responses.dtype.kind == "f" and np.isinf(one.responses).any():
        raise DataError(f"the responses of {who} hold infinite values; write NaN for what is missing")
    _check_fractions(one.neuroids, who)


def check_recording(data: "RecordedData") -> None:
    """Raises DataError for subjects, time bins and stimuli that do not go together."""
    name = f"'{data.identifier}'"
    if not data.subjects:
        raise DataError(f"{name} has no responses; give at least one subject with presentations and neuroids")
    if repeated := {s for s in data.names if data.names.count(s) > 1}:
        raise DataError(f"{name} has the subject '{min(repeated)}' more than once; join its presentations into one")
    _check_bins(data, name)
    for one in data.subjects:
        if one.responses.shape[2] != len(data.time_bins):
            raise DataError(
                f"subject '{one.subject}' of {name} has responses in {one.responses.shape[2]} time bins and "
                f"{len(data.time_bins)} are described; give one [start, end) in ms for each"
            )
    if data.stimuli is not None:
        known = set(data.stimuli.ids)
        for one in data.subjects:
            if unknown := [s for s in one.presentations["stimulus_id"] if s not in known]:
                raise DataError(
                    f"{name} has a presentation of '{unknown[0]}', which is not among its {len(known)} stimuli; "
                    "stimulus_id must be the same in both tables"
                )


def _needs(table: pd.DataFrame, columns: tuple[str, ...], what: str) -> None:
    for column in columns:
        if column not in table:
            has = ", ".join(map(str, table.columns)) or "none"
            raise DataError(f"{what} need a column '{column}'; the columns are {has}")
        if table[column].isna().any():
            raise DataError(f"{what} lack a '{column}' in row {int(table[column].isna().to_numpy().argmax())}")


def _check_repetitions(table: pd.DataFrame, who: str) -> None:
    repetition = table["repetition"]
    if repetition.dtype.kind not in "iu" or (repetition < 0).any():
        raise DataError(f"the column 'repetition' of {who} must hold whole numbers from 0")
    key = [column for column in ("stimulus_id", "repetition", "session", "run") if column in table]
    if (double := table.duplicated(key)).any():
        row = int(double.to_numpy().argmax())
        named = ", ".join(f"{column} {table[column].iloc[row]}" for column in key)
        raise DataError(f"{who} has two presentations of {named}; number the repetitions from 0")


def _check_fractions(table: pd.DataFrame, who: str) -> None:
    for column in ("noise_ceiling", "reliability"):
        if column in table and table[column].dtype.kind not in "biuf":
            raise DataError(f"the column '{column}' of {who} must hold numbers, fractions of 1")
        if column in table and (table[column] > 1.5).any():
            raise DataError(
                f"the column '{column}' of {who} goes up to {table[column].max():g}; give fractions of 1, not percent"
            )


def _check_bins(data: "RecordedData", name: str) -> None:
    bins = np.array(data.time_bins, dtype=float).reshape(-1, 2)
    if not len(bins) or not np.isfinite(bins).all():
        raise DataError(f"{name} needs time bins [start, end) in finite ms")
    if (wrong := bins[:, 1] <= bins[:, 0]).any():
        start, end = bins[wrong.argmax()]
        raise DataError(f"{name} has a time bin that ends at {end:g} ms and begins at {start:g} ms")
    if any(second <= first for first, second in itertools.pairwise(data.time_bins)):
        raise DataError(f"the time bins of {name} must be in the order of their beginnings, each given once")


def _shape(array: np.ndarray) -> str:
    return " x ".join(map(str, array.shape))
