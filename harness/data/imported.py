"""Imported recordings: one folder each in `HARNESS_HOME/data`, with one small file that the host reads.

What a lab gave is checked, brought into one form (`harness.data.folder`) and copied whole, so that scores do not depend on a
folder that may change.
"""

import json
import re
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.checks import checked, shown
from harness.data._description import DESCRIPTION, Imported
from harness.data.facts import FACTS, read_facts
from harness.data.folder import read_folder, write_folder
from harness.data.locations import locate
from harness.data.recorded_data import RecordedData
from harness.data.remarks import in_seconds, remarks
from harness.errors import DataError, HarnessError, StoreError
from harness.host import host
from harness.identity import digest
from harness.paths import own_data_folder
from harness.stimuli import StimulusSet, split_groups
from harness.store import file_digest, write_text

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_REGION = re.compile(r"[\w.+-]{1,100}")


@checked(DataError)
def import_folder(
    source: str | Path,
    name: str,
    region: str | None = None,
    replace: bool = False,
    *,
    why_not: Callable[[RecordedData], str],
    forms: Callable[[RecordedData, tuple[str, ...]], dict[str, dict[str, Any]]] = lambda data, regions: {},
) -> tuple[Imported, list[str]]:
    """Check a lab's folder and take it in.

    Args:
        name: what it is called from now on, such as Ours2026.
        region: of all neuroids, where the folder names none.
        replace: whether it may take the place of a recording of that name.
        why_not: why the data of one region give no benchmark, "" if they do: `harness.benchmarks.neural.import_recording` asks
            the one that will be made of them.
        forms: of the data and the regions that have a benchmark: further benchmarks, see `Imported`.

    Returns:
        Its description, and remarks on what may be a mistake.

    Raises:
        DataError, MissingData: if the folder cannot be used; nothing is then changed.
    """
    source = Path(source)
    if not _NAME.fullmatch(name):
        raise DataError(
            f"{shown(name)} is not a valid name for a recording; use letters, digits, _ and -, 100 at most, as in Ours2026"
        )
    target = own_data_folder() / name
    _refuse_taken(name, target, replace)
    data = read_folder(source, name, region)
    _refuse_seconds(data, source)
    _refuse_empty(data)
    _refuse_unnamable(data)
    _check_images(data.stimuli)
    part = target.parent / f".{uuid.uuid4().hex}.part"
    try:
        write_folder(data, part, source)
        description = _describe(data, part, why_not, forms)
        write_text(part / DESCRIPTION, json.dumps(vars(description), indent=1))
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


def load(recording: str) -> RecordedData:
    """An imported recording."""
    return read_folder(locate(recording), recording)


def _refuse_taken(name: str, target: Path, replace: bool) -> None:
    if target.exists() and not replace:
        raise DataError(f"there is a recording '{name}' already, in '{target}'; choose another name, or pass --replace")
    registry = host().datasets
    if name in registry and registry.plugin(name).name != "imported":
        raise DataError(f"'{name}' is the name of a data set of {registry.plugin(name)}; choose another one")


def _refuse_seconds(data: RecordedData, source: Path) -> None:
    if (found := in_seconds(data)) and not read_facts(source).get("times_in_ms"):
        raise DataError(
            f"{found[0]} in '{source}', which looks like seconds; give all times in ms (bins, durations, tr_ms, step_ms), or write "
            f"times_in_ms: true into {FACTS} if they are"
        )


def _refuse_empty(data: RecordedData) -> None:
    for one in data.subjects:
        empty = ~one.valid.any((0, 2))
        if empty.any():
            first = one.neuroids["neuroid_id"].iloc[int(empty.argmax())]
            raise DataError(
                f"neuroid '{first}' of subject '{one.subject}' has no response at all; leave {int(empty.sum())} such neuroids out"
            )


def _check_images(stimuli: StimulusSet | None) -> None:
    """Images that cannot be decoded, and two files with the same pixels, are found now, not when a model is scored."""
    assert stimuli is not None
    groups = split_groups(stimuli, stimuli.table.get("group", stimuli.ids))
    assert groups is not None
    first: dict[str, int] = {}
    for row, (name, timeline) in enumerate(stimuli):
        if len(timeline.frames) > 1:
            continue  # videos have been decoded
        same = first.setdefault(digest(timeline.frames[0].load(stimuli.background)), row)
        if groups[same] != groups[row]:
            raise DataError(
                f"'{stimuli.ids[same]}' and '{name}' are the same image in files that differ; use one file for both, or give them "
                "one group in the column group of stimuli.csv"
            )


def _refuse_unnamable(data: RecordedData) -> None:
    if unfit := [region for region in data.regions if not _REGION.fullmatch(region)]:
        raise DataError(
            f"the region {shown(unfit[0])} cannot be part of a name; use letters, digits, _ . + and -, 100 at most, as in V4d"
        )


def _entered(data: RecordedData) -> str:
    """How many stimuli, neuroids and trials there are, and how many trials are lost, that is, without any response."""
    trials = sum(len(one.presentations) for one in data.subjects)
    lost = sum(int((~one.valid).all((1, 2)).sum()) for one in data.subjects)
    neuroids = sum(len(one.neuroids) for one in data.subjects)
    subjects = "1 subject" if len(data.subjects) == 1 else f"{len(data.subjects)} subjects"
    bins = "1 time bin" if len(data.time_bins) == 1 else f"{len(data.time_bins)} time bins"
    return (
        f"{len(data.stimulus_ids)} stimuli, {neuroids} neuroids of {subjects} in {', '.join(data.regions)}, {trials} trials in "
        f"{bins}" + (f" ({lost} trials are lost)" if lost else "")
    )


def _describe(
    data: RecordedData,
    folder: Path,
    why_not: Callable[[RecordedData], str],
    forms: Callable[[RecordedData, tuple[str, ...]], dict[str, dict[str, Any]]],
) -> Imported:
    reasons = {region: why_not(data.select(region)) for region in data.regions}
    regions = tuple(region for region, reason in reasons.items() if not reason)
    neuroids = sum(len(one.neuroids) for one in data.subjects)
    summary = f"{neuroids} neuroids of {len(data.subjects)} subjects, {len(data.stimulus_ids)} stimuli, imported"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return Imported(
        name=data.identifier,
        summary=str(read_facts(folder).get("summary") or f"{data.measurement.modality}: {summary}"),
        modality=data.measurement.modality,
        regions=regions,
        without_benchmark={region: reason for region, reason in reasons.items() if reason},
        licence=data.licence or "not stated",
        citation=data.citation or f"@misc{{{data.identifier},\n  title = {{{data.identifier}}}\n}}",
        files={path.relative_to(folder).as_posix(): file_digest(path) for path in files},
        entered=_entered(data),
        forms=forms(data, regions),
    )
