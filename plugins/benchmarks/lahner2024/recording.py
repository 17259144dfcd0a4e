"""The prepared betas (version B, fsaverage).

A file is a pickled (array, names): betas (videos, repeats, 163,842 vertices), normalised session by session with the mean and
standard deviation of that session's training betas. The first 10,242 vertices are fsaverage5's and are kept. Videos 0001 to
1000 were shown three times (train), 1001 to 1102 ten times (test).
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, bids, locate, read_pickled_arrays, timeline
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.lahner2024 import BIBTEX

IDENTIFIER = "lahner2024"
DURATION = 3000.0
_GLM = Path("derivatives/versionB/fsaverage/GLM")


def load(
    subjects: Sequence[str] | None = None, tasks: Sequence[str] = ("train", "test"), atlas: str | None = None
) -> RecordedData:
    """One beta per showing and vertex (left hemisphere, then right), per subject; stimuli with `split`.

    Args:
        subjects: which of 01 to 10; all at hand if not given.
        tasks: train, test or both.
        atlas: FreeSurfer annotation of fsaverage, `{hemi}` in place of lh and rh, whose labels become regions.
    """
    folder = locate(IDENTIFIER)
    here = sorted(path.parent.name.removeprefix("sub-") for path in (folder / _GLM).glob("sub-*/prepared_betas"))
    chosen = here if subjects is None else [str(name) for name in subjects]
    parts = tuple(_subject(folder, name, tasks, bids.surface_regions(atlas)) for name in chosen)
    if not parts:
        raise MissingData(f"'{folder / _GLM}' has no sub-*/prepared_betas; download the betas into it")
    shown = sorted({name for part in parts for name in part.presentations["stimulus_id"]})
    return RecordedData(
        IDENTIFIER,
        parts,
        ((0.0, DURATION),),
        Measurement("beta", "z", "z-scored by session with the training betas", tr_ms=1750.0, hrf="deconvolved"),
        _stimuli(folder, shown),
        licence="CC0",
        citation=BIBTEX,
    )


def _subject(folder: Path, name: str, tasks: Sequence[str], regions: list[str]) -> SubjectResponses:
    blocks, tables = [], []
    for task in tasks:
        left, right = (_hemisphere(folder, name, task, side) for side in ("left", "right"))
        if left[1] != right[1] or left[0].shape != right[0].shape:
            raise DataError(f"the hemispheres of sub-{name} hold different videos of task {task}; download both again")
        betas, videos = np.concatenate([left[0], right[0]], axis=2), left[1]
        repeats = betas.shape[1]
        blocks.append(betas.reshape(len(videos) * repeats, -1))
        shown = {
            "stimulus_id": np.repeat(videos, repeats),
            "repetition": np.tile(range(repeats), len(videos)),
            "task": task,
        }
        tables.append(pd.DataFrame(shown))
    units = bids.vertices().assign(region=regions)
    return SubjectResponses(name, np.concatenate(blocks), pd.concat(tables), units)


def _hemisphere(folder: Path, name: str, task: str, side: str) -> tuple[np.ndarray, list[str]]:
    """(videos, repeats, 10 242) and the videos' numbers."""
    file = f"sub-{name}_organized_betas_task-{task}_hemi-{side}_normalized.pkl"
    path = folder / _GLM / f"sub-{name}" / "prepared_betas" / file
    if not path.is_file():
        raise MissingData(f"there is no '{path}'; download it from OpenNeuro ds005165")
    betas, names = read_pickled_arrays(path)
    if np.ndim(betas) != 3 or betas.shape[0] != len(names) or betas.shape[2] < bids.FSAVERAGE5:
        raise DataError(f"'{path}' holds {np.shape(betas)} betas of {len(names)} videos; download it again")
    return betas[:, :, : bids.FSAVERAGE5].astype(np.float32), [str(video).removeprefix("vid") for video in names]


def _stimuli(folder: Path, shown: list[str]) -> StimulusSet | None:
    paths = [folder / "stimuli" / "mp4_h264" / f"{name}.mp4" for name in shown]
    if not all(path.is_file() for path in paths):
        return None
    split = ["train" if int(name) <= 1000 else "test" for name in shown]
    table = pd.DataFrame({"stimulus_id": shown, "split": split})
    return StimulusSet(IDENTIFIER, table, [timeline(path) for path in paths])
