"""Immutable parts of the store: one `.npy` file (row, time, unit) and the manifest that makes it count.

A part is written under a temporary name that says whose it is, flushed, renamed, and only then described by its manifest. Whatever
lacks a valid manifest does not exist. Names are unique to their writer, so two processes never share a file. The manifest bears a
checksum of itself and one of the whole data file, header included; the file is read by the manifest and its header never parsed.
"""

import errno
import io
import json
import logging
import os
import time
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import ArgumentError, StoreError
from harness.store._judging import Damaged, OfAnotherVersion, judged, seal
from harness.store._owners import is_left_over, owned_name
from harness.store._use import Use
from harness.store.atomic import write_text

logger = logging.getLogger(__name__)
VERSION = 2
"""Of the form of manifests; parts of another one are left alone."""
_CHUNK = 1 << 22
_LATEST = 1 << 63
"""ns, minus the moment in names that are to come first: + sorts before digits, and later ones before earlier ones."""
_verified: dict[tuple[Any, ...], int] = {}


@dataclass(frozen=True)
class Manifest:
    """The manifest of a part: one digest a row, the shape (rows, time, units), and the checksum of the file.

    Attributes:
        entry: the entry that it belongs to, so that a part copied elsewhere is not believed.
        data: name of the file.
        header: bytes before the data.
        crc32: of the data, then of the header before them.
    """

    entry: str
    data: str
    header: int
    rows: list[str]
    shape: list[int]
    dtype: str
    crc32: int
    meta: dict[str, Any]
    created: float
    version: int = VERSION

    def to_text(self) -> str:
        """As it is written: JSON with a checksum of itself."""
        content = asdict(self)
        return json.dumps(content | {"seal": seal(content)})

    @classmethod
    def of(cls, text: bytes, path: Path) -> "Manifest":
        """From what was written.

        Raises:
            Damaged: if it is not what was written, or not for this place.
            OfAnotherVersion: if it is whole and of another version.
        """
        content = json.loads(text)
        found = content.pop("seal", None)
        if content.get("version") == 1 and found is None:
            raise OfAnotherVersion(f"{path} is of an earlier version of the harness")
        if found != seal(content):
            raise Damaged(f"{path} is damaged: its checksum is not the one it was written with")
        if content["version"] != VERSION:
            raise OfAnotherVersion(f"{path} is of another version of the harness")
        manifest = cls(**content)
        if (manifest.entry, manifest.data) != (path.parent.name, f"{path.stem}.npy"):
            raise Damaged(f"{path} is damaged: it describes a part of another place")
        if not manifest.is_consistent:
            raise Damaged(f"{path} is damaged: it contradicts itself")
        return manifest

    @property
    def is_consistent(self) -> bool:
        """Whether it describes an array of floats, (rows, time, units), with a name for each row."""
        return (
            np.dtype(self.dtype).kind == "f"
            and len(self.shape) == 3
            and min(self.header, *self.shape[1:]) > 0
            and len(self.rows) == self.shape[0] > 0
            and {*map(type, self.rows)} == {str}
            and isinstance(self.created, (int, float))
        )

    @property
    def nbytes(self) -> int:
        """Bytes of data."""
        return prod(self.shape) * np.dtype(self.dtype).itemsize


class Part:
    """A finished part.

    Args:
        use: what keeps its entry from being pruned for as long as the part is referred to.
    """

    def __init__(self, path: Path, manifest: Manifest, use: Use | None = None):
        self.path, self.manifest, self._use = path, manifest, use

    @classmethod
    def read(cls, manifest_path: Path, use: Use | None = None) -> "Part":
        """The part of a manifest file.

        Raises:
            Damaged: if either file is not as it was written, or not there.
            Unavailable: if either cannot be read now.
            OfAnotherVersion: if it is not for this version of the harness.
        """
        with judged(manifest_path):
            manifest = Manifest.of(manifest_path.read_bytes(), manifest_path)
            path = manifest_path.with_suffix(".npy")
            if path.stat().st_size != manifest.header + manifest.nbytes:
                raise Damaged(f"{path} is damaged: it does not have the size that its manifest states")
        return cls(path, manifest, use)

    def verify(self) -> None:
        """Check the file against the checksum, once for a file that stays as it is. Raises Damaged, Unavailable."""
        with judged(self.path):
            version = _version(self.path)
            if version not in _verified:
                _verified[version] = _checksum(self.path, self.manifest.header)
            if _verified[version] != self.manifest.crc32:
                raise Damaged(f"{self.path} is damaged: its checksum is not the one it was written with")

    def array(self) -> np.ndarray:
        """The data (rows, time, units), memory-mapped. Raises StoreError if the file is gone or cannot be read."""
        if self._use:
            self._use.go_on()
        with judged(self.path):
            return np.memmap(
                self.path, self.manifest.dtype, "r", self.manifest.header, shape=tuple(self.manifest.shape)
            )

    @property
    def manifest_path(self) -> Path:
        return self.path.with_suffix(".json")

    def remove(self) -> None:
        """Delete the part, manifest first."""
        self.manifest_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


