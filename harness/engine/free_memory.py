"""A bound on the memory of the process, so that a batch that is too large is halved; Linux gives more than there is, then kills."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SHARE = 0.9
"""Of the free memory, as others need some, too."""
_FILES = (("memory", "memory.limit_in_bytes", "memory.usage_in_bytes"), ("", "memory.max", "memory.current"))
"""Controller, limit and use of a control group, in the first and the second version."""

_lock = threading.Lock()
_inside = 0
_before: tuple[int, int] = (-1, -1)


@contextmanager
def memory_bounded() -> Iterator[None]:
    """Within the block, the process is refused memory beyond nine tenths of what was free at its beginning.

    What asks for more fails with an error, which the engine answers by halving the batch. Only on Linux. A bound that is set
    already (`ulimit -d`) stays where it is lower; extractions in several threads share the bound of the first.
    """
    free, used = free_memory(), _used()
    if free is None or used is None:
        yield
        return
    _enter(used + int(_SHARE * free))
    try:
        yield
    finally:
        _leave()


def free_memory(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes that this process may still take: what the machine has, or what its control groups leave; None where that is unknown.

    Args:
        proc, groups: where the system tells.
    """
    machine, own = _kilobytes(proc / "meminfo", "MemAvailable:"), proc / "self" / "cgroup"
    if machine is None:
        return None
    try:
        in_groups = [left for line in own.read_text().splitlines() for left in _left(line, groups)]
    except (OSError, ValueError):
        in_groups = []
    return max(0, min([machine, *in_groups]))


def _used() -> int | None:
    """Bytes of the process that the bound counts: its own memory that can be written, whether it has been or not."""
    return _kilobytes(Path("/proc/self/status"), "VmData:")


def _kilobytes(file: Path, name: str) -> int | None:
    """A number of a file of the system, in bytes."""
    try:
        return next(
            (int(line.split()[1]) * 1024 for line in file.read_text().splitlines() if line.startswith(name)), None
        )
    except (OSError, ValueError):
        return None


def _left(line: str, groups: Path) -> Iterator[int]:
    """Memory that a control group, `number:controllers:path`, and those that it lies in have left."""
    _, controllers, path = line.split(":", 2)
    for controller, limit, use in _FILES:
        if controller in controllers.split(","):
            folder = groups / controller / path.lstrip("/")
            for one in (folder, *folder.parents):
                text = (one / limit).read_text().strip() if (one / limit).is_file() else "max"
                if text != "max":
                    yield int(text) - int((one / use).read_text()) + _cached(one)


def _cached(group: Path) -> int:
    """Bytes of files that a control group gives back when memory is asked for."""
    try:
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    return int(counts.get("total_inactive_file", counts.get("inactive_file", 0)))


def _enter(bound: int) -> None:
    import resource

    global _inside, _before
    with _lock:
        if not _inside:
            _before = soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            lower = [one for one in (soft, hard) if one != resource.RLIM_INFINITY]
            with suppress(OSError, ValueError):  # systems that are Linux in part have no such bound
                resource.setrlimit(resource.RLIMIT_DATA, (min([bound, *lower]), hard))
        _inside += 1


def _leave() -> None:
    import resource

    global _inside
    with _lock:
        _inside -= 1
        if not _inside:
            with suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_DATA, _before)
