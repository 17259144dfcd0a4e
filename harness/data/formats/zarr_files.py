"""zarr: one array, or a group of them. A chunk that is not there would be read as zeros, so it is named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from harness.data.formats.contents import Contents, reading
from harness.errors import DataError


def read(path: Path) -> Contents:
    """The array of a store, named after it, or all arrays of its groups. Raises DataError."""
    import zarr

    _refuse_links(path)
    with reading(path, "a zarr array"):
        opened = zarr.open(str(path), mode="r")
        if isinstance(opened, zarr.Array):
            if why := _hole(opened):
                raise DataError(f"'{path}' {why}")
            return Contents(path, {path.stem: np.asarray(opened[...])}, _dimensions({path.stem: opened}))
        found = dict(_arrays(opened))
        if not found:
            raise DataError(f"'{path}' is a zarr group without arrays; store the responses in it")
        unread = {name: why for name, array in found.items() if (why := _hole(array))}
        whole = {name: array for name, array in found.items() if name not in unread}
        return Contents(
            path, {name: _values(array) for name, array in whole.items()}, _dimensions(whole), unread=unread
        )


def _refuse_links(path: Path) -> None:
    """A chunk that is a link to a file elsewhere would be read as numbers."""
    whole = path.resolve()
    for one in path.rglob("*"):
        if one.is_symlink() and not one.resolve().is_relative_to(whole):
            raise DataError(f"'{one}' is a link that leads out of '{path.name}'; put the file itself there")


def _arrays(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    import zarr

    for name in sorted(group):
        item = group[name]
        if isinstance(item, zarr.Array):
            yield f"{prefix}{name}", item
        else:
            yield from _arrays(item, f"{prefix}{name}/")


def _hole(array: Any) -> str:
    """A remark on chunks that are not there; "" if all are."""
    missing = array.nchunks - array.nchunks_initialized
    return (
        f"lacks {missing} of its {array.nchunks} chunks, which would be read as zeros; write it again, and chunks "
        'of nothing but zeros with write_empty_chunks=True (zarr.config.set({"array.write_empty_chunks": True}))'
        if missing > 0
        else ""
    )


def _values(array: Any) -> np.ndarray:
    values = np.asarray(array[...])
    return values.astype(str) if values.dtype.kind not in "biufcU" else values


def _dimensions(arrays: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """As xarray writes them: in the metadata of version 3, in an attribute before."""
    found = {}
    for name, array in arrays.items():
        stated = getattr(array.metadata, "dimension_names", None) or array.attrs.get("_ARRAY_DIMENSIONS")
        if stated and all(stated):
            found[name] = tuple(map(str, stated))
    return found
