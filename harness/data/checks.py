"""Whether a data set on this machine matches its description, and its contents."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from harness.checks import checked
from harness.data.choices import Choices
from harness.data.locations import is_generated, load, locate, spec_of
from harness.errors import DataError, HarnessError


@checked(DataError)
@dataclass(frozen=True)
class Report:
    """The findings of a check of a data set.

    Attributes:
        identifier: of the data set.
        faults: what is wrong, one sentence each; none if it can be used.
        remarks: what may be a mistake.
        contents: what it holds.
    """

    identifier: str
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    contents: dict[str, Any] = field(default_factory=dict)


@checked(DataError)
def check(identifier: str) -> Report:
    """Compare files with their SHA-256 and read the data.

    Raises:
        UnknownIdentifier: for a data set that nobody registered.
        MissingData: for one that is not here.
    """
    spec = spec_of(identifier)
    faults, notes = ([], []) if is_generated(spec) else _files(identifier)
    contents_: dict[str, Any] = {}
    if spec.load and not faults:
        try:
            contents_, said = _read(identifier)
            notes += said
        except HarnessError as error:
            faults.append(str(error))
    return Report(identifier, faults, notes, contents_)


@checked(DataError)
def contents(identifier: str) -> dict[str, Any]:
    """The contents of a data set, as plain values."""
    return _read(identifier)[0]


def _files(identifier: str) -> tuple[list[str], list[str]]:
    spec, folder = spec_of(identifier), locate(identifier)
    faults, remarks = [], []
    for name, expected in spec.files.items():
        path = folder / name
        if not path.exists():
            faults.append(f"'{path}' is missing")
        elif expected and path.is_file():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != expected:
                faults.append(f"'{path}' has changed: its SHA-256 is {found[:12]}..., not {expected[:12]}...")
    unchecked = sum(not digest for digest in spec.files.values())
    if unchecked:
        remarks.append(f"{unchecked} of {len(spec.files)} files have no known checksum")
    return faults, remarks


def _read(identifier: str) -> tuple[dict[str, Any], list[str]]:
    from harness.data.remarks import in_seconds, remarks

    data = load(identifier)
    if isinstance(data, Choices):
        return {
            "subjects": len(data.subjects),
            "trials": len(data.trials),
            "stimuli": int(data.trials["stimulus_id"].nunique()),
            "alternatives": list(data.alternatives),
        }, []
    return {
        "subjects": list(data.names),
        "regions": {r: sum(int((one.neuroids["region"] == r).sum()) for one in data.subjects) for r in data.regions},
        "presentations": sum(len(one.presentations) for one in data.subjects),
        "stimuli": len(data.stimulus_ids),
        "time bins (ms)": f"{len(data.time_bins)}, from {data.time_bins[0][0]:g} to {data.time_bins[-1][1]:g}",
        "measured": f"{data.measurement.modality} in {data.measurement.unit}, normalisation: {data.measurement.normalisation}",
    }, [*(f"{phrase}: are these seconds?" for phrase in in_seconds(data)), *remarks(data)]
