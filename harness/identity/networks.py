"""Identity of networks: weights, configuration and code."""

from collections.abc import Iterator

from torch import nn

from harness.checks import checked
from harness.errors import ArgumentError
from harness.identity.code import all_names, reads
from harness.identity.digests import digest
from harness.identity.modules import module_parts, weights_digest
from harness.identity.objects import Describer, Undescribable

_RUNNING = frozenset({"forward", "step", "init", "__call__"})
_NOT_RUNNING = frozenset(
    {
        "__init__",
        "__new__",
        "__init_subclass__",
        "__class_getitem__",
        "__set_name__",
        "__repr__",
        "__str__",
        "__dir__",
        "__del__",
        "__copy__",
        "__deepcopy__",
        "__getstate__",
        "__setstate__",
        "__reduce__",
        "__reduce_ex__",
        "__getnewargs__",
        "__getnewargs_ex__",
    }
)

__all__ = ["code_digest", "configuration_digest", "network_digest", "weights_digest"]


@checked(ArgumentError)
def network_digest(network: nn.Module, name: str = "network") -> str:
    """Identity of everything in a network that can change what it computes: weights, attributes, hooks, code, and all that these
    reach.

    Args:
        name: how messages call it.

    Raises:
        Undescribable: if a part cannot be described, or reads files or the environment and does not declare `depends_on`.
    """
    describer = Describer()
    found = describer.digest(network, name)
    if getattr(network, "depends_on", None) is None:
        for path, what in _readings(describer):
            raise Undescribable(path, f"it reads `{what}`, which is not known before it runs; declare `depends_on`")
    return digest("network", found)


@checked(ArgumentError)
def configuration_digest(network: nn.Module) -> str:
    """Identity of the module tree without its weights: classes, printed hyper-parameters, attributes and hooks."""
    describer = Describer()
    describer.enter(network)
    parts = [[part, describer.digest(value, path)] for part, path, value in module_parts(network, "network")]
    return digest("configuration", parts)


@checked(ArgumentError)
def code_digest(network: nn.Module) -> str:
    """Identity of the code of every module class and of what it inherits."""
    classes = {type(module) for module in network.modules()}
    ordered = sorted(classes, key=lambda cls: (cls.__module__, cls.__qualname__))
    describer = Describer()
    return digest("code", sorted(digest(describer.digest(cls, cls.__qualname__)) for cls in ordered))


def _readings(describer: Describer) -> Iterator[tuple[str, str]]:
    """(path, what) of functions that read files or the environment when the network runs.

    Whether a function runs is decided by names alone: what a running function names may run.
    """
    waiting = list(describer.functions.values())
    names = set(_RUNNING)
    found = True
    while found:
        found = False
        for entry in list(waiting):
            path, function, reached_as = entry
            if reached_as is None or any(name in names or _is_special(name) for name in reached_as):
                waiting.remove(entry)
                if getattr(function, "depends_on", None) is not None:
                    continue
                if what := reads(function):
                    yield path, what
                new = all_names(function.__code__) - names
                names |= new
                found = True


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and name not in _NOT_RUNNING
