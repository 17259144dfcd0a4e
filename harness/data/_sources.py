"""Responses in a lab's folder, read from the formats that labs use, as arrays with their tables."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd

from harness.data._tables import read_table
from harness.data.facts import stated_bins, time_bins
from harness.data.measurement import Measurement
from harness.errors import DataError, MissingData
from harness.stimuli import TimeBin

Values = np.ndarray | dict[str, np.ndarray]
Read = tuple[Values, pd.DataFrame, pd.DataFrame, tuple[TimeBin, ...]]
FORMS = ("responses.npy", "responses.csv", "responses.nc", "responses.zarr", "responses.nwb", "responses")


def read_responses(
    folder: Path, facts: Mapping[str, Any], table: pd.DataFrame | None, units: pd.DataFrame | None, region: str | None
) -> Read:
    """Responses (presentation, neuroid[, bin]) or those by subject, the tables of both axes, and the time bins.

    Raises:
        MissingData: without responses, or without the tables that their format does not bring along.
        DataError: for several, or for such as do not fit the tables.
    """
    found = [folder / form for form in FORMS if (folder / form).exists()]
    if not found:
        raise MissingData(
            f"'{folder}' has no responses; give one of {', '.join(FORMS[:-1])} or responses/<subject>.npy"
        )
    if len(found) > 1:
        raise DataError(f"'{folder}' has {found[0].name} and {found[1].name}; leave one of them")
    if found[0].suffix == ".nc":
        return _netcdf(found[0], facts, region)
    if found[0].suffix == ".nwb":
        from harness.data.nwb import read_nwb

        return read_nwb(found[0], facts, region)
    if table is None:
        raise MissingData(f"'{folder}' lacks presentations.csv, which says what each row of the responses belongs to")
    if found[0].suffix == ".csv":
        written, units = _csv(found[0], units)
        _check(written, table, units, found[0])
        return written, table, units, _bins(facts, written, folder)
    if units is None:
        raise MissingData(f"'{folder}' lacks neuroids.csv, which says what each column of the responses is")
    values: Values = _ARRAYS[found[0].suffix](found[0]) if found[0].suffix else _by_subject(found[0], units)
    if isinstance(values, np.ndarray):
        _check(values, table, units, found[0])
    return values, table, units, _bins(facts, values, folder)


def _check(values: np.ndarray, table: pd.DataFrame, units: pd.DataFrame, path: Path) -> None:
    if values.ndim not in (2, 3) or values.shape[:2] != (len(table), len(units)):
        raise DataError(
            f"'{path.name}' is {' x '.join(map(str, values.shape))}, and the tables have {len(table)} presentations and "
            f"{len(units)} neuroids; its axes must be presentation, neuroid and, for several bins, time"
        )


def _npy(path: Path) -> np.ndarray:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise DataError(f"'{path}' cannot be read as an array of numbers: {error}") from error


def _zarr(path: Path) -> np.ndarray:
    import zarr

    try:
        opened = zarr.open(str(path), mode="r")
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"'{path}' cannot be read as a zarr array: {error}") from error
    if not isinstance(opened, zarr.Array):
        raise DataError(f"'{path}' is a zarr group; store the responses as one zarr array")
    if (missing := opened.nchunks - opened.nchunks_initialized) > 0:
        raise DataError(
            f"'{path}' lacks {missing} of its {opened.nchunks} chunks, which would be read as zeros; write it again, and chunks "
            'of nothing but zeros with write_empty_chunks=True (zarr.config.set({"array.write_empty_chunks": True}))'
        )
    return np.asarray(opened[:])


def _by_subject(path: Path, units: pd.DataFrame) -> dict[str, np.ndarray]:
    if "subject" not in units:
        raise DataError(f"'{path}' holds one file per subject, and neuroids.csv has no column 'subject'")
    files = {str(name): path / f"{quote(str(name), safe='')}.npy" for name in units["subject"].unique()}
    if missing := [name for name, file in files.items() if not file.is_file()]:
        raise MissingData(f"'{path}' lacks {files[missing[0]].name}, the responses of subject '{missing[0]}'")
    return {name: _npy(file) for name, file in files.items()}


def _csv(path: Path, units: pd.DataFrame | None) -> tuple[np.ndarray, pd.DataFrame]:
    """One row per presentation, one column per neuroid, whose name is the header."""
    table = read_table(path, numbers=True)
    names = [str(name) for name in table]
    if units is None:
        units = pd.DataFrame({"neuroid_id": names})
    if unknown := sorted(set(names) ^ set(units["neuroid_id"])):
        raise DataError(f"neuroid '{unknown[0]}' is not both a column of '{path.name}' and a row of neuroids.csv")
    return table[list(units["neuroid_id"])].to_numpy(float), units


def _netcdf(path: Path, facts: Mapping[str, Any], region: str | None) -> Read:
    """A Brain-Score assembly, or any netCDF file with one variable of these dimensions and coordinates."""
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


_ARRAYS: dict[str, Callable[[Path], np.ndarray]] = {".npy": _npy, ".zarr": _zarr}
