"""Functional MRI in BIDS and fMRIPrep's derivatives: finding runs, reading surfaces and volumes, removing nuisance signals.

Names of files are read by their entities, because they are not written alike: `run-1` and `run-01`, `hemi-L_space-fsaverage` and
`space-fsaverage_hemi-L`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from harness.errors import DataError, MissingData

FSAVERAGE5 = 10242
"""Vertices a hemisphere; those of fsaverage are nested, the first of them are fsaverage5's."""
MOTION = ("trans_x", "trans_y", "trans_z", "rot_x", "rot_y", "rot_z")
NUISANCE = (*MOTION, "csf", "white_matter")
"""fMRIPrep's columns that are removed by default: head motion and the signals of fluid and white matter. Not the global signal."""


def entities(path: Path) -> dict[str, str]:
    """`sub-01_task-movie_run-1_bold.nii.gz` as {"sub": "01", "task": "movie", "run": "1", "suffix": "bold"}; runs without zeros."""
    *parts, suffix = path.name.partition(".")[0].split("_")
    found = {key: value for key, _, value in (part.partition("-") for part in parts)} | {"suffix": suffix}
    if "run" in found:
        found["run"] = found["run"].lstrip("0") or "0"
    return found


def find(folder: Path, pattern: str, **wanted: str) -> list[Path]:
    """Files below a folder that match a glob pattern and have these entities, sorted."""
    paths = sorted(path for path in folder.rglob(pattern))
    return [path for path in paths if wanted.items() <= entities(path).items()]


def one(folder: Path, pattern: str, **wanted: str) -> Path:
    """The only such file.

    Raises:
        MissingData: if there is none.
        DataError: if there are several.
    """
    found = find(folder, pattern, **wanted)
    named = ", ".join(f"{key}-{value}" for key, value in wanted.items())
    if not found:
        raise MissingData(f"'{folder}' has no file {pattern} with {named}; run fMRIPrep, or put its output there")
    if len(found) > 1:
        raise DataError(
            f"'{folder}' has both '{found[0].name}' and '{found[1].name}'; leave one file {pattern} with {named}"
        )
    return found[0]


def read_surface(path: Path) -> np.ndarray:
    """(volumes, 10 242) of a functional GIFTI file; of a finer mesh of the same family, its first vertices."""
    gifti = load_image(path)
    data = np.stack([array.data for array in gifti.darrays]).astype(np.float32)
    if data.shape[1] < FSAVERAGE5:
        raise DataError(f"'{path}' has {data.shape[1]} vertices; fsaverage5 has {FSAVERAGE5}")
    return data[:, :FSAVERAGE5]


def surfaces(folder: Path, **wanted: str) -> np.ndarray:
    """Both hemispheres of a run in fsaverage5, left then right: (volumes, 20 484).

    Raises:
        MissingData: if fMRIPrep did not write them.
    """
    sides = []
    for hemisphere in ("L", "R"):
        found = {
            entities(path).get("space"): path for path in find(folder, "*_bold.func.gii", hemi=hemisphere, **wanted)
        }
        path = found.get("fsaverage5") or found.get("fsaverage")
        if path is None:
            named = ", ".join(f"{key}-{value}" for key, value in wanted.items())
            raise MissingData(
                f"'{folder}' has no *_hemi-{hemisphere}_space-fsaverage5_bold.func.gii with {named}; run fMRIPrep with "
                "--output-spaces fsaverage5"
            )
        sides.append(read_surface(path))
    return np.concatenate(sides, axis=1)


def vertices() -> pd.DataFrame:
    """The table of both hemispheres' vertices in fsaverage5, left then right."""
    ids = [f"fsaverage5.{side}.{i}" for side in ("lh", "rh") for i in range(FSAVERAGE5)]
    return pd.DataFrame({"neuroid_id": ids, "hemisphere": np.repeat(["L", "R"], FSAVERAGE5), "space": "fsaverage5"})


