"""NumPy's own files: .npy, read as it is used, and .npz. No pickle is ever loaded."""

import zipfile
from pathlib import Path

import numpy as np

from harness.data.formats.contents import Contents, reading
from harness.errors import DataError


def read_npy(path: Path) -> Contents:
    """One array, named after its file. Raises DataError."""
    try:
        return Contents(path, {path.stem: np.load(path, mmap_mode="r", allow_pickle=False)})
    except Exception as error:  # a damaged header raises what its parser does
        raise DataError(
            f"'{path}' cannot be read as an array of numbers: {' '.join(str(error).split())[:300]}"
        ) from error


def read_npz(path: Path) -> Contents:
    """Several arrays by name. Raises DataError."""
    arrays, unread = {}, {}
    with reading(path, "an archive of arrays"):
        if not zipfile.is_zipfile(path):
            raise DataError(f"'{path}' is damaged or no .npz archive; write it again with numpy.savez")
        with np.load(path, allow_pickle=False) as archive:
            for name in archive.files:
                try:
                    arrays[name] = archive[name]
                except ValueError as error:
                    if "allow_pickle" not in str(error):
                        raise
                    unread[name] = (
                        "is an array of Python objects, which is not loaded as it could run code; save text or numbers"
                    )
    return Contents(path, arrays, unread=unread)
