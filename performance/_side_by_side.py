"""CPU seconds of two runs that follow each other in one process; stand-ins for packages that a peer imports without using them."""

import statistics
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

PAIRS = 3


def seconds(run: Callable[[], Any]) -> float:
    begin = time.process_time()
    run()
    return time.process_time() - begin


def compared(ours: Callable[[], Any], theirs: Callable[[], Any], number: int = PAIRS) -> str:
    """Ours / theirs: the median and the range over pairs."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(number)]
    ratios = [mine / other for mine, other in pairs]
    first, second = (statistics.median(side) for side in zip(*pairs, strict=True))
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}); {first:.2f} s and {second:.2f} s"


def absent(name: str) -> ModuleType:
    """A module that has every attribute."""
    module: Any = MagicMock()
    module.__name__, module.__spec__, module.__path__ = name, None, []
    return module
