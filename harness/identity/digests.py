"""Content addresses: one SHA-256 for any tree of plain values and arrays, the same on every machine and in every
process.
"""

import hashlib
import math
import struct
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def digest(*values: Any) -> str:
    """SHA-256 (64 hexadecimal digits) of a tree of None, bool, int, float, str, bytes, arrays, lists, tuples, sets, mappings
    and dataclasses.

    Types are part of the content (`1`, `1.0`, `True` and `"1"` differ; lists and tuples do not), mappings do not depend on
    their order, arrays count with data type and shape. Numpy scalars count as the Python numbers they equal.

    Raises:
        TypeError: for anything else, so that no memory address ever becomes part of an identity.
    """
    state = hashlib.sha256()
    for value in values:
        _feed(state, value)
    return state.hexdigest()


def _feed(state: "hashlib._Hash", value: Any) -> None:
    if isinstance(value, (np.bool_, np.number, np.str_, np.bytes_)):
        value = value.item()
    if value is None or isinstance(value, bool):
        _tagged(state, b"c", repr(value).encode())
    elif isinstance(value, int):
        _tagged(state, b"i", (str(value) if value.bit_length() < 10_000 else hex(value)).encode())
    elif isinstance(value, float):
        _tagged(state, b"f", struct.pack("<d", value + 0.0 if value == value else math.nan))  # one zero, one NaN
    elif isinstance(value, str):
        _tagged(state, b"s", value.encode(errors="surrogatepass"))  # as in names of files that are not UTF-8
    elif isinstance(value, bytes):
        _tagged(state, b"b", value)
    elif isinstance(value, np.ndarray):
        _array(state, value)
    elif isinstance(value, Mapping):
        entries = sorted((digest(key), digest(item)) for key, item in value.items())
        _tagged(state, b"m", "".join(key + item for key, item in entries).encode())
    elif isinstance(value, (list, tuple)):
        state.update(b"l%d:" % len(value))
        for item in value:
            _feed(state, item)
    elif isinstance(value, (set, frozenset)):
        _tagged(state, b"u", "".join(sorted(digest(item) for item in value)).encode())
    elif is_dataclass(value) and not isinstance(value, type):
        state.update(b"d")
        _feed(state, type(value).__qualname__)
        _feed(state, {field.name: getattr(value, field.name) for field in fields(value)})
    else:
        raise TypeError(f"{type(value).__name__} has no canonical content and cannot be part of an identity")


def _tagged(state: "hashlib._Hash", tag: bytes, content: bytes) -> None:
    state.update(tag + b"%d:" % len(content))
    state.update(content)


def _array(state: "hashlib._Hash", array: np.ndarray) -> None:
    if array.dtype.hasobject:
        raise TypeError("an array of Python objects has no canonical content and cannot be part of an identity")
    array = array.astype(array.dtype.newbyteorder("<"), copy=False)
    state.update(b"a" + f"{array.dtype.descr if array.dtype.names else array.dtype.str}{array.shape}:".encode())
    state.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
