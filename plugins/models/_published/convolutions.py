"""Convolutions over time and space with what follows them, under the names of mmaction2's checkpoints."""

from collections.abc import Sequence

import torch
from torch import nn

Triple = int | Sequence[int]


def _triple(value: Triple) -> tuple[int, int, int]:
    time, height, width = (value,) * 3 if isinstance(value, int) else value
    return time, height, width


class ConvUnit(nn.Module):
    """A convolution (`conv`), its normalisation (`bn`) and a rectification; all but the first may be left out."""

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: Triple,
        stride: Triple = 1,
        padding: Triple = 0,
        groups: int = 1,
        bias: bool = False,
        norm: bool = True,
        relu: bool = True,
        eps: float = 1e-5,
    ):
        super().__init__()
        window, step, margin = (_triple(value) for value in (kernel, stride, padding))
        self.conv = nn.Conv3d(inputs, outputs, window, step, margin, groups=groups, bias=bias)
        self.bn = nn.BatchNorm3d(outputs, eps=eps) if norm else None
        self.activate = nn.ReLU() if relu else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        x = self.conv(x)
        x = x if self.bn is None else self.bn(x)
        return x if self.activate is None else self.activate(x)


class MeanReadOut(nn.Module):
    """The read-out: the mean over time and space, and class scores (`fc_cls`)."""

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.fc_cls = nn.Linear(inputs, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> (batch, classes)."""
        return self.fc_cls(x.mean((2, 3, 4)))
