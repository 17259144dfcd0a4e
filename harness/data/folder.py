"""A lab's own folder (stimuli, tables, responses, description) read as recorded data; and recorded data written as a
folder.

my_recording/
    recording.yaml       what was measured, when, on which terms
    stimuli/             images or videos
    stimuli.csv          stimulus_id, path, and any conditions; not needed where files are called by their stimulus_id
    presentations.csv    stimulus_id, and where there are: repetition, subject, session, run, valid
    neuroids.csv         neuroid_id, and where there are: region, subject, ...; not needed with --region
    responses.npy        presentation x neuroid[ x time bin]; or another kind of file, or responses/<subject>.npy

Tables and responses may be of any kind that `harness.data.formats` reads.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import yaml

from harness.data._columns import NAMES, NEUROIDS, NUMBERS, PRESENTATIONS, canonical
from harness.data._events import events_file, from_events, is_bids
from harness.data._sources import read_responses
from harness.data._stimuli import read_stimuli, stimuli_table
from harness.data.facts import FACTS, MEASUREMENT, OF_FILES, OTHER, read_facts
from harness.data.formats import TABLES, as_numbers, find, read_table
from harness.data.measurement import Measurement
from harness.data.recorded_data import RecordedData, SubjectResponses
from harness.errors import DataError


def read_folder(folder: str | Path, identifier: str | None = None, region: str | None = None) -> RecordedData:
    """Recorded data from a folder (its layout is above, the facts are those of docs/data.md).

    Args:
        identifier: its name; that of the folder if not given.
        region: of all neuroids, where the table names none.

    Raises:
        MissingData: for a file that is not there.
        DataError: for files that contradict one another, in one sentence that names the file.
    """
    folder = Path(folder)
    facts = read_facts(folder)
    region = region or facts.get("region")
    measurement = _measurement(facts, folder)
    identifier = identifier or folder.name
    table, units = _presentations(folder), _table(folder, "neuroids", NEUROIDS)
    values, table, units, bins = read_responses(folder, facts, table, units, region)
    table, units = _completed(table, units, region, folder)
    subjects = tuple(_subjects(values, table, units, str(facts.get("subject", "1")), folder))
    stimuli = read_stimuli(folder, identifier, facts, pd.concat([one.presentations for one in subjects]))
    licence, citation = str(facts.get("licence") or ""), str(facts.get("citation") or "")
    return RecordedData(identifier, subjects, bins, measurement, stimuli, licence, citation)


def write_folder(data: RecordedData, folder: Path, source: Path) -> None:
    """Recorded data as a folder that `read_folder` reads: its tables and arrays, and the stimulus files of `source`."""
    facts = {name: value for name, value in read_facts(source).items() if name in OTHER and name not in OF_FILES}
    facts |= {name: value for name, value in asdict(data.measurement).items() if value is not None}
    facts |= {"time_bins": [list(edges) for edges in data.time_bins]}
    (folder / "responses").mkdir(parents=True)
    (folder / FACTS).write_text(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True))
    for table in ("presentations", "neuroids"):
        parts = [getattr(one, table).assign(subject=one.subject) for one in data.subjects]
        pd.concat(parts).to_csv(folder / f"{table}.csv", index=False)
    for one in data.subjects:
        np.save(
            folder / "responses" / f"{quote(one.subject, safe='')}.npy", np.asarray(one.responses, dtype=np.float32)
        )
    if (stimuli := stimuli_table(source)) is not None:
        stimuli.to_csv(folder / "stimuli.csv", index=False)
    shutil.copytree(source / "stimuli", folder / "stimuli")


def _measurement(facts: Mapping[str, Any], folder: Path) -> Measurement:
    given = {name: facts[name] for name in MEASUREMENT if name in facts}
    for name in ("modality", "unit", "normalisation"):
        if name not in given:
            raise DataError(f"'{folder / FACTS}' lacks '{name}'; {_WHY[name]}")
    return Measurement(**given)


_WHY = {
    "modality": "say what was recorded: spikes, mua, lfp, calcium, bold, beta, eeg or meg",
    "unit": "say what the numbers are, such as spikes/s",
    "normalisation": "say how the responses were normalised after the measurement, none if not",
}


def _table(folder: Path, stem: str, known: Sequence[str]) -> pd.DataFrame | None:
    path = find(folder, stem, tuple(TABLES))
    if path is None:
        return None
    table = canonical(read_table(path, NAMES), known, f"the {stem} of '{folder}'")
    return table.assign(**{name: as_numbers(table[name], path) for name in NUMBERS if name in table})


def _presentations(folder: Path) -> pd.DataFrame | None:
    """The table of presentations, also where it is one of BIDS."""
    table, path = _table(folder, "presentations", PRESENTATIONS), folder / "presentations"
    if table is None and (events := events_file(folder)) is not None:
        table, path = canonical(read_table(events, NAMES), PRESENTATIONS, f"the events of '{folder}'"), events
    return from_events(table, path) if table is not None and is_bids(table) else table


def _completed(
    table: pd.DataFrame, units: pd.DataFrame, region: str | None, folder: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables with repetitions counted and the region filled in, where they are left out."""
    if "stimulus_id" not in table:
        raise DataError(
            f"the presentations of '{folder}' need a column 'stimulus_id'; the columns are {', '.join(map(str, table))}"
        )
    if "repetition" not in table:
        key = [column for column in ("stimulus_id", "subject") if column in table]
        table = table.assign(repetition=table.groupby(key, sort=False).cumcount())
    if "region" not in units:
        if region is None:
            raise DataError(f"the neuroids of '{folder}' name no region; add a column 'region', or pass --region")
        units = units.assign(region=region)
    for name, rows in (("presentations", table), ("neuroids", units)):
        if "subject" in rows and rows["subject"].isna().any():
            raise DataError(
                f"the {name} of '{folder}' lack a 'subject' in row {int(rows['subject'].isna().to_numpy().argmax())}"
            )
    if "valid" in table and not table["valid"].isin([0, 1]).all():
        wrong = table["valid"][~table["valid"].isin([0, 1])].iloc[0]
        raise DataError(
            f"the column 'valid' of the presentations of '{folder}' holds '{wrong}'; write 1, or 0 for invalid"
        )
    return table, units


