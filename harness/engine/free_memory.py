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
    free = free_memory()
    if free is None:
        yield
        return
    _enter(free)
    try:
        yield
    finally:
        _leave()


def free_memory(proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> int | None:
    """Bytes that this process may still take: what the machine has, or what its control groups leave; None where that is unknown.

    Args:
        proc, groups: where the system tells.
    """
    try:
        [line] = [line for line in (proc / "meminfo").read_text().splitlines() if line.startswith("MemAvailable:")]
        own = (proc / "self" / "cgroup").read_text().splitlines() if (proc / "self" / "cgroup").is_file() else []
    except (OSError, ValueError):
        return None
    return max(0, min([int(line.split()[1]) * 1024, *(left for one in own for left in _left(one, groups))]))


def _left(line: str, groups: Path) -> Iterator[int]:
    """Memory that a control group, `number:controllers:path`, and those that it lies in have left."""
    _, controllers, path = line.split(":", 2)
    for controller, limit, use in _FILES:
        if controller in controllers.split(","):
            folder = groups / controller / path.lstrip("/")
            for one in (folder, *folder.parents):
                if (
                    (one / limit).is_file()
                    and (one / use).is_file()
                    and (text := (one / limit).read_text().strip()) != "max"
                ):
                    yield int(text) - int((one / use).read_text()) + _cached(one)


def _cached(group: Path) -> int:
    """Bytes of files that a control group gives back when memory is asked for."""
    try:
        counts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    return int(counts.get("total_inactive_file", counts.get("inactive_file", 0)))


def _enter(free: int) -> None:
    import resource

    global _inside, _before
    with _lock:
        if not _inside:
            _before = soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            bound = _used() + int(_SHARE * free)
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


def _used() -> int:
    """Bytes of the process that the bound counts: its own memory that can be written, whether it has been or not."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmData:")).split()[1]) * 1024
