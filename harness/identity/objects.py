"""Identity of an object: a digest of its content and of everything that it refers to.

Numbers, text, tensors and arrays count by value, functions by their code and by what they hold (closure, defaults, `__self__`, the
globals that they use), classes by their code, objects by their class and their attributes (`__dict__` and slots), and objects
whose state lies outside Python by what `pickle` would save of it. What has no such form is refused with its path, never guessed.

`depends_on`, an attribute of a function, an object or a module, declares what its behaviour depends on: a value, or a callable that
gives one. It counts in place of the state, and makes files and environment variables that are read there known.
"""

import copyreg
import functools
import io
import logging
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from pathlib import PurePath
from random import Random
from typing import Any

import numpy as np
import torch
from torch import nn

from harness.identity.code import all_names, compiled, global_names, inner_imports, library, replaced, sources
from harness.identity.digests import digest
from harness.identity.held import attributes, declared_by, made_in_python
from harness.identity.modules import aliases, module_parts, of_compiler, tensor_content, tensor_extras, weights_digest

_PLAIN = (type(None), bool, int, float, str, bytes)
_BUILT_IN = (
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.MethodWrapperType,
)
_DESCRIPTORS = (types.GetSetDescriptorType, types.MemberDescriptorType, types.ClassMethodDescriptorType)
_BY_NAME = (
    *(torch.dtype, torch.device, torch.layout, torch.memory_format, np.dtype, np.ufunc),
    *(complex, PurePath, types.GenericAlias, types.UnionType),
)
_INERT = (logging.Logger, logging.LoggerAdapter, type(threading.Lock()), type(threading.RLock()), type(Ellipsis))
_NOT_BEHAVIOUR = frozenset(
    {
        "__dict__",
        "__weakref__",
        "__doc__",
        "__module__",
        "__qualname__",
        "__annotations__",
        "__abstractmethods__",
        "_abc_impl",
        "__orig_bases__",
        "__parameters__",
        "__dataclass_params__",
        "__match_args__",
        "__slots__",
        "__slotnames__",
        "__firstlineno__",
        "__static_attributes__",
        "__annotate__",
        "__annotate_func__",
        "__annotations_cache__",
        "__classcell__",
    }
)


