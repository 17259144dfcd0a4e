"""Recorded data and Brain-Score's assemblies, both ways.

Brain-Score's sets do not name things alike: stimuli are `stimulus_id` or `image_id`; time bins end in `time_bin_end`,
`time_bin_stop` or `time_bin_end_ms`, and some are in seconds; animals are `animal` or `subject`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from harness.assemblies import BehavioralAssembly, DataAssembly, NeuroidAssembly, walk_coords
from harness.checks import checked
from harness.data.choices import Choices
from harness.data.measurement import Measurement
from harness.data.recorded_data import RecordedData, SubjectResponses
from harness.errors import DataError
from harness.stimuli import StimulusSet, TimeBin

_SUBJECT = ("subject", "animal", "monkey")
_SHOWN_TO = "shown_to"
_START = ("time_bin_start", "time_bin_start_ms")
_END = ("time_bin_end", "time_bin_stop", "time_bin_end_ms")


@checked(DataError)
def to_assembly(data: RecordedData) -> NeuroidAssembly:
    """Recorded data as `presentation x neuroid x time_bin`.

    Several subjects make a block matrix: NaN where a neuroid was not recorded in a presentation, and the coordinate `shown_to`
    of a presentation names its subject. The facts of the measurement are the attribute `measurement`, as JSON.
    """
    rows, columns = (np.cumsum([0, *(one.responses.shape[axis] for one in data.subjects)]) for axis in (0, 1))
    values = np.full((rows[-1], columns[-1], len(data.time_bins)), np.nan, dtype=np.float32)
    for i, one in enumerate(data.subjects):
        values[rows[i] : rows[i + 1], columns[i] : columns[i + 1]] = one.responses
    shown = pd.concat([one.presentations.assign(**{_SHOWN_TO: one.subject}) for one in data.subjects])
    units = pd.concat([one.neuroids.assign(subject=one.subject) for one in data.subjects])
    coords: dict[str, Any] = {str(name): ("presentation", _storable(shown[name])) for name in shown}
    coords |= {
        _other_name(str(name), coords): ("neuroid", _storable(units[name])) for name in units if name != "subject"
    } | {"subject": ("neuroid", _storable(units["subject"]))}
    start, end = np.array(data.time_bins).T
    coords |= {"time_bin_start": ("time_bin", _whole(start)), "time_bin_end": ("time_bin", _whole(end))}
    assembly = NeuroidAssembly(values, coords=coords, dims=["presentation", "neuroid", "time_bin"])
    assembly.attrs.update(
        identifier=data.identifier,
        measurement=json.dumps(asdict(data.measurement)),
        licence=data.licence,
        citation=data.citation,
        stimulus_set_identifier=data.stimuli.identifier if data.stimuli else "",
    )
    return assembly


@checked(DataError)
def from_assembly(
    assembly: DataAssembly,
    measurement: Measurement | None = None,
    *,
    identifier: str | None = None,
    stimuli: StimulusSet | None = None,
    region: str | None = None,
    time_bins: Sequence[TimeBin] | None = None,
    seconds: bool = False,
    licence: str = "",
    citation: str = "",
) -> RecordedData:
    """An assembly as recorded data, one subject per animal.

    Args:
        assembly: `presentation x neuroid[ x time_bin]` in any order.
        measurement: what the numbers are; not needed for what `to_assembly` made.
        identifier: its name; the assembly's own if not given.
        stimuli: what was shown.
        region: of neuroids that name none.
        time_bins: [start, end) in ms of an assembly that has none.
        seconds: whether its times are seconds.

    Raises:
        DataError: if something is missing that nothing can stand in for.
    """
    identifier = identifier or assembly.attrs.get("identifier") or "recording"
    if measurement is None:
        if "measurement" not in assembly.attrs:
            raise DataError(f"the assembly '{identifier}' does not say what was measured; pass a Measurement")
        measurement = Measurement(**json.loads(assembly.attrs["measurement"]))
    if set(assembly.dims) - {"presentation", "neuroid", "time_bin"} or "neuroid" not in assembly.dims:
        raise DataError(
            f"the assembly '{identifier}' has the dimensions {', '.join(map(str, assembly.dims))}; they must be presentation, "
            "neuroid and, for several bins, time_bin"
        )
    bins = _bins_of(assembly, time_bins, 1000.0 if seconds else 1.0, identifier)
    whole = assembly if "time_bin" in assembly.dims else assembly.expand_dims("time_bin")
    values = whole.transpose("presentation", "neuroid", "time_bin").values
    order = sorted(range(len(bins)), key=bins.__getitem__)
    values = values if order == list(range(len(bins))) else values[..., order]
    shown, units = _presentations(assembly, identifier), _neuroids(assembly, region, identifier)
    subjects = tuple(_subjects(values, shown, units))
    facts = [
        str(given or assembly.attrs.get(name) or "") for given, name in ((licence, "licence"), (citation, "citation"))
    ]
    return RecordedData(identifier, subjects, tuple(bins[i] for i in order), measurement, stimuli, *facts)


@checked(DataError)
def choices_from_assembly(assembly: DataAssembly, *, identifier: str | None = None, **columns: str) -> Choices:
    """A behavioural assembly (one choice per presentation, as its values or its coordinate `choice`) as `Choices`.

    Args:
        columns: names of coordinates that hold what `Choices` calls otherwise: `subject="WorkerID"`.
    """
    identifier = identifier or assembly.attrs.get("identifier") or "choices"
    table = _table(assembly, "presentation")
    values = np.ravel(assembly.values)
    if "choice" not in table and len(values) == len(table):
        table["choice"] = values
    renamed = {theirs: ours for ours, theirs in columns.items() if theirs in table}
    table = table.drop(columns=[ours for ours in renamed.values() if ours in table]).rename(columns=renamed)
    if "stimulus_id" not in table and "image_id" in table:
        table["stimulus_id"] = table["image_id"]
    return Choices(identifier, table)


def choices_to_assembly(choices: Choices) -> BehavioralAssembly:
    """Choices as Brain-Score's behavioural assembly: one presentation per trial, whose value is the choice."""
    table = choices.trials
    coords = {str(name): ("presentation", _storable(table[name])) for name in table}
    assembly = BehavioralAssembly(table["choice"].to_numpy(), coords=coords, dims=["presentation"])
    assembly.attrs["identifier"] = choices.identifier
    return assembly


