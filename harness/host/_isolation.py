"""Plugins' code runs apart: whatever it raises is an error like any other, and what it prints goes to standard error."""

import contextlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Sends printed text to standard error, as standard output may be JSON that a program reads."""
    with contextlib.redirect_stdout(sys.stderr):
        yield
