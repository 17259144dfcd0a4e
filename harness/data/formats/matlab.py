"""MATLAB's files: versions 4 to 7 by scipy, 7.3 as the HDF5 that it is."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.data.formats import hdf5
from harness.data.formats.contents import OPAQUE, Contents, flattened, reading


def read(path: Path) -> Contents:
    """The variables of a .mat file, in MATLAB's order of axes.

    Raises:
        DataError: if it cannot be read.
        MissingData: for version 7.3 without h5py.
    """
    from scipy.io import loadmat

    with reading(path, "a MATLAB file"):
        with path.open("rb") as file:
            is_hdf5 = b"MATLAB 7.3" in file.read(128) or _begins_as_hdf5(path)
        if is_hdf5:
            return hdf5.read(path)
        unread: dict[str, str] = {}
        tree = {}
        for name, value in loadmat(path, chars_as_strings=True).items():
            if str(name).startswith("__") or name is None or str(name) == "None":
                continue
            if type(value).__name__ in ("MatlabOpaque", "MatlabFunction"):
                unread[name] = OPAQUE
            else:
                tree[name] = _plain(value)
        return flattened(path, tree, unread)


def _begins_as_hdf5(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(8) == b"\x89HDF\r\n\x1a\n"


def _plain(value: Any) -> Any:
    """A structure as a mapping, an array of them and cells as arrays of objects, characters as text."""
    if not isinstance(value, np.ndarray):
        return value.toarray() if hasattr(value, "toarray") else value  # sparse, or an object of scipy's
    if value.dtype.names:
        return _structures(value)
    if value.dtype == object:
        cells = np.empty(value.shape, dtype=object)
        for at, item in np.ndenumerate(value):
            cells[at] = _plain(item)
        return cells
    if value.dtype.kind == "U":
        return _text(value)
    return value


def _structures(value: np.ndarray) -> Any:
    elements = np.empty(value.shape, dtype=object)
    for at, element in np.ndenumerate(value):
        elements[at] = {name: _plain(element[name]) for name in value.dtype.names or ()}
    return elements.flat[0] if elements.size == 1 else elements


def _text(value: np.ndarray) -> Any:
    """A row of characters as text; rows of them, which MATLAB pads with blanks, as an array of text."""
    rows = [str(row).rstrip() for row in value.flat]
    if len(rows) <= 1:
        return rows[0] if rows else ""
    cells = np.empty(len(rows), dtype=object)
    cells[:] = rows
    return cells
