"""The betas, read from the layout in which their authors publish them.

Volumes of `..._data.nii.gz` are videos in the order of `train.csv` or `test.csv`; the even and the odd halves of the trials are two
repetitions. Voxels are those of the functional localisers; one that lies in several counts for the first. They are not chosen
by their reliability on the test videos, as the authors' flat tables are: that would be a selection on the test set.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.data import Measurement, RecordedData, SubjectResponses, bids, locate, read_table, timeline
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.mcmahon2023 import BIBTEX

IDENTIFIER = "mcmahon2023"
REGIONS = ("EVC", "MT", "EBA", "LOC", "FFA", "PPA", "pSTS", "face-pSTS", "aSTS")
DURATION = 3000.0


def load(subjects: Sequence[str] | None = None) -> RecordedData:
    """One beta a video, half and voxel; stimuli with `split` (train or test) and the 12 ratings, their size not being published.

    Args:
        subjects: which of 01 to 04; all at hand if not given.
    """
    folder = locate(IDENTIFIER)
    videos = _videos(folder)
    here = sorted({bids.entities(path)["sub"] for path in folder.glob("sub-*_data.nii.gz")})
    if not here:
        raise MissingData(f"'{folder}' has no sub-*_data.nii.gz; download the betas into it")
    chosen = here if subjects is None else [str(name) for name in subjects]
    return RecordedData(
        IDENTIFIER,
        tuple(_subject(folder, name, videos) for name in chosen),
        ((0.0, DURATION),),
        Measurement("beta", "a.u.", "GLMsingle with fractional ridge", hrf="deconvolved", repeats_averaged=True),
        _stimuli(folder, videos),
        citation=BIBTEX,
    )


def load_stimuli() -> StimulusSet:
    """The clips alone, with `split` and their ratings.

    Raises:
        MissingData: without the videos or the ratings.
    """
    folder = locate(IDENTIFIER)
    stimuli = _stimuli(folder, _videos(folder))
    if stimuli is None or not (folder / "annotations.csv").is_file():
        raise MissingData(f"'{folder}' lacks annotations.csv or some of dyad_videos_3000ms; download both into it")
    return stimuli


def _videos(folder: Path) -> dict[str, list[str]]:
    return {split: _names(folder / f"{split}.csv") for split in ("train", "test")}


def _names(path: Path) -> list[str]:
    """One header line, then a file name a line."""
    if not path.is_file():
        raise MissingData(f"there is no '{path}'; it names the videos in the order of the betas")
    return [str(name) for name in read_table(path, text=True).iloc[:, 0]]


def _subject(folder: Path, name: str, videos: dict[str, list[str]]) -> SubjectResponses:
    mask, regions, image = _localisers(folder, name)
    blocks, tables = [], []
    for split, files in videos.items():
        for repetition, half in enumerate(("even", "odd")):
            path = folder / f"sub-{name}_space-T1w_desc-{split}-fracridge-{half}_data.nii.gz"
            data = np.asarray(bids.load_image(path).dataobj)
            if data.shape[3] != len(files):
                raise DataError(f"'{path}' has {data.shape[3]} volumes, and {split}.csv names {len(files)} videos")
            blocks.append(data[mask].T)
            tables.append(
                pd.DataFrame({"stimulus_id": [Path(f).stem for f in files], "repetition": repetition, "half": half})
            )
    units = bids.voxels(image, mask).assign(region=regions, space="T1w")
    return SubjectResponses(name, np.concatenate(blocks).astype(np.float32), pd.concat(tables), units)


def _localisers(folder: Path, name: str) -> tuple[np.ndarray, list[str], Any]:
    """(x, y, z) mask of all localisers, the region of each voxel in it, and an image with its affine."""
    region, image = None, None
    for position, roi in reversed(list(enumerate(REGIONS))):
        for path in sorted((folder / "localizers" / f"sub-{name}").glob(f"sub-{name}*roi-{roi}_*mask.nii.gz")):
            image = bids.load_image(path)
            inside = np.asarray(image.dataobj) > 0
            region = np.full(inside.shape, -1) if region is None else region
            region[inside] = position
    if region is None:
        raise MissingData(
            f"'{folder / 'localizers' / f'sub-{name}'}' has no masks *roi-EVC_*mask.nii.gz; download the localizers"
        )
    mask = region >= 0
    return mask, [REGIONS[i] for i in region[mask]], image


def _stimuli(folder: Path, videos: dict[str, list[str]]) -> StimulusSet | None:
    table = pd.DataFrame([{"video_name": f, "split": split} for split, files in videos.items() for f in files])
    paths = [folder / "dyad_videos_3000ms" / name for name in table["video_name"]]
    if not all(path.is_file() for path in paths):
        return None
    ratings = folder / "annotations.csv"
    if ratings.is_file():
        table = table.merge(read_table(ratings), on="video_name", how="left")
    table.insert(0, "stimulus_id", [Path(name).stem for name in table["video_name"]])
    return StimulusSet(IDENTIFIER, table, [timeline(path) for path in paths])
