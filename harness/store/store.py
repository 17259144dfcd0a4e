"""The disk cache of responses: entries addressed by content, each a folder of immutable parts."""

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import paths
from harness.errors import StoreError
from harness.store.atomic import write_text
from harness.store.parts import Part, PartWriter, clear_store_errors, remove_orphans

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Location:
    """Where a row lies: a part, and the position in it."""

    part: Part
    position: int


class Entry:
    """All stored responses of one layer of one model under one recording: rows addressed by what was shown."""

    def __init__(self, folder: Path, description: dict[str, Any]):
        self.folder, self.description = folder, description

    def parts(self, verify: bool = True) -> Iterator[Part]:
        """The valid parts, oldest first. A damaged one is reported, removed if it can be, and so recomputed."""
        for manifest in sorted(self.folder.glob("*.json")):
            if manifest.name == "entry.json":
                continue
            try:
                part = Part.read(manifest)
                if verify:
                    part.verify()
            except StoreError as error:
                logger.warning("%s; it is removed and its responses are computed again", error)
                _remove_damaged(manifest)
                continue
            yield part

    def index(self) -> dict[str, Location]:
        """Row digest -> where it lies; the oldest where two processes wrote the same row."""
        found: dict[str, Location] = {}
        for part in self.parts():
            for position, row in enumerate(part.manifest.rows):
                found.setdefault(row, Location(part, position))
        return found

    def writer(self, row_shape: tuple[int, int], dtype: str, meta: dict[str, Any]) -> PartWriter:
        """A new part of this entry."""
        remove_orphans(self.folder)
        writer = PartWriter(self.folder, row_shape, dtype, meta)
        label = self.folder / "entry.json"
        if not label.exists():
            write_text(label, json.dumps(self.description | {"created": time.time()}))
        return writer

    @property
    def nbytes(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.folder.glob("*") if path.is_file())

    @property
    def used(self) -> float:
        """When it was last written or read, in seconds since the epoch."""
        return self.folder.stat().st_mtime

    def touch(self) -> None:
        """Note that it was used, for pruning by age."""
        try:
            os.utime(self.folder)
        except OSError:  # a read-only store is still a store
            logger.debug("cannot note the use of %s", self.folder)


def _remove_damaged(manifest: Path) -> None:
    for path in (manifest, manifest.with_suffix(".npy")):
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("%s could not be removed (%s)", path, error)


class Store:
    """The disk cache in a folder: `activations` in `RESULTCACHING_HOME`, else in `HARNESS_HOME/cache`."""

    def __init__(self, folder: str | Path | None = None):
        self.folder = Path(folder) if folder is not None else paths.cache_home() / "activations"

    def entry(self, key: str, description: dict[str, Any]) -> Entry:
        """The entry of a key (see `harness.identity.digests`), whether it holds anything yet or not."""
        return Entry(self.folder / key[:2] / key, description)

    def entries(self) -> list[Entry]:
        """Everything stored, most recently used first. An entry's description says what it is."""
        found = []
        for label in self.folder.glob("??/*/entry.json"):
            try:
                found.append(Entry(label.parent, json.loads(label.read_text())))
            except (OSError, ValueError):
                found.append(Entry(label.parent, {"model": "unreadable description"}))
        return sorted(found, key=lambda entry: -entry.used)

    @property
    def nbytes(self) -> int:
        """Bytes on disk."""
        return sum(entry.nbytes for entry in self.entries())

    def verify(self) -> tuple[int, int]:
        """Check every part against its checksum, reporting and removing damaged ones: (sound, damaged)."""
        sound = damaged = 0
        for entry in self.entries():
            manifests = [path for path in entry.folder.glob("*.json") if path.name != "entry.json"]
            valid = sum(1 for _ in entry.parts())
            sound, damaged = sound + valid, damaged + len(manifests) - valid
        return sound, damaged

    def prune(self, *, older_than: float | None = None, larger_than: int | None = None) -> tuple[int, int]:
        """Remove left-over files, then entries, least recently used first: (entries removed, bytes freed).

        Args:
            older_than: entries not used for this many seconds.
            larger_than: entries until the store has at most this many bytes.
        """
        entries = self.entries()
        for entry in entries:
            remove_orphans(entry.folder)
        removed = freed = 0
        sizes = {entry.folder: entry.nbytes for entry in entries}
        total = sum(sizes.values())
        for entry in reversed(entries):
            too_old = older_than is not None and time.time() - entry.used > older_than
            too_large = larger_than is not None and total > larger_than
            if too_old or too_large:
                with clear_store_errors(entry.folder):
                    shutil.rmtree(entry.folder)
                size = sizes[entry.folder]
                removed, freed, total = removed + 1, freed + size, total - size
        return removed, freed
