"""The changeable parts of a network: every value that it holds or reaches, path by path.

Unlike a digest, which tells models apart from process to process, this is compared within one process, before and after a run. So
it needs no descriptions of code and no libraries, and takes about as long as a look at every attribute and a sum over the weights.
"""

import functools
import gc
import itertools
import pickle
import random
import types
import typing
import warnings
import weakref
import zlib
from collections import OrderedDict, deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from enum import Enum
from pathlib import PurePath
from random import Random
from typing import Any

import numpy as np
import torch
from torch import nn

from harness.checks import checked
from harness.errors import ArgumentError
from harness.identity import modules, objects
from harness.identity.code import all_names, global_names, inner_imports, of_library
from harness.identity.held import attributes

State = dict[str, Any]
"""Path -> what stands there: a plain value, or a fingerprint of a tensor, a container, a generator of random numbers."""

RANDOM = "'s random numbers"
"""How the path of a generator of random numbers ends."""

_PLAIN = frozenset(
    {type(None), bool, int, float, complex, str, bytes, range, torch.dtype, torch.device, torch.Size, type(...)}
)
_FIXED = (
    *objects._INERT,
    *objects._DESCRIPTORS,
    Enum,
    PurePath,
    np.dtype,
    types.BuiltinFunctionType,
    types.CodeType,
    types.GenericAlias,
    types.UnionType,
    typing.TypeVar,
    typing._Final,  # Literal["a"], Any and the like, whose caches grow with each import
)
_CACHED = type(functools.lru_cache(len))
_BARE = (list, tuple, dict, set, frozenset, deque, OrderedDict)
_EXACT = 2**16
"""Bytes of a tensor up to which all count one by one; larger ones count by sums of every 512th word of 8 bytes."""
_DEEPEST, _MOST = 50, 10**6
"""References from object to object that are followed at once, and objects that are looked at."""


@checked(ArgumentError, own=("network",))
def state_of(network: nn.Module, name: str = "network") -> State:
    """Everything that a run might change: weights, buffers, attributes, hooks, and the values that the network's own code reaches
    in closures, globals, classes and caches. What declares `depends_on` is left out.

    Args:
        name: how the paths begin.
    """
    walk = _Walk()
    walk.see(network, name)
    for label in modules._GLOBAL_HOOKS:
        walk.see(getattr(nn.modules.module, label), f"torch.nn.modules.module.{label}")
    walk.finish()
    return walk.found | _global_generators()


def _global_generators() -> State:
    """State of the generators that belong to no object."""
    states = {"torch": torch.default_generator, "numpy": np.random.mtrand._rand}
    found = {f"{name}{RANDOM}": _generator_state(value) for name, value in states.items()}
    found[f"python{RANDOM}"] = random.getstate()
    if torch.cuda.is_initialized():
        found[f"CUDA{RANDOM}"] = [_crc(state.numpy()) for state in torch.cuda.get_rng_state_all()]
    return found


@checked(ArgumentError)
def changed(before: State, after: State) -> list[str]:
    """Paths of what differs, in the order of the network, without what lies below another of them."""
    differing = [path for path in {**before, **after} if before.get(path, _Walk) != after.get(path, _Walk)]
    below = tuple(f"{path}{separator}" for path in differing for separator in ".[")
    return [path for path in differing if not path.startswith(below)]


def _declares(value: Any) -> bool:
    """Whether an object declares what it depends on. What refuses to be asked, as some stand-ins do, declares nothing."""
    try:
        return getattr(value, "depends_on", None) is not None
    except KeyboardInterrupt:
        raise
    except BaseException:
        return False


