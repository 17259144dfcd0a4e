"""Functions and constants of loaded modules that are not those of their files, but were put there since.

The key of a score counts modules by their files. A method that a notebook puts into a benchmark's class, or a constant that it
sets, is in none of them.
"""

import ast
import functools
import sys
import types
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

_LITERAL = (bool, int, float, complex, str, bytes, tuple)


def replaced_names(modules: Collection[str], is_own: Callable[[str], bool]) -> list[str]:
    """Names, such as `lab.experiment.Experiment.run`, of what was replaced in loaded modules.

    Args:
        modules: all that count.
        is_own: whether a top-level module counts by its source; what libraries put into a module is left to them.
    """
    known = set(modules)

    def counts(module: str) -> bool:
        top = module.partition(".")[0]
        return module in known or (top != "__main__" and (top in sys.stdlib_module_names or not is_own(top)))

    loaded = sorted(known & sys.modules.keys())
    return [f"{name}.{place}" for name in loaded for place in _in_module(sys.modules[name], counts)]


def _in_module(module: types.ModuleType, counts: Callable[[str], bool]) -> Iterator[str]:
    written = _literals(module)
    for owner, members in _owners(module):
        for name, value in members.items():
            place = f"{owner}{name}"
            foreign = any(not counts(function.__globals__.get("__name__", "")) for function in _functions(value))
            other = place in written and type(value) in _LITERAL and not _same(value, written[place])
            if foreign or other:
                yield place


def _owners(module: types.ModuleType) -> Iterator[tuple[str, dict[str, Any]]]:
    """A module and the classes that are defined in it, as (prefix of their names, members)."""
    own = dict(vars(module))
    yield "", own
    for name, value in own.items():
        if isinstance(value, type) and value.__module__ == module.__name__ and value.__qualname__ == name:
            yield f"{name}.", dict(vars(value))


def _functions(value: Any) -> Iterator[types.FunctionType]:
    """The function behind a member, below its decorators."""
    parts = (value.fget, value.fset) if isinstance(value, property) else (getattr(value, "__func__", value),)
    for part in parts:
        part = part.func if isinstance(part, functools.cached_property) else part
        while isinstance(part, types.FunctionType) and "__wrapped__" in vars(part):
            part = vars(part)["__wrapped__"]
        if isinstance(part, types.FunctionType):
            yield part


def _literals(module: types.ModuleType) -> Mapping[str, Any]:
    """Name -> value of the constants that a plugin's module states as plain text, once and for all."""
    file = getattr(module, "__file__", None)
    if module.__name__.partition(".")[0] == "harness" or not file or not file.endswith(".py"):
        return {}
    return stated(Path(file))


@cache
def stated(path: Path) -> dict[str, Any]:
    """Name -> value of what a file assigns once as plain text, in the module or in a class of it."""
    tree = ast.parse(path.read_bytes())
    elsewhere = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    found: dict[str, Any] = {}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    scopes: list[tuple[str, ast.Module | ast.ClassDef]] = [("", tree), *((f"{node.name}.", node) for node in classes)]
    for owner, scope in scopes:
        bound = Counter(_bound(scope))
        for name, value in _literals_in(scope.body):
            if bound[name] == 1 and (owner or name not in elsewhere):
                found[f"{owner}{name}"] = value
    return found


def _bound(scope: ast.AST) -> Iterator[str]:
    """Names that a module or class binds, as often as it does; not within its functions and classes."""
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _bound(node)


def _literals_in(body: list[ast.stmt]) -> Iterator[tuple[str, Any]]:
    for node in body:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            try:
                value = ast.literal_eval(node.value)
            except ValueError:
                continue
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if type(value) in _LITERAL:
                yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))


def _same(value: Any, other: Any) -> bool:
    return type(value) is type(other) and repr(value) == repr(other)
