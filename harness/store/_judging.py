"""Whether a file of a cache is damaged or only cannot be read now: damaged is what was read and is not what was written."""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.checks import checked
from harness.errors import ArgumentError, StoreError


class Damaged(StoreError):
    """Bytes were read and are not those that were written, or are not there; what they held is computed again."""


class Unavailable(StoreError):
    """The system would not let a file be read: nothing is known of it, so it stays."""


class OfAnotherVersion(StoreError):
    """Written whole by another version of the harness: not used, and not ours to delete."""


def seal(content: Mapping[str, Any]) -> int:
    """Checksum of what is written as JSON, to be written with it."""
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())


@contextmanager
@checked(ArgumentError)
def judged(path: Path | str) -> Iterator[None]:
    """Turns whatever goes wrong while a file is read into `Damaged` or `Unavailable`.

    The system's own errors (no memory, no descriptors left, a stale handle, a failing disk, no rights) say nothing of the bytes.
    """
    try:
        yield
    except (Damaged, Unavailable, OfAnotherVersion):
        raise
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Damaged(f"{path} is not whole: a file of it is not there") from error
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise Unavailable(f"{path} cannot be read now ({reason})") from error
    except Exception as error:  # json, zip, zlib and numpy each have their own for damaged bytes
        raise Damaged(f"{path} is damaged ({type(error).__name__}: {error})") from error
