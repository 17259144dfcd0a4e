"""How maps lie in memory, convolutions of one place, and what a frame gives for as long as it is held."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import torch
from torch import nn
from torch.nn import functional
from torch.utils.weak import WeakTensorKeyDictionary

from harness.checks import Count, checked
from harness.errors import ModelError

_Value = TypeVar("_Value")
_held: Any = WeakTensorKeyDictionary()
"""Frame -> network -> (what the value depends on, the value); gone with the frame."""


def channels_last(maps: torch.Tensor) -> torch.Tensor:
    """Maps (batch, channels, y, x) with the channels of a place side by side in memory, as convolutions on the CPU work fastest;
    on other devices as they are.

    A recurrent network whose `init` gives such states is run with its weights in that order, too.
    """
    return maps.contiguous(memory_format=torch.channels_last) if maps.device.type == "cpu" else maps


def pointwise(maps: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """The convolution of maps (batch, channels, y, x) with kernels (channels out, channels, 1, 1), on the CPU as a product of
    matrices: torch's own convolution of this kind is slow there for small batches."""
    if maps.device.type != "cpu":
        return functional.conv2d(maps, weight, bias)
    return functional.linear(maps.movedim(1, -1), weight[:, :, 0, 0], bias).movedim(-1, 1)


@checked(ModelError)
class Pointwise(nn.Conv2d):
    """A convolution with kernels of one place."""

    def __init__(self, channels: Count, channels_out: Count, bias: bool = True):
        super().__init__(channels, channels_out, 1, bias=bias)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return pointwise(maps, self.weight, self.bias)


class GroupNorm(nn.GroupNorm):
    """torch's, with the accuracy that it has for maps in the usual order: with channels last, it loses a digit or two."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return channels_last(super().forward(maps.contiguous()))


def once_per_frame(
    network: nn.Module, frame: torch.Tensor, parts: Iterable[nn.Module], compute: Callable[[], _Value]
) -> _Value:
    """The part of a step that depends on the frame alone; computed once for as long as the same tensor is shown.

    It is computed at every step where gradients are wanted, where a hook listens to one of the parts, and where the frame's changes
    are not counted (in torch's inference mode); and again when the frame or a weight has changed.

    Args:
        network: whose value it is; each has one.
        frame: the input of the step.
        parts: all modules that `compute` runs.
        compute: gives tensors that nobody changes.
    """
    parts = tuple(parts)
    stamp = None if torch.is_grad_enabled() or torch.compiler.is_compiling() else _stamp(frame, parts)
    if stamp is None:
        return compute()
    known = _held.setdefault(frame, {})
    if network not in known or known[network][0] != stamp:
        known[network] = stamp, compute()
    return known[network][1]


def _stamp(frame: torch.Tensor, parts: tuple[nn.Module, ...]) -> Any:
    """The identity of a value's dependencies; None where that cannot be told."""
    if nn.modules.module._has_any_global_hook() or any(_heard(module) for part in parts for module in part.modules()):
        return None
    tensors = [frame, *(weight for part in parts for weight in (*part.parameters(), *part.buffers()))]
    if any(tensor.is_inference() for tensor in tensors):
        return None
    counts = [(tensor.data_ptr(), tensor._version) for tensor in tensors]
    return counts, torch.is_autocast_enabled(frame.device.type), any(part.training for part in parts)


def _heard(module: nn.Module) -> bool:
    """Whether somebody listens to a module, or has replaced what it does."""
    return bool(module._forward_hooks or module._forward_pre_hooks or "forward" in vars(module))
