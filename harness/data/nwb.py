"""Neurodata Without Borders 2: spike times of units, counted in time bins after the onset of each trial's stimulus."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.data.facts import stated_bins
from harness.errors import DataError, MissingData
from harness.stimuli import TimeBin


def read_nwb(
    path: Path, facts: Mapping[str, Any], region: str | None = None
) -> tuple[np.ndarray, pd.DataFrame, pd.DataFrame, tuple[TimeBin, ...]]:
    """Firing rates (trials, units, time bins) in spikes/s from the units and trials of an NWB file.

    A trial's bins count from `start_time`, or from the column that the entry `nwb: {onset: ...}` names; its stimulus is the column
    `stimulus_id`, or that of `nwb: {stimulus: ...}`; `nwb: {intervals: ...}` names another table than the trials. Where a unit has
    `obs_intervals`, responses outside of them are NaN.

    Raises:
        MissingData: if pynwb is not installed.
        DataError: without units, trials or time bins.
    """
    pynwb = _pynwb()
    if facts.get("time_bins") is None:
        raise DataError(
            f"recording.yaml must give time_bins for '{path.name}': [start, end) in ms after the onset of a trial"
        )
    if facts["unit"] != "spikes/s":
        raise DataError(f"spikes of '{path.name}' become rates; set unit: spikes/s")
    bins = stated_bins(facts)
    names = dict(facts.get("nwb") or {})
    with _opened(pynwb, path) as io:
        file = io.read()
        trials = _trials(file, names.get("intervals"), path)
        if file.units is None or not len(file.units):
            raise DataError(f"'{path}' has no units with spike times")
        units = _units(file, region)
        onset = _column(trials, names.get("onset", "start_time"), path).to_numpy(float)
        stimulus = _column(trials, names.get("stimulus", "stimulus_id"), path).astype(str)
        _refuse_outside(bins, onset, file.units, path)
        rates = np.stack([_rates(file.units, i, onset, bins) for i in range(len(units))], axis=1)
    shown = pd.DataFrame({"stimulus_id": stimulus, "onset_ms": onset * 1000})
    extra = {name: trials[name] for name in ("repetition", "session", "run", "subject") if name in trials}
    return rates, shown.assign(**extra).reset_index(drop=True), units, bins


def _opened(pynwb: Any, path: Path) -> Any:
    try:
        return pynwb.NWBHDF5IO(str(path), "r")
    except OSError as error:
        raise DataError(f"'{path}' cannot be read as an NWB file ({error})") from error


def _trials(file: Any, table: str | None, path: Path) -> pd.DataFrame:
    found = file.intervals.get(table) if table and file.intervals else file.trials
    if found is None:
        raise DataError(
            f"'{path}' has no table of {'trials' if table is None else table}; name it with nwb: {{intervals: ...}}"
        )
    return found.to_dataframe().reset_index(drop=True)


def _column(table: pd.DataFrame, name: str, path: Path) -> pd.Series:
    if name not in table:
        raise DataError(
            f"the trials of '{path.name}' have no column '{name}'; they have {', '.join(map(str, table.columns))}: name one in "
            "recording.yaml with nwb: {stimulus: ..., onset: ...}"
        )
    return table[name]


def _units(file: Any, region: str | None) -> pd.DataFrame:
    """One row per unit; the region is its own column `region` or `location`, or that of its first electrode."""
    table = file.units
    frame = pd.DataFrame({"neuroid_id": [str(name) for name in table.id[:]]})
    own = next((name for name in ("region", "location") if name in table.colnames), None)
    if own is not None:
        frame["region"] = [str(value) for value in table[own][:]]
    elif region is None and "electrodes" in table.colnames:
        frame["region"] = [str(table["electrodes"][i]["location"].iloc[0]) for i in range(len(frame))]
    return frame


def _refuse_outside(bins: tuple[TimeBin, ...], onset: np.ndarray, units: Any, path: Path) -> None:
    """Time bins in which nothing was recorded in any trial would be rates of zero."""
    spikes = np.concatenate([np.asarray(units["spike_times"][i], dtype=float) for i in range(len(units))])
    first, last = min(onset.min(), spikes.min(initial=np.inf)), max(onset.max(), spikes.max(initial=-np.inf))
    for start, end in bins:
        if not ((onset + end / 1000 > first) & (onset + start / 1000 <= last)).any():
            raise DataError(
                f"the time bin from {start:g} to {end:g} ms lies outside the recording in '{path.name}' in all trials; it spans "
                f"{1000 * (last - first):g} ms"
            )


def _rates(units: Any, index: int, onset: np.ndarray, bins: tuple[TimeBin, ...]) -> np.ndarray:
    """(trials, bins) of one unit."""
    spikes = np.sort(np.asarray(units["spike_times"][index], dtype=float))
    edges = onset[:, None, None] + np.array(bins) / 1000
    counts = np.diff(np.searchsorted(spikes, edges.reshape(-1, 2)), axis=1).reshape(len(onset), len(bins))
    rates = counts / np.diff(np.array(bins), axis=1)[:, 0] * 1000
    if "obs_intervals" in units.colnames:
        observed = np.asarray(units["obs_intervals"][index], dtype=float).reshape(-1, 2)
        inside = (edges[..., :1] >= observed[:, 0]) & (edges[..., 1:] <= observed[:, 1])
        rates = np.where(inside.any(-1), rates, np.nan)
    return rates


def _pynwb() -> Any:
    try:
        import pynwb
    except ImportError:
        raise MissingData(
            "NWB files are read by the package pynwb, which is not installed; pip install 'vision-dynamics-harness[data]'"
        ) from None
    return pynwb
