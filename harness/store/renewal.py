"""Renewal: what was stored before a moment does not count, so that it is computed anew and replaced.

The moment is handed on to the processes of a run, so that none computes anew what another has, and a run that was interrupted goes
on from what is new.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from harness.checks import checked
from harness.errors import ArgumentError

ACTIVATIONS = "harness.engine"
_since: dict[str, float] = {}


@contextmanager
@checked(ArgumentError)
def renewing(since: Mapping[str, float]) -> Iterator[None]:
    """While the block runs, what is stored under names that begin so counts only if it was stored after the moment.

    Args:
        since: beginning of the names of functions, or `ACTIVATIONS`, -> seconds since the epoch.
    """
    before = dict(_since)
    _since.update(since)
    try:
        yield
    finally:
        _since.clear()
        _since.update(before)


def renewed_since(name: str) -> float:
    """The moment from which on what is stored under a name counts; 0 if all of it does."""
    return max((moment for beginning, moment in _since.items() if name.startswith(beginning)), default=0.0)
