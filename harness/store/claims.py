"""Claims: one process does a piece of work, the others wait for it and take what it made.

A claim is advisory: losing one, or not being able to make one, costs time and never a number, so nothing here raises. It is a file
that only one process can create, that shows a sign of life every few seconds, and that counts for nothing when its process is gone
or has shown none for two minutes. Works without locks.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.checks import checked
from harness.errors import ArgumentError
from harness.store._owners import is_dead_here, owned_name

_log = logging.getLogger(__name__)
_BEAT = 15.0
"""Seconds between two signs of life."""
_SILENCE = 120.0
"""Seconds without one after which a claim counts for nothing; measured by the clock of the one who waits."""
_NAMELESS = 5.0
"""The same for a claim without a name: its process was killed between making it and writing who it is."""
_PATIENCE = 6 * 3600.0
"""Seconds after which nobody waits any longer."""
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_held: set[tuple[int, int, Path]] = set()


@contextmanager
@checked(ArgumentError)
def claimed(path: Path, what: str) -> Iterator[bool]:
    """Hold the claim on some work while the block runs; gives whether another process was waited for, who may have done it.

    Args:
        path: of the claim, the same for all who would do the work.
        what: the work, for the line that says what is waited for.
    """
    key = os.getpid(), threading.get_ident(), path
    if key in _held:
        yield False
        return
    mine, waited = _acquire(path, what)
    _held.add(key)
    over = threading.Event()
    if mine:
        threading.Thread(target=_beat, args=(path, mine, over), name="harness-claim", daemon=True).start()
    try:
        yield waited
    finally:
        over.set()
        _held.discard(key)
        if mine and _owner(path) == mine:
            with contextlib.suppress(OSError):
                path.unlink()


def _acquire(path: Path, what: str) -> tuple[str, bool]:
    """The name under which the claim is held, "" if it could not be had; and whether another process held it before."""
    name, waited, began = owned_name(), False, time.monotonic()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    while time.monotonic() - began < _PATIENCE:
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            if not waited:
                _log.info("another process is at %s; waiting for it", what)
            waited = True
            if not _wait(path, began):
                return "", waited
        except OSError as error:  # a cache that cannot be written has no claims
            _log.debug("%s cannot be claimed: %s", what, error)
            return "", waited
        else:
            with contextlib.suppress(OSError), os.fdopen(descriptor, "w") as file:
                file.write(name)
            return name, waited
    return "", waited


def _wait(path: Path, began: float) -> bool:
    """Until a claim is gone, or counts for nothing and is put out of the way. Returns whether it was."""
    owner, seen, silent = _owner(path), _time(path), time.monotonic()
    while (now := _time(path)) is not None:
        if now != seen or not owner:
            silent = time.monotonic() if now != seen else silent
            seen, owner = now, _owner(path)
        if is_dead_here(owner) or time.monotonic() - silent > (_SILENCE if owner else _NAMELESS):
            return _set_aside(path, owner)
        if time.monotonic() - began > _PATIENCE:
            return False
        passed = time.monotonic() - began
        time.sleep(next((pause for pause in _PAUSES if passed < 10 * pause), _PAUSES[-1]))
    return True


def _set_aside(path: Path, owner: str) -> bool:
    """Remove a claim, by a move that only one process can make."""
    aside = path.with_name(f".{owned_name()}.part")
    try:
        if _owner(path) == owner:
            path.rename(aside)
            aside.unlink()
    except FileNotFoundError:  # somebody else did
        return True
    except OSError:
        return False
    return True


def _beat(path: Path, name: str, over: threading.Event) -> None:
    while not over.wait(_BEAT):
        if _owner(path) != name:
            return
        with contextlib.suppress(OSError):
            os.utime(path)


def _owner(path: Path) -> str:
    with contextlib.suppress(OSError, ValueError):
        return path.read_text()
    return ""


def _time(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None