class _Walk:
    """A walk through objects that may refer to each other; each is seen once, under the first path that leads to it."""

    def __init__(self) -> None:
        self.found: State = {}
        self._seen: dict[int, str] = {}
        self._classes: set[type] = set()
        self._alive: list[Any] = []  # so that no id is used twice
        self._depth = 0
        self._later: deque[tuple[Any, str]] = deque()

    def finish(self) -> None:
        """See what was left for later, because it lies deeper than Python can go at once."""
        while self._later and len(self._alive) < _MOST:
            self.see(*self._later.popleft())

    def see(self, value: Any, path: str) -> None:
        """Note a value and all that it refers to."""
        if type(value) in _PLAIN:
            self._plain(value, path)
        elif isinstance(value, _FIXED):
            return
        elif isinstance(value, type):
            self.found[path] = value
            self._class(value)
        elif id(value) in self._seen:
            self.found[path] = ("as", self._seen[id(value)])
        elif self._depth == _DEEPEST:
            self._later.append((value, path))
        else:
            self._seen[id(value)] = path
            self._alive.append(value)
            self._depth += 1
            self._look(value, path)
            self._depth -= 1

    def _plain(self, value: Any, path: str) -> None:
        self.found[path] = value if value == value else "nan"

    def _look(self, value: Any, path: str) -> None:
        if isinstance(value, torch.Tensor):
            self.found[path] = _of_tensor(value)
        elif isinstance(value, nn.Module):
            self._network(value, path)
        elif isinstance(value, types.FunctionType):
            self._function(value, path)
        elif not _declares(value):
            see = next((see for kinds, see in self._KINDS if isinstance(value, kinds)), _Walk._object)
            see(self, value, path)

    def _all(self, values: Iterable[Any], path: str) -> None:
        for number, value in enumerate(values):
            self.see(value, f"{path}[{number}]")

    def _network(self, module: nn.Module, path: str) -> None:
        self._class(type(module))
        if isinstance(module, torch.jit.ScriptModule):
            self.found[path] = modules.scripted(module)
            return
        held = vars(module)
        for part in ("_parameters", "_buffers", "_modules"):
            for name, value in held.get(part, {}).items():
                self.see(value, f"{path}.{name}")
        for name in modules._HOOKS:
            if hooks := held.get(name):
                self._all(hooks.values(), f"{path}.{name}")
        if getattr(module, "depends_on", None) is None:
            for name, value in list(held.items()):
                if type(value) in _PLAIN and name[0] != "_":
                    self._plain(value, f"{path}.{name}")
                elif modules.is_own(module, name):
                    self.see(value, f"{path}.{name}")

    def _function(self, function: types.FunctionType, path: str) -> None:
        if getattr(function, "depends_on", None) is not None:
            return
        code, known = function.__code__, function.__globals__
        self.found[path] = code
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            if objects._filled(cell):
                self.see(cell.cell_contents, f"{path}.{name}")
        for value in (function.__defaults__, function.__kwdefaults__):
            if value:
                self.see(value, f"{path}.defaults")
        for name, value in vars(function).items():
            if not modules.of_compiler(name):
                self.see(value, f"{path}.{name}")
        if of_library(function):
            return
        used = {name: known[name] for name in global_names(code) if name in known}
        for name, value in used.items():
            if not isinstance(value, types.ModuleType):
                self.see(value, f"{function.__module__}.{name}")
        self._modules((*used.values(), *inner_imports(function).values()), code)

    def _modules(self, values: Iterable[Any], code: types.CodeType) -> None:
        """The names of the user's own modules that code uses."""
        for module in values:
            if isinstance(module, types.ModuleType) and not of_library(module):
                for name in sorted(all_names(code) & vars(module).keys()):
                    self.see(vars(module)[name], f"{module.__name__}.{name}")

    def _class(self, cls: type) -> None:
        """The attributes and methods of the user's own class and its bases."""
        if cls in self._classes or of_library(cls):
            return
        self._classes.add(cls)
        for name, member in list(vars(cls).items()):
            if name not in objects._NOT_BEHAVIOUR:
                self._member(member, f"{cls.__module__}.{cls.__qualname__}.{name}")
        for base in cls.__bases__:
            self._class(base)

    def _member(self, member: Any, path: str) -> None:
        if isinstance(member, (property, staticmethod, classmethod)):
            self._all(objects._functions(member), path)
        else:
            self.see(member, path)

    def _method(self, method: types.MethodType, path: str) -> None:
        if not _of_engine(method.__self__):
            self.see(method.__func__, path)
            self.see(method.__self__, f"{path}.__self__")

    def _partial(self, value: functools.partial, path: str) -> None:
        self._all((value.func, *value.args, *value.keywords.values()), path)

    def _cached(self, function: Any, path: str) -> None:
        self.found[path] = function.cache_info().currsize
        self.see(function.__wrapped__, f"{path}.__wrapped__")
        self._all(sorted(gc.get_referents(function), key=id), f"{path}[cache]")

    def _sequence(self, values: Any, path: str) -> None:
        items = list(values)
        self.found[path] = tuple(items) if all(type(item) in _PLAIN for item in items) else len(items)
        if isinstance(self.found[path], int):
            self._all(items, path)
        self._attributes(values, path)

    def _mapping(self, values: Mapping[Any, Any], path: str) -> None:
        names = [repr(key) if type(key) in _PLAIN else f"#{number}" for number, key in enumerate(values)]
        self.found[path] = tuple(names)
        for name, value in zip(names, list(values.values()), strict=True):
            self.see(value, f"{path}[{name}]")
        self._attributes(values, path)

    def _array(self, value: Any, path: str) -> None:
        if value.dtype.hasobject:
            self._all(np.asarray(value).ravel().tolist(), path)
        else:
            self.found[path] = (value.dtype.str, value.shape, _crc(np.ascontiguousarray(value).view(np.uint8)))

    def _bytes(self, value: Any, path: str) -> None:
        self.found[path] = bytes(value)

    def _random(self, value: Any, path: str) -> None:
        self.found[f"{path}{RANDOM}"] = _generator_state(value)

    def _reference(self, value: weakref.ref, path: str) -> None:
        self.see(value(), path)

    def _cell(self, value: types.CellType, path: str) -> None:
        if objects._filled(value):
            self.see(value.cell_contents, path)

    def _generator(self, value: Generator[Any, Any, Any], path: str) -> None:
        frame = value.gi_frame  # type: ignore[attr-defined]
        self.found[path] = None if frame is None else frame.f_lasti
        if frame is not None:
            self._all(frame.f_locals.values(), path)

    def _iterator(self, value: Any, path: str) -> None:
        self.found[path] = repr(value)
        self._all(_saved(value), path)

    def _nothing(self, value: Any, path: str) -> None:
        """A module by itself: what is used of it is seen where code names it."""

    def _attributes(self, value: Any, path: str) -> None:
        if type(value) not in _BARE:
            for name, held in attributes(value).items():
                self.see(held, f"{path}.{name}")

    def _object(self, value: Any, path: str) -> None:
        if _of_engine(value):
            return
        self._class(type(value))
        self._attributes(value, path)
        if isinstance(value, (int, float, str, bytes)):
            self.found[path] = repr(value)
        elif not hasattr(type(value), "__slots__") and not hasattr(value, "__dict__"):
            self._all(_saved(value), path)

    _KINDS: tuple[tuple[Any, Any], ...] = (
        ((np.ndarray, np.generic), _array),
        ((torch.Generator, Random, np.random.Generator, np.random.RandomState, np.random.BitGenerator), _random),
        (types.ModuleType, _nothing),
        (types.MethodType, _method),
        (functools.partial, _partial),
        (_CACHED, _cached),
        ((list, tuple, deque, set, frozenset), _sequence),
        ((dict, types.MappingProxyType), _mapping),
        ((bytearray, memoryview), _bytes),
        (types.CellType, _cell),
        (weakref.ref, _reference),
        (types.GeneratorType, _generator),
        ((itertools.count, itertools.cycle, itertools.repeat, itertools.chain, itertools.islice), _iterator),
        (types.FrameType, _nothing),
    )


