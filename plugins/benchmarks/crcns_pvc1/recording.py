"""Spike times and movie frames, read from the published layout.

`neurodata/<array>/*.mat` (MATLAB 5) hold `pepANA`: `listOfResults` are conditions; those whose first symbol is `movie_id` have as
values the numbers of a movie and of its segment, and repeats whose `data[electrode][0]` are spike times in s from the segment's
onset. `movie_frames/movieMMM_SSS.images/` hold its JPEG frames, 30 per second. Where MATLAB has one element in place of a list,
there is no list: both are read.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from harness.data import Measurement, RecordedData, SubjectResponses, locate
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, Timeline
from harness_plugins.benchmarks.crcns_pvc1 import BIBTEX

IDENTIFIER = "crcns_pvc1"
FRAME_RATE = 30.0
SEGMENT = 30000.0
"""ms; all segments are about 30 s long."""


def load(array: str = "ac1", bin: float = 20.0) -> RecordedData:
    """Spike counts of all electrodes of an array, in the 30 s of every segment that it was shown.

    A session is a .mat file. An electrode that a session did not record from is NaN there. The size on the screen is not
    published with the data. Segments of one movie have one `group`: neighbours in time.

    Args:
        array: ac1, ac2, ...; one array is one subject.
        bin: length of a time bin in ms.
    """
    folder = locate(IDENTIFIER)
    files = sorted((folder / "neurodata" / array).glob("*.mat"))
    if not files:
        arrays = sorted(path.name for path in (folder / "neurodata").glob("*") if path.is_dir())
        raise MissingData(
            f"'{folder / 'neurodata' / array}' has no .mat files; there are {', '.join(arrays) or 'no arrays'}"
        )
    count = int(SEGMENT // bin)
    edges = np.arange(count + 1) * bin
    repeats = [repeat for path in files for repeat in _repeats(path)]
    if not repeats:
        raise DataError(f"no movie was shown in the sessions of '{array}'")
    electrodes = sorted({electrode for _, _, spikes in repeats for electrode in spikes})
    column = {electrode: position for position, electrode in enumerate(electrodes)}
    responses = np.full((len(repeats), len(electrodes), count), np.nan, dtype=np.float32)
    for row, (_, _, spikes) in enumerate(repeats):
        for electrode, times in spikes.items():
            responses[row, column[electrode]] = np.histogram(1000 * times, edges)[0]
    shown = pd.DataFrame({"stimulus_id": [name for name, _, _ in repeats], "session": [s for _, s, _ in repeats]})
    shown["repetition"] = shown.groupby("stimulus_id", sort=False).cumcount()
    units = pd.DataFrame({"neuroid_id": [f"{array}.{e}" for e in electrodes], "region": "V1", "electrode": electrodes})
    return RecordedData(
        f"{IDENTIFIER}-{array}",
        (SubjectResponses(array, responses, shown, units),),
        tuple(itertools.pairwise(edges)),
        Measurement("spikes", f"spikes/{bin:g} ms", "none"),
        _stimuli(folder, sorted(set(shown["stimulus_id"]))),
        citation=BIBTEX,
    )


def _repeats(path: Path) -> Iterator[tuple[str, str, dict[int, np.ndarray]]]:
    """(segment, session, spike times in s by electrode) of every repeat of every segment in a session."""
    try:
        recorded = loadmat(path, squeeze_me=True, struct_as_record=False)["pepANA"]
    except (KeyError, ValueError, NotImplementedError, OSError, MatReadError) as error:
        raise DataError(f"'{path}' cannot be read as a session of pvc-1 ({error}); download it again") from error
    numbers = _list(getattr(recorded, "elec_list", []))
    for condition in _list(recorded.listOfResults):
        symbols = [str(symbol) for symbol in _list(getattr(condition, "symbols", []))]
        if not symbols or symbols[0] != "movie_id":
            continue
        movie, segment = (int(value) for value in _list(condition.values)[:2])
        for repeat in _list(getattr(condition, "repeat", [])):
            data = _list(getattr(repeat, "data", []))
            names = [int(n) for n in numbers] if len(numbers) == len(data) else range(1, len(data) + 1)
            spikes = {name: _spikes(electrode) for name, electrode in zip(names, data, strict=True)}
            yield f"movie{movie:03d}_{segment:03d}", path.stem, spikes


def _list(value: Any) -> list[Any]:
    """A list, also where MATLAB squeezed it into its one element."""
    if isinstance(value, np.ndarray):
        return list(value) if value.ndim else [value.item()]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _spikes(electrode: Any) -> np.ndarray:
    """The first entry of an electrode's cell; a cell of one entry is that entry."""
    if isinstance(electrode, np.ndarray) and electrode.dtype == object:
        electrode = electrode.flat[0] if electrode.size else []
    return np.ravel(np.asarray(electrode, dtype=float))


def _stimuli(folder: Path, names: list[str]) -> StimulusSet | None:
    frames = {}
    for name in names:
        found = sorted((folder / "movie_frames" / f"{name}.images").glob("*.jp*g"))
        if not found:
            return None
        frames[name] = found
    table = pd.DataFrame({"stimulus_id": names, "group": [name.partition("_")[0] for name in names]})
    timelines = [Timeline.movie(list(paths), FRAME_RATE) for paths in frames.values()]
    return StimulusSet(IDENTIFIER, table, timelines)
