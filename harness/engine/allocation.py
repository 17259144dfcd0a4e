"""Memory and its order on the CPU: what is freed is kept for what comes next, and kernels lie with their channels last."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn

SWITCH = "HARNESS_KEEP_MEMORY"
"""Environment variable: 0 gives freed memory back to the system at once, which costs time and saves little at the peak."""

_TRIM, _PAD, _MAP_FROM, _MAPS = (
    -1,
    -2,
    -3,
    -4,
)  # M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD and M_MMAP_MAX of malloc.h
_MIB = 2**20
_KEPT = {_MAPS: 0, _TRIM: 2047 * _MIB, _PAD: 64 * _MIB}
_USUAL = {
    _MAPS: 65536,
    _MAP_FROM: 32 * _MIB,
    _TRIM: 64 * _MIB,
    _PAD: _MIB // 8,
}  # where the C library's own rule arrives


@contextmanager
def memory_kept() -> Iterator[None]:
    """Within the block, memory that one operation frees serves the next one, and does not go back to the system in between.

    A network frees and allocates the same large maps at every operation; fresh pages for them take a third of its time. Only with
    the GNU C library.
    """
    if os.environ.get(SWITCH) == "0":
        yield
        return
    _set(_KEPT)
    try:
        yield
    finally:
        _set(_USUAL)


def _set(options: dict[int, int]) -> None:
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        for option, value in options.items():
            mallopt(option, value)


@contextmanager
def channels_last_weights(network: nn.Module) -> Iterator[None]:
    """Within the block, the kernels of a network have their channels last in memory, and so have the maps that they make.

    After it, the parameters have the memory that they had, except those that the network has changed meanwhile.
    """
    before = []
    with torch.inference_mode(False):
        for parameter in network.parameters():
            if parameter.ndim == 4 and not parameter.is_inference():
                before.append((parameter, parameter.data, parameter._version))
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    try:
        yield
    finally:
        for parameter, data, version in before:
            if parameter._version == version:
                parameter.data = data
