"""`recording.yaml` of a lab's folder: modality, timing, and terms of use of a recording."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from harness.checks import is_number
from harness.data.measurement import Measurement
from harness.data.yaml_files import read_yaml
from harness.errors import DataError, MissingData
from harness.stimuli import WIDEST, TimeBin, is_size

FACTS = "recording.yaml"
MEASUREMENT = tuple(field.name for field in fields(Measurement))
OF_FILES = ("time", "nwb", "variable", "axes")
"""Facts about the files as they are, which are not needed any more once they were read."""
OTHER: tuple[str, ...] = (
    *OF_FILES,
    *("time_bins", "stimulus_duration_ms", "visual_degrees", "background"),
    *("times_in_ms", "region", "subject", "summary", "licence", "citation"),
)


def read_facts(folder: Path) -> dict[str, Any]:
    """The facts of `recording.yaml`."""
    path = folder / FACTS
    if not folder.is_dir():
        raise MissingData(f"there is no folder '{folder}'; give the folder that holds {FACTS}")
    if not path.is_file():
        raise MissingData(
            f"'{folder}' lacks {FACTS}, which says what was recorded (modality, unit, normalisation, time_bins)"
        )
    facts = read_yaml(path)
    known = (*MEASUREMENT, *OTHER)
    if unknown := [name for name in facts if name not in known]:
        raise DataError(f"'{path}' has the entry '{unknown[0]}', which is not known; there are {', '.join(known)}")
    if facts.get("stimulus_duration_ms") is not None and not is_number(facts["stimulus_duration_ms"]):
        raise DataError(f"'{path}' has stimulus_duration_ms: {facts['stimulus_duration_ms']}; give a number")
    if facts.get("visual_degrees") is not None and not is_size(facts["visual_degrees"]):
        raise DataError(
            f"'{path}' has visual_degrees: {facts['visual_degrees']}; give a positive number, {WIDEST:g} at most"
        )
    if facts.get("times_in_ms") not in (None, True, False):
        raise DataError(f"'{path}' has times_in_ms: {facts['times_in_ms']}; write true if all times are milliseconds")
    if not isinstance(facts.get("variable", ""), str):
        raise DataError(f"'{path}' has variable: {facts['variable']}; give the name of an array of the file")
    axes = facts.get("axes", [])
    if not isinstance(axes, list) or not all(isinstance(name, str) for name in axes):
        raise DataError(f"'{path}' has axes: {axes}; give a list, as in [neuroid, presentation, time_bin]")
    return facts


def time_bins(facts: Mapping[str, Any], count: int, folder: Path) -> tuple[TimeBin, ...]:
    """[start, end) in ms of `count` bins, from `time_bins` or from `time` (start_ms and step_ms)."""
    if "time_bins" in facts:
        return stated_bins(facts)
    time = facts.get("time")
    if not isinstance(time, Mapping) or set(time) != {"start_ms", "step_ms"} or not all(map(is_number, time.values())):
        raise DataError(
            f"'{folder / FACTS}' does not say when the responses were measured; add time_bins: [[start, end], ...] or "
            "time: {start_ms: ..., step_ms: ...}, in ms from stimulus onset"
        )
    start, step = float(time["start_ms"]), float(time["step_ms"])
    return tuple((round(start + i * step, 6), round(start + (i + 1) * step, 6)) for i in range(count))


def stated_bins(facts: Mapping[str, Any]) -> tuple[TimeBin, ...]:
    """The entry `time_bins`: [start, end) in ms, one pair for each.

    Raises:
        DataError: if it is anything else.
    """
    try:
        return tuple((float(start), float(end)) for start, end in facts["time_bins"])
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(
            f"{FACTS} has time_bins: {facts['time_bins']}; give a pair [start, end] in ms for each, as in [[50, 150]]"
        ) from error
