"""Epochs of MEG and EEG in the files of MNE (`.fif`), averaged in time bins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.checks import Positive, checked
from harness.errors import DataError, MissingData
from harness.stimuli import TimeBin, successive_bins


@checked(DataError)
@dataclass(frozen=True)
class Epochs:
    """Epochs in time bins.

    Attributes:
        responses: (epochs, channels, bins).
        codes: (epochs,), of the event that each is of.
        channels: names.
        time_bins: [start, end) in ms from the event.
        rate: samples per second of the file.
        table: what the file says about every epoch, if it does.
    """

    responses: np.ndarray
    codes: np.ndarray
    channels: list[str]
    time_bins: tuple[TimeBin, ...]
    rate: float
    table: pd.DataFrame | None


@checked(DataError)
def epochs_of(path: Path, start: float, end: float, width: Positive, codes: Sequence[int]) -> Epochs:
    """Epochs around the events of some codes in raw data, baseline (before the event) subtracted.

    Args:
        start, end: ms from the event.
        width: ms of a bin.

    Raises:
        MissingData: without MNE.
        DataError: if the file cannot be read, or has none of these events.
    """
    mne = _mne(path)

    def read() -> Any:
        raw = mne.io.read_raw_fif(path, allow_maxshield="yes", verbose="error")
        events = mne.find_events(raw, min_duration=0.002, verbose="error")
        events = events[np.isin(events[:, 2], codes)]
        if not len(events):
            raise DataError(f"'{path}' has no event of the codes {min(codes)} to {max(codes)}; copy it again")
        return mne.Epochs(
            raw,
            events,
            tmin=start / 1000,
            tmax=end / 1000,
            baseline=(None, 0),
            picks="meg",
            preload=True,
            verbose="error",
        )

    return _binned(_read(path, read), start, end, width)


@checked(DataError)
def read_epochs(path: Path, start: float, end: float, width: Positive, chosen: str) -> Epochs:
    """Some epochs of an `-epo.fif` file: those whose `trial_type` is `chosen`. Raises like `epochs_of`."""
    mne = _mne(path)

    def read() -> Any:
        epochs = mne.read_epochs(path, preload=False, verbose="error")
        if epochs.metadata is None or "trial_type" not in epochs.metadata:
            raise DataError(f"'{path}' does not say of which type its trials are (metadata, trial_type); copy it again")
        return epochs[(epochs.metadata["trial_type"] == chosen).to_numpy()].load_data()

    return _binned(_read(path, read), start, end, width)


def _mne(path: Path) -> Any:
    try:
        import mne
    except ImportError:
        raise MissingData(f"'{path}' needs MNE, which is not installed; pip install mne") from None
    return mne


def _read(path: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except DataError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise DataError(f"'{path}' cannot be read by MNE ({error}); copy it again") from error


def _binned(epochs: Any, start: float, end: float, width: float) -> Epochs:
    times = np.round(1000 * epochs.times, 6)
    bins = tuple(successive_bins(start, end, width))
    values = epochs.get_data(copy=False)
    inside = [(times >= begin) & (times < stop) for begin, stop in bins]
    if not all(at.any() for at in inside):
        raise DataError(
            f"epochs of {times[0]:g} to {times[-1]:g} ms do not cover bins of {width:g} ms from {start:g} to {end:g} ms"
        )
    binned = np.stack([values[..., at].mean(-1) for at in inside], axis=-1).astype(np.float32)
    table = None if epochs.metadata is None else epochs.metadata.reset_index(drop=True)
    return Epochs(binned, epochs.events[:, 2].copy(), list(epochs.ch_names), bins, float(epochs.info["sfreq"]), table)
