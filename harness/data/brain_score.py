"""Brain-Score's recorded data, by Brain-Score identifier: fetched with brainscore_core, checked, and repaired.

Objects lie in the bucket `brainscore-storage` under a name, an S3 version and a SHA-1; `brainscore_objects.csv` holds the facts
of all of them. Which of them may be read without credentials is not stated by their publisher in a way one could rely on: a
refusal is reported as such. Files are kept where Brain-Score keeps them (`BRAINIO_HOME`), so both share one download.

brainscore_core writes a download under its final name and never removes it: a file with a wrong checksum then fails for ever,
and an archive whose unpacking was interrupted is never unpacked again. Here a download has a temporary name until its checksum
is right, and goes on from there when it was interrupted; a corrupt file is removed and fetched again, an incomplete folder is
unpacked again, and one process at a time does so.
"""

import csv
import errno
import json
import shutil
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.checks import checked
from harness.data._transfer import LIMITS, resuming
from harness.errors import DataError, HarnessError, MissingData, StoreError, UnknownIdentifier
from harness.host import DatasetSpec
from harness.paths import brainio_home
from harness.store import write_text

if TYPE_CHECKING:
    from harness.assemblies import BrainIOStimulusSet, DataAssembly

BUCKET = "brainscore-storage"
OBJECTS = "objects.json"
_DISK = errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES
_TABLE = Path(__file__).parent / "brainscore_objects.csv"
_PUBLIC = "MajajHong2015.public", "FreemanZiemba2013.public", "Rajalingham2018.public", "Coggan2024_fMRI"


@dataclass(frozen=True)
class Entry:
    """An entry of Brain-Score's registry of assemblies or of stimulus sets.

    Attributes:
        kind: "assembly" or "stimuli".
        identifier: in the registry.
        object: in the bucket.
        folder: of the bucket.
        version, sha1: of the netCDF file, or of the table of stimuli.
        zip_version, zip_sha1: of the archive of stimuli.
        cls: class of the assembly.
        stimuli: identifier of its stimulus set, "" if it has none here.
        reference: whether the stimulus table is only attached, not merged into the coordinates.
        source: where the facts are from.
    """

    kind: str
    identifier: str
    object: str
    folder: str
    version: str
    sha1: str
    zip_version: str
    zip_sha1: str
    cls: str
    stimuli: str
    reference: bool
    source: str

    @property
    def files(self) -> dict[str, tuple[str, str]]:
        """Name in the bucket -> S3 version and SHA-1."""
        stem = f"{'assy' if self.kind == 'assembly' else 'stimulus'}_{self.object.replace('.', '_')}"
        if self.kind == "assembly":
            return {f"{stem}.nc": (self.version, self.sha1)}
        return {f"{stem}.csv": (self.version, self.sha1), f"{stem}.zip": (self.zip_version, self.zip_sha1)}


@cache
def _entries() -> dict[tuple[str, str], Entry]:
    with _TABLE.open(newline="") as file:
        rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="|")
        return {(row["kind"], row["identifier"]): _entry(row) for row in rows}


def _entry(row: dict[str, str]) -> Entry:
    return Entry(
        kind=row["kind"],
        identifier=row["identifier"],
        object=row["object"] or row["identifier"],
        folder=(row["folder"] or "brainio-brainscore").replace("@", "brainscore-vision/benchmarks/"),
        version=row["version"] or "null",
        sha1=row["sha1"],
        zip_version=row["zip_version"] or "null",
        zip_sha1=row["zip_sha1"],
        cls=row["class"],
        stimuli=row["stimuli"],
        reference=row["link"] == "reference",
        source=row["source"] or "Brain-Score vision 2.4.2",
    )


@checked(DataError)
def identifiers(pattern: str = "", kind: str = "assembly") -> list[str]:
    """Identifiers of all assemblies (or `stimuli`) that match a shell-style pattern, or contain it."""
    pattern = pattern.removeprefix("brainscore/").casefold()
    pattern = pattern if any(c in pattern for c in "*?[") else f"*{pattern}*"
    return [name for k, name in _entries() if k == kind and fnmatchcase(name.casefold(), pattern)]


