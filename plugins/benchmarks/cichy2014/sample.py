"""One participant's MEG as MNE ships it: raw data of four runs, with triggers 1 to 92 for the images."""

from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, epochs_of, locate
from harness.errors import MissingData
from harness_plugins.benchmarks.cichy2014 import BIBTEX, SAMPLE
from harness_plugins.benchmarks.cichy2014.images import shown

START, END, WIDTH = -100.0, 800.0, 20.0


def load(width: float = WIDTH) -> RecordedData:
    """Every presentation of an image, sensors averaged in bins of `width` ms.

    Raises:
        MissingData: without MNE, or if no run is here.
    """
    folder = locate(SAMPLE)
    images = shown()
    blocks, presented = [], []
    for run, path in enumerate(_runs(folder)):
        epochs = epochs_of(path, START, END, width, [*range(1, len(images) + 1)])
        blocks.append(epochs.responses)
        presented += [(images.ids[code - 1], run) for code in epochs.codes]
    table = pd.DataFrame(presented, columns=["stimulus_id", "run"])
    table["repetition"] = table.groupby("stimulus_id").cumcount()
    units = pd.DataFrame({"neuroid_id": epochs.channels, "region": "sensors"})
    subject = SubjectResponses("1", np.concatenate(blocks), table, units)
    measured = Measurement("meg", "T and T/m", "Maxwell filter with movement compensation", sampling_hz=epochs.rate)
    return RecordedData(SAMPLE, (subject,), epochs.time_bins, measured, images, "not stated", BIBTEX)


def _runs(folder: Path) -> list[Path]:
    """`sample_subject_0_tsss_mc.fif`, `sample_subject_1_...`: the runs, in their order."""
    paths = []
    for run in count():
        path = folder / f"sample_subject_{run}_tsss_mc.fif"
        if not path.is_file():
            break
        paths.append(path)
    if not paths:
        raise MissingData(f"'{folder}' has no sample_subject_0_tsss_mc.fif; copy the runs into it")
    return paths
