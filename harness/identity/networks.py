"""What makes two models the same: their numbers and their configuration. Their code is the matter of `code.py`."""

import hashlib
import sys
from collections.abc import Mapping
from enum import Enum
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn

from harness.identity.code import callable_code
from harness.identity.digests import digest
from harness.identity.once import once

_EVERY_MODULE = frozenset(
    vars(nn.Module())
)  # parameters, hooks and the like, which are counted elsewhere or not at all


@once
def weights_digest(network: nn.Module) -> str:
    """SHA-256 over every parameter and buffer: name, type, shape and bytes."""
    state = hashlib.sha256()
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    for name, tensor in sorted(tensors.items()):
        content = tensor.detach().cpu().contiguous()
        state.update(f"{name}:{content.dtype}:{tuple(content.shape)};".encode())
        state.update(content.reshape(-1).view(torch.uint8).numpy().data)
    return state.hexdigest()


def configuration_digest(network: nn.Module) -> str:
    """Identity of the module tree: classes, printed hyper-parameters and the attributes of every module."""
    return digest("configuration", _tree(network, frozenset()))


def _tree(network: nn.Module, within: frozenset[int]) -> list[Any]:
    within = within.union(id(module) for module in network.modules())
    return [
        [name, type(module).__qualname__, module.extra_repr(), _attributes(module, within)]
        for name, module in network.named_modules()
    ]


def _attributes(module: nn.Module, within: frozenset[int]) -> dict[str, Any]:
    return {name: content(value, within) for name, value in vars(module).items() if name not in _EVERY_MODULE}


def content(value: Any, within: frozenset[int] = frozenset()) -> Any:
    """What of a value counts for identity, as plain data.

    Numbers, text, tensors and arrays count by content, functions and classes by their code, objects of other libraries and of
    the user by their attributes; those of torch and of Python itself (a device, a logger) by their kind alone.

    Args:
        within: ids of the objects being described, where a cycle ends.
    """
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return value
    if id(value) in within:
        return "cycle"
    deeper = within | {id(value)}
    if isinstance(value, torch.Tensor):
        array = value.detach().cpu().contiguous()
        return ["tensor", str(array.dtype), list(array.shape), array.reshape(-1).view(torch.uint8).numpy()]
    if isinstance(value, (np.ndarray, np.generic)):
        return digest(value) if not value.dtype.hasobject else content(value.tolist(), deeper)
    if isinstance(value, Mapping):
        return [[content(key, deeper), content(item, deeper)] for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return [content(item, deeper) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(digest(content(item, deeper)) for item in value)
    return _object(value, deeper)


def _object(value: Any, within: frozenset[int]) -> Any:
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if isinstance(value, (torch.dtype, Path, Enum)):
        return [kind, str(value)]
    if isinstance(value, nn.Module):  # one that the network holds without having registered it
        return [kind, weights_digest(value), _tree(value, within)]
    if isinstance(value, partial):
        return [kind, content([value.func, value.args, value.keywords], within)]
    if callable(value) and (code := callable_code(value)) is not None:
        return [kind, code]
    library = type(value).__module__.partition(".")[0]
    if library == "torch" or (library in sys.stdlib_module_names and not isinstance(value, SimpleNamespace)):
        return kind
    return [kind, content(getattr(value, "__dict__", {}), within)]
