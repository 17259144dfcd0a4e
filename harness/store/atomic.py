"""Atomic writing of files: readers see the old content or the new, never a part: temporary name, flush, rename."""

import contextlib
import os
import uuid
from pathlib import Path

from harness.errors import StoreError


def write_bytes(path: Path, content: bytes) -> Path:
    """Write `content` to `path`, creating its folder. Several processes may write one path; the last one wins whole.

    Raises:
        StoreError: if the disk is full or the folder cannot be written; the old file is then still there.
    """
    part = path.parent / f".{uuid.uuid4().hex}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise StoreError(
            f"'{path}' cannot be written ({reason}); free some space there, or set HARNESS_HOME to another folder"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return path


def write_text(path: Path, content: str) -> Path:
    """`write_bytes` of UTF-8."""
    return write_bytes(path, content.encode())
