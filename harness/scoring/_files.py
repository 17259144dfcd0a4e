"""Files read while models and benchmarks are loaded, on which the loaded objects may depend."""

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PLACES = ("stdlib", "purelib", "platlib")
_SYSTEM = (*(str(Path(sysconfig.get_path(kind)).resolve()) for kind in _PLACES), "/proc", "/sys", "/dev")
_SOURCE = (".py", ".pyi", ".pyc", ".so")
_noted: set[str] = set()
_depth = [0]
_hooked: list[bool] = []


@contextmanager
def noting_files() -> Iterator[None]:
    """Note every file that Python opens for reading within the block; see `files_read`."""
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_audit)
    _depth[0] += 1
    try:
        yield
    finally:
        _depth[0] -= 1


def files_read() -> list[Path]:
    """Files read so far by whatever was loaded in this process, but for source and what belongs to Python and its libraries."""
    paths = (Path(name) for name in sorted(_noted))
    return [path for path in paths if path.suffix not in _SOURCE and not str(path.resolve()).startswith(_SYSTEM)]


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "open" or not _depth[0]:
        return
    path, mode, _ = arguments
    if isinstance(path, (str, bytes)) and not (isinstance(mode, str) and set(mode) & set("wax")):
        _noted.add(str(Path(os.fsdecode(path)).absolute()))
