"""Spikes and movie of one neuron, read from a MATLAB 7.3 file.

`rawStims` are grey frames (0 to 255) of a native size that varies; `psths` are spikes per frame, where negative numbers and NaN
are missing; `ranges/crange` and `ranges/vrange` are the frames, counted from 1 and contiguous, of the estimation and of the
validation part. h5py sees MATLAB's axes reversed: frames come first.
"""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, hdf5_file, locate
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, Timeline
from harness_plugins.benchmarks.crcns_mt2 import BIBTEX

IDENTIFIER = "crcns_mt2"
FRAME_RATE = 72.0


def cells() -> list[str]:
    """The neurons that are here."""
    return sorted(_files())


def load(cell: str | None = None) -> RecordedData:
    """One neuron: the presentations `estimation` and `validation`, one time bin per frame, NaN after its end and where a count
    is missing.

    Args:
        cell: which neuron; the first one if not given.
    """
    files = _files()
    if not files:
        raise MissingData(f"'{locate(IDENTIFIER) / 'cells'}' has no .mat files; download mt-2 into it")
    name = cell or min(files)
    if name not in files:
        raise DataError(f"there is no neuron '{name}'; there are {', '.join(sorted(files))}")
    frames, counts, parts = _read(files[name])
    length = max(stop - start for start, stop in parts.values())
    responses = np.full((len(parts), 1, length), np.nan, dtype=np.float32)
    for row, (start, stop) in enumerate(parts.values()):
        responses[row, 0, : stop - start] = counts[start:stop]
    responses[responses < 0] = np.nan
    shown = pd.DataFrame({"stimulus_id": list(parts), "repetition": 0})
    units = pd.DataFrame({"neuroid_id": [name], "region": "MT"})
    edges = [round(1000 * i / FRAME_RATE, 6) for i in range(length + 1)]
    table = pd.DataFrame(
        {"stimulus_id": list(parts), "split": ["train" if p == "estimation" else "test" for p in parts]}
    )
    movies = [_movie(frames[start:stop]) for start, stop in parts.values()]
    return RecordedData(
        f"{IDENTIFIER}-{name}",
        (SubjectResponses(name, responses, shown, units),),
        tuple(itertools.pairwise(edges)),
        Measurement("spikes", "spikes/frame", "none", sampling_hz=FRAME_RATE),
        StimulusSet(f"{IDENTIFIER}-{name}", table, movies),
        citation=BIBTEX,
    )


def _files() -> dict[str, Path]:
    return {path.stem[:6]: path for path in sorted((locate(IDENTIFIER) / "cells").glob("*.mat"))}


def _read(path: Path) -> tuple[np.ndarray, np.ndarray, dict[str, tuple[int, int]]]:
    """Frames (n, y, x), counts (n,) and [start, stop) of both parts, from 0."""
    with hdf5_file(path, "a neuron of mt-2") as file:
        frames = np.asarray(file["rawStims"])
        counts = np.ravel(np.asarray(file["psths"], dtype=float))
        ranges = {
            part: np.ravel(file[f"ranges/{key}"]) for part, key in (("estimation", "crange"), ("validation", "vrange"))
        }
    if len(frames) != len(counts):
        raise DataError(f"'{path}' has {len(frames)} frames and {len(counts)} counts; download it again")
    parts = {part: (int(r.min()) - 1, int(r.max())) for part, r in ranges.items()}
    for part, (start, stop) in parts.items():
        if not 0 <= start < stop <= len(frames):
            raise DataError(f"the {part} of '{path}' goes from frame {start + 1} to {stop} of {len(frames)}")
    return frames.transpose(0, 2, 1), counts, parts


def _movie(frames: np.ndarray) -> Timeline:
    grey = np.clip(frames, 0, 255).astype(np.uint8)
    return Timeline.movie([np.repeat(frame[..., None], 3, axis=2) for frame in grey], FRAME_RATE)
