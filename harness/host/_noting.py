"""Tracks plugins loaded by name while something else runs: dependencies of a score beyond the imports in its
sources.
"""

from collections.abc import Iterator
from contextlib import contextmanager

Loaded = tuple[str, str]
"""The registry's command (`models`, `stimuli`, `benchmarks`) and the identifier."""
_listening: list[list[Loaded]] = []


@contextmanager
def loads_noted() -> Iterator[list[Loaded]]:
    """Gives a list that fills with what is loaded by name within the block."""
    noted: list[Loaded] = []
    _listening.append(noted)
    try:
        yield noted
    finally:
        _listening[:] = [other for other in _listening if other is not noted]


def note(command: str, identifier: str) -> None:
    """Tell whoever listens."""
    for noted in _listening:
        noted.append((command, identifier))
