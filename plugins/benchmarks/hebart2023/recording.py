"""The preprocessed epochs of the test images, and the images.

`preprocessed_P1-epo.fif` has all trials of a participant from -100 to 1,300 ms, standardised by the baseline of each, with a table:
`trial_type` ("test", "exp", "catch"), `image_path`, `session_nr`. An image was shown for 500 ms at 10 degrees.
"""

from pathlib import Path

import pandas as pd

from harness.data import Epochs, Measurement, RecordedData, SubjectResponses, locate, read_epochs
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.hebart2023 import BIBTEX, DATASET

EXPOSURE, DEGREES = 500.0, 10.0
START, END, WIDTH = -100.0, 1300.0, 20.0
"""ms; four samples are averaged."""
TEST = "test"


def load() -> RecordedData:
    """The test images of all participants at hand, an entry each.

    Raises:
        MissingData: without MNE, or if no participant, or an image, is here.
        DataError: if a file is not as published.
    """
    folder = locate(DATASET)
    paths = {name: folder / f"preprocessed_P{name}-epo.fif" for name in "1234"}
    found = {name: read_epochs(path, START, END, WIDTH, TEST) for name, path in paths.items() if path.is_file()}
    if not found:
        raise MissingData(f"'{folder}' has no preprocessed_P1-epo.fif; copy the preprocessed epochs into it")
    shown = {name: _shown(epochs, paths[name]) for name, epochs in found.items()}
    images = _images(folder, sorted({path for each in shown.values() for path in each}))
    parts = tuple(_participant(name, epochs, shown[name]) for name, epochs in found.items())
    first = next(iter(found.values()))
    measured = Measurement("meg", "z", "by the authors: z-scored by the baseline of each trial", sampling_hz=first.rate)
    return RecordedData(DATASET, parts, first.time_bins, measured, images, "CC0", BIBTEX)


def _shown(epochs: Epochs, path: Path) -> list[str]:
    """Paths of images, one for every trial."""
    if epochs.table is None or "image_path" not in epochs.table or "session_nr" not in epochs.table:
        raise DataError(
            f"'{path}' does not say which image and session a trial is of (image_path, session_nr); copy it again"
        )
    return [str(one) for one in epochs.table["image_path"]]


def _participant(name: str, epochs: Epochs, shown: list[str]) -> SubjectResponses:
    assert epochs.table is not None
    table = pd.DataFrame({"stimulus_id": [Path(one).stem for one in shown], "session": epochs.table["session_nr"]})
    table["repetition"] = table.groupby("stimulus_id").cumcount()
    units = pd.DataFrame({"neuroid_id": epochs.channels, "region": "sensors"})
    return SubjectResponses(name, epochs.responses, table, units)


def _images(folder: Path, paths: list[str]) -> StimulusSet:
    files = {Path(path).stem: folder / path for path in paths}
    for file in files.values():
        if not file.is_file():
            raise MissingData(f"there is no image '{file}'; copy the images into '{folder}'")
    return StimulusSet.from_images("Hebart2023", files, EXPOSURE, DEGREES)
