"""Random numbers that depend on a key and a place alone: neither on the order nor on the size of a batch, nor on the device."""

import torch

_MIXERS = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1))
"""Shifts and factors of splitmix64 (Steele, Lea & Flood 2014, doi:10.1145/2660193.2660195)."""


def mixed(keys: torch.Tensor) -> torch.Tensor:
    """Whole numbers (int64) without pattern, one for each."""
    for shift, factor in _MIXERS:
        keys = keys ^ ((keys >> shift) & ((1 << (64 - shift)) - 1))
        keys = keys * (factor if factor < 1 << 63 else factor - (1 << 64))
    return keys


def normal(keys: torch.Tensor, units: int) -> torch.Tensor:
    """(keys, units) standard normal numbers, float32, which depend on the key and the unit alone."""
    places = mixed(torch.arange(1, units + 1, device=keys.device))
    uniform = (((mixed(keys[:, None] + places) >> 40) & 0xFFFFFF).double() + 0.5) / 0x1000000
    return (2**0.5 * torch.erfinv(2 * uniform - 1)).float()
