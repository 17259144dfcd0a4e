"""Stimuli in a lab's folder: images and videos, listed in a table or found by file name."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from harness.data import video
from harness.data._columns import STIMULI, canonical
from harness.data.formats import TABLES, as_numbers, find, read_table
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, Timeline, how_to_convert

IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp", ".jp2", ".avif", ".ppm", ".pgm")
_FRAME = 20.0
"""ms by which durations of one stimulus may differ, as a screen measures them."""
_OURS = ("path", "filename", "kind", "sha256", "duration_ms", "fps", "degrees")


def read_stimuli(folder: Path, identifier: str, facts: Mapping[str, Any], shown: pd.DataFrame) -> StimulusSet:
    """The stimuli that were shown, in the order of their table (of their names, without one).

    Args:
        shown: the presentations: `stimulus_id`, and `duration_ms` where that is known.

    Raises:
        MissingData: for a file that is not there.
        DataError: for a table that does not tell what was shown.
    """
    table = _table(folder, shown["stimulus_id"].tolist())
    files = [_file(folder, row, name) for row, name in zip(table["path"], table["stimulus_id"], strict=True)]
    durations = table.get("duration_ms", pd.Series(facts.get("stimulus_duration_ms"), index=table.index, dtype=float))
    if durations.isna().any() and "duration_ms" in shown:
        durations = durations.fillna(table["stimulus_id"].map(_durations(shown, folder)))
    rates = table.get("fps", pd.Series(None, index=table.index, dtype=float))
    timelines = [_timeline(*shown, folder) for shown in zip(files, durations, rates, strict=True)]
    conditions = table.drop(columns=[name for name in _OURS if name in table])
    return StimulusSet(identifier, conditions, timelines, _degrees(table, facts, folder), facts.get("background", 0.5))


def stimuli_table(folder: Path) -> pd.DataFrame | None:
    """The table of stimuli of a folder; None if there is none. Raises DataError."""
    path = find(folder, "stimuli", tuple(TABLES))
    if path is None:
        return None
    table = read_table(path, ("stimulus_id", "path", "filename"))
    table = canonical(table, STIMULI, f"the stimuli of '{folder}'").rename(columns={"filename": "path"})
    for column in ("stimulus_id", "path"):
        if column not in table:
            raise DataError(f"'{path}' needs a column '{column}'; it has {', '.join(map(str, table.columns))}")
    for column in (name for name in ("stimulus_id", "path", "group") if name in table):
        if table[column].isna().any():
            raise DataError(f"'{path}' lacks a '{column}' in row {int(table[column].isna().to_numpy().argmax())}")
    for column in (name for name in ("duration_ms", "fps", "degrees") if name in table):
        table[column] = as_numbers(table[column], path)
    return table


def _table(folder: Path, shown: Sequence[str]) -> pd.DataFrame:
    table = stimuli_table(folder)
    if table is None:
        table = _by_name(folder)
    known = set(table["stimulus_id"])
    if unknown := [name for name in shown if name not in known]:
        raise DataError(
            f"'{folder}' has a presentation of '{unknown[0]}', which is neither in stimuli.csv nor, without that table, "
            f"the name of a file in stimuli/{_unread(folder, unknown[0])}"
        )
    return table[table["stimulus_id"].isin(set(shown))].reset_index(drop=True)


def _unread(folder: Path, stimulus: str) -> str:
    """A file of a stimulus that is of no kind that is read, and what to do with it; "" if there is none."""
    found = next((path for path in (folder / "stimuli").glob("*") if path.stem == stimulus and path.is_file()), None)
    return "" if found is None else f" that is read: '{found.name}' {how_to_convert(found)}"


def _durations(shown: pd.DataFrame, folder: Path) -> dict[str, float]:
    """ms for which each stimulus was shown, where its presentations agree to a frame of a screen."""
    found = {}
    for name, durations in shown.groupby("stimulus_id")["duration_ms"]:
        if durations.max() - durations.min() > _FRAME:
            raise DataError(
                f"'{name}' of '{folder}' was shown for {durations.min():g} to {durations.max():g} ms; give each duration a "
                "stimulus_id of its own, or set stimulus_duration_ms in recording.yaml"
            )
        found[str(name)] = round(float(durations.median()), 3)
    return found


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
    if not found.resolve().is_relative_to(folder.resolve()):
        raise DataError(
            f"the file '{path}' of stimulus '{stimulus}' is a link that leads out of '{folder}'; put the file itself there"
        )
    return found


def _timeline(path: Path, duration: float, rate: float, folder: Path) -> Timeline:
    if video.is_movie(path):
        return video.timeline(path, None if pd.isna(rate) else float(rate))
    if path.suffix.lower() not in IMAGES:
        raise DataError(
            f"'{path.name}' is neither an image ({', '.join(IMAGES)}) nor a video ({', '.join(video.SUFFIXES)}); it "
            f"{how_to_convert(path)}"
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
