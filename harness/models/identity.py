"""What makes two models the same: their numbers, their configuration and the code that computes."""

import hashlib
import inspect
import sys
import types
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from torch import nn

from harness.store.digests import digest

_LIBRARIES = ("torch", "torchvision", "timm", "transformers")


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
    """Identity of the module tree: classes, printed hyper-parameters and plain attributes of every module."""
    tree = [
        (name, type(module).__qualname__, module.extra_repr(), _plain_attributes(module))
        for name, module in network.named_modules()
    ]
    return digest("configuration", tree)


def code_digest(network: nn.Module) -> str:
    """Identity of the code of every module class: version of the library, or source of the file, or compiled code."""
    classes = sorted({type(module) for module in network.modules()}, key=lambda c: (c.__module__, c.__qualname__))
    return digest("code", [(c.__module__, c.__qualname__, _class_code(c)) for c in classes])


@lru_cache(maxsize=None)
def package_digest(module_name: str) -> str:
    """Identity of the Python source of a plugin: every file of the module's own folder, or the one file of a top-level module."""
    module = sys.modules.get(module_name)
    path = Path(inspect.getsourcefile(module) or "") if module else None
    if path is None or not path.is_file():
        return digest("no source", module_name)
    assert module is not None
    files = sorted(path.parent.rglob("*.py")) if module.__package__ else [path]
    return digest("package", [(str(file.relative_to(path.parent)), file.read_bytes()) for file in files])


def _plain_attributes(module: nn.Module) -> dict[str, Any]:
    return {k: v for k, v in vars(module).items() if not k.startswith("_") and k != "training" and _is_plain(v)}


def _is_plain(value: Any) -> bool:
    if isinstance(value, (tuple, list)):
        return all(_is_plain(item) for item in value)
    if isinstance(value, dict):
        return all(_is_plain(item) for pair in value.items() for item in pair)
    return value is None or isinstance(value, (bool, int, float, str))


def _class_code(cls: type) -> str:
    library = cls.__module__.partition(".")[0]
    if library in _LIBRARIES:
        return f"{library} {metadata.version(library)}"
    try:
        source = inspect.getsourcefile(cls)
        if source and Path(source).is_file():
            return digest(Path(source).read_bytes())
    except (TypeError, OSError):
        pass
    functions = {name: value for name, value in vars(cls).items() if isinstance(value, types.FunctionType)}
    return digest({name: _compiled(function.__code__) for name, function in functions.items()})


def _compiled(code: types.CodeType) -> list[Any]:
    constants = [_compiled(c) if isinstance(c, types.CodeType) else repr(c) for c in code.co_consts]
    return [code.co_code, constants, list(code.co_names), list(code.co_varnames)]
