"""Compaction: many small parts of an entry become few, and rows that two processes stored are kept once.

The new parts are written beside the old ones, as any process may; these go only when nobody uses the entry, by the marks that
pruning goes by. A compaction that is killed leaves rows twice, which costs space until the next one.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from harness.checks import checked
from harness.errors import ArgumentError
from harness.store._use import pruning
from harness.store.parts import Part, clear_store_errors
from harness.store.store import Entry

_log = logging.getLogger(__name__)
LARGE = 256 * 2**20
"""Bytes that a part may grow to."""
_CHUNK = 16 * 2**20


@checked(ArgumentError)
@dataclass
class Compacted:
    """The outcome of a compaction.

    Attributes:
        parts_before, parts_after: how many parts there were, and are.
        freed: bytes.
        in_use: entries that were left as they are.
    """

    parts_before: int = 0
    parts_after: int = 0
    freed: int = 0
    in_use: int = 0

    def add(self, other: "Compacted") -> None:
        """Count another one in."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@checked(ArgumentError)
def compact(entry: Entry) -> Compacted:
    """Merge the parts of an entry. Parts that are damaged, or cannot be read now, are treated as everywhere else.

    Raises:
        StoreError: if the store cannot be written.
    """
    count, size = len(entry.manifests()), entry.nbytes
    if count < 2:
        return Compacted(count, count)
    if _in_use(entry):
        return Compacted(count, count, 0, 1)
    use = entry.use()
    bins = _merged(entry)
    for kept in bins:
        _write(entry, kept)
    del use
    old = [part for kept in bins for part, _ in kept]
    with clear_store_errors(entry.folder), pruning(entry.folder) as free:
        if old and free is None:
            _log.warning(
                "%s is in use; its parts stay beside the merged ones until it is compacted again", entry.folder
            )
            return Compacted(count, len(entry.manifests()), 0, 1)
        for part in old:
            part.remove()
    return Compacted(count, len(entry.manifests()), size - entry.nbytes)


Rows = list[int]
Bin = list[tuple[Part, Rows]]
"""Parts that become one, each with the positions of the rows that count."""


def _merged(entry: Entry) -> list[Bin]:
    """The parts that are to become one each; none where that would change nothing."""
    seen: set[str] = set()
    groups: dict[str, list[Bin]] = {}
    for used in entry.parts():
        part = Part(used.path, used.manifest)  # not in use by us when it is removed
        rows = [at for at, row in enumerate(part.manifest.rows) if row not in seen]
        seen.update(part.manifest.rows)
        if len(rows) == len(part.manifest.rows) and part.manifest.nbytes >= LARGE // 2:
            continue
        bins = groups.setdefault(_kind(part), [[]])
        if bins[-1] and sum(one.manifest.nbytes for one, _ in bins[-1]) + part.manifest.nbytes > LARGE:
            bins.append([])
        bins[-1].append((part, rows))
    every = [kept for bins in groups.values() for kept in bins]
    return [kept for kept in every if len(kept) > 1 or any(len(rows) < len(one.manifest.rows) for one, rows in kept)]


def _kind(part: Part) -> str:
    """Features that parts share which can become one: form of a row, type, and what readers are told of them but row by row."""
    manifest = part.manifest
    told = {name: None if isinstance(value, Mapping) else value for name, value in manifest.meta.items()}
    return json.dumps([manifest.shape[1:], manifest.dtype, told], sort_keys=True)


def _in_use(entry: Entry) -> bool:
    with clear_store_errors(entry.folder), pruning(entry.folder) as free:
        return free is None


def _write(entry: Entry, kept: Bin) -> None:
    """One part out of several; as old as its oldest row."""
    first = kept[0][0].manifest
    meta = {
        name: {row: told for part, _ in kept for row, told in part.manifest.meta[name].items()}
        if isinstance(value, Mapping)
        else value
        for name, value in first.meta.items()
    }
    writer = entry.writer((first.shape[1], first.shape[2]), first.dtype, meta)
    writer.created = min(part.manifest.created for part, _ in kept)
    try:
        for part, rows in kept:
            values = part.array()
            for chunk in _chunks(rows, max(1, _CHUNK // max(1, part.manifest.nbytes // len(part.manifest.rows)))):
                writer.append([part.manifest.rows[at] for at in chunk], values[chunk])
        writer.finish()
    except BaseException:
        writer.abandon()
        raise


def _chunks(rows: Rows, size: int) -> Iterator[Rows]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
