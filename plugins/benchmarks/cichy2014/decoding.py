"""The published matrices: decoding accuracies of every two of 92 images, every millisecond.

MATLAB's order is participants x sessions x times x images x images, from -100 to 1,200 ms; in a file of version 7.3 (HDF5) the axes
are reversed. The diagonal is NaN.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from harness.data import hdf5_file, locate
from harness.errors import DataError, HarnessError
from harness.metrics.similarity import pairs
from harness.stimuli import TimeBin
from harness_plugins.benchmarks.cichy2014 import DATASET

FILE, VARIABLE = "MEG_decoding_RDMs.mat", "MEG_decoding_RDMs"
FIRST, TIMES, IMAGES = -100, 1301, 92
TAGS = ("human", "face", "animal", "natural")


def courses(time_bins: Sequence[TimeBin]) -> np.ndarray:
    """(participants, bins, pairs), accuracies averaged over sessions and the milliseconds of each bin.

    Raises:
        MissingData: if the file is not here.
        DataError: if it is not as published, or a bin lies outside of it.
    """
    path = locate(DATASET) / FILE
    times = FIRST + np.arange(TIMES)
    inside = [np.flatnonzero((times >= start) & (times < end)) for start, end in time_bins]
    if any(not len(at) for at in inside):
        raise DataError(f"'{path}' holds {FIRST} to {FIRST + TIMES - 1} ms; ask for time bins within")
    with _opened(path) as participants:
        found = [[pairs(one[:, at].mean((0, 1))) for at in inside] for one in participants]
    courses = np.array(found, dtype=float)
    if not np.isfinite(courses).all():
        raise DataError(f"'{path}' lacks an accuracy besides the diagonal; copy it again")
    return courses


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[np.ndarray]]:
    """One array (sessions, times, images, images) for each participant."""
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        try:
            whole = np.asarray(loadmat(path)[VARIABLE], dtype=float)
        except (NotImplementedError, ValueError):  # version 7.3, which scipy does not read
            with hdf5_file(path) as file:
                matrices = file[VARIABLE]
                _check(path, matrices.shape[::-1])
                yield (np.asarray(matrices[..., one]).T for one in range(matrices.shape[-1]))
            return
    except HarnessError:
        raise
    except (OSError, KeyError, ValueError, MatReadError) as error:
        raise DataError(f"'{path}' cannot be read as published ({error}); copy it again") from error
    _check(path, whole.shape)
    yield iter(whole)


def _check(path: Path, shape: tuple[int, ...]) -> None:
    if len(shape) != 5 or shape[2:] != (TIMES, IMAGES, IMAGES) or shape[0] < 2:
        raise DataError(
            f"'{path}' holds {' x '.join(map(str, shape))} where participants x sessions x {TIMES} x {IMAGES} x {IMAGES} are "
            "published"
        )


def check_images(table: Any) -> None:
    """Hold that `visual_stimuli.mat`, where it lies beside the matrices, describes the images in their order.

    Raises:
        DataError: if it does not.
    """
    from scipy.io import loadmat

    path = locate(DATASET) / "visual_stimuli.mat"
    if not path.is_file():
        return
    published = np.atleast_1d(loadmat(path, squeeze_me=True, struct_as_record=False)["visual_stimuli"])
    for name in TAGS:
        own = [int(getattr(one, name)) for one in published]
        if own != table[name].astype(int).tolist():
            raise DataError(
                f"'{path}' describes other images, or in another order, than {DATASET} is compared on ('{name}')"
            )
