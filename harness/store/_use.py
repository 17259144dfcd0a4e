"""Entries in use: a marker a process beside the store, so that pruning skips what others read or write.

Each side raises its flag before it looks for the other's: whoever uses an entry marks it and then looks whether it is being
pruned; who prunes marks it and then looks whether it is in use. So one of them always sees the other.
"""

import contextlib
import gc
import logging
import os
import shutil
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.checks import checked
from harness.errors import ArgumentError
from harness.store._owners import is_dead_here, is_left_over, owned_name

_log = logging.getLogger(__name__)
_STATE = ".in-use"
_CLAIMS = ".claims"
_PRUNING = ".pruning"
_PATIENCE = 60.0
"""Seconds that a pruning may take before the one who wants the entry stops waiting for it."""
_FRESH = 60.0
"""Seconds between two signs of life of a marker."""


@checked(ArgumentError)
class Use:
    """That this process uses an entry, for as long as the object lives."""

    def __init__(self, entry: Path):
        self._marker: Path | None = None
        self._shown = time.monotonic()
        folder = entry.parents[1] / _STATE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            marker = folder / f"{entry.name}.{owned_name()}.use"
            marker.touch()
        except OSError as error:  # a store that cannot be written is read all the same
            _log.debug("the use of %s cannot be marked: %s", entry, error)
            return
        self._marker = marker
        weakref.finalize(self, _unlink, marker, os.getpid())
        end = time.monotonic() + _PATIENCE
        while _any(folder, entry.name, _PRUNING) and time.monotonic() < end:
            time.sleep(0.02)

    def go_on(self) -> None:
        """A sign of life, for those on other machines."""
        if self._marker and time.monotonic() - self._shown > _FRESH:
            self._shown = time.monotonic()
            with contextlib.suppress(OSError):
                os.utime(self._marker)


_uses: "weakref.WeakValueDictionary[tuple[int, str], Use]" = weakref.WeakValueDictionary()


@checked(ArgumentError)
def using(entry: Path) -> Use:
    """The mark of this process on an entry, which lasts as long as anything refers to it."""
    key = os.getpid(), str(entry)
    use = _uses.get(key)
    if use is None:
        use = _uses[key] = Use(entry)
    use.go_on()
    return use


@contextmanager
def pruning(entry: Path) -> Iterator[Path | None]:
    """Gives the place to which an entry may be moved in order to be deleted; None if it is in use.

    Raises:
        OSError: if the store cannot be written.
    """
    if (os.getpid(), str(entry)) in _uses:
        gc.collect()  # objects in a cycle that nothing refers to any more use nothing
    folder = entry.parents[1] / _STATE
    folder.mkdir(parents=True, exist_ok=True)
    name = owned_name()
    marker = folder / f"{entry.name}.{name}{_PRUNING}"
    marker.touch()
    try:
        yield None if _any(folder, entry.name, ".use") else folder / f"{name}.pruned"
    finally:
        marker.unlink(missing_ok=True)


def remove_left_over_marks(store: Path) -> int:
    """Delete marks, claims and half-deleted entries of processes that are gone; returns how many. Raises OSError."""
    found: list[Path] = []
    for folder in (store / _STATE, store / _CLAIMS):
        with contextlib.suppress(OSError):
            found += [path for path in folder.iterdir() if is_left_over(path)]
    for path in found:
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    return len(found)


def _any(folder: Path, entry: str, kind: str) -> bool:
    """Whether an entry has a mark of a kind that is not left over. Who was killed while pruning does not go on."""
    with contextlib.suppress(OSError):
        marks = [path for path in folder.iterdir() if path.name.startswith(f"{entry}.") and path.name.endswith(kind)]
        if kind == _PRUNING:
            marks = [mark for mark in marks if not is_dead_here(mark.name)]
        return any(not is_left_over(mark) for mark in marks)
    return False


def _unlink(marker: Path, process: int) -> None:
    if os.getpid() == process:  # a forked child lets go of what its parent still uses
        with contextlib.suppress(OSError):
            marker.unlink()
