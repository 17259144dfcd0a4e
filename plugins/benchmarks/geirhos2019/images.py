"""The images at hand, with the participants' choices."""

from dataclasses import replace

import numpy as np
import pandas as pd

from harness.data import Choices, locate
from harness.errors import MissingData
from harness_plugins.benchmarks.geirhos2019 import DATASET
from harness_plugins.benchmarks.geirhos2021.tables import Observers, observers, read_tables

CUE_CONFLICT = "cue-conflict"
EXPERIMENTS = {
    CUE_CONFLICT: ("style-transfer", "style-transfer-512-nomask-experiment"),
    "edge": ("edges", "edge-experiment"),
    "silhouette": ("filled-silhouettes", "silhouette-filled-experiment"),
}
"""Name: folder of the images, folder of the tables."""

VISUAL_DEGREES = 3.0


def answers(experiment: str) -> Choices:
    """Participants' choices in an experiment; `truth` of cue-conflict images is the shape, `exemplar` is
    `<shape><n>-<texture><m>`."""
    return read_tables(locate(DATASET) / "raw-data" / EXPERIMENTS[experiment][1], f"Geirhos2019-{experiment}")


def load(experiment: str, duration: float) -> Observers:
    """An experiment, with the images of it that are at hand, in which the two cues differ."""
    choices = answers(experiment)
    folder = locate(DATASET) / "stimuli" / EXPERIMENTS[experiment][0]
    files = {path.stem: path for path in sorted(folder.rglob("*.png"))}
    names = choices.trials.drop_duplicates("stimulus_id").set_index("stimulus_id")["exemplar"]
    images = {str(key): files[name] for key, name in names.items() if name in files and not _one_cue(name)}
    if not images:
        raise MissingData(f"'{folder}' has no images of the experiment; copy them from texture-vs-shape")
    return observers(choices, images, duration, VISUAL_DEGREES)


def load_all(duration: float) -> Observers:
    """The three experiments, each a condition; images of one object have one `exemplar`, that of its shape.

    Participants are numbered anew in each, so that they stand one after the other, and images of others count as not shown to them.
    """
    parts = {name: load(name, duration) for name in EXPERIMENTS}
    tables = [
        part.stimuli.table.assign(condition=name, exemplar=part.stimuli.table["exemplar"].str.split("-").str[0])
        for name, part in parts.items()
    ]
    one = next(iter(parts.values())).stimuli
    timelines = [timeline for part in parts.values() for timeline in part.stimuli.timelines]
    stimuli = type(one)("Geirhos2019", pd.concat(tables, ignore_index=True), timelines, one.visual_degrees)
    shape = (sum(len(part.names) for part in parts.values()), len(stimuli))
    choices, times = np.full(shape, None, dtype=object), np.full(shape, np.nan)
    names: list[str] = []
    column = 0
    for name, part in parts.items():
        block = slice(len(names), len(names) + len(part.names)), slice(column, column + len(part.stimuli))
        choices[block], times[block] = part.answers, part.response_ms
        names += [f"{name} {observer}" for observer in part.names]
        column += len(part.stimuli)
    return replace(next(iter(parts.values())), stimuli=stimuli, answers=choices, response_ms=times, names=tuple(names))


def textures(data: Observers) -> np.ndarray:
    """(images,), the texture of each cue-conflict image."""
    second = data.stimuli.table["exemplar"].str.split("-").str[1]
    return second.str.rstrip("0123456789").to_numpy()


def _one_cue(name: str) -> bool:
    parts = [part.rstrip("0123456789") for part in name.split("-")]
    return len(parts) == 2 and parts[0] == parts[1]
