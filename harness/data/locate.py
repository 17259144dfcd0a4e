"""Where a data set lies on this machine, and what to do if it does not."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness._loading import check_arguments, resolve, with_own_arguments
from harness.errors import DataError, MissingData, PluginError
from harness.host import host
from harness.paths import data_folders, own_data_folder
from harness.specs import DatasetSpec

if TYPE_CHECKING:
    from harness.data.choices import Choices
    from harness.data.recording import RecordedData


def locate(identifier: str) -> Path:
    """The folder of a registered data set: the first of that name in `HARNESS_DATA`, or among what was imported and fetched, that
    holds the first file of its description.

    Raises:
        UnknownIdentifier: if no plugin registered it.
        MissingData: if it is not here; the message says where it is published, on which terms, and what to do.
    """
    spec = spec_of(identifier)
    folder = folder_of(spec)
    if folder is None:
        raise MissingData(_missing(spec))
    return folder


def load(identifier: str, **arguments: Any) -> "RecordedData | Choices":
    """A registered data set, read from its files.

    Raises:
        UnknownIdentifier: if no plugin registered it.
        MissingData: if it is not here.
        DataError: if it cannot be read, or contradicts itself.
    """
    from harness.data.choices import Choices
    from harness.data.recording import RecordedData

    spec = spec_of(identifier)
    what = f"data set '{identifier}'"
    if spec.load is None:
        raise DataError(f"the {what} has no loader; its benchmarks read its files, which are in {locate(identifier)}")
    reader = resolve(spec.load, what)
    arguments = with_own_arguments(spec.arguments, arguments, what)
    check_arguments(reader, arguments, 0, what, identifier)
    data = reader(**arguments)
    if not isinstance(data, (RecordedData, Choices)):
        raise PluginError(f"the {what} cannot be used: {spec.load} returned {type(data).__name__}")
    return data


def search_path() -> list[Path]:
    """Where data sets are looked for: `HARNESS_DATA`, then what was imported and fetched."""
    return [*data_folders(), own_data_folder()]


def is_available(identifier: str) -> bool:
    """Whether `locate` would find a registered data set."""
    return folder_of(spec_of(identifier)) is not None


def fetch(identifier: str) -> Path:
    """Download a registered data set into `HARNESS_HOME/data`, unless it is here. Returns its folder.

    Raises:
        UnknownIdentifier: if no plugin registered it.
        MissingData: if it cannot be downloaded; the message says why, or what to do instead.
    """
    spec = spec_of(identifier)
    folder = folder_of(spec)
    if folder is None or spec.fetch:
        if spec.fetch is None:
            raise MissingData(_missing(spec))
        folder = folder or own_data_folder() / identifier
        resolve(spec.fetch, f"data set '{identifier}'")(folder)
    return folder


def spec_of(identifier: str) -> DatasetSpec:
    """The description of a data set; `brainscore/NAME` is any that Brain-Score stores, registered or not."""
    if identifier.startswith("brainscore/"):
        from harness.data.brainscore import dataset

        return dataset(identifier.removeprefix("brainscore/"))
    return host().datasets.get(identifier)


def folder_of(spec: DatasetSpec) -> Path | None:
    """Where a data set lies on this machine; None if it does not."""
    candidates = (root / spec.identifier for root in search_path())
    first = next(iter(spec.files), "")
    return next((folder for folder in candidates if folder.is_dir() and (folder / first).exists()), None)


def _missing(spec: DatasetSpec) -> str:
    roots = data_folders()
    if spec.fetch:
        return (
            f"the data set '{spec.identifier}' is not here; get it with: harness data fetch {spec.identifier} "
            f"(from {spec.source}, {spec.licence})"
        )
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
