"""Immutable parts of the store: one `.npy` file (row, time, unit) and the manifest that makes it count.

A part is written under a temporary name while its writer holds a lock on it, flushed, renamed, and only then described by its
manifest. Whatever lacks a valid manifest does not exist. Names are unique to their writer, so two processes never share a file.
"""

import errno
import fcntl
import json
import logging
import os
import time
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import StoreError
from harness.store.atomic import write_text

logger = logging.getLogger(__name__)
_CHUNK = 1 << 22
_ORPHAN_AGE = 60.0  # seconds before an unlocked temporary file counts as left over
_verified: dict[tuple[str, int, int], int] = {}


@dataclass(frozen=True)
class Manifest:
    """What a part holds: one digest per row, the shape (rows, time, units), and the checksum of the data."""

    data: str
    rows: list[str]
    shape: list[int]
    dtype: str
    crc32: int
    meta: dict[str, Any]
    created: float
    version: int = 1


class Part:
    """A finished part."""

    def __init__(self, path: Path, manifest: Manifest):
        self.path, self.manifest = path, manifest

    @classmethod
    def read(cls, manifest_path: Path) -> "Part":
        """The part of a manifest file. Raises StoreError if either file is not as it was written."""
        try:
            manifest = Manifest(**json.loads(manifest_path.read_text()))
            path = manifest_path.parent / manifest.data
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, TypeError) as error:
            raise StoreError(f"part {manifest_path} cannot be read ({error})") from error
        if list(array.shape) != manifest.shape or array.dtype.str != manifest.dtype or len(manifest.rows) != len(array):
            raise StoreError(f"part {path} does not have the shape that its manifest states")
        return cls(path, manifest)

    def verify(self) -> None:
        """Check the data against the checksum, once for a file that stays as it is. Raises StoreError on a mismatch."""
        version = _version(self.path)
        if version not in _verified:
            _verified[version] = _checksum(self.path)
        if _verified[version] != self.manifest.crc32:
            raise StoreError(f"part {self.path} is damaged: its checksum is not the one it was written with")

    def array(self) -> np.ndarray:
        """The data (rows, time, units), memory-mapped."""
        return np.load(self.path, mmap_mode="r", allow_pickle=False)

    @property
    def manifest_path(self) -> Path:
        return self.path.with_suffix(".json")

    def remove(self) -> None:
        """Delete the part, manifest first."""
        self.manifest_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)


def _version(path: Path) -> tuple[str, int, int]:
    """What changes when a file does."""
    stat = path.stat()
    return str(path), stat.st_size, stat.st_mtime_ns


def _checksum(path: Path) -> int:
    """crc32 of the data of a `.npy` file, without its header."""
    crc = 0
    with path.open("rb") as file:
        np.lib.format.read_magic(file)
        np.lib.format.read_array_header_1_0(file)
        while chunk := file.read(_CHUNK):
            crc = zlib.crc32(chunk, crc)
    return crc


class PartWriter:
    """Streams rows of one layer to a new part.

    Args:
        folder: of the entry; made if it is not there.
        row_shape: (time, units) of every row.
        dtype: of the data.
        meta: what else readers need to know, plain JSON.
    """

    def __init__(self, folder: Path, row_shape: tuple[int, int], dtype: str, meta: dict[str, Any]):
        self._folder, self._row_shape, self._meta = folder, row_shape, meta
        self._dtype = np.dtype(dtype).newbyteorder("<")
        self._rows: list[str] = []
        self._crc = 0
        self._name = f"{time.time_ns():x}-{uuid.uuid4().hex[:12]}"
        self._temporary = folder / f"{self._name}.npy.tmp"
        with clear_store_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._file = self._temporary.open("wb")
            fcntl.flock(self._file, fcntl.LOCK_EX)
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
        self._crc = zlib.crc32(data, self._crc)
        self._rows.extend(rows)

    def finish(self) -> Part | None:
        """Make the part count; None if it has no rows."""
        if not self._rows:
            self.abandon()
            return None
        path = self._folder / f"{self._name}.npy"
        shape = [len(self._rows), *self._row_shape]
        manifest = Manifest(path.name, self._rows, shape, self._dtype.str, self._crc, self._meta, time.time())
        with clear_store_errors(self._folder):
            self._write_header(len(self._rows))
            self._file.flush()
            os.fsync(self._file.fileno())
            self._temporary.rename(path)
            self._file.close()
            write_text(path.with_suffix(".json"), json.dumps(asdict(manifest)))
        _verified[_version(path)] = self._crc
        return Part(path, manifest)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._temporary.unlink(missing_ok=True)
        try:
            self._file.close()
        except OSError:  # the flush of a full disk; the file is gone already
            logger.debug("closing %s failed", self._temporary)

    def _write_header(self, rows: int) -> None:
        """The `.npy` header; numpy pads it so that it keeps its length while the first axis grows."""
        self._file.seek(0)
        header = {"descr": self._dtype.str, "fortran_order": False, "shape": (rows, *self._row_shape)}
        np.lib.format.write_array_header_1_0(self._file, header)


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
    """Delete temporary files that no living writer holds and data without a manifest; returns how many."""
    removed = 0
    for path in [*folder.glob("*.tmp"), *folder.glob(".*.part"), *folder.glob("*.npy")]:
        try:
            if path.suffix == ".npy" and path.with_suffix(".json").exists():
                continue
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - path.stat().st_mtime > _ORPHAN_AGE:
                    path.unlink(missing_ok=True)
                    removed += 1
        except OSError:  # held by its writer, just renamed, or not ours to delete
            continue
    return removed
