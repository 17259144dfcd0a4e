"""The index of an entry: which part holds a row, told without reading the manifests of all parts.

It is a hint and never believed: the part that it names is read and checked as ever. An index that is lost, damaged or of parts that
are gone costs the time of reading every manifest, and no number.
"""

import hashlib
import io
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.errors import StoreError
from harness.store.atomic import write_bytes

_log = logging.getLogger(__name__)
_FILE = "rows.npz"
MANY = 16
"""Manifests that are read without an index."""


@dataclass(frozen=True)
class RowIndex:
    """Rows of some parts.

    Attributes:
        names: of the manifests of these parts.
        keys: (rows,), the beginnings of digests of rows, ascending, each once.
        places: (rows,), position in `names` of the first part that holds a row.
    """

    names: tuple[str, ...]
    keys: np.ndarray
    places: np.ndarray

    @classmethod
    def read(cls, folder: Path, there: Collection[str]) -> "RowIndex | None":
        """The index in the folder of an entry; None if there is none that holds for the parts that are `there`."""
        try:
            with np.load(folder / _FILE, allow_pickle=False) as file:
                found = cls(tuple(file["names"].tolist()), file["keys"], file["places"])
        except Exception as error:  # none, or damaged: zip and numpy have their own for each way
            _log.debug("no index of %s: %s", folder, error)
            return None
        return found if set(there).issuperset(found.names) else None

    def holding(self, rows: Iterable[str]) -> set[str]:
        """The manifests of parts that hold some rows."""
        wanted = np.fromiter(map(_key, rows), np.uint64)
        at = np.searchsorted(self.keys, wanted)
        inside = at < len(self.keys)
        found = at[inside][self.keys[at[inside]] == wanted[inside]]
        return {self.names[place] for place in np.unique(self.places[found])}

    def with_parts(self, rows: Mapping[str, Sequence[str]], order: Sequence[str]) -> "RowIndex":
        """The same with the rows of further parts; of a row in two parts, the one that comes first in `order` is named."""
        place = {name: at for at, name in enumerate(order)}
        keys = [self.keys, *(np.fromiter(map(_key, held), np.uint64, len(held)) for held in rows.values())]
        old = np.array([place[name] for name in self.names], dtype=np.int32)[self.places]
        places = [old, *(np.full(len(held), place[name], np.int32) for name, held in rows.items())]
        every, where = np.concatenate(keys), np.concatenate(places)
        sorted_ = np.lexsort((where, every))
        every, where = every[sorted_], where[sorted_]
        first = np.append(True, every[1:] != every[:-1])[: len(every)]
        return RowIndex(tuple(order), every[first], where[first])

    def write(self, folder: Path) -> None:
        """Write it; what goes wrong is logged, because nothing depends on it."""
        content = io.BytesIO()
        np.savez(content, names=np.array(self.names), keys=self.keys, places=self.places)
        try:
            write_bytes(folder / _FILE, content.getvalue())
        except StoreError as error:
            _log.debug("the index of %s is not kept: %s", folder, error)


NOTHING = RowIndex((), np.empty(0, np.uint64), np.empty(0, np.int32))
"""The index of no parts."""


def _key(row: str) -> int:
    return int.from_bytes(hashlib.sha256(row.encode()).digest()[:8])
