"""Results as bytes: a zip of one JSON tree and `.npy` arrays. Nothing is pickled, every member has a checksum."""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from harness.assemblies import BehavioralAssembly, DataAssembly, NeuroidAssembly, PropertyAssembly, Score, walk_coords

_LABELLED = {
    cls.__name__: cls
    for cls in (xr.DataArray, DataAssembly, NeuroidAssembly, BehavioralAssembly, PropertyAssembly, Score)
}
_TREE = "tree.json"


def encode(value: Any, header: Mapping[str, str]) -> bytes:
    """A tree of None, bool, numbers, text, bytes, lists, tuples, mappings, numpy arrays, and xarray or Brain-Score arrays with
    their attributes.

    Args:
        header: text that is read back with the value.

    Raises:
        TypeError: for anything else.
    """
    arrays: list[np.ndarray] = []
    tree = json.dumps({"header": dict(header), "value": _node(value, arrays)})
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_member(_TREE), tree)
        for index, array in enumerate(arrays):
            with archive.open(_member(f"{index}.npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)
    return buffer.getvalue()


def _member(name: str) -> zipfile.ZipInfo:
    """A member without the time of its writing, so that equal values are equal bytes."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def decode(content: bytes) -> tuple[Any, dict[str, str]]:
    """The value and the header. Whatever is wrong with the content raises; what is returned is what was encoded."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree = json.loads(archive.read(_TREE))
        arrays = [
            np.lib.format.read_array(io.BytesIO(archive.read(f"{index}.npy")), allow_pickle=False)
            for index in range(len(archive.namelist()) - 1)
        ]
    return _value(tree["value"], arrays), tree["header"]


def _node(value: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(value, np.generic):
        return {"scalar": _kept(np.asarray(value), arrays)}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, np.ndarray):
        return {"array": _kept(value, arrays)}
    if isinstance(value, list):
        return [_node(item, arrays) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [_node(item, arrays) for item in value]}
    if isinstance(value, Mapping):
        return {"map": [[_node(key, arrays), _node(item, arrays)] for key, item in value.items()]}
    if type(value).__name__ in _LABELLED and type(value) is _LABELLED[type(value).__name__]:
        return {"labelled": _labelled(value, arrays)}
    raise TypeError(
        f"a {type(value).__name__} cannot be stored; return numbers, text, arrays, or lists and mappings of them"
    )


def _labelled(value: xr.DataArray, arrays: list[np.ndarray]) -> dict[str, Any]:
    return {
        "class": type(value).__name__,
        "name": _node(value.name, arrays),
        "dims": list(value.dims),
        "values": _kept(value.values, arrays),
        "coords": [[name, list(dims), _kept(np.asarray(values), arrays)] for name, dims, values in walk_coords(value)],
        "attrs": _node(value.attrs, arrays),
    }


def _kept(array: np.ndarray, arrays: list[np.ndarray]) -> int:
    arrays.append(text_as_text(array))
    return len(arrays) - 1


def text_as_text(array: np.ndarray) -> np.ndarray:
    """An array of Python strings as numpy text; any other array as it is. Raises TypeError for other Python objects."""
    if not array.dtype.hasobject:
        return array
    if not all(isinstance(item, str) for item in array.flat):
        raise TypeError("an array of Python objects has no plain form; use numbers or text")
    return array.astype(str)


def _value(node: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(node, list):
        return [_value(item, arrays) for item in node]
    if not isinstance(node, dict):
        return node
    ((kind, content),) = node.items()
    match kind:
        case "scalar":
            return arrays[content][()]
        case "float":
            return float(content)
        case "bytes":
            return bytes.fromhex(content)
        case "array":
            return arrays[content]
        case "tuple":
            return tuple(_value(item, arrays) for item in content)
        case "map":
            return {_value(key, arrays): _value(item, arrays) for key, item in content}
        case "labelled":
            return _assembled(content, arrays)
    raise ValueError(f"unknown kind of value '{kind}'")


def _assembled(content: dict[str, Any], arrays: list[np.ndarray]) -> xr.DataArray:
    coords = {name: (tuple(dims), arrays[index]) for name, dims, index in content["coords"]}
    array = _LABELLED[content["class"]](arrays[content["values"]], coords=coords, dims=content["dims"])
    array.name = _value(content["name"], arrays)
    array.attrs = _value(content["attrs"], arrays)
    return array
