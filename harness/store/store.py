"""The disk cache of responses: entries addressed by content, each a folder of immutable parts."""

import contextlib
import json
import logging
import os
import shutil
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from harness import paths
from harness.checks import checked
from harness.errors import ArgumentError, StoreError
from harness.store._judging import Damaged, OfAnotherVersion, Unavailable, judged
from harness.store._use import Use, pruning, remove_left_over_marks, using
from harness.store.atomic import write_text
from harness.store.parts import Part, PartWriter, clear_store_errors, remove_orphans
from harness.store.renewal import ACTIVATIONS, renewed_since
from harness.store.row_index import MANY, NOTHING, RowIndex

logger = logging.getLogger(__name__)
_LABEL = "entry.json"


@dataclass(frozen=True)
class Location:
    """Where a row lies: a part, and the position in it."""

    part: Part
    position: int


class Checked(NamedTuple):
    """The findings of a verification.

    Attributes:
        sound: files that are as they were written.
        damaged: files that were read and are not.
        removed: how many of the damaged ones could be removed.
        unavailable: files that could not be read now, of which nothing is known.
        other: files of another version of the harness, which stay.
    """

    sound: int = 0
    damaged: int = 0
    removed: int = 0
    unavailable: int = 0
    other: int = 0


@checked(ArgumentError)
class Entry:
    """All stored responses of one layer of one model under one recording: rows addressed by what was shown."""

    def __init__(self, folder: Path, description: dict[str, Any]):
        self.folder, self.description = folder, description
        self._cleaned = False

    def use(self) -> Use:
        """A mark that keeps it from being pruned for as long as the object lives, also before it holds anything."""
        return using(self.folder)

    def parts(self, verify: bool = True) -> Iterator[Part]:
        """The valid parts, oldest first.

        A damaged one is reported, removed if it can be, and so recomputed. One that cannot be read now is reported and kept.
        """
        use = using(self.folder) if self.folder.is_dir() else None
        for manifest in self.manifests():
            part = self._sound(manifest, use)
            if part and (not verify or self._verified(part)):
                yield part

    def index(self, rows: Collection[str] | None = None) -> dict[str, Location]:
        """Row digest -> where it lies; the oldest where two processes wrote the same row, but for what was renewed.

        Args:
            rows: those that are wanted, all if not given; only parts that hold one are checked against their checksum, and of many
                parts only those are read.
        """
        wanted = None if rows is None else set(rows)
        since = renewed_since(ACTIVATIONS)
        found: dict[str, Location] = {}
        for part in self._holding(wanted):
            if part.manifest.created < since:
                continue
            here = part.manifest.rows if wanted is None else wanted.intersection(part.manifest.rows)
            if not here or not self._verified(part):
                continue
            for position, row in enumerate(part.manifest.rows):
                if wanted is None or row in wanted:
                    found.setdefault(row, Location(part, position))
        return found

    def _holding(self, wanted: set[str] | None) -> Iterator[Part]:
        """The parts that may hold wanted rows, told by an index where there are many; it is kept up to date on the way."""
        manifests = self.manifests()
        if wanted is None or len(manifests) <= MANY or renewed_since(ACTIVATIONS):
            yield from self.parts(verify=False)
            return
        names = [manifest.name for manifest in manifests]
        index = RowIndex.read(self.folder, names) or NOTHING
        named, unknown = index.holding(wanted), set(names).difference(index.names)
        read: dict[str, list[str]] = {}
        use = using(self.folder)
        for manifest in manifests:
            if manifest.name not in named and manifest.name not in unknown:
                continue
            if part := self._sound(manifest, use):
                if manifest.name in unknown:
                    read[manifest.name] = part.manifest.rows
                yield part
        if len(read) > MANY:
            known = set(index.names).union(read)
            index.with_parts(read, [name for name in names if name in known]).write(self.folder)

    def writer(self, row_shape: tuple[int, int], dtype: str, meta: dict[str, Any]) -> PartWriter:
        """A new part of this entry."""
        use = using(self.folder)
        if not self._cleaned:
            remove_orphans(self.folder)
            self._cleaned = True
        writer = PartWriter(self.folder, row_shape, dtype, meta, use, first=renewed_since(ACTIVATIONS) > 0)
        self._write_label()
        return writer

    def manifests(self) -> list[Path]:
        """The files that say what there is, oldest part first. Raises StoreError if the folder cannot be read."""
        with clear_store_errors(self.folder):
            try:
                with os.scandir(self.folder) as found:  # which knows what is no file without asking for each
                    files = [Path(one.path) for one in found if one.is_file()]
            except (FileNotFoundError, NotADirectoryError):
                return []
        return sorted(file for file in files if file.suffix == ".json" and file.name != _LABEL and file.name[0] != ".")

    def verify(self) -> Checked:
        """Read every part, and remove the damaged ones."""
        counts = dict.fromkeys(Checked._fields, 0)
        for manifest in self.manifests():
            try:
                Part.read(manifest).verify()
                counts["sound"] += 1
            except Unavailable as error:
                logger.warning("%s; it is kept", error)
                counts["unavailable"] += 1
            except OfAnotherVersion:
                counts["other"] += 1
            except Damaged as error:
                if manifest.exists():  # else somebody removed it while it was looked at
                    counts["damaged"] += 1
                    counts["removed"] += _remove_damaged(manifest, error)
        return Checked(**counts)

    @property
    def nbytes(self) -> int:
        """Bytes on disk."""
        total = 0
        with contextlib.suppress(OSError), os.scandir(self.folder) as files:
            for file in files:
                with contextlib.suppress(OSError):
                    total += file.stat().st_size
        return total

    @property
    def used(self) -> float:
        """When it was last written or read, in seconds since the epoch."""
        try:
            return self.folder.stat().st_mtime
        except OSError:  # it is being removed
            return 0.0

    def touch(self) -> None:
        """Note that it was used, for pruning by age."""
        try:
            os.utime(self.folder)
            self._write_label()
        except OSError:  # a read-only store is still a store
            logger.debug("cannot note the use of %s", self.folder)

    def _write_label(self) -> None:
        label = self.folder / _LABEL
        if not label.exists() and self.folder.is_dir():
            write_text(label, json.dumps(self.description | {"created": time.time()}))

    def _sound(self, manifest: Path, use: Use | None) -> Part | None:
        try:
            return Part.read(manifest, use)
        except (Damaged, Unavailable, OfAnotherVersion) as error:
            _say(manifest, error)
            return None

    def _verified(self, part: Part) -> bool:
        try:
            part.verify()
        except (Damaged, Unavailable) as error:
            _say(part.manifest_path, error)
            return False
        return True


