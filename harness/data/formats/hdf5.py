"""HDF5, also as MATLAB 7.3 writes it: axes reversed, text as numbers, cells and structures as references."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.data.formats.contents import OPAQUE, Contents, flattened, needs, reading

_CLASS = "MATLAB_class"
_ELSEWHERE = "lies in another file; copy it into this one"
_OPAQUE = ("string", "table", "datetime", "categorical", "containers.Map")


def read(path: Path) -> Contents:
    """All arrays of an HDF5 file; those of MATLAB in MATLAB's order of axes, others as they are stored.

    Raises:
        MissingData: without h5py.
        DataError: if it cannot be read.
    """
    try:
        import h5py
    except ImportError:
        raise needs("h5py", "HDF5 and MATLAB 7.3 files", "data") from None

    with reading(path, "an HDF5 file"), h5py.File(path, "r") as file:
        unread: dict[str, str] = {}
        return flattened(path, _group(file, file, "", unread), unread)


def _value(file: Any, item: Any, name: str, unread: dict[str, str]) -> Any:
    import h5py

    kind = item.attrs.get(_CLASS, b"")
    kind = kind.decode() if isinstance(kind, bytes) else str(kind)
    if isinstance(item, h5py.Group):
        return _group(file, item, name, unread)
    if kind in _OPAQUE or (kind and h5py.check_ref_dtype(item.dtype) is None and item.dtype.names and kind != "double"):
        unread[name] = OPAQUE
        return None
    if item.attrs.get("MATLAB_empty", 0):
        return "" if kind == "char" else np.empty((0, 0))
    if item.shape is None:
        return None
    if h5py.check_ref_dtype(item.dtype) is not None:
        return _referenced(file, item, name, unread)
    if kind == "char":
        return _characters(item[()])
    if item.dtype.names:
        table = item[()]
        return {field: _numbers_or_text(table[field]) for field in item.dtype.names}
    value = _numbers_or_text(item.asstr()[()] if h5py.check_string_dtype(item.dtype) is not None else item[()])
    return value.T if kind and isinstance(value, np.ndarray) else value


def _group(file: Any, group: Any, name: str, unread: dict[str, str]) -> Any:
    """A structure; an array of structures is a group whose fields are references, one for each element."""
    fields = dict[str, Any]()
    for key in group if name else (key for key in group if not key.startswith("#")):
        place = f"{name}/{key}".lstrip("/")
        if why := _not_followed(group, key):
            unread[place] = why
        else:
            fields[key] = _value(file, group[key], place, unread)
    return {key: value for key, value in fields.items() if value is not None}


def _not_followed(group: Any, key: str) -> str:
    """Why what a group holds under a key is not its own; "" where it is."""
    import h5py

    if isinstance(group.get(key, getlink=True), h5py.ExternalLink):
        return _ELSEWHERE
    try:
        item = group.get(key)
    except RuntimeError:  # links that lead to each other
        item = None
    if item is None:
        return "is a link to nothing; remove it"
    if isinstance(item, h5py.Dataset) and (item.external or item.is_virtual):
        return _ELSEWHERE
    above = [group]
    while above[-1].name != "/":
        above.append(above[-1].parent)
    return "is a link to a group that it lies in; remove it" if item in above else ""


def _referenced(file: Any, item: Any, name: str, unread: dict[str, str]) -> np.ndarray:
    references = item[()].T
    cells = np.empty(references.shape, dtype=object)
    for at, reference in np.ndenumerate(references):
        cells[at] = _value(file, file[reference], name, unread) if reference else np.empty((0, 0))
    return cells


def _characters(codes: np.ndarray) -> Any:
    """UTF-16 code units, transposed: a row as text, several rows as an array of text."""
    rows = [bytes(np.ascontiguousarray(row, dtype="<u2")).decode("utf-16-le").rstrip() for row in codes.T]
    if len(rows) <= 1:
        return rows[0] if rows else ""
    cells = np.empty(len(rows), dtype=object)
    cells[:] = rows
    return cells


def _numbers_or_text(value: Any) -> Any:
    array = np.asarray(value)
    if array.dtype.kind == "S":
        return np.char.decode(array, "utf-8")
    if array.dtype == object:
        return np.array([item.decode() if isinstance(item, bytes) else str(item) for item in array.flat]).reshape(
            array.shape
        )
    return array
