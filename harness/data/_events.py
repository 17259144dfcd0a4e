"""BIDS tables of events as presentations: `onset` and `duration` in seconds, and what was shown."""

from pathlib import Path

import pandas as pd

from harness.errors import DataError


def events_file(folder: Path) -> Path | None:
    """The only `events.tsv` or `*_events.tsv` of a folder; None if there is none. Raises DataError for several."""
    found = sorted({*folder.glob("events.tsv"), *folder.glob("*_events.tsv")})
    if len(found) > 1:
        raise DataError(f"'{folder}' has {found[0].name} and {found[1].name}; join them into one presentations.tsv")
    return found[0] if found else None


def is_bids(table: pd.DataFrame) -> bool:
    """Whether a table has the two columns that BIDS demands, and none of ours in their place."""
    return {"onset", "duration"} <= set(table) and "onset_ms" not in table


def from_events(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    """With times in ms, and `stimulus_id`: that column, else the file that was shown (`stim_file`), else the `trial_type`.

    Raises:
        DataError: for times that are not numbers, negative durations, or if nothing says what was shown.
    """
    times = {}
    for name in ("onset", "duration"):
        times[name] = pd.to_numeric(table[name], errors="coerce")
        wrong = times[name].isna() & table[name].notna() | ((times[name] < 0) & (name == "duration"))
        if wrong.any():
            raise DataError(
                f"the column '{name}' of '{path}' holds '{table[name][wrong].iloc[0]}'; it is in seconds, n/a where not known"
            )
    table = table.drop(columns=["onset", "duration"]).assign(
        onset_ms=1000 * times["onset"], duration_ms=(1000 * times["duration"]).where(times["duration"] > 0)
    )
    if "stimulus_id" in table:
        return table
    if "stim_file" in table and table["stim_file"].notna().all():
        return table.assign(stimulus_id=[Path(str(name)).stem for name in table["stim_file"]])
    if "trial_type" in table:
        return table.assign(stimulus_id=table["trial_type"])
    raise DataError(f"'{path}' does not say what was shown; add a column stimulus_id, stim_file or trial_type")
