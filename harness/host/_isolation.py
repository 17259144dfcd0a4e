"""Plugins' code runs apart: whatever it raises is an error like any other, and what it prints goes to standard error."""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast


class _Shared:
    """A stream that others write to as well, which one of them cannot close."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def close(self) -> None:
        self._stream.flush()

    detach = close

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Sends printed text to standard error, as standard output may be JSON that a program reads."""
    with contextlib.redirect_stdout(cast(TextIO, _Shared(sys.stderr))):
        yield


@contextmanager
def same_folder() -> Iterator[None]:
    """Afterwards the working folder is what it was, to which paths on the command line are relative."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # a folder that was deleted has no name
            stack.callback(os.chdir, Path.cwd())
        yield
