"""Whose a file is: its name says the machine and the process that made it, so that what a killed process left can be told from
what a living one is writing, also where locks do not exist."""

import os
import re
import socket
import time
import uuid
from functools import cache
from pathlib import Path

_NAME = re.compile(r"(?P<host>\w{1,40})@(?P<pid>\d+)@(?P<start>\d+)@[0-9a-f]{12}")
_SETTLED = 60.0
"""Seconds for which nothing of a dead process of this machine is touched."""
_ABANDONED = 3600.0
"""Seconds without a change after which a file of another machine, or of nobody, counts as left over."""

_ENDED = -1
"""In place of the beginning of a process that has ended and whose parent has not asked how."""


def owned_name() -> str:
    """A name that nobody else has, and that says who made it: machine, process and when that began."""
    return f"{_host()}@{os.getpid()}@{_started(os.getpid())}@{uuid.uuid4().hex[:12]}"


def is_of_this_process(path: Path | str) -> bool:
    """Whether a file is named after this process."""
    found = _NAME.search(Path(path).name)
    return bool(found) and (found["host"], int(found["pid"])) == (_host(), os.getpid()) and is_alive(path)  # type: ignore[index]


def is_left_over(path: Path | str) -> bool:
    """Whether the process that a file is named after is gone. What cannot be looked at is nobody's left-over."""
    try:
        age = time.time() - Path(path).stat().st_mtime
    except OSError:
        return False
    return not is_alive(path) and age > (_SETTLED if _is_of_here(path) else _ABANDONED)


def is_alive(path: Path | str) -> bool:
    """Whether the process that a file is named after runs on this machine."""
    found = _NAME.search(Path(path).name)
    return bool(found) and found["host"] == _host() and _runs(int(found["pid"]), int(found["start"]))  # type: ignore[index]


def is_dead_here(name: str) -> bool:
    """Whether the process that something is named after was one of this machine, and is gone."""
    return _is_of_here(name) and not is_alive(name)


def _is_of_here(path: Path | str) -> bool:
    found = _NAME.search(Path(path).name)
    return bool(found) and found["host"] == _host()  # type: ignore[index]


def _runs(pid: int, start: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        pass
    now = _started(pid)
    if now == _ENDED:
        return False
    return not (start and now) or start == now


def _started(pid: int) -> int:
    """When a process began, in ticks since the machine did, as its number may be given again; 0 where the system does not say."""
    try:
        with Path(f"/proc/{pid}/stat").open("rb") as file:
            state, *fields = file.read().rpartition(b")")[2].split()
            return _ENDED if state in (b"Z", b"X") else int(fields[18])
    except (OSError, ValueError, IndexError):
        return 0


@cache
def _host() -> str:
    return re.sub(r"\W", "_", socket.gethostname())[:40] or "unknown"
