"""The contents of a file: arrays of numbers and of text by name, whatever nesting they were stored in."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import DataError, HarnessError, MissingData

OPAQUE = "is an object of MATLAB (a string array, table or datetime), which only MATLAB reads; save it with cellstr or table2struct"


@checked(DataError)
@dataclass(frozen=True)
class Contents:
    """The arrays of a file.

    Attributes:
        path: of the file.
        arrays: numbers and text by name; what lies in a group or structure is `group/name`.
        dimensions: names of the axes of those arrays that have any.
        unread: name -> why it cannot be used.
    """

    path: Path
    arrays: dict[str, np.ndarray]
    dimensions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    def described(self) -> str:
        """The arrays with their shapes and what cannot be used, for messages."""
        shapes = [f"{name} ({' x '.join(map(str, array.shape))})" for name, array in self.arrays.items()]
        return ", ".join([*shapes, *(f"{name}, which {why}" for name, why in self.unread.items())][:12]) or "nothing"


@contextmanager
def reading(path: Path, kind: str) -> Iterator[None]:
    """Turns whatever a library raises over a file into one sentence that names it."""
    try:
        yield
    except HarnessError:
        raise
    except Exception as error:  # each library has its own
        said = " ".join(str(error).split())[:300] or type(error).__name__
        raise DataError(f"'{path}' cannot be read as {kind}: {said}; write it again") from error


@checked(DataError)
def needs(library: str, what: str, extra: str) -> MissingData:
    """The sentence for a library that is not installed."""
    return MissingData(
        f"{what} are read by the package {library}, which is not installed; pip install 'vision-dynamics-harness[{extra}]'"
    )


def flattened(path: Path, tree: Mapping[str, Any], unread: dict[str, str] | None = None) -> Contents:
    """Structures (mappings), cells and arrays of structures (arrays of objects), text and numbers, as arrays by name.

    Cells of text become an array of text, cells of arrays of one shape one array whose first axes are those of the cells, an
    array of structures one array for each of their fields.
    """
    contents = Contents(path, {}, unread=dict(unread or {}))
    for name, value in tree.items():
        _add(contents, name, value)
    return contents


def _add(contents: Contents, name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            _add(contents, f"{name}/{key}", item)
    elif isinstance(value, np.ndarray) and value.dtype == object:
        _add_cells(contents, name, value)
    elif isinstance(value, str):
        contents.arrays[name] = np.array([value])
    else:
        contents.arrays[name] = np.asarray(value)


def _add_cells(contents: Contents, name: str, cells: np.ndarray) -> None:
    items = [_bare(item) for item in cells.flat]
    if len(items) == 1:
        _add(contents, name, items[0])
    elif items and all(isinstance(item, str) for item in items):
        contents.arrays[name] = np.array(items)
    elif items and all(isinstance(item, Mapping) and item.keys() == items[0].keys() for item in items):
        for key in items[0]:
            _add_cells(contents, f"{name}/{key}", _objects([item[key] for item in items], cells.shape))
    elif items and all(isinstance(item, np.ndarray) and item.dtype != object for item in items):
        shapes = {np.squeeze(item).shape for item in items}
        if len(shapes) == 1:
            across = tuple(length for length in cells.shape if length > 1)
            contents.arrays[name] = np.stack([np.squeeze(item) for item in items]).reshape(across + shapes.pop())
        else:
            contents.unread[name] = (
                "is cells of different shapes (spike times?); store numbers of one shape, such as rates"
            )
    else:
        contents.unread[name] = "is cells of different kinds"


def _bare(item: Any) -> Any:
    """The contents of a cell; a cell in a cell counts as its content, an empty array as no text where text is expected."""
    while isinstance(item, np.ndarray) and item.dtype == object and item.size == 1:
        item = item.flat[0]
    return item


def _objects(items: list[Any], shape: tuple[int, ...]) -> np.ndarray:
    cells = np.empty(len(items), dtype=object)
    cells[:] = items
    return cells.reshape(shape)