@checked(DataError)
def entry(identifier: str, kind: str = "assembly") -> Entry:
    """The facts of an assembly (or of `stimuli`).

    Raises:
        UnknownIdentifier: with the nearest names.
    """
    from difflib import get_close_matches

    if (kind, identifier) in _entries():
        return _entries()[kind, identifier]
    near = get_close_matches(identifier, [name for k, name in _entries() if k == kind], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "harness data list --brainscore shows all"
    raise UnknownIdentifier(f"Brain-Score has no {kind} '{identifier}'; {hint}")


def dataset(identifier: str) -> DatasetSpec:
    """The description of any assembly of Brain-Score's, as the data set `brainscore/<identifier>`."""
    found = entry(identifier)
    access = "documented as public" if identifier.startswith(_PUBLIC) else "may be refused without credentials"
    return DatasetSpec(
        f"brainscore/{identifier}",
        summary=f"{found.cls or 'assembly'} of Brain-Score, {access}",
        files={OBJECTS: ""},
        source=f"s3://{BUCKET}/{found.folder} ({found.source})",
        licence="none is stated with the object; cite its publication and do not redistribute it",
        instructions=f"harness data fetch brainscore/{identifier}",
        fetch="harness.data.brain_score:fetch",
    )


def fetch(folder: Path) -> None:
    """Download the assembly that a folder is named after, with its stimuli, and list its objects in `objects.json` there.

    Raises:
        MissingData: if an object is not available; the message says which and why.
    """
    wanted = _with_stimuli(entry(folder.name))
    for one in wanted:
        _obtain(one)
    listed = {name: sha1 for one in wanted for name, (_, sha1) in one.files.items()}
    write_text(folder / OBJECTS, json.dumps(listed, indent=1))


@checked(DataError)
def load_assembly(identifier: str) -> "DataAssembly":
    """An assembly with the conditions of its stimuli, as Brain-Score loads it; downloaded if it is not here.

    Raises:
        UnknownIdentifier, MissingData: see `entry` and `fetch`.
        DataError: if its files contradict one another.
    """
    from harness.assemblies import brainio_module

    found = entry(identifier)
    _obtain(found)
    has_stimuli = ("stimuli", found.stimuli) in _entries()
    with _core_home():
        assembly: DataAssembly = brainio_module("s3").load_assembly_from_s3(
            identifier=found.object,
            version_id=found.version,
            sha1=found.sha1,
            bucket=f"{BUCKET}/{found.folder}",
            cls=getattr(brainio_module("assemblies"), found.cls or "DataAssembly"),
            stimulus_set_loader=(lambda: load_stimulus_set(found.stimuli)) if has_stimuli else None,
            merge_stimulus_set_meta=not found.reference,
        )
    return assembly


@checked(DataError)
def load_stimulus_set(identifier: str) -> "BrainIOStimulusSet":
    """A stimulus set of Brain-Score's; downloaded if it is not here. Raises like `load_assembly`."""
    from harness.assemblies import brainio_module

    found = entry(identifier, "stimuli")
    _obtain(found)
    with _core_home():
        try:
            return brainio_module("s3").load_stimulus_set_from_s3(
                identifier=found.object,
                bucket=f"{BUCKET}/{found.folder}",
                csv_sha1=found.sha1,
                zip_sha1=found.zip_sha1,
                csv_version_id=found.version,
                zip_version_id=found.zip_version,
            )
        except AssertionError as error:
            raise DataError(
                f"the files of the stimulus set '{identifier}' are not those of its table, so its publication is inconsistent: "
                f"{' '.join(str(error).split()) or 'a file is missing'}"
            ) from error


def _with_stimuli(found: Entry) -> list[Entry]:
    stimuli = _entries().get(("stimuli", found.stimuli))
    return [found, stimuli] if stimuli else [found]


def _obtain(found: Entry) -> None:
    """Have all files of an entry, sound and unpacked; where they are, nothing is written, as a shared folder may not allow it."""
    for name, (version, sha1) in found.files.items():
        target = brainio_home() / sha1 / name
        if _is_sound(target, sha1) and _is_unpacked(target):
            continue
        try:
            _renew(found, name, version, sha1, target)
        except OSError as error:
            if isinstance(error, HarnessError):
                raise
            raise StoreError(
                f"'{target}' cannot be written ({error.strerror or error}); free some space there, or set BRAINIO_HOME to "
                "another folder"
            ) from error


def _renew(found: Entry, name: str, version: str, sha1: str, target: Path) -> None:
    """Download and unpack what is missing; what a killed process left half is removed."""
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.parent / f".{name}.lock"):
        for left in target.parent.glob(".*.part*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if not _is_sound(target, sha1):
            target.unlink(missing_ok=True)
            _download(found, name, version, sha1, target)
        if not _is_unpacked(target):
            _unpack(target)


def _is_sound(path: Path, sha1: str) -> bool:
    import hashlib

    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha1").hexdigest() == sha1


def _download(found: Entry, name: str, version: str, sha1: str, target: Path) -> None:
    from harness.assemblies import brainio_module

    core = brainio_module("fetch")

    url = f"https://{BUCKET}.s3.amazonaws.com/{found.folder}/{name}"
    begun = target.parent / f".{name}.begun"
    try:
        with _core_home():
            fetcher = resuming(core.BotoFetcher)(location=url, local_filename=sha1, version_id=version)
        fetcher.output_filename = str(begun)
        fetcher.download_boto()
        core.verify_sha1(begun, sha1)
        begun.replace(target)
    except ValueError as error:
        begun.unlink(missing_ok=True)
        raise MissingData(
            f"the file from {url} (version {version}) is not the published one ({error}); it was removed: try again, and "
            "if it happens again, tell Brain-Score"
        ) from error
    except Exception as error:
        kept = (
            f"; {begun.stat().st_size} bytes are kept, and the next attempt goes on from there"
            if begun.exists()
            else ""
        )
        raise MissingData(f"'{found.identifier}' cannot be fetched from {url}: {_reason(error)}{kept}") from error


def _reason(error: Exception) -> str:
    """The error of the attempt without credentials, which is the last, and what to do."""
    attempts = error.args[0] if error.args and isinstance(error.args[0], list) else [error]
    last = attempts[-1]
    if isinstance(last, OSError) and last.errno in _DISK:
        return f"{last.strerror}; free some space in BRAINIO_HOME, or set it to another folder"
    said = " ".join(str(last).split())[:500]
    answer = getattr(last, "response", None)
    code = str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""
    if code in ("403", "AccessDenied"):
        return f"it is refused without credentials ({said}); ask its authors or Brain-Score for access"
    if code in ("404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket"):
        return f"there is no such object or version any more ({said})"
    return f"{type(last).__name__.lstrip('_')}: {said}; check the network and try again ({LIMITS})"


def _is_unpacked(path: Path) -> bool:
    """Whether all files of an archive are in the folder of its name; True for anything but an archive."""
    if path.suffix != ".zip":
        return True
    folder = path.with_suffix("")
    with zipfile.ZipFile(path) as content:
        files = [item for item in content.infolist() if not item.is_dir()]
    return folder.is_dir() and all(_has(folder / item.filename, item.file_size) for item in files)


def _unpack(archive: Path) -> None:
    """The archive's files in the folder of its name, under another name first."""
    folder = archive.with_suffix("")
    with zipfile.ZipFile(archive) as content:
        shutil.rmtree(folder, ignore_errors=True)
        part = archive.parent / f".{uuid.uuid4().hex}.part"
        try:
            content.extractall(part)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _has(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


@contextmanager
def _core_home() -> Iterator[None]:
    """brainscore_core reads `BRAINIO_HOME` once a process; here it is what it is now."""
    from harness.assemblies import brainio_module

    core = brainio_module("fetch")

    before = core._local_data_path
    core._local_data_path = str(brainio_home())
    try:
        yield
    finally:
        core._local_data_path = before
