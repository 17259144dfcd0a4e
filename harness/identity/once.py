"""Weights are hashed once while a pair is scored, and again after a change in place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from torch import nn

_Known = WeakKeyDictionary["nn.Module", tuple[Any, str]]
_known: ContextVar[_Known | None] = ContextVar("_known", default=None)


@contextmanager
def weights_hashed_once() -> Iterator[None]:
    """Within the block, the digest of a network's weights is remembered until torch notes a change of a tensor.

    torch notes what is done to a tensor, not what is done to its `.data`: that is seen when the next block begins.
    """
    token = _known.set(_known.get() or WeakKeyDictionary())
    try:
        yield
    finally:
        _known.reset(token)


def once(hashing: "Callable[[nn.Module], str]") -> "Callable[[nn.Module], str]":
    """Decorator of what hashes the weights of a network."""

    @wraps(hashing)
    def remembering(network: "nn.Module") -> str:
        known = _known.get()
        stamp = None if known is None else _stamp(network)
        if known is None or stamp is None:
            return hashing(network)
        if network not in known or known[network][0] != stamp:
            known[network] = (stamp, hashing(network))
        return known[network][1]

    return remembering


def _stamp(network: "nn.Module") -> Any:
    """Where every tensor lies and how often it was changed; None where torch does not count."""
    tensors = {**dict(network.named_parameters()), **dict(network.named_buffers())}
    try:
        return [(name, id(t), t.data_ptr(), t._version, t.dtype, t.shape) for name, t in tensors.items()]
    except RuntimeError:  # a tensor of inference mode, or one without storage
        return None