def _version(path: Path) -> tuple[Any, ...]:
    """File status that changes when a file does; nobody can set the third time back."""
    stat = path.stat()
    return str(path), stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


def _checksum(path: Path, before: int) -> int:
    """crc32 of the data of a file, and then of the header: the first `before` bytes."""
    crc = 0
    with path.open("rb") as file:
        header = file.read(before)
        while chunk := file.read(_CHUNK):
            crc = zlib.crc32(chunk, crc)
    return zlib.crc32(header, crc)


def _header(dtype: str, shape: Sequence[int]) -> bytes:
    """The `.npy` header; numpy pads it so that it keeps its length while the first axis grows."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": tuple(shape)})
    return buffer.getvalue()


@checked(ArgumentError)
class PartWriter:
    """Streams rows of one layer to a new part.

    Args:
        folder: of the entry; made if it is not there.
        row_shape: (time, units) of every row.
        dtype: of the data.
        meta: what else readers need to know, plain JSON; may be added to until the part is finished.
        use: what keeps the entry from being pruned.
        first: whether its rows come before those of all parts that there are, which come oldest first.
    """

    def __init__(
        self,
        folder: Path,
        row_shape: tuple[int, int],
        dtype: str,
        meta: dict[str, Any],
        use: Use | None = None,
        *,
        first: bool = False,
    ):
        self._folder, self._row_shape, self.meta, self._use = folder, row_shape, meta, use
        self._dtype = np.dtype(dtype).newbyteorder("<")
        self._rows: list[str] = []
        self._crc = 0
        self.created = 0.0  # when it is finished, unless it is told another moment
        now = time.time_ns()
        self._name = f"{f'+{_LATEST - now:x}' if first else f'{now:x}'}-{owned_name()}"
        self._temporary = folder / f"{self._name}.npy.tmp"
        with clear_store_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._temporary.open("wb")
            self._write_header(0)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def nbytes(self) -> int:
        """Bytes of data written so far."""
        return len(self._rows) * int(np.prod(self._row_shape)) * self._dtype.itemsize

    def append(self, rows: Sequence[str], values: np.ndarray) -> None:
        """Write rows: digests, and values (rows, time, units)."""
        if values.shape != (len(rows), *self._row_shape):
            raise ValueError(f"{len(rows)} rows of {self._row_shape} cannot hold values of {values.shape}")
        data = np.ascontiguousarray(values, dtype=self._dtype).reshape(-1).view(np.uint8).data
        with clear_store_errors(self._folder):
            self._file.write(data)
        if self._use:
            self._use.go_on()
        self._crc = zlib.crc32(data, self._crc)
        self._rows.extend(rows)

    def finish(self) -> Part | None:
        """Make the part count; None if it has no rows."""
        if not self._rows:
            self.abandon()
            return None
        path = self._folder / f"{self._name}.npy"
        with clear_store_errors(self._folder):
            header = self._write_header(len(self._rows))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._temporary.rename(path)
            self._file.close()
            manifest = Manifest(
                entry=self._folder.name,
                data=path.name,
                header=len(header),
                rows=self._rows,
                shape=[len(self._rows), *self._row_shape],
                dtype=self._dtype.str,
                crc32=zlib.crc32(header, self._crc),
                meta=self.meta,
                created=self.created or time.time(),
            )
            write_text(path.with_suffix(".json"), manifest.to_text())
        _verified[_version(path)] = manifest.crc32
        return Part(path, manifest, self._use)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._temporary.unlink(missing_ok=True)
        try:
            self._file.close()
        except OSError:  # the flush of a full disk; the file is gone already
            logger.debug("closing %s failed", self._temporary)

    def _write_header(self, rows: int) -> bytes:
        self._file.seek(0)
        header = _header(self._dtype.str, (rows, *self._row_shape))
        self._file.write(header)
        return header


class clear_store_errors:
    """Turns the operating system's errors about a folder of the store into one sentence."""

    def __init__(self, folder: Path):
        self._folder = folder

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if not isinstance(error, OSError) or isinstance(error, StoreError):
            return
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            reason = "has no space left; free some, or prune with `harness cache prune`"
        elif error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            reason = "cannot be written; make it writable, or set RESULTCACHING_HOME to a folder that is"
        else:
            reason = f"cannot be used ({error.strerror or error}); set RESULTCACHING_HOME to another folder"
        raise StoreError(
            f"the store {self._folder} {reason}; finished parts are kept and a new run goes on from them"
        ) from error


def remove_orphans(folder: Path) -> int:
    """Delete temporary files whose writer is gone and data without a manifest; returns how many."""
    removed = 0
    try:
        names = {path.name for path in folder.iterdir()}
    except OSError:  # it is being removed, or cannot be read now
        return 0
    for name in names:
        stem, _, suffix = name.rpartition(".")
        temporary = suffix == "tmp" or (suffix == "part" and name.startswith("."))
        if not temporary and (suffix != "npy" or f"{stem}.json" in names):
            continue
        path = folder / name
        if is_left_over(path) and not (suffix == "npy" and path.with_suffix(".json").exists()):
            try:
                path.unlink(missing_ok=True)
            except OSError:  # not ours to delete
                continue
            removed += 1
    return removed