def _subjects(
    values: Mapping[str, np.ndarray] | np.ndarray, table: pd.DataFrame, units: pd.DataFrame, only: str, folder: Path
) -> list[SubjectResponses]:
    """One entry per subject; presentations without a subject were made to all."""
    shown = table["subject"].astype(str).to_numpy() if "subject" in table else None
    owner = _owners(shown, units, only)
    names = [str(name) for name in dict.fromkeys(owner)]
    if shown is not None and (odd := sorted(set(shown) ^ set(names))):
        lacks = "presentations" if odd[0] in names else "neuroids"
        raise DataError(f"subject '{odd[0]}' of '{folder}' has no {lacks}; check the columns 'subject'")
    subjects = []
    for name in names:
        rows = np.full(len(table), True) if shown is None else shown == name
        mine = owner == name
        block = _checked(values[name], name, rows, mine) if isinstance(values, Mapping) else values[rows][:, mine]
        own = table[rows].drop(columns=["subject", "valid"], errors="ignore")
        if "valid" in table:
            valid = table.loc[rows, "valid"].to_numpy() != 0
            block = np.where(valid[:, None, None], _three(block), np.nan)
        neuroids = units[mine].drop(columns="subject", errors="ignore")
        subjects.append(SubjectResponses(name, block, own, neuroids))
    return subjects


def _checked(block: np.ndarray, name: str, rows: np.ndarray, mine: np.ndarray) -> np.ndarray:
    """The responses of a subject, as many as its tables have rows."""
    if block.ndim not in (2, 3) or block.shape[:2] != (rows.sum(), mine.sum()):
        raise DataError(
            f"the responses of subject '{name}' are {' x '.join(map(str, block.shape))}, and the tables have {rows.sum()} "
            f"presentations and {mine.sum()} neuroids of that subject; their axes must be presentation, neuroid and, for several "
            "bins, time"
        )
    return block


def _owners(shown: np.ndarray | None, units: pd.DataFrame, only: str) -> np.ndarray:
    """Whose each neuroid is: as its table says, else the only subject that was shown anything, else `only`."""
    if "subject" in units:
        return units["subject"].astype(str).to_numpy()
    one = shown[0] if shown is not None and len(set(shown)) == 1 else only
    return np.full(len(units), one, dtype=object)


def _three(block: np.ndarray) -> np.ndarray:
    return block[..., None] if block.ndim == 2 else block
