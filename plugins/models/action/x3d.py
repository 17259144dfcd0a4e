"""X3D (Feichtenhofer 2020): a network that was expanded step by step, of convolutions that filter every channel by itself.

Modules have the names of mmaction2's, whose checkpoints they take.
"""

import math
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from harness_plugins.models._published.convolutions import ConvUnit
from harness_plugins.models._published.member import ClipNetwork

DEPTHS = (1, 2, 5, 3)
BOTTLENECK = 2.25
SQUEEZED = 1 / 16


def _rounded(width: float) -> int:
    """To a multiple of 8, not less than nine tenths of it."""
    found = max(8, int(width + 4) // 8 * 8)
    return found + 8 if found < 0.9 * width else found


class Squeeze(nn.Module):
    """Channels weighted by their means over the clip."""

    def __init__(self, channels: int):
        super().__init__()
        inner = _rounded(channels * SQUEEZED)
        self.fc1, self.fc2 = nn.Conv3d(channels, inner, 1), nn.Conv3d(inner, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same."""
        return x * torch.sigmoid(self.fc2(self.fc1(x.mean((2, 3, 4), keepdim=True)).relu()))


class Block(nn.Module):
    """A residual block with a channel-wise convolution over 3 x 3 x 3."""

    def __init__(self, inputs: int, outputs: int, stride: int, squeeze: bool):
        super().__init__()
        inner = int(outputs * BOTTLENECK)
        self.conv1 = ConvUnit(inputs, inner, 1)
        self.conv2 = ConvUnit(inner, inner, 3, (1, stride, stride), 1, groups=inner, relu=False)
        self.se_module = Squeeze(inner) if squeeze else nn.Identity()
        self.conv3 = ConvUnit(inner, outputs, 1, relu=False)
        self.downsample = (
            ConvUnit(inputs, outputs, 1, (1, stride, stride), relu=False)
            if stride != 1 or inputs != outputs
            else nn.Identity()
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        found = functional.silu(self.se_module(self.conv2(self.conv1(x))))
        return (self.conv3(found) + self.downsample(x)).relu()


class Trunk(nn.Module):
    """From the pixels to the last convolution; no pooling or stride in time."""

    def __init__(self, base: int, depths: Sequence[int]):
        super().__init__()
        self.conv1_s = ConvUnit(3, base, (1, 3, 3), (1, 2, 2), (0, 1, 1), norm=False, relu=False)
        self.conv1_t = ConvUnit(base, base, (5, 1, 1), 1, (2, 0, 0), groups=base)
        inputs = base
        for number, count in enumerate(depths):
            outputs = base * 2**number
            blocks = [
                Block(inputs if i == 0 else outputs, outputs, 2 if i == 0 else 1, i % 2 == 0) for i in range(count)
            ]
            self.add_module(f"layer{number + 1}", nn.Sequential(*blocks))
            inputs = outputs
        self.conv5 = ConvUnit(inputs, int(inputs * BOTTLENECK), 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, channels, frames, height, width)."""
        x = self.conv1_t(self.conv1_s(x))
        for number in range(1, 5):
            x = self.get_submodule(f"layer{number}")(x)
        return self.conv5(x)


class Head(nn.Module):
    """A hidden layer on the mean over the clip, and class scores (`fc2`)."""

    def __init__(self, inputs: int, classes: int, hidden: int):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(inputs, hidden, bias=False), nn.Linear(hidden, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> (batch, classes)."""
        return self.fc2(self.fc1(x.mean((2, 3, 4))).relu())


class X3D(ClipNetwork):
    """X3D with a read-out; the depths of its stages are those of the smallest, times `deeper`."""

    areas = tuple(f"backbone.layer{number}" for number in range(1, 5))
    others = ("backbone.conv1_t", "backbone.conv5")
    readout = "cls_head.fc2"

    def __init__(self, classes: int, frames: int, size: int, base: int = 24, deeper: float = 2.2, hidden: int = 2048):
        super().__init__()
        self.frames, self.size = frames, size
        self.backbone = Trunk(base, [math.ceil(deeper * depth) for depth in DEPTHS])
        self.cls_head = Head(int(base * 8 * BOTTLENECK), classes, hidden)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, classes)."""
        return self.cls_head(self.backbone(clip))
