"""SHA-256 of recorded files, kept between processes, so that a hundred gigabytes are read once and not at every score.

A file counts as unchanged while its path, size and times of change (mtime, and ctime, which nobody can set back) are what they were
when it was read. A file changed less than two seconds before it was read is not remembered, because a later change could bear
the same time. `RESULTCACHING_DISABLE` holds.
"""

import hashlib
import json
import logging
import stat
import time
from pathlib import Path
from types import TracebackType

from harness.checks import checked
from harness.errors import ArgumentError, StoreError
from harness.identity import digest
from harness.paths import cache_home
from harness.store.atomic import write_text
from harness.store.claims import claimed
from harness.store.switches import is_enabled

_log = logging.getLogger(__name__)
_FRESH = 2_000_000_000
"""ns: about the coarsest clock of a file system."""
_OFTEN = 2**30
"""Bytes read after which what is known is written, so that a killed process begins where it ended."""
_NAME = "harness.store.file_digests"
Stamp = tuple[int, int, int]
_of_this_process: dict[tuple[str, Stamp], str] = {}


@checked(ArgumentError)
class KnownFiles:
    """The digests of the files below a folder; a context manager that writes what was learnt.

    Args:
        folder: absolute paths below it are what is remembered.
    """

    def __init__(self, folder: Path):
        self._folder = folder.resolve()
        name = hashlib.sha256(str(self._folder).encode()).hexdigest()
        self._path = cache_home() / "digests" / f"{name}.json" if is_enabled(_NAME) else None
        self._known = (_read(self._path) if self._path else {}) or {}
        self._unwritten = 0
        self._changed = False

    def __enter__(self) -> "KnownFiles":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._write()

    @checked(ArgumentError)
    def digest(self, path: Path) -> str:
        """SHA-256 of a file of the folder, from memory if it has not changed."""
        stamp = _stamp(path)
        key = str(path.absolute())
        known = self._known.get(key)
        if known is not None and known[0] == stamp:
            return known[1]
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if _stamp(path) == stamp and max(stamp[1:]) < time.time_ns() - _FRESH:
            self._known[key] = (stamp, found)
            self._changed = True
        self._unwritten += stamp[0]
        if self._unwritten >= _OFTEN:
            self._write()
        return found

    def _write(self) -> None:
        self._unwritten = 0
        if not self._path or not self._changed:
            return
        with claimed(self._path.with_suffix(".claim"), f"the digests of '{self._folder}'"):
            others = _read(self._path)
            if others is None:
                return
            known = others | self._known
            there = {key: [list(stamp), found] for key, (stamp, found) in known.items() if Path(key).exists()}
            try:
                write_text(self._path, json.dumps(there))
                self._changed = False
            except StoreError as error:
                _log.warning("the digests of '%s' are not kept: %s", self._folder, error)


@checked(ArgumentError)
def folder_digest(folder: Path) -> str:
    """Identity of all files below a folder, by relative path and content. Files known from earlier are not read again."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    with KnownFiles(folder) as known:
        return digest([(path.relative_to(folder).as_posix(), known.digest(path)) for path in files])


@checked(ArgumentError)
def file_digest(path: Path) -> str:
    """SHA-256 of a file; within one process it is read again only if its size or times of change differ."""
    key = str(path), _stamp(path)
    if key not in _of_this_process:
        with path.open("rb") as file:
            _of_this_process[key] = hashlib.file_digest(file, "sha256").hexdigest()
    return _of_this_process[key]


def _stamp(path: Path) -> Stamp:
    """Size, mtime and ctime in ns, of what has an end."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"'{path}' is neither a file nor a link to one; leave it out")
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _read(path: Path) -> dict[str, tuple[Stamp, str]] | None:
    """The known digests; None if they cannot be read now, and so must not be written over."""
    try:
        entries = json.loads(path.read_text())
        return {
            key: ((int(size), int(mtime), int(ctime)), str(found))
            for key, ((size, mtime, ctime), found) in entries.items()
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, MemoryError) as error:
        _log.warning("'%s' cannot be read now (%s) and is kept; the files are read again", path, error)
        return None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("'%s' is damaged (%s); the files are read again", path, error)
        return {}
