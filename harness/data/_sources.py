"""Responses in a lab's folder, read from the formats that labs use, as arrays with their tables."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from harness.data._columns import NEUROIDS, PRESENTATIONS, table_in
from harness.data.facts import stated_bins, time_bins
from harness.data.formats import (
    ARRAYS,
    AXES,
    TABLES,
    Contents,
    arranged,
    axes_of,
    chosen,
    find,
    read_arrays,
    read_table,
)
from harness.data.measurement import Measurement
from harness.errors import DataError, MissingData
from harness.stimuli import TimeBin

Values = np.ndarray | dict[str, np.ndarray]
Read = tuple[Values, pd.DataFrame, pd.DataFrame, tuple[TimeBin, ...]]
_NAMELESS = re.compile(r"Unnamed: \d+")
"""What pandas calls a column without a name."""
_FIRST = (".npy", ".csv", ".nc", ".zarr", ".nwb")
KINDS = (*_FIRST, *(kind for kind in (*ARRAYS, *TABLES) if kind not in _FIRST))


def read_responses(
    folder: Path, facts: Mapping[str, Any], table: pd.DataFrame | None, units: pd.DataFrame | None, region: str | None
) -> Read:
    """Responses (presentation, neuroid[, bin]) or those by subject, the tables of both axes, and the time bins.

    Raises:
        MissingData: without responses, or without the tables that their format does not bring along.
        DataError: for several, or for such as do not fit the tables.
    """
    path, by_subject = find(folder, "responses", KINDS), folder / "responses"
    if path is not None and by_subject.exists():
        raise DataError(f"'{folder}' has {path.name} and {by_subject.name}; leave one of them")
    if path is None and not by_subject.exists():
        raise MissingData(
            f"'{folder}' has no responses; give one of {', '.join(f'responses{kind}' for kind in KINDS)} or responses/<subject>.npy"
        )
    if path is not None and path.suffix.lower() == ".nwb":
        from harness.data.nwb import read_nwb

        return read_nwb(path, facts, region)
    if path is not None and path.suffix.lower() in TABLES:
        written, table, units = _table(path, _needed(table, folder), units)
        _check(written, table, units, path)
        return written, table, units, _bins(facts, written, folder)
    if path is None:
        table, units = _needed(table, folder), _described(units, folder)
        values: Values = _by_subject(by_subject, table, units, facts)
        return values, table, units, _bins(facts, values, folder)
    contents = read_arrays(path)
    if path.suffix.lower() == ".nc" and "variable" not in facts and _is_assembly(contents):
        return _assembly(path, facts, region)
    if table is None:
        table = table_in(contents, "presentations", PRESENTATIONS, "stimulus_id", "presentation")
    if units is None:
        units = table_in(contents, "neuroids", NEUROIDS, "neuroid_id", "neuroid")
    table, units = _needed(table, folder), _described(units, folder)
    block = _block(contents, facts, len(table), len(units))
    _check(block, table, units, path)
    return block, table, units, _bins(facts, block, folder)


def _needed(table: pd.DataFrame | None, folder: Path) -> pd.DataFrame:
    if table is None:
        raise MissingData(f"'{folder}' lacks presentations.csv, which says what each row of the responses belongs to")
    return table


def _described(units: pd.DataFrame | None, folder: Path) -> pd.DataFrame:
    if units is None:
        raise MissingData(f"'{folder}' lacks neuroids.csv, which says what each column of the responses is")
    return units


def _block(contents: Contents, facts: Mapping[str, Any], presentations: int, neuroids: int) -> np.ndarray:
    """The array of responses in the order of axes that is used here."""
    name = chosen(contents, facts.get("variable"), presentations, neuroids)
    axes = facts.get("axes")
    if axes is None and name in contents.dimensions:
        told = axes_of(contents.dimensions[name])
        axes = told if set(AXES[:2]) <= set(told) and len(set(told)) == len(told) and "" not in told else None
    bins = len(facts["time_bins"]) if isinstance(facts.get("time_bins"), list) else None
    where = f"'{name}' of '{contents.path.name}'" if len(contents.arrays) > 1 else f"'{contents.path.name}'"
    return arranged(contents.arrays[name], axes, presentations, neuroids, bins, where)


def _check(values: np.ndarray, table: pd.DataFrame, units: pd.DataFrame, path: Path) -> None:
    if values.ndim not in (2, 3) or values.shape[:2] != (len(table), len(units)):
        raise DataError(
            f"'{path.name}' is {' x '.join(map(str, values.shape))}, and the tables have {len(table)} presentations and "
            f"{len(units)} neuroids; its axes must be presentation, neuroid and, for several bins, time"
        )


def _by_subject(
    folder: Path, table: pd.DataFrame, units: pd.DataFrame, facts: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    if "subject" not in units:
        raise DataError(f"'{folder}' holds one file per subject, and neuroids.csv has no column 'subject'")
    blocks = {}
    for name in map(str, units["subject"].unique()):
        file = find(folder, quote(name, safe=""), tuple(ARRAYS))
        if file is None:
            raise MissingData(f"'{folder}' lacks {quote(name, safe='')}.npy, the responses of subject '{name}'")
        shown = int((table["subject"].astype(str) == name).sum()) if "subject" in table else len(table)
        blocks[name] = _block(read_arrays(file), facts, shown, int((units["subject"].astype(str) == name).sum()))
    return blocks


def _table(
    path: Path, table: pd.DataFrame, units: pd.DataFrame | None
) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame]:
    """One row per presentation, one column per neuroid, whose name is the header."""
    written = read_table(path, numbers=True)
    names = [str(name) for name in written]
    if nameless := [at for at, name in enumerate(names) if _NAMELESS.fullmatch(name)]:
        raise DataError(
            f"column {nameless[0]} of '{path.name}' has no name, so it is no neuroid; leave out the numbers of rows (index=False)"
        )
    if units is None:
        units = pd.DataFrame({"neuroid_id": names})
    if unknown := sorted(set(names) ^ set(units["neuroid_id"])):
        raise DataError(f"neuroid '{unknown[0]}' is not both a column of '{path.name}' and a row of neuroids.csv")
    return written[list(units["neuroid_id"])].to_numpy(float), table, units


def _is_assembly(contents: Contents) -> bool:
    """Whether a netCDF file holds one array with Brain-Score's dimensions, and names of its presentations and neuroids."""
    large = [name for name, dimensions in contents.dimensions.items() if len(dimensions) > 1]
    vectors = {name for name, dimensions in contents.dimensions.items() if dimensions == ("presentation",)}
    return (
        len(large) == 1
        and set(AXES[:2]) <= set(contents.dimensions[large[0]]) <= set(AXES)
        and bool(vectors & {"stimulus_id", "image_id"})
        and contents.dimensions.get("neuroid_id") == ("neuroid",)
    )


