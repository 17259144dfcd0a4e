"""SimVP and TAU of OpenSTL: frames go through an encoder one by one, all of them together through blocks, and one by one out again.

Modules have the names of OpenSTL's, whose checkpoints they take. Their input is wider than high; of the square field of view they
see the rows in its middle. They give the frames that follow the window.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from harness_plugins.models._published.member import ClipNetwork, Member, loader
from harness_plugins.models.openstl import CLIPS as DESCRIBED

SLOPE = 21
"""Side of the large kernels, made of a small one and of one with gaps."""
GAP = 3


class Basic(nn.Module):
    """A convolution, with normalisation of two groups of channels; one that doubles the map puts channels side by side."""

    def __init__(self, inputs: int, outputs: int, down: bool, up: bool):
        super().__init__()
        doubling = nn.Sequential(nn.Conv2d(inputs, 4 * outputs, 3, padding=1), nn.PixelShuffle(2))
        self.conv = doubling if up else nn.Conv2d(inputs, outputs, 3, 2 if down else 1, 1)
        self.norm = nn.GroupNorm(2, outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, height, width) -> the same axes."""
        return functional.silu(self.norm(self.conv(x)))


class EachFrame(nn.Module):
    """A convolution of every frame by itself (`conv`)."""

    def __init__(self, inputs: int, outputs: int, down: bool = False, up: bool = False):
        super().__init__()
        self.conv = Basic(inputs, outputs, down, up)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, frames, height, width) -> the same axes."""
        frames = x.transpose(1, 2)
        return self.conv(frames.flatten(0, 1)).unflatten(0, frames.shape[:2]).transpose(1, 2)


class LargeKernel(nn.Module):
    """Convolutions that filter every channel over a large neighbourhood."""

    def __init__(self, width: int, outputs: int):
        super().__init__()
        small, wide = 2 * GAP - 1, SLOPE // GAP + (SLOPE // GAP % 2 - 1)
        self.conv0 = nn.Conv2d(width, width, small, padding=small // 2, groups=width)
        self.conv_spatial = nn.Conv2d(width, width, wide, padding=GAP * (wide - 1) // 2, groups=width, dilation=GAP)
        self.conv1 = nn.Conv2d(width, outputs, 1)

    def filtered(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> (batch, outputs, height, columns)."""
        return self.conv1(self.conv_spatial(self.conv0(x)))


class Gated(LargeKernel):
    """SimVP's unit: half of what is filtered gates the other half."""

    def __init__(self, width: int):
        super().__init__(width, 2 * width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> the same."""
        found, gate = self.filtered(x).chunk(2, 1)
        return torch.sigmoid(gate) * found


class Temporal(LargeKernel):
    """TAU's unit: what is filtered weights the map, and the means of the channels weight both."""

    def __init__(self, width: int):
        super().__init__(width, width)
        inner = width // max(width // 16, 4)
        self.fc = nn.Sequential(
            nn.Linear(width, inner, bias=False), nn.ReLU(), nn.Linear(inner, width, bias=False), nn.Sigmoid()
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> the same."""
        return self.fc(x.mean((2, 3)))[:, :, None, None] * self.filtered(x) * x


class Attention(nn.Module):
    """A unit between two linear maps, added to its input."""

    def __init__(self, width: int, unit: Callable[[int], nn.Module]):
        super().__init__()
        self.proj_1, self.proj_2 = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.spatial_gating_unit = unit(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> the same."""
        return x + self.proj_2(self.spatial_gating_unit(functional.gelu(self.proj_1(x))))


class Depthwise(nn.Module):
    """A convolution of every channel by itself."""

    def __init__(self, width: int):
        super().__init__()
        self.dwconv = nn.Conv2d(width, width, 3, padding=1, groups=width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> the same."""
        return self.dwconv(x)


class ConvMlp(nn.Module):
    """A hidden layer at every place, with a convolution in it."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc1, self.fc2, self.dwconv = nn.Conv2d(width, hidden, 1), nn.Conv2d(hidden, width, 1), Depthwise(hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> the same."""
        return self.fc2(functional.gelu(self.dwconv(self.fc1(x))))


class Mixer(nn.Module):
    """A block over all frames at once: attention and a hidden layer."""

    def __init__(self, width: int, unit: Callable[[int], nn.Module], ratio: float):
        super().__init__()
        self.norm1, self.norm2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.attn, self.mlp = Attention(width, unit), ConvMlp(width, int(width * ratio))
        self.layer_scale_1, self.layer_scale_2 = (nn.Parameter(0.01 * torch.ones(width)) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, width, height, columns) -> the same."""
        x = x + self.layer_scale_1[:, None, None] * self.attn(self.norm1(x))
        return x + self.layer_scale_2[:, None, None] * self.mlp(self.norm2(x))


class Block(nn.Module):
    """A block, and a linear map where the number of channels changes."""

    def __init__(self, inputs: int, outputs: int, unit: Callable[[int], nn.Module], ratio: float):
        super().__init__()
        self.block = Mixer(inputs, unit, ratio)
        self.reduction = nn.Identity() if inputs == outputs else nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, inputs, height, columns) -> (batch, outputs, height, columns)."""
        return self.reduction(self.block(x))


class Coder(nn.Module):
    """The encoder (`enc`) or the decoder (`dec`, with its `readout`) of frames."""

    def __init__(self, **parts: nn.Module):
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)


class SimVP(ClipNetwork):
    """SimVP with one of two units of attention.

    Args:
        height: rows in the middle of the clip that it sees.
        space, time: channels of each frame, and of all frames together.
        depth: number of blocks.
    """

    enc: Any
    hid: Any
    dec: Any

    def __init__(
        self,
        unit: Callable[[int], nn.Module],
        frames: int,
        size: int,
        height: int = 128,
        space: int = 64,
        time: int = 256,
        depth: int = 6,
        ratio: float = 8.0,
    ):
        super().__init__()
        self.frames, self.size, self.height = frames, size, height
        widths = [frames * space, *[time] * (depth - 1), frames * space]
        blocks = [Block(i, o, unit, ratio) for i, o in pairwise(widths)]
        self.enc = Coder(enc=nn.Sequential(EachFrame(3, space), EachFrame(space, space, down=True)))
        self.hid = Coder(enc=nn.Sequential(*blocks))
        self.dec = Coder(
            dec=nn.Sequential(EachFrame(space, space, up=True), EachFrame(space, space)), readout=nn.Conv2d(space, 3, 1)
        )
        self.areas = ["enc.enc.0", "enc.enc.1", *(f"hid.enc.{number}" for number in range(depth))]
        self.others = ["dec.dec.0", "dec.dec.1"]

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> the frames that follow, (batch, 3, frames, height, size)."""
        above = (self.size - self.height) // 2
        first = self.enc.enc[0](clip[:, :, :, above : above + self.height])
        latent = self.enc.enc[1](first)
        together = latent.transpose(1, 2)
        mixed = self.hid.enc(together.flatten(1, 2)).unflatten(1, together.shape[1:3]).transpose(1, 2)
        last = self.dec.dec[1](self.dec.dec[0](mixed) + first).transpose(1, 2)
        return self.dec.readout(last.flatten(0, 1)).unflatten(0, last.shape[:2]).transpose(1, 2)


_KITTI = {"frames": 10, "size": 160}
MEMBERS = {
    "simvp": Member(SimVP, 10, {"unit": Gated, **_KITTI}, mean=(0.0,), std=(1.0,)),
    "tau": Member(SimVP, 10, {"unit": Temporal, **_KITTI}, mean=(0.0,), std=(1.0,)),
}

load = loader(MEMBERS, DESCRIBED)
