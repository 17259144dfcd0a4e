"""Brain-Score's package for vision. No other module of harness or plugins imports `brainscore_vision`."""

import re
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from harness.errors import HarnessError

Kind = Literal["models", "benchmarks"]
_REGISTERED = r"""^\s*(?:\w+\.)?%s_registry\[\s*(['"])(.+?)\1\s*\]\s*="""


class MissingPackage(HarnessError, ImportError):
    """Brain-Score's package for vision is not installed."""


def is_installed() -> bool:
    """Whether Brain-Score's package for vision is here."""
    return find_spec("brainscore_vision") is not None


def vision(module: str = "") -> Any:
    """`brainscore_vision`, or a module of it such as "model_interface".

    Raises:
        MissingPackage: if it is not installed.
    """
    if not is_installed():
        raise MissingPackage(
            "Brain-Score's package for vision is not installed; on Python 3.11: pip install 'vision-dynamics-harness[brain-score]'"
        )
    return import_module(f"brainscore_vision.{module}" if module else "brainscore_vision")


_INTERFACES = (("brainscore_vision.model_interface", "BrainModel"), ("harness.brain_score.commitment", "Commitment"))


def is_theirs(model: Any) -> bool:
    """Whether something has Brain-Score's interface for models, also one of ours behind it; told by names, importing nothing."""
    return any((base.__module__, base.__name__) in _INTERFACES for base in type(model).__mro__)


def home() -> Path:
    """The folder of `brainscore_vision`, found without importing it. Raises MissingPackage."""
    spec = find_spec("brainscore_vision")
    if spec is None or spec.origin is None:
        vision()
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


@cache
def registered(folder: Path, kind: Kind) -> dict[str, Path]:
    """Identifiers that plugins register -> their folder, from the text of each plugin's `__init__.py`, as Brain-Score finds them.

    Args:
        folder: holds one folder a plugin.
    """
    found: dict[str, Path] = {}
    for file in sorted(folder.glob("*/__init__.py")):
        for _, identifier in re.findall(_REGISTERED % kind[:-1], file.read_text(errors="replace"), re.MULTILINE):
            found[identifier] = file.parent
    return found
