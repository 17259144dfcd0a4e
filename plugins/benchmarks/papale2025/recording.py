"""Multi-unit activity of every trial with a test image, and the images.

`THINGS_MUA_trials.mat` (MATLAB 7.3): `ALLMUA` (electrodes x trials x times; reversed in HDF5), `ALLMAT` (trials x columns: trial,
train image, test image, repetition, place in the sequence, correct, day), `tb` in ms. Electrodes are in the order of the
recording system; `mapping` of `1024chns_mapping_20220105.mat` gives that of the arrays. `things_imgs.mat` names the images.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, hdf5_file, locate
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, TimeBin
from harness_plugins.benchmarks.papale2025 import BIBTEX, DATASET

EXPOSURE, DEGREES, WIDTH = 200.0, 18.0, 10.0
"""ms that an image was shown, its size in degrees (as Brain-Score shows it), ms of a time bin."""
MAPPING = "1024chns_mapping_20220105.mat"
AREAS = {
    "monkeyF": (("V1", 512), ("IT", 320), ("V4", 192)),
    "monkeyN": (("V1", 512), ("V4", 256), ("IT", 256)),
}
"""Electrodes of each area, in the order of the arrays; in files of other sizes, the same shares."""


def load() -> RecordedData:
    """V1, V4 and IT of the monkeys at hand; each electrode is standardised by the test trials of each day.

    Raises:
        MissingData: without h5py, or if no monkey, or an image, is here.
        DataError: if a file is not as published.
    """
    folder = locate(DATASET)
    here = [name for name in AREAS if (folder / name / "THINGS_MUA_trials.mat").is_file()]
    if not here:
        raise MissingData(f"'{folder}' has no monkeyF/THINGS_MUA_trials.mat; copy the trials into it")
    images = _images(folder, here[0])
    parts: list[SubjectResponses] = []
    bins: tuple[TimeBin, ...] = ()
    for name in here:
        with hdf5_file(folder / name / "THINGS_MUA_trials.mat") as trials:
            part, bins = _monkey(name, trials, _mapping(folder / name), images.ids)
        parts.append(part)
    measured = Measurement("mua", "z", "z-scored by electrode and day", sampling_hz=1000.0)
    return RecordedData(DATASET, tuple(parts), bins, measured, images, "CC BY 4.0", BIBTEX)


def _monkey(
    name: str, trials: Any, mapping: np.ndarray, ids: Sequence[str]
) -> tuple[SubjectResponses, tuple[TimeBin, ...]]:
    table, times = np.asarray(trials["ALLMAT"]), np.asarray(trials["tb"]).ravel()
    shown = table[2].astype(int)
    rows, mua = np.flatnonzero(shown > 0), trials["ALLMUA"]
    if mua.shape != (len(times), table.shape[1], len(mapping)) or not 0 < shown[rows].max() <= len(ids):
        raise DataError(
            f"the trials of {name} hold {' x '.join(map(str, mua.shape[::-1]))} of {len(mapping)} electrodes and {len(times)} ms; "
            "download them again"
        )
    starts = np.arange(times[0], times[-1] + 1 - WIDTH + 1e-9, WIDTH)
    bins = tuple((float(start), float(start + WIDTH)) for start in starts)
    inside = [np.flatnonzero((times >= start) & (times < stop)) for start, stop in bins]
    binned = np.stack([np.asarray(mua[at[0] : at[-1] + 1, rows, :]).mean(0) for at in inside], axis=2)
    day = table[-1, rows].astype(int)
    responses = _standardised(binned[:, mapping].astype(np.float32), day)
    shown_table = pd.DataFrame({"stimulus_id": [ids[at - 1] for at in shown[rows]], "session": day})
    shown_table["repetition"] = shown_table.groupby("stimulus_id").cumcount()
    units = pd.DataFrame(
        {"neuroid_id": [f"{name}-{i + 1}" for i in range(len(mapping))], "region": _regions(name, len(mapping))}
    )
    return SubjectResponses(name, responses, shown_table, units), bins


def _standardised(responses: np.ndarray, day: np.ndarray) -> np.ndarray:
    """(trials, electrodes, bins), each electrode with mean 0 and standard deviation 1 over the trials and bins of each day."""
    for one in np.unique(day):
        own = responses[day == one]
        spread = own.std((0, 2), keepdims=True)
        responses[day == one] = (own - own.mean((0, 2), keepdims=True)) / np.where(spread > 0, spread, 1)
    return responses


def _regions(name: str, electrodes: int) -> list[str]:
    total = sum(count for _, count in AREAS[name])
    return [area for area, count in AREAS[name] for _ in range(round(count * electrodes / total))]


def _mapping(folder: Path) -> np.ndarray:
    """(electrodes,), for every place in the arrays its position in the file."""
    from scipy.io import loadmat

    path = folder / "_logs" / MAPPING
    if not path.is_file():
        raise MissingData(f"there is no '{path}', without which electrodes have no area; download it")
    return np.asarray(loadmat(path)["mapping"]).ravel().astype(int) - 1


def _images(folder: Path, monkey: str) -> StimulusSet:
    """The test images in the order of their numbers, called by their files."""
    with hdf5_file(folder / monkey / "_logs" / "things_imgs.mat") as logs:
        if "test_imgs" not in logs:
            raise DataError(f"things_imgs.mat of {monkey} has no test_imgs; download it again")
        paths = [_text(logs, one) for one in np.asarray(logs["test_imgs"]["things_path"]).ravel()]
    files = {Path(path).stem: folder / "object_images" / path for path in paths}
    for file in files.values():
        if not file.is_file():
            raise MissingData(f"there is no image '{file}'; unpack object_images of THINGS into '{folder}'")
    return StimulusSet.from_images("Papale2025", files, EXPOSURE, DEGREES)


def _text(file: Any, reference: Any) -> str:
    """MATLAB's text: numbers of characters, behind a reference."""
    return "".join(map(chr, np.asarray(file[reference]).ravel())).replace("\\", "/")