def surface_regions(atlas: str | Path | None) -> list[str]:
    """A region for each vertex of both hemispheres: "cortex", or the labels of a FreeSurfer annotation.

    Args:
        atlas: path of .annot files with {hemi} in place of lh and rh.
    """
    if atlas is None:
        return ["cortex"] * (2 * FSAVERAGE5)
    if "{hemi}" not in str(atlas):
        raise DataError(f"the atlas '{atlas}' needs {{hemi}} in place of lh and rh in its path")
    regions = []
    for hemi in ("lh", "rh"):
        path = Path(str(atlas).format(hemi=hemi))
        if not path.is_file():
            raise MissingData(f"there is no atlas file '{path}'; check the path")
        labels, _, names = nibabel().freesurfer.read_annot(path)
        regions += [names[label].decode() if label >= 0 else "unknown" for label in labels[:FSAVERAGE5]]
    return regions


def voxels(image: Any, mask: np.ndarray) -> pd.DataFrame:
    """The table of the voxels of a mask: identifier by position in the grid, and where the centre lies in mm."""
    i, j, k = np.nonzero(mask)
    x, y, z = (image.affine @ np.stack([i, j, k, np.ones_like(i)]))[:3].round(3)
    ids = [f"{a}-{b}-{c}" for a, b, c in zip(i, j, k, strict=True)]
    return pd.DataFrame({"neuroid_id": ids, "x": x, "y": y, "z": z})


def load_image(path: Path) -> Any:
    """A NIfTI or GIFTI file.

    Raises:
        MissingData: if it, or nibabel, is not here.
        DataError: if it cannot be read.
    """
    if not path.is_file():
        raise MissingData(f"there is no file '{path}'; put it there")
    library = nibabel()
    try:
        return library.load(path)
    except library.filebasedimages.ImageFileError as error:
        raise DataError(f"'{path}' cannot be read ({error}); download it again") from error


def read_events(path: Path) -> pd.DataFrame:
    """An events.tsv: onset and duration in s, and more; n/a is NaN, and so is an empty field."""
    return pd.read_csv(path, sep="\t", keep_default_na=False, na_values=["n/a", ""])


def clean(bold: np.ndarray, confounds: Path | None, columns: Sequence[str], cutoff: float, tr: float) -> np.ndarray:
    """Residuals of the time courses of a run after regression on nuisance signals and slow drifts.

    Args:
        bold: (volumes, vertices).
        confounds: fMRIPrep's `desc-confounds_timeseries.tsv`; not read if there are no columns.
        columns: which of its columns; missing values become the column's mean.
        cutoff: drifts slower than this period in s are removed by cosines; 0 keeps them.
        tr: time between volumes in s.

    Returns:
        (volumes, vertices), with the mean of each vertex removed.

    Raises:
        MissingData, DataError: for a table or column that is not there.
    """
    parts = [np.ones((len(bold), 1)), _cosines(len(bold), cutoff, tr)]
    if columns:
        if confounds is None or not confounds.is_file():
            raise MissingData(f"there is no table of confounds '{confounds}'; run fMRIPrep, or pass confounds=()")
        table = pd.read_csv(confounds, sep="\t", na_values="n/a")
        if missing := [name for name in columns if name not in table]:
            raise DataError(f"'{confounds}' has no column '{missing[0]}'")
        if len(table) != len(bold):
            raise DataError(f"'{confounds}' has {len(table)} rows for {len(bold)} volumes")
        parts.append(table[list(columns)].fillna(table[list(columns)].mean()).to_numpy(float))
    basis, _ = np.linalg.qr(np.concatenate(parts, axis=1))
    return (bold - basis @ (basis.T @ bold)).astype(np.float32)


def _cosines(volumes: int, cutoff: float, tr: float) -> np.ndarray:
    """(volumes, k) cosines of periods longer than `cutoff` s (as SPM and fMRIPrep: k = floor(2 T / cutoff))."""
    count = int(2 * volumes * tr / cutoff) if cutoff else 0
    phase = np.pi / volumes * (np.arange(volumes) + 0.5)
    return np.cos(np.outer(phase, np.arange(1, count + 1)))


def nibabel() -> Any:
    """The library, or what to install."""
    try:
        import nibabel
    except ImportError:
        raise MissingData(
            "fMRI files are read by the package nibabel, which is not installed; pip install 'vision-dynamics-harness[data]'"
        ) from None
    return nibabel
