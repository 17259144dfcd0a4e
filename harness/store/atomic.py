"""Atomic writing of files: readers see the old content or the new, never a part: temporary name, flush, rename."""

import contextlib
import os
import shutil
from pathlib import Path

from harness.checks import checked
from harness.errors import ArgumentError, StoreError
from harness.store._owners import is_left_over, owned_name

_seen: set[tuple[int, Path]] = set()


@checked(ArgumentError)
def write_bytes(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, creating its folder. Several processes may write one path; the last one wins whole.

    Raises:
        StoreError: if the disk is full or the folder cannot be written; the old file is then still there.
    """
    part = path.parent / f".{owned_name()}.part"
    try:
        if path.exists() and not path.is_file():
            raise StoreError(f"'{path}' is a folder or device, in whose place no file is put; choose another path")
        path.parent.mkdir(parents=True, exist_ok=True)
        _clean_once(path.parent)
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        reason = error.strerror or error
        raise StoreError(
            f"'{path}' cannot be written ({reason}); free some space there, or set HARNESS_HOME to another folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return path


@checked(ArgumentError)
def write_text(path: Path, content: str) -> Path:
    """`write_bytes` of UTF-8, in which what is no character is escaped."""
    return write_bytes(path, content.encode(errors="backslashreplace"))


@checked(ArgumentError)
def remove_left_over(folder: Path) -> int:
    """Delete temporary files and folders in a folder whose process is gone; returns how many."""
    removed = 0
    for path in folder.glob(".*.part"):
        if not is_left_over(path):
            continue
        with contextlib.suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            removed += 1
    return removed


def _clean_once(folder: Path) -> None:
    """Once a process: what earlier ones were killed over."""
    key = os.getpid(), folder
    if key not in _seen:
        _seen.add(key)
        with contextlib.suppress(OSError):
            remove_left_over(folder)
