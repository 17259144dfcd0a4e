"""Stimuli in a lab's folder: images and videos, listed in a table or found by file name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harness.data import video
from harness.data._tables import read_table
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, Timeline

IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp")
_OURS = ("path", "filename", "kind", "sha256", "duration_ms", "fps", "degrees")


def read_stimuli(folder: Path, identifier: str, facts: Mapping[str, Any], shown: Sequence[str]) -> StimulusSet:
    """The stimuli that were shown, in the order of their table (of their names, without one).

    Raises:
        MissingData: for a file that is not there.
        DataError: for a table that does not tell what was shown.
    """
    table = _table(folder, shown)
    files = [_file(folder, row, name) for row, name in zip(table["path"], table["stimulus_id"], strict=True)]
    durations = table.get("duration_ms", pd.Series(facts.get("stimulus_duration_ms"), index=table.index, dtype=float))
    rates = table.get("fps", pd.Series(None, index=table.index, dtype=float))
    timelines = [_timeline(*shown, folder) for shown in zip(files, durations, rates, strict=True)]
    conditions = table.drop(columns=[name for name in _OURS if name in table])
    return StimulusSet(identifier, conditions, timelines, _degrees(table, facts, folder), facts.get("background", 0.5))


def _table(folder: Path, shown: Sequence[str]) -> pd.DataFrame:
    path = folder / "stimuli.csv"
    if path.is_file():
        table = read_table(path, ("stimulus_id", "path", "filename"), ("duration_ms", "fps", "degrees"))
        table = table.rename(columns={"filename": "path"})
        for column in ("stimulus_id", "path"):
            if column not in table:
                raise DataError(f"'{path}' needs a column '{column}'; it has {', '.join(map(str, table.columns))}")
        for column in (name for name in ("stimulus_id", "path", "group") if name in table):
            if table[column].isna().any():
                raise DataError(f"'{path}' lacks a '{column}' in row {int(table[column].isna().to_numpy().argmax())}")
    else:
        table = _by_name(folder)
    known = set(table["stimulus_id"])
    if unknown := [name for name in shown if name not in known]:
        raise DataError(
            f"'{folder}' has a presentation of '{unknown[0]}', which is neither in stimuli.csv nor, without that table, "
            "the name of a file in stimuli/"
        )
    return table[table["stimulus_id"].isin(set(shown))].reset_index(drop=True)


def _by_name(folder: Path) -> pd.DataFrame:
    files = sorted(path for path in (folder / "stimuli").glob("*") if path.suffix.lower() in (*IMAGES, *video.SUFFIXES))
    if not files:
        raise MissingData(f"'{folder}' has no stimuli; put the images or videos into {folder / 'stimuli'}")
    return pd.DataFrame({"stimulus_id": [p.stem for p in files], "path": [f"stimuli/{p.name}" for p in files]})


def _file(folder: Path, path: str, stimulus: str) -> Path:
    """Paths are relative to the folder, or to its stimuli/."""
    found = next((p for p in (folder / "stimuli" / path, folder / path) if p.is_file()), None)
    if found is None:
        raise MissingData(f"the file '{path}' of stimulus '{stimulus}' is not in '{folder / 'stimuli'}'")
    if ".." in Path(path).parts or folder / "stimuli" not in found.parents:
        raise DataError(f"the file '{path}' of stimulus '{stimulus}' must lie in '{folder / 'stimuli'}'")
    return found


def _timeline(path: Path, duration: float, rate: float, folder: Path) -> Timeline:
    if path.suffix.lower() in video.SUFFIXES:
        return video.timeline(path, None if pd.isna(rate) else float(rate))
    if path.suffix.lower() not in IMAGES:
        raise DataError(
            f"'{path.name}' is neither an image ({', '.join(IMAGES)}) nor a video ({', '.join(video.SUFFIXES)})"
        )
    if pd.isna(duration):
        raise DataError(
            f"'{folder}' does not say for how long images were shown; add stimulus_duration_ms to recording.yaml, or a column "
            "duration_ms to stimuli.csv"
        )
    return Timeline.still(path, float(duration))


def _degrees(table: pd.DataFrame, facts: Mapping[str, Any], folder: Path) -> float | None:
    sizes = set(table["degrees"].dropna()) if "degrees" in table else set()
    if len(sizes) > 1:
        raise DataError(f"the stimuli of '{folder}' have different sizes ({min(sizes):g} to {max(sizes):g} degrees)")
    stated = facts.get("visual_degrees", next(iter(sizes), None))
    if stated is not None and sizes - {float(stated)}:
        raise DataError(
            f"the stimuli of '{folder}' are {min(sizes):g} degrees wide in stimuli.csv and {stated:g} in recording.yaml"
        )
    if stated is None:
        raise DataError(f"'{folder}' does not say how large stimuli were; add visual_degrees to recording.yaml")
    return float(stated)
