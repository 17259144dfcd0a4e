"""The preprocessed EEG of the test images, and the images.

`preprocessed_eeg_test.npy` is a pickled dictionary: `preprocessed_eeg_data` (images, repetitions, channels, times), `ch_names`,
`times` in seconds from the onset. An image was shown for 100 ms, the next one 200 ms after its onset, at 7 degrees.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, locate, read_pickled_arrays
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet, TimeBin
from harness_plugins.benchmarks.gifford2022 import BIBTEX, DATASET

EXPOSURE, DEGREES = 100.0, 7.0
BLOCKS = 4
"""Of repetitions, averaged; single trials of EEG would take twenty times the memory."""


def load() -> RecordedData:
    """All participants at hand, an entry each; a presentation is the mean over a quarter of the repetitions.

    Raises:
        MissingData: if no participant, or an image, is here.
        DataError: if a file is not as published.
    """
    folder = locate(DATASET)
    images = _images(folder)
    paths = sorted(folder.glob("sub-*/preprocessed_eeg_test.npy"))
    if not paths:
        raise MissingData(f"'{folder}' has no sub-*/preprocessed_eeg_test.npy; unpack the preprocessed data into it")
    parts: list[SubjectResponses] = []
    bins: tuple[TimeBin, ...] = ()
    for path in paths:
        part, bins = _participant(path, images.ids)
        parts.append(part)
    measured = Measurement(
        "eeg", "z", "by the authors: multivariate noise normalisation", sampling_hz=100.0, repeats_averaged=True
    )
    return RecordedData(DATASET, tuple(parts), bins, measured, images, "CC BY 4.0", BIBTEX)


def _participant(path: Path, ids: list[str]) -> tuple[SubjectResponses, tuple[TimeBin, ...]]:
    content = _dictionary(path)
    try:
        values, channels = np.asarray(content["preprocessed_eeg_data"]), [str(name) for name in content["ch_names"]]
        times = np.round(1000 * np.asarray(content["times"], dtype=float), 3)
    except KeyError as error:
        raise DataError(f"'{path}' lacks {error}; download it again") from error
    if values.ndim != 4 or values.shape[0] != len(ids) or values.shape[2:] != (len(channels), len(times)):
        raise DataError(
            f"'{path}' holds {' x '.join(map(str, values.shape))} where {len(ids)} images x repetitions x {len(channels)} channels "
            f"x {len(times)} times are published"
        )
    blocks = [values[:, first::BLOCKS].mean(1) for first in range(min(BLOCKS, values.shape[1]))]
    table = pd.DataFrame({"stimulus_id": ids * len(blocks), "repetition": np.repeat(range(len(blocks)), len(ids))})
    units = pd.DataFrame({"neuroid_id": channels, "region": "sensors"})
    width = float(np.diff(times).mean())
    bins = tuple((round(float(t), 3), round(float(t + width), 3)) for t in times)
    responses = np.concatenate(blocks).astype(np.float32)
    return SubjectResponses(path.parent.name.removeprefix("sub-"), responses, table, units), bins


def _images(folder: Path) -> StimulusSet:
    """The test images in the order of the responses, called by their files, with their `concept`."""
    content = _dictionary(folder / "image_metadata.npy")
    try:
        files, concepts = [[str(one) for one in content[f"test_img_{what}"]] for what in ("files", "concepts")]
    except KeyError as error:
        raise DataError(f"'{folder / 'image_metadata.npy'}' lacks {error}; download it again") from error
    paths = {
        Path(file).stem: folder / "test_images" / concept / file for file, concept in zip(files, concepts, strict=True)
    }
    for path in paths.values():
        if not path.is_file():
            raise MissingData(f"there is no image '{path}'; unpack test_images into '{folder}'")
    return StimulusSet.from_images("Gifford2022", paths, EXPOSURE, DEGREES, concept=concepts)


def _dictionary(path: Path) -> dict[str, Any]:
    found = read_pickled_arrays(path)
    found = found.item() if isinstance(found, np.ndarray) and not found.shape else found
    if not isinstance(found, dict):
        raise DataError(f"'{path}' holds no dictionary, which is what was published; download it again")
    return found
