"""Where a data set lies on this machine, and what to do if it does not."""

from pathlib import Path

from harness.errors import MissingData
from harness.host import host
from harness.paths import data_folders
from harness.specs import DatasetSpec


def locate(identifier: str) -> Path:
    """The folder of a registered data set: the first of that name in `HARNESS_DATA` that holds the first file of its description.

    Raises:
        UnknownIdentifier: if no plugin registered it.
        MissingData: if it is not here; the message says where it is published, on which terms, and what to do.
    """
    spec = host().datasets.get(identifier)
    folder = _folder(spec)
    if folder is None:
        raise MissingData(_missing(spec))
    return folder


def is_available(identifier: str) -> bool:
    """Whether `locate` would find a registered data set."""
    return _folder(host().datasets.get(identifier)) is not None


def _folder(spec: DatasetSpec) -> Path | None:
    candidates = (root / spec.identifier for root in data_folders())
    first = next(iter(spec.files), "")
    return next((folder for folder in candidates if folder.is_dir() and (folder / first).exists()), None)


def _missing(spec: DatasetSpec) -> str:
    roots = data_folders()
    if not roots:
        where = "HARNESS_DATA is not set"
    elif incomplete := [root / spec.identifier for root in roots if (root / spec.identifier).is_dir()]:
        where = f"'{incomplete[0]}' lacks '{next(iter(spec.files))}'"
    else:
        where = f"HARNESS_DATA ({', '.join(map(str, roots))}) has no folder '{spec.identifier}'"
    return (
        f"the data set '{spec.identifier}' is not here: {where}. It is published at {spec.source} ({spec.licence}). "
        f"{spec.instructions.rstrip('.')}. HARNESS_DATA names the folder around '{spec.identifier}'."
    )