def _say(manifest: Path, error: StoreError) -> None:
    """Report a part that cannot be used, and remove it if it is known to be damaged."""
    if isinstance(error, OfAnotherVersion):
        logger.debug("%s and is not used", error)
    elif isinstance(error, Unavailable):
        logger.warning("%s; it is kept, and its responses are computed again for now", error)
    elif manifest.exists():
        _remove_damaged(manifest, error)


def _remove_damaged(manifest: Path, why: StoreError) -> bool:
    try:
        manifest.unlink(missing_ok=True)
        manifest.with_suffix(".npy").unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s; it cannot be removed (%s)", why, error.strerror or error)
        return False
    logger.warning("%s; it is removed and its responses are computed again", why)
    return True


@checked(ArgumentError)
class Store:
    """The disk cache in a folder: `activations` in `RESULTCACHING_HOME`, else in `HARNESS_HOME/cache`."""

    def __init__(self, folder: str | Path | None = None):
        self.folder = Path(folder) if folder is not None else paths.cache_home() / "activations"

    @checked(ArgumentError)
    def entry(self, key: str, description: dict[str, Any]) -> Entry:
        """The entry of a key (see `harness.identity.digests`), whether it holds anything yet or not."""
        return Entry(self.folder / key[:2] / key, description)

    def entries(self) -> list[Entry]:
        """Everything stored, most recently used first. An entry's description says what it is.

        Raises:
            StoreError: if the folder cannot be listed.
        """
        with clear_store_errors(self.folder):
            folders = [folder for folder in self.folder.glob("[!.]?/*") if folder.is_dir()]
        found = [Entry(folder, _description(folder)) for folder in folders]
        return sorted(found, key=lambda entry: -entry.used)

    @property
    def nbytes(self) -> int:
        """Bytes on disk."""
        return sum(entry.nbytes for entry in self.entries())

    def verify(self) -> Checked:
        """Check every part against its checksum, reporting and removing damaged ones."""
        found = [entry.verify() for entry in self.entries()]
        return Checked(*map(sum, zip(*found, strict=True))) if found else Checked()

    @checked(ArgumentError)
    def prune(
        self, *, older_than: float | None = None, larger_than: int | None = None, besides: Iterable[Entry] = ()
    ) -> tuple[int, int]:
        """Remove left-over files, then entries, least recently used first: (entries removed, bytes freed).

        What a running process reads or writes is left alone, and one line says so.

        Args:
            older_than: entries not used for this many seconds.
            larger_than: entries until the store has at most this many bytes.
            besides: folders of the cache that are pruned with it, as decoded movies.

        Raises:
            StoreError: if the store cannot be written.
            ArgumentError: for a negative age or size, which would remove everything.
        """
        for name, value in (("older_than", older_than), ("larger_than", larger_than)):
            if value is not None and value < 0:
                raise ArgumentError(
                    f"{name} of Store.prune is 0 or more, not {value}; 0 removes everything that nobody uses"
                )
        entries = sorted((*self.entries(), *besides), key=lambda entry: -entry.used)
        for entry in entries:
            remove_orphans(entry.folder)
        with clear_store_errors(self.folder):
            remove_left_over_marks(self.folder)
        removed = freed = 0
        sizes = {entry.folder: entry.nbytes for entry in entries}
        total = sum(sizes.values())
        for entry in reversed(entries):
            too_old = older_than is not None and time.time() - entry.used > older_than
            too_large = larger_than is not None and total > larger_than
            if (too_old or too_large) and _remove_unused(entry):
                size = sizes[entry.folder]
                removed, freed, total = removed + 1, freed + size, total - size
        return removed, freed


def _remove_unused(entry: Entry) -> bool:
    """Remove an entry at once, unless somebody uses it. Returns whether it is gone."""
    with clear_store_errors(entry.folder), pruning(entry.folder) as aside:
        if aside is None:
            logger.warning("%s is in use and is kept", entry.folder)
            return False
        try:
            entry.folder.rename(aside)
        except FileNotFoundError:  # somebody else was faster
            return False
        shutil.rmtree(aside)
        return True


def _description(folder: Path) -> dict[str, Any]:
    try:
        with judged(folder / _LABEL):
            return dict(json.loads((folder / _LABEL).read_bytes()))
    except StoreError:
        return {"model": "unreadable description"}