def _assembly(path: Path, facts: Mapping[str, Any], region: str | None) -> Read:
    """A Brain-Score assembly, with its own tables."""
    from harness.assemblies import NeuroidAssembly
    from harness.data.brainio import from_assembly

    try:
        assembly = NeuroidAssembly.from_files(path)
    except (OSError, ValueError) as error:
        raise DataError(f"'{path}' cannot be read as an assembly: {' '.join(str(error).split())}") from error
    bins = stated_bins(facts) if "time_bins" in facts else None
    measurement = Measurement(facts["modality"], facts["unit"], facts["normalisation"])
    data = from_assembly(assembly, measurement, region=region, time_bins=bins, identifier=path.stem)
    shown = pd.concat([one.presentations.assign(subject=one.subject) for one in data.subjects])
    units = pd.concat([one.neuroids.assign(subject=one.subject) for one in data.subjects])
    values = {one.subject: one.responses for one in data.subjects}
    return values, shown.reset_index(drop=True), units.reset_index(drop=True), data.time_bins


def _bins(facts: Mapping[str, Any], values: Values, folder: Path) -> tuple[TimeBin, ...]:
    first = values if isinstance(values, np.ndarray) else next(iter(values.values()))
    return time_bins(facts, first.shape[2] if first.ndim == 3 else 1, folder)
