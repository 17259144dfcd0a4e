"""Identity of the code that computes: the version of a library, the source of a file, the compiled functions of a notebook."""

import dis
import inspect
import sys
import sysconfig
import types
from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import torch
from torch import nn

from harness.identity.digests import digest

_LIBRARIES = frozenset({"harness", "torch", "torchvision", "timm", "transformers", "numpy", "scipy", "einops"})
_INSTALLED = tuple(Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "purelib", "platlib"))

_MADE_AT_RUN_TIME = 1 << 9  # Py_TPFLAGS_HEAPTYPE


def code_digest(network: nn.Module) -> str:
    """Identity of the code of every module class and of what it inherits."""
    classes = {base for module in network.modules() for base in type(module).__mro__ if base is not object}
    ordered = sorted(classes, key=lambda cls: (cls.__module__, cls.__qualname__))
    return digest("code", sorted(digest(_class_code(cls, set())) for cls in ordered))


@cache
def package_digest(module_name: str) -> str:
    """Identity of the Python source of a plugin: every file of the module's own folder, or the one file of a top-level module."""
    module = sys.modules.get(module_name)
    path = _file(module) if module else None
    if module is None or path is None:
        return digest("no source", module_name)
    files = sorted(path.parent.rglob("*.py")) if module.__package__ else [path]
    return digest("package", [(str(file.relative_to(path.parent)), file.read_bytes()) for file in files])


def callable_code(value: Callable[..., Any]) -> Any:
    """The code of a function, method or class as plain data; None for an object that is merely callable."""
    if isinstance(value, types.MethodType):
        value = value.__func__
    if isinstance(value, type):
        return _class_code(value, set())
    if isinstance(value, types.FunctionType):
        return _function_code(value, set())
    if isinstance(value, (types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType)):
        return f"{getattr(value, '__module__', '')}.{value.__qualname__}"
    return None


def _class_code(cls: type, seen: set[Any]) -> Any:
    if (library := _library(cls)) or cls in seen:
        return [library, cls.__module__, cls.__qualname__]
    seen.add(cls)
    members = {name: _member_code(value, seen) for name, value in vars(cls).items()}
    return [cls.__qualname__, _sources(sys.modules.get(cls.__module__)), members]


def _member_code(value: Any, seen: set[Any]) -> Any:
    if isinstance(value, (staticmethod, classmethod)):
        value = value.__func__
    if isinstance(value, property):
        return [_member_code(part, seen) for part in (value.fget, value.fset) if part]
    return _value(value, seen)


def _function_code(function: types.FunctionType, seen: set[Any]) -> Any:
    if (library := _library(function)) or function in seen:
        return [library, function.__module__, function.__qualname__]
    seen.add(function)
    known = function.__globals__
    used = {name: known[name] for name in sorted(_globals(function.__code__)) if name in known}
    cells = [cell.cell_contents for cell in function.__closure__ or () if _filled(cell)]
    defaults = [function.__defaults__, function.__kwdefaults__]
    return [
        _compiled(function.__code__),
        {name: _value(value, seen) for name, value in used.items()},
        _value([*cells, *defaults], seen),
    ]


def _value(value: Any, seen: set[Any]) -> Any:
    """What a function uses: other functions and classes by their code, modules by their source, plain values as they are."""
    if isinstance(value, type):
        return _class_code(value, seen)
    if isinstance(value, types.FunctionType):
        return _function_code(value, seen)
    if isinstance(value, types.ModuleType):
        return _library(value) or [value.__name__, _sources(value)]
    if isinstance(value, (list, tuple)):
        return [_value(item, seen) for item in value]
    if isinstance(value, dict):
        return [[_value(key, seen), _value(item, seen)] for key, item in value.items()]
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().float().numpy()
    try:
        return digest(value)
    except TypeError:
        return type(value).__qualname__


def _sources(module: types.ModuleType | None) -> list[str]:
    """Digests of the file of a module and of the user's own modules that it imports, however deep."""
    waiting, found = [module], dict[str, str]()
    while waiting:
        module = waiting.pop()
        path = _file(module)
        if module is None or path is None or module.__name__ in found or _library(module):
            continue
        found[module.__name__] = digest(path.read_bytes())
        if not _is_installed(path):
            waiting += _imported(module)
    return [found[name] for name in sorted(found)]


def _imported(module: types.ModuleType) -> Iterable[types.ModuleType | None]:
    for value in list(vars(module).values()):
        if isinstance(value, types.ModuleType):
            if not value.__name__.startswith(
                f"{module.__name__}."
            ):  # a package shows whatever was imported of it so far
                yield value
        elif isinstance(value, (type, types.FunctionType)):
            yield sys.modules.get(value.__module__)


def _library(value: Any) -> str:
    """Name and version of a library that is identified by its version; empty for any other code."""
    name = (value.__name__ if isinstance(value, types.ModuleType) else value.__module__ or "").partition(".")[0]
    if name == "builtins" and (
        isinstance(value, types.FunctionType) or getattr(value, "__flags__", 0) & _MADE_AT_RUN_TIME
    ):
        return ""  # what `exec` makes calls itself a builtin
    if name in sys.stdlib_module_names:
        return f"python {sys.version_info.major}.{sys.version_info.minor}"
    return "" if name not in _LIBRARIES else name if name == "harness" else f"{name} {metadata.version(name)}"


def _file(module: types.ModuleType | None) -> Path | None:
    try:
        path = Path(inspect.getsourcefile(module) or "") if module else None
    except (TypeError, OSError):
        return None
    return path if path and path.is_file() else None


def _is_installed(path: Path) -> bool:
    return any(path.resolve().is_relative_to(folder) for folder in _INSTALLED)


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 an empty cell raises
    except ValueError:
        return False
    return True


def _globals(code: types.CodeType) -> set[str]:
    own = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return own.union(*(_globals(inner) for inner in code.co_consts if isinstance(inner, types.CodeType)))


def _compiled(code: types.CodeType) -> list[Any]:
    constants = [_constant(value) for value in code.co_consts]
    return [code.co_code, constants, list(code.co_names), list(code.co_varnames)]


def _constant(value: Any) -> Any:
    if isinstance(value, types.CodeType):
        return _compiled(value)
    if isinstance(value, tuple):
        return [_constant(item) for item in value]
    if isinstance(value, frozenset):  # whose printed order differs from process to process
        return sorted(digest(_constant(item)) for item in value)
    return repr(value)
