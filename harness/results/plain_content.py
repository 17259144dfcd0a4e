"""Plain content: numbers, text, lists and dictionaries, as JSON has them."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from harness.errors import ArgumentError


def is_deeper(value: Any, levels: int) -> bool:
    """Whether lists and mappings lie within one another more than so many levels deep, or within themselves."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    if not inner or not levels:
        return bool(inner)
    nested = {
        kind for kind in {*map(type, inner)} if issubclass(kind, (Mapping, list, tuple))
    }  # long lists hold numbers
    return bool(nested) and any(is_deeper(one, levels - 1) for one in inner if type(one) in nested)


def plain(value: Any) -> Any:
    """Numbers, text, lists and dictionaries that JSON can hold; what is not finite becomes None.

    Raises:
        TypeError: for anything that has no such form.
    """
    if isinstance(value, (np.generic, np.ndarray)):
        return plain(value.tolist())
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value.bit_length() < sys.float_info.max_exp else None  # more is infinite where it is read
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range, set, frozenset)):
        return [plain(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "values") and hasattr(value, "dims"):
        return plain(np.asarray(value.values))
    raise ArgumentError(f"a {type(value).__name__} cannot be written to a result; use plain numbers and lists")