class Undescribable(TypeError):
    """Something that a digest cannot be taken of.

    Attributes:
        path: where it is, such as `network.block.rule`.
        reason: what it is, in words.
    """

    def __init__(self, path: str, reason: str):
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class Describer:
    """Digests of objects that may refer to each other.

    Attributes:
        functions: id -> (path, function, the names under which other code reaches it; None where it is held by an object).
    """

    def __init__(self) -> None:
        self.functions: dict[int, tuple[str, types.FunctionType, set[str] | None]] = {}
        self._known: dict[int, Any] = {}
        self._open: dict[int, int] = {}  # what is being described -> how deep it lies
        self._networks = 0
        self._alive: list[Any] = []  # so that no id is used twice

    def name(self, value: Any, label: Any) -> None:
        """Let an object that is described elsewhere count by a label."""
        self._alive.append(value)
        self._known[id(value)] = label

    def digest(self, value: Any, path: str) -> Any:
        """A plain value as it is; anything else as the digest of its content.

        Raises:
            Undescribable: if it, or something that it reaches, has no content that can be seen.
        """
        if type(value) in _PLAIN:
            return value if value != 0 or type(value) is not float else str(value)  # 1 / -0.0 is not 1 / 0.0
        key = id(value)
        if key in self._known:
            return self._known[key]
        if key in self._open:
            return ["cycle", len(self._open) - self._open[key]]
        with self._opened(value, path):
            found = digest(f"{type(value).__module__}.{type(value).__qualname__}", self._content(value, path))
        self._known[key] = found
        return found

    @contextmanager
    def _opened(self, value: Any, path: str) -> Iterator[None]:
        """While something is described, what refers back to it is a cycle."""
        self._open[id(value)] = len(self._open)
        self._alive.append(value)
        try:
            yield
        except RecursionError:
            raise Undescribable(path, "it is nested too deeply to be described") from None
        except Undescribable:
            raise
        except Exception as error:  # of its own methods, such as `__getattribute__`
            raise _unseen(value, path) from error
        finally:
            del self._open[id(value)]

    def members(self, values: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Name -> digest."""
        return {str(name): self.digest(value, f"{path}.{name}") for name, value in values.items()}

    def _content(self, value: Any, path: str) -> Any:
        if isinstance(value, type):
            return self._class(value, path)
        if isinstance(value, nn.Module):
            return self.network(value, path)
        declared = declared_by(value)
        if isinstance(value, types.FunctionType):
            if "_torchdynamo_orig_callable" in vars(value):
                return self.digest(vars(value)["_torchdynamo_orig_callable"], path)
            self._remember(value, path, None)
            return self._function(value, path, declared)
        if declared is not None:
            return [self.digest(type(value), path), self.digest(declared, f"{path}.depends_on")]
        for kinds, describe in self._KINDS:
            if isinstance(value, kinds):
                return describe(self, value, path)
        return self._object(value, path)

    def _items(self, value: Any, path: str) -> list[Any]:
        return [self.digest(item, f"{path}[{i}]") for i, item in enumerate(value)]

    def _set(self, value: Any, path: str) -> list[str]:
        return sorted(digest(self.digest(item, f"{path}.item")) for item in value)

    def _mapping(self, value: Mapping[Any, Any], path: str) -> list[Any]:
        return [
            [self.digest(key, f"{path} key"), self.digest(item, f"{path}[{key!r}]" if type(key) in _PLAIN else path)]
            for key, item in value.items()
        ]

    def _module(self, value: types.ModuleType, path: str) -> Any:
        return library(value) or [value.__name__, sources(value)]

    def _enum(self, value: Enum, path: str) -> list[Any]:
        return [self.digest(type(value), path), value.name, self.digest(value.value, f"{path}.value")]

    def _partial(self, value: functools.partial, path: str) -> list[Any]:
        return self._items([value.func, value.args, value.keywords, vars(value)], path)

    def _wrapped(self, value: Any, path: str) -> list[Any]:
        return [self.digest(value.__wrapped__, path), self.digest(value.cache_parameters()["typed"], path)]

    def _method(self, value: types.MethodType, path: str) -> list[Any]:
        return [self.digest(value.__func__, path), self.digest(value.__self__, f"{path}.__self__")]

    def _built_in(self, value: Any, path: str) -> list[Any]:
        owner = getattr(value, "__self__", None)
        bound = owner is not None and not isinstance(owner, (types.ModuleType, type))
        return [str(getattr(value, "__module__", "")), value.__qualname__, self.digest(owner, path) if bound else None]

    def _descriptor(self, value: Any, path: str) -> str:
        return f"{value.__objclass__.__qualname__}.{value.__name__}"

    def _static(self, value: Any, path: str) -> Any:
        return self.digest(value.__func__, path)

    def _property(self, value: property, path: str) -> list[Any]:
        return [self.digest(part, path) for part in (value.fget, value.fset)]

    def _reference(self, value: weakref.ref, path: str) -> Any:
        return self.digest(value(), path)

    def _cell(self, value: types.CellType, path: str) -> Any:
        return self.digest(value.cell_contents, path) if _filled(value) else ["empty"]

    def _script(self, value: Any, path: str) -> Any:
        return [value.code, *self._items(value.code_with_constants[1].const_mapping.values(), path)]

    def _graph(self, value: torch.fx.Graph, path: str) -> list[Any]:
        source = value.python_code("self")
        return [source.src, self.members(source.globals, path)]

    def _tensor(self, value: torch.Tensor, path: str) -> list[Any]:
        try:
            content = tensor_content(value)
        except (RuntimeError, NotImplementedError, TypeError, ValueError):
            raise Undescribable(path, "a tensor without values of its own cannot be described") from None
        return [*content, *self._items(tensor_extras(value), path)]

    def _array(self, value: Any, path: str) -> list[Any]:
        mask = self.digest(np.ma.getmaskarray(value), path) if isinstance(value, np.ma.MaskedArray) else None
        plain = np.asarray(value)
        if plain.dtype.hasobject:
            return [list(plain.shape), self._items(plain.ravel().tolist(), path), mask]
        if plain.dtype.kind in "mM":
            plain, mask = plain.view(np.int64), [mask, plain.dtype.str]
        return [digest(plain), mask]

    def _by_name(self, value: Any, path: str) -> str:
        if isinstance(value, np.ufunc) and str(value).endswith("(vectorized)'>"):
            raise Undescribable(path, "a function made by `numpy.frompyfunc` cannot be described")
        return str(value)

    def _generator(self, value: torch.Generator, path: str) -> Any:
        return [str(value.device), self.digest(value.get_state(), path)]

    def _random(self, value: Random, path: str) -> Any:
        return [self.digest(type(value), path), self.digest(value.getstate(), path)]

    def _inert(self, value: Any, path: str) -> str:
        return str(getattr(value, "name", ""))

    def _fleeting(self, value: Any, path: str) -> Any:
        raise _unseen(value, path)

    _KINDS: tuple[tuple[Any, Callable[..., Any]], ...] = (
        (torch.Tensor, _tensor),
        ((np.ndarray, np.generic), _array),
        (_INERT, _inert),
        (_BY_NAME, _by_name),
        (Enum, _enum),
        ((types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType, types.FrameType, io.IOBase), _fleeting),
        (types.ModuleType, _module),
        (types.MethodType, _method),
        (_BUILT_IN, _built_in),
        (_DESCRIPTORS, _descriptor),
        ((staticmethod, classmethod), _static),
        (property, _property),
        (functools.partial, _partial),
        (type(functools.lru_cache(len)), _wrapped),
        (types.CodeType, lambda self, value, path: compiled(value)),
        (types.CellType, _cell),
        (weakref.ref, _reference),
        (torch.jit.ScriptFunction, _script),
        (torch.fx.Graph, _graph),
        ((torch._ops.OpOverload, torch._ops.OpOverloadPacket), _by_name),
        (torch.Generator, _generator),
        (Random, _random),
    )

    def _remember(self, function: types.FunctionType, path: str, name: str | None) -> None:
        """Note how a function is reached: under a name, or (None) as a part of something."""
        if library(function):
            return
        held = self.functions.get(id(function))
        names = held[2] if held else set()
        self.functions[id(function)] = (
            held[0] if held else path,
            function,
            None if name is None or names is None else names | {name},
        )

    def _class(self, cls: type, path: str) -> Any:
        if version := library(cls):
            return [version, cls.__module__, cls.__qualname__, self._reached(dict(replaced(cls)), cls.__qualname__)]
        members = {name: value for name, value in vars(cls).items() if name not in _NOT_BEHAVIOUR}
        bases = [self.digest(base, base.__qualname__) for base in cls.__bases__ if base is not object]
        meta = self.digest(type(cls), type(cls).__qualname__) if type(cls) is not type else None
        source = sources(sys.modules.get(cls.__module__))
        return [cls.__qualname__, source, bases, meta, self._reached(members, cls.__qualname__, cls.__name__)]

    def _reached(self, members: Mapping[str, Any], path: str, constructed: str = "") -> dict[str, Any]:
        """Digests of things that code reaches by their names: members of a class, globals."""
        found = {}
        for name, value in members.items():
            for part in _functions(value):
                self._enter(part, f"{path}.{name}", constructed if name in ("__init__", "__new__") else name)
            found[name] = self.digest(value, f"{path}.{name}")
        return found

    def _enter(self, function: types.FunctionType, path: str, name: str) -> None:
        """Describe a function that is reached by a name."""
        self._remember(function, path, name)
        if id(function) in self._known or id(function) in self._open:
            return
        with self._opened(function, path):
            found = digest("function", self._function(function, path, declared_by(function)))
        self._known[id(function)] = found

    def _function(self, function: types.FunctionType, path: str, declared: Any) -> list[Any]:
        version, code = library(function), function.__code__
        own: list[Any] = [version, function.__module__, function.__qualname__] if version else [compiled(code)]
        if declared is not None:
            return [*own, self.digest(declared, f"{path}.depends_on")]
        cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        held = {name: cell.cell_contents for name, cell in cells.items() if _filled(cell)}
        kept = {name: value for name, value in vars(function).items() if not of_compiler(name)}
        own += [
            self.members(held, path),
            self.digest(function.__defaults__, path),
            self.digest(function.__kwdefaults__, path),
            self.members(kept, path),
        ]
        if not version:
            used = {name: function.__globals__[name] for name in global_names(code) if name in function.__globals__}
            own += [self._reached(used, path), self._attributes_of_modules(function, {**used, **held}, path)]
        return own

    def _attributes_of_modules(self, function: types.FunctionType, used: dict[str, Any], path: str) -> dict[str, Any]:
        """Attributes of the user's own modules that a function may use: among its globals, or imported when it runs."""
        imported = inner_imports(function)
        mine = [value for value in used.values() if isinstance(value, types.ModuleType)]
        mine += [value for value in imported.values() if isinstance(value, types.ModuleType)]
        named, found = all_names(function.__code__), dict[str, Any]()
        for module in mine:
            if not library(module):
                known = {name: vars(module)[name] for name in sorted(named & vars(module).keys())}
                found[module.__name__] = self._reached(known, module.__name__)
        return {"imports": {name: self.digest(value, path) for name, value in imported.items()}, "used": found}

    def enter(self, network: nn.Module) -> None:
        """Let modules and weights of a network count by their names wherever they are met."""
        label = self._networks = self._networks + 1
        for name, module in network.named_modules():
            self.name(module, ["module", label, name])
        for name, tensor in (*network.named_parameters(), *network.named_buffers()):
            self.name(tensor, ["tensor", label, name])

    def network(self, network: nn.Module, path: str) -> list[Any]:
        """A network: every module's class, printed hyper-parameters, attributes and hooks, with its weights."""
        self.enter(network)
        parts = [[part, self.digest(value, place)] for part, place, value in module_parts(network, path)]
        return [digest(parts), aliases(network), weights_digest(network)]

    def _object(self, value: Any, path: str) -> Any:
        cls = type(value)
        held = [self._class_of(value, path), self.members(dict(sorted(attributes(value).items())), path)]
        if isinstance(value, (list, tuple)):
            return [*held, self._items(value, path)]
        if isinstance(value, (set, frozenset)):
            return [*held, self._set(value, path)]
        if isinstance(value, (dict, types.MappingProxyType)):
            extra = getattr(value, "default_factory", None)
            return [*held, self._mapping(value, path), self.digest(extra, path)]
        if isinstance(value, (int, float, str, bytes)):
            plain: Any = next(kind for kind in (int, float, str, bytes) if isinstance(value, kind))
            return [*held, plain(value)]
        native = [base for base in cls.__mro__ if base is not object and not made_in_python(base)]
        return [*held, self._saved(value, path)] if native else held

    def _class_of(self, value: Any, path: str) -> Any:
        try:
            return self.digest(type(value), path)
        except Undescribable as error:  # whose path begins at the class
            unseen = _unseen(value, path)
            raise Undescribable(path, f"{unseen.reason} ({error.path})") from error

    def _saved(self, value: Any, path: str) -> Any:
        """The state that pickle would save of an object, where Python does not show it."""
        try:
            reducer = copyreg.dispatch_table.get(type(value))
            saved = reducer(value) if reducer else value.__reduce_ex__(4)
        except Exception:
            raise _unseen(value, path) from None
        if isinstance(saved, str):
            return saved
        make, arguments, *rest = saved
        state, items, pairs = (*rest, None, None, None)[:3]
        parts = [make, arguments, state, list(items or ()), list(pairs or ())]
        return self._items(parts, path)


def _functions(value: Any) -> list[types.FunctionType]:
    if isinstance(value, property):
        return [part for part in (value.fget, value.fset) if isinstance(part, types.FunctionType)]
    value = getattr(value, "__func__", value) if isinstance(value, (staticmethod, classmethod)) else value
    return [value] if isinstance(value, types.FunctionType) else []


def _filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 an empty cell raises
    except ValueError:
        return False
    return True


def _unseen(value: Any, path: str) -> Undescribable:
    name = type(value).__name__
    return Undescribable(path, f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name} cannot be described")
