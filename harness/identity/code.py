"""Identity of code: a library's version, a file's source, a compiled function, and the outside values that it reads."""

import builtins
import dis
import inspect
import io
import os
import sys
import types
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np
import torch

from harness.identity._installed import STANDARD_LIBRARY, site_packages
from harness.identity.digests import digest

_LIBRARIES = frozenset({"harness", "torch", "torchvision", "timm", "transformers", "numpy", "scipy", "einops"})
_INSTALLED = (STANDARD_LIBRARY, *site_packages())
_MADE_AT_RUN_TIME = 1 << 9  # Py_TPFLAGS_HEAPTYPE

_READERS = {id(reader) for reader in (open, os.environ, os.environb, os.getenv, io.open, torch.load)} | {
    id(reader) for reader in (np.load, np.loadtxt, np.fromfile, np.genfromtxt)
}
_READING_NAMES = frozenset({"environ", "environb", "getenv", "read_text", "read_bytes", "open"})


def library(value: Any) -> str:
    """Name and version of a library that is identified by its version; empty for any other code."""
    name = _library(value)
    if name == "python":
        return f"python {sys.version_info.major}.{sys.version_info.minor}"
    return name if name in ("", "harness") else f"{name} {_version(name)}"


_version = lru_cache(metadata.version)


def of_library(value: Any) -> bool:
    """Whether a module, class or function belongs to a library that is identified by its version."""
    return bool(_library(value))


def _library(value: Any) -> str:
    name = (value.__name__ if isinstance(value, types.ModuleType) else _module_of(value)).partition(".")[0]
    if name == "builtins" and (
        isinstance(value, types.FunctionType) or getattr(value, "__flags__", 0) & _MADE_AT_RUN_TIME
    ):
        return ""  # what `exec` makes calls itself a builtin
    if name in sys.stdlib_module_names and name != "__main__":
        return "python"
    return name if name in _LIBRARIES else ""


def _module_of(value: Any) -> str:
    """Where a function or class was defined; of a class written in C that has slots of its own for that, where its kind was."""
    own = value.__module__
    return own if isinstance(own, str) else "" if own is None else str(type(value).__module__)


def replaced(cls: type) -> Iterator[tuple[str, types.FunctionType]]:
    """Functions that were put into a class of a library from outside it."""
    for name, value in vars(cls).items():
        if isinstance(value, types.FunctionType) and value.__module__ != cls.__module__ and not library(value):
            path = Path(value.__code__.co_filename)
            if not (path.exists() and _is_installed(path)):
                yield name, value


def sources(module: types.ModuleType | None) -> list[str]:
    """Digests of the file of a module and of the user's own modules that it imports, however deep."""
    waiting, found = [module], dict[str, str]()
    while waiting:
        module = waiting.pop()
        path = _file(module)
        if module is None or path is None or module.__name__ in found or library(module):
            continue
        found[module.__name__] = digest(path.read_bytes())
        if not _is_installed(path):
            waiting += _imported(module)
    return [found[name] for name in sorted(found)]


def inner_imports(function: types.FunctionType) -> dict[str, Any]:
    """Modules that a function imports when it runs: name -> its module, or the bytes of its file where it is not yet loaded."""
    found: dict[str, Any] = {}
    for name, level in _imports(function.__code__):
        package = function.__globals__.get("__package__") or ""
        full = util.resolve_name("." * level + name, package) if level and package else name
        if full in sys.modules:
            found[full] = sys.modules[full]
            continue
        try:
            spec = util.find_spec(full)
        except (ImportError, ValueError):
            spec = None
        path = Path(spec.origin) if spec and spec.origin else None
        found[full] = path.read_bytes() if path and path.is_file() and not _is_installed(path) else full
    return found


def reads(function: types.FunctionType) -> str | None:
    """Names that a function reads from files or the environment, such as `os.environ`; None if nothing is seen in its code."""
    return next(_reads(function.__code__, function.__globals__), None)


@lru_cache(maxsize=4096)
def compiled(code: types.CodeType) -> str:
    """Digest of what a code object computes."""
    return digest(_compiled(code))


@lru_cache(maxsize=4096)
def global_names(code: types.CodeType) -> tuple[str, ...]:
    """Globals that a code object and those within it use, sorted."""
    own = {step.argval for step in dis.get_instructions(code) if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return tuple(sorted(own.union(*(global_names(inner) for inner in _within(code)))))


@lru_cache(maxsize=4096)
def all_names(code: types.CodeType) -> frozenset[str]:
    """Globals and attributes that a code object and those within it name."""
    return frozenset(code.co_names).union(*(all_names(inner) for inner in _within(code)))


def _within(code: types.CodeType) -> list[types.CodeType]:
    return [inner for inner in code.co_consts if isinstance(inner, types.CodeType)]


@lru_cache(maxsize=4096)
def _imports(code: types.CodeType) -> tuple[tuple[str, int], ...]:
    """(module, level of a relative import) of the import statements in a code object and those within it."""
    found: list[tuple[str, int]] = []
    constants: list[Any] = []
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME":
            found.append((step.argval, constants[-2] if len(constants) > 1 else 0))
        elif step.opname == "LOAD_CONST":
            constants.append(step.argval)
    return tuple(found) + tuple(name for inner in _within(code) for name in _imports(inner))


def _reads(code: types.CodeType, known: dict[str, Any]) -> Iterator[str]:
    value: Any = None
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            value = known.get(step.argval, getattr(builtins, step.argval, None))
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"):
            if step.argval in _READING_NAMES:
                yield step.argval
            value = getattr(value, step.argval, None) if isinstance(value, types.ModuleType) else None
        else:
            continue
        if value is not None and id(value) in _READERS:
            yield step.argval
    for inner in _within(code):
        yield from _reads(inner, known)


def _imported(module: types.ModuleType) -> Iterable[types.ModuleType | None]:
    for value in list(vars(module).values()):
        if isinstance(value, types.ModuleType):
            if not value.__name__.startswith(
                f"{module.__name__}."
            ):  # a package shows whatever was imported of it so far
                yield value
        elif isinstance(value, (type, types.FunctionType)):
            yield sys.modules.get(value.__module__)


def _file(module: types.ModuleType | None) -> Path | None:
    try:
        path = Path(inspect.getsourcefile(module) or "") if module else None
    except (TypeError, OSError):
        return None
    return path if path and path.is_file() else None


@lru_cache(maxsize=4096)
def _is_installed(path: Path) -> bool:
    return any(path.resolve().is_relative_to(folder) for folder in _INSTALLED)


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
