"""Dependencies of a Python file: its imports, and the names of the objects that it loads. The file is parsed, never
run.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

Chain = tuple[str, ...]
"""Attributes taken one of the other; "*" at the end stands for whatever else."""
Import = tuple[int, str, Chain]
"""Level (0: absolute), module, and what is taken from it."""

LOADS = frozenset({"load_stimuli", "load_model", "load_benchmark"})
_TARGET = re.compile(r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")
_WORD = re.compile(r"^[\w.+@/-]{1,100}$")


@dataclass(frozen=True)
class Facts:
    """The facts of a module that decide what it reaches.

    Attributes:
        imports: at any depth of the source, but for those that are there for type checkers alone.
        targets: texts of the form `module:object`, but for those in plugins' descriptions.
        strings: other texts without spaces.
        loads: (function of `LOADS`, name that it is called with, None where that is computed).
        computes: whether it imports modules whose names are not written down.
    """

    imports: tuple[Import, ...] = ()
    targets: tuple[str, ...] = ()
    strings: tuple[str, ...] = ()
    loads: tuple[tuple[str, str | None], ...] = ()
    computes: bool = False


def facts_of(source: bytes) -> Facts:
    """The facts of a source. One that is not Python has none: whoever imports it fails."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return Facts()
    return _Reader(tree).facts()


def names_of_stub(source: str, package: str) -> dict[str, tuple[str, str]]:
    """Name -> (module, name there) of the stub of a lazy face, in which every name is imported from within."""
    names: dict[str, tuple[str, str]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom):
            module = ".".join(filter(None, (package, node.module))) if node.level else node.module or ""
            names |= {alias.asname or alias.name: (module, alias.name) for alias in node.names}
    return names


class _Reader:
    """One walk through the nodes that run; `facts` puts together what was met."""

    def __init__(self, tree: ast.Module):
        self._bound: dict[str, list[Import]] = defaultdict(list)
        self._plain: list[Import] = []
        self._uses: dict[str, set[Chain]] = defaultdict(set)
        self._texts: set[str] = set()
        self._loads: set[tuple[str, str | None]] = set()
        self._computes = self._registers = False
        for node in tree.body:
            self._computes |= isinstance(node, ast.FunctionDef) and node.name == "__getattr__"
        self._walk(tree)

    def facts(self) -> Facts:
        targets = () if self._registers else sorted(text for text in self._texts if _TARGET.match(text))
        return Facts(
            tuple(dict.fromkeys([*self._plain, *self._taken()])),
            tuple(targets),
            tuple(sorted(text for text in self._texts if _WORD.match(text))),
            tuple(sorted(self._loads, key=str)),
            self._computes,
        )

    def _taken(self) -> Iterator[Import]:
        for name, bindings in self._bound.items():
            for level, module, chain in bindings:
                if self._uses[name] or chain:
                    yield from ((level, module, (*chain, *use, "*")) for use in sorted(self._uses[name] or {()}))

    def _walk(self, tree: ast.AST) -> None:
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
                waiting += node.orelse
            elif isinstance(node, ast.Attribute):
                waiting += self._attributes(node)
            else:
                self._meet(node)
                waiting += ast.iter_child_nodes(node)

    def _attributes(self, node: ast.Attribute) -> list[ast.AST]:
        chain: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            chain.insert(0, inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            return [inner]
        self._uses[inner.id].add(tuple(chain))
        return []

    def _meet(self, node: ast.AST) -> None:
        match node:
            case ast.Import():
                self._import(node)
            case ast.ImportFrom():
                self._import_from(node)
            case ast.Name():
                self._uses[node.id].add(())
            case ast.Constant(value=str(text)):
                self._texts.add(text)
            case ast.Call():
                self._call(node)
            case ast.FunctionDef():
                self._registers |= node.name.startswith("register_")

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._plain.append((0, alias.name, ()))
            self._bound[alias.asname or alias.name.partition(".")[0]].append(
                (0, alias.name if alias.asname else alias.name.partition(".")[0], ())
            )

    def _import_from(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self._plain.append((node.level, node.module or "", ("*",)))
            else:
                self._bound[alias.asname or alias.name].append((node.level, node.module or "", (alias.name,)))
            if alias.name in LOADS and alias.asname:
                self._loads.add((alias.name, None))

    def _call(self, node: ast.Call) -> None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else None
        if name in LOADS and (node.args or node.keywords):
            self._loads |= {(name, text) for text in _texts(first)}
        elif name in ("import_module", "__import__"):
            for text in _texts(first):
                self._computes |= text is None
                self._plain += [(0, text, ("*",))] if text else []
        elif name in ("attach", "load") and "lazy" in ast.unparse(node.func):
            self._computes = True


def _texts(node: ast.expr | None) -> list[str | None]:
    """The texts that an expression may give; None among them if it may give others."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return [*_texts(node.body), *_texts(node.orelse)]
    return [None]