def _subjects(values: np.ndarray, shown: pd.DataFrame, units: pd.DataFrame) -> Iterable[SubjectResponses]:
    """Blocks of an assembly: a subject's neuroids, and the presentations that were made to it."""
    names = units.pop("subject") if "subject" in units else pd.Series("unknown", index=units.index)
    to = shown.pop(_SHOWN_TO) if _SHOWN_TO in shown else None
    for name in map(str, dict.fromkeys(names.astype(str))):
        own = (names.astype(str) == name).to_numpy()
        rows = np.full(len(shown), True) if to is None else (to.astype(str) == name).to_numpy()
        block = values if own.all() and rows.all() else values[rows][:, own]
        yield SubjectResponses(name, block, _without_empty(shown[rows]), _without_empty(units[own]))


def _presentations(assembly: DataAssembly, identifier: str) -> pd.DataFrame:
    table = _table(assembly, "presentation")
    if "stimulus_id" not in table:
        if "image_id" not in table:
            raise DataError(f"the presentations of '{identifier}' have neither stimulus_id nor image_id")
        table.insert(0, "stimulus_id", table["image_id"])
    table["stimulus_id"] = table["stimulus_id"].astype(str)
    if _SHOWN_TO not in table and "subject" in table:
        table = table.rename(columns={"subject": _SHOWN_TO})
    key = [column for column in ("stimulus_id", _SHOWN_TO, "session", "run") if column in table]
    if "repetition" not in table or table.duplicated([*key, "repetition"]).any():
        counted = table.groupby([c for c in ("stimulus_id", _SHOWN_TO) if c in table], sort=False).cumcount()
        if "repetition" in table:
            table["original_repetition"] = table["repetition"]
        table["repetition"] = counted
    table["repetition"] = table["repetition"].astype(int)
    return table


def _neuroids(assembly: DataAssembly, region: str | None, identifier: str) -> pd.DataFrame:
    table = _table(assembly, "neuroid")
    for name in _SUBJECT:
        if name in table:
            table = table.rename(columns={name: "subject"})
            break
    if "region" not in table:
        if region is None:
            raise DataError(f"the neuroids of '{identifier}' name no region; pass region=")
        table["region"] = region
    if "neuroid_id" not in table:
        table["neuroid_id"] = np.arange(len(table))
    if table.duplicated([name for name in ("subject", "neuroid_id") if name in table]).any():  # numbered within region
        table["neuroid_id"] = [
            f"{area}.{name}" for area, name in zip(table["region"], table["neuroid_id"], strict=True)
        ]
    return table


def _table(assembly: DataAssembly, dimension: str) -> pd.DataFrame:
    columns = {
        str(name): values
        for name, dims, values in walk_coords(assembly)
        if tuple(dims) == (dimension,) and name != dimension
    }
    if not columns and dimension in assembly.coords:
        only = "stimulus_id" if dimension == "presentation" else f"{dimension}_id"
        columns = {only: assembly[dimension].values}  # brainscore_core drops the name of an only coordinate
    suffix = f"_of_{dimension}"
    return pd.DataFrame({name.removesuffix(suffix): values for name, values in columns.items()})


def _bins_of(assembly: DataAssembly, given: Sequence[TimeBin] | None, scale: float, identifier: str) -> list[TimeBin]:
    names = {str(name) for name, _, _ in walk_coords(assembly)}
    start, end = (next((name for name in known if name in names), None) for known in (_START, _END))
    if start and end:
        starts, ends = (np.atleast_1d(assembly[name].values).astype(float) * scale for name in (start, end))
        return [(round(a, 6), round(b, 6)) for a, b in zip(starts, ends, strict=True)]
    if given is None:
        raise DataError(f"the assembly '{identifier}' has no time bins; pass time_bins=[(start, end)] in ms")
    return [(float(a), float(b)) for a, b in given]


def _other_name(name: str, taken: dict[str, Any]) -> str:
    """xarray has one name space for the coordinates of all dimensions."""
    return f"{name}_of_neuroid" if name in taken else name


def _storable(column: pd.Series) -> np.ndarray:
    """A column as netCDF can hold it: numbers, or text with "" for what is missing."""
    if column.dtype.kind in "biuf":
        return column.to_numpy()
    return column.where(column.notna(), "").astype(str).to_numpy()


def _without_empty(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of which a subject has nothing belong to another subject."""
    missing = table.isna() | (table == "")
    return table.loc[:, ~missing.all(axis=0)]


def _whole(times: np.ndarray) -> np.ndarray:
    return times.astype(int) if (times % 1 == 0).all() else times
