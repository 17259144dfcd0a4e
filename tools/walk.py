"""The way of a stimulus to a score, as it runs: how often a call enters each package, and how often it returns to one it came from.

    python tools/walk.py [benchmark] [model]

A return is a call into a package that waits further down the stack for the caller's package: `scoring` calls `benchmarks`, which
calls `scoring`. Returns are counted by their pair of functions, not by how often a loop makes them.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
_HARNESS, _PLUGINS = str(ROOT / "harness") + "/", str(ROOT / "plugins") + "/"


DECORATING = ("checks", "errors")
"""Packages whose decorators stand between a caller and what it calls."""
_IMPORT = ("", "")
"""Of modules that are imported on the way, and of what they call meanwhile; no part of the way."""


def package_of(file: str) -> str | None:
    """The package of `harness` that a source file belongs to, "plugins", or None."""
    if file.startswith(_HARNESS):
        return file.removeprefix(_HARNESS).partition("/")[0].removesuffix(".py")
    return "plugins" if file.startswith((_PLUGINS, str(ROOT / "harness_plugins"))) else None


class Walk:
    """Calls between packages in one thread.

    Attributes:
        entries: package -> calls into it from another.
        returns: (caller, callee) -> how often the callee's package was on the stack, beneath the caller's.
    """

    def __init__(self) -> None:
        self.entries: Counter[str] = Counter()
        self.returns: Counter[tuple[str, str]] = Counter()
        self._stack: list[tuple[str, str] | None] = []

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        """The profile function of `sys.setprofile`."""
        if event == "call":
            self._enter(frame)
        elif event == "return" and self._stack:
            self._stack.pop()

    def _enter(self, frame: FrameType) -> None:
        if frame.f_code.co_qualname == "<module>" or (self._stack and self._stack[-1] is _IMPORT):
            self._stack.append(_IMPORT)
            return
        package = package_of(frame.f_code.co_filename)
        before = next((one for one in reversed(self._stack) if one), None)
        if package in (None, *DECORATING):
            self._stack.append(None)
            return
        here = package, f"{package}: {frame.f_code.co_qualname}"
        if before and before[0] != package:
            self.entries[package] += 1
            if package in {one[0] for one in self._stack if one}:
                self.returns[before[1], here[1]] += 1
        self._stack.append(here)

    def returned_to(self) -> Counter[str]:
        """Package -> the number of different pairs of functions that return to it."""
        return Counter(callee.partition(":")[0] for _, callee in self.returns)


@contextmanager
def walked() -> Iterator[Walk]:
    """Watches the calls of the block."""
    walk = Walk()
    sys.setprofile(walk)
    try:
        yield walk
    finally:
        sys.setprofile(None)


def report(walk: Walk, tell: Callable[[str], Any] = print) -> None:
    """Entries and returns by package, and each pair of functions that returns."""
    returned = walk.returned_to()
    for package, count in walk.entries.most_common():
        tell(f"{package:12} entered {count:6}, returns {returned[package]}")
    for (caller, callee), count in sorted(walk.returns.items(), key=lambda item: item[0][1]):
        tell(f"  {caller} -> {callee} ({count})")


if __name__ == "__main__":
    from harness import score_model
    from harness.host import host

    host()  # plugins are registered before the walk begins
    benchmark, model = [*sys.argv[1:], *("Temporal.duration", "v1_normalization")[len(sys.argv) - 1 :]]
    with walked() as walk:
        score_model(model, benchmark)
    report(walk)
