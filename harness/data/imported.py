"""Recordings that were imported: a folder each in `HARNESS_HOME/data`, with one small file that the host reads.

What a lab gave is checked, brought into one form (`harness.data.folder`) and copied whole, so that scores do not depend on a
folder that may change.
"""

import json
import logging
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.errors import DataError, HarnessError, StoreError
from harness.paths import own_data_folder

if TYPE_CHECKING:
    from harness.data.recorded_data import RecordedData

DESCRIPTION = "dataset.json"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]*$")
_REGION = re.compile(r"^[\w.+-]+$")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Imported:
    """What is said of an imported recording without reading it.

    Attributes:
        name: also that of its folder.
        summary: one line.
        modality: what was recorded.
        regions: those that have a benchmark.
        without_benchmark: the other regions, and why they have none.
        licence, citation: terms and BibTeX.
        files: path -> SHA-256.
    """

    name: str
    summary: str
    modality: str
    regions: tuple[str, ...]
    without_benchmark: dict[str, str]
    licence: str
    citation: str
    files: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> "Imported":
        """From a `dataset.json`; raises ValueError, TypeError or OSError if it is damaged."""
        facts: dict[str, Any] = json.loads(path.read_text())
        return cls(**(facts | {"regions": tuple(facts["regions"])}))


def descriptions(folders: "list[Path]") -> Iterator[Imported]:
    """What was imported into any of these folders, the first of a name; damaged ones are left out with a warning."""
    seen = set()
    for path in (path for folder in folders for path in sorted(folder.glob(f"*/{DESCRIPTION}"))):
        try:
            found = Imported.read(path)
        except (ValueError, TypeError, KeyError, OSError) as error:
            _log.warning("the imported recording in '%s' is damaged (%s); import it again", path.parent, error)
            continue
        if found.name not in seen and found.name == path.parent.name:
            seen.add(found.name)
            yield found


def import_folder(
    source: str | Path, name: str, region: str | None = None, replace: bool = False
) -> "tuple[Imported, list[str]]":
    """Check a lab's folder and take it in.

    Args:
        name: what it is called from now on, such as Ours2026.
        region: of all neuroids, where the folder names none.
        replace: whether it may take the place of a recording of that name.

    Returns:
        Its description, and remarks on what may be a mistake.

    Raises:
        DataError, MissingData: if the folder cannot be used; nothing is then changed.
    """
    from harness.data._validation import remarks
    from harness.data.folder import read_folder, write_folder
    from harness.host import host

    source = Path(source)
    if not _NAME.match(name):
        raise DataError(f"'{name}' is no name for a recording; use letters, digits, _ and -, as in Ours2026")
    target = own_data_folder() / name
    _refuse_taken(name, target, replace)
    data = read_folder(source, name, region)
    _refuse_empty(data)
    _refuse_unreadable(data)
    part = target.parent / f".{uuid.uuid4().hex}.part"
    try:
        write_folder(data, part, source)
        description = _describe(data, part)
        (part / DESCRIPTION).write_text(json.dumps(vars(description), indent=1, ensure_ascii=False))
        read_folder(part, name)
        shutil.rmtree(target, ignore_errors=True)
        part.rename(target)
        host.cache_clear()  # the host of this process is to know it
    except OSError as error:
        if isinstance(error, HarnessError):
            raise
        raise StoreError(
            f"'{name}' cannot be written to '{target.parent}' ({error.strerror or error}); free some space there, or set "
            "HARNESS_HOME to another folder"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return description, remarks(data)


def load(recording: str) -> "RecordedData":
    """An imported recording."""
    from harness.data.folder import read_folder
    from harness.data.locations import locate

    return read_folder(locate(recording), recording)


def _refuse_taken(name: str, target: Path, replace: bool) -> None:
    from harness.host import host

    if target.exists() and not replace:
        raise DataError(f"there is a recording '{name}' already, in '{target}'; choose another name, or pass --replace")
    registry = host().datasets
    if name in registry and registry.plugin(name).name != "imported":
        raise DataError(f"'{name}' is the name of a data set of {registry.plugin(name)}; choose another one")


def _refuse_empty(data: "RecordedData") -> None:
    for one in data.subjects:
        empty = ~one.valid.any((0, 2))
        if empty.any():
            first = one.neuroids["neuroid_id"].iloc[int(empty.argmax())]
            raise DataError(
                f"neuroid '{first}' of subject '{one.subject}' has no response at all; leave {int(empty.sum())} such neuroids out"
            )


def _refuse_unreadable(data: "RecordedData") -> None:
    """Images that cannot be decoded and regions that no benchmark can be named after are found now, not when it is scored."""
    assert data.stimuli is not None
    for timeline in data.stimuli.timelines:
        if len(timeline.frames) == 1:  # those of videos have been decoded
            timeline.frames[0].load()
    if unfit := [region for region in data.regions if not _REGION.match(region)]:
        raise DataError(
            f"the region '{unfit[0]}' cannot be part of a name; use letters, digits, _ . + and -, as in V4d"
        )


def _describe(data: "RecordedData", folder: Path) -> Imported:
    from harness.benchmarks.neural import why_not
    from harness.data.folder import read_facts
    from harness.store import file_digest

    reasons = {region: why_not(data.select(region)) for region in data.regions}
    neuroids = sum(len(one.neuroids) for one in data.subjects)
    summary = f"{neuroids} neuroids of {len(data.subjects)} subjects, {len(data.stimulus_ids)} stimuli, imported"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return Imported(
        name=data.identifier,
        summary=str(read_facts(folder).get("summary") or f"{data.measurement.modality}: {summary}"),
        modality=data.measurement.modality,
        regions=tuple(region for region, reason in reasons.items() if not reason),
        without_benchmark={region: reason for region, reason in reasons.items() if reason},
        licence=data.licence or "not stated",
        citation=data.citation or f"@misc{{{data.identifier},\n  title = {{{data.identifier}}}\n}}",
        files={path.relative_to(folder).as_posix(): file_digest(path) for path in files},
    )