def _generator_state(value: Any) -> Any:
    """The state, or a checksum of it, of a generator of random numbers, of torch, numpy or the standard library."""
    if isinstance(value, torch.Generator):
        return _crc(value.get_state().numpy())
    if isinstance(value, Random):
        return value.getstate()
    held = (
        value.get_state() if isinstance(value, np.random.RandomState) else getattr(value, "bit_generator", value).state
    )
    return zlib.crc32(pickle.dumps(held))


def _saved(value: Any) -> list[Any]:
    """The state that pickle would save of an object, where Python does not show it; nothing if it cannot be saved."""
    try:
        with warnings.catch_warnings(action="ignore"):
            saved = value.__reduce_ex__(4)
    except Exception:
        return []
    return (
        [list(part) if isinstance(part, Iterator) else part for part in saved[1:]] if isinstance(saved, tuple) else []
    )


def _of_tensor(tensor: torch.Tensor) -> Any:
    """A fingerprint of the values of a tensor; None where they cannot be read."""
    try:
        if tensor.layout is not torch.strided:
            tensor = tensor.to_dense()
        kind = (tensor.dtype, tensor.shape)
        content = tensor.detach().resolve_conj().resolve_neg().contiguous().view(-1).view(torch.uint8)
        if content.nbytes <= _EXACT:
            return kind, _crc(content.cpu().numpy())
        words = content[: content.nbytes // 4096 * 4096].view(torch.int64).view(-1, 512)
        return kind, _crc(words.sum(0).cpu().numpy()), _crc(content[words.nbytes :].cpu().numpy())
    except (RuntimeError, NotImplementedError, TypeError, ValueError):
        return None


def _of_engine(value: Any) -> bool:
    """Whether a value is the engine's own, which watches the network and is no part of it."""
    return type(value).__module__.startswith("harness.engine")


def _crc(content: np.ndarray) -> int:
    return zlib.crc32(content.data)
