"""S3D-G as it was trained on HowTo100M (Miech et al. 2020): an Inception of separable convolutions whose channels are gated.

Modules have the names of its authors', whose checkpoint it takes, without its text module. Its input is cut into cubes of 2 x 2 x 2
pixels, which become channels.
"""

from collections.abc import Sequence

import torch
from torch import nn

from harness_plugins.models._published.member import ClipNetwork

Triple = tuple[int, int, int]

# of each block: channels of its four branches, as (first), (first, second), (first, second), (last)
_WIDTHS = {
    "3b": (64, 96, 128, 16, 32, 32),
    "3c": (128, 128, 192, 32, 96, 64),
    "4b": (192, 96, 208, 16, 48, 64),
    "4c": (160, 112, 224, 24, 64, 64),
    "4d": (128, 128, 256, 24, 64, 64),
    "4e": (112, 144, 288, 32, 64, 64),
    "4f": (256, 160, 320, 32, 128, 128),
    "5b": (256, 160, 320, 32, 128, 128),
    "5c": (384, 192, 384, 48, 128, 128),
}
_POOLS = {
    "2a": ((1, 3, 3), (1, 2, 2)),
    "3a": ((1, 3, 3), (1, 2, 2)),
    "4a": ((3, 3, 3), (2, 2, 2)),
    "5a": ((2, 2, 2), (2, 2, 2)),
}


class Convolution(nn.Module):
    """A convolution with normalisation and rectification; a separable one is over space, and then over time."""

    def __init__(self, inputs: int, outputs: int, kernel: Triple, padding: Triple, separable: bool = False):
        super().__init__()
        if separable:
            self.conv1 = nn.Conv3d(inputs, outputs, (1, *kernel[1:]), padding=(0, *padding[1:]), bias=False)
            self.conv2 = nn.Conv3d(outputs, outputs, (kernel[0], 1, 1), padding=(padding[0], 0, 0), bias=False)
            self.bn2 = nn.BatchNorm3d(outputs)
        else:
            self.conv1 = nn.Conv3d(inputs, outputs, kernel, padding=padding, bias=False)
        self.bn1, self.separable = nn.BatchNorm3d(outputs), separable

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        x = self.bn1(self.conv1(x)).relu()
        return self.bn2(self.conv2(x)).relu() if self.separable else x


class Gate(nn.Module):
    """Channels weighted by their means over the clip."""

    def __init__(self, width: int):
        super().__init__()
        self.fc = nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same."""
        return x * torch.sigmoid(self.fc(x.mean((2, 3, 4))))[:, :, None, None, None]


class Inception(nn.Module):
    """Four branches side by side."""

    def __init__(self, inputs: int, widths: Sequence[int]):
        super().__init__()
        a, b_in, b, c_in, c, d = widths
        self.width = a + b + c + d
        self.conv_b0, self.conv_b3_b = _point(inputs, a), _point(inputs, d)
        self.conv_b1_a, self.conv_b2_a = _point(inputs, b_in), _point(inputs, c_in)
        self.conv_b1_b, self.conv_b2_b = _separable(b_in, b), _separable(c_in, c)
        self.maxpool_b3 = nn.MaxPool3d(3, 1, 1)
        self.gating_b0, self.gating_b1, self.gating_b2, self.gating_b3 = Gate(a), Gate(b), Gate(c), Gate(d)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        branches = [
            self.gating_b0(self.conv_b0(x)),
            self.gating_b1(self.conv_b1_b(self.conv_b1_a(x))),
            self.gating_b2(self.conv_b2_b(self.conv_b2_a(x))),
            self.gating_b3(self.conv_b3_b(self.maxpool_b3(x))),
        ]
        return torch.cat(branches, 1)


def _point(inputs: int, outputs: int) -> Convolution:
    return Convolution(inputs, outputs, (1, 1, 1), (0, 0, 0))


def _separable(inputs: int, outputs: int) -> Convolution:
    return Convolution(inputs, outputs, (3, 3, 3), (1, 1, 1), separable=True)


class Pool(nn.Module):
    """The largest value, padded as TensorFlow pads: more after than before."""

    def __init__(self, kernel: Sequence[int], stride: Sequence[int]):
        super().__init__()
        spare = [max(0, k - s) for k, s in zip(kernel, stride, strict=True)]
        padding = [side for axis in reversed(spare) for side in (axis // 2, axis - axis // 2)]
        self.pad, self.pool = nn.ConstantPad3d(padding, 0.0), nn.MaxPool3d(kernel, stride, ceil_mode=True)  # type: ignore[arg-type]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        return self.pool(self.pad(x))


class S3DG(ClipNetwork):
    """S3D-G with the embedding of videos that meets that of texts (`fc`).

    Args:
        thinner: divides the channels of all layers.
    """

    areas = ("conv_2c", "mixed_3c", "mixed_4f", "mixed_5c")
    others = ("conv1", "mixed_4b", "mixed_4d", "fc")

    def __init__(self, frames: int, size: int, thinner: int = 1, embedding: int = 512):
        super().__init__()
        self.frames, self.size = frames, size
        first, second = 64 // thinner, 192 // thinner
        self.conv1 = Convolution(24, first, (2, 4, 4), (1, 2, 2))
        self.conv_2b, self.conv_2c, self.gating = _point(first, first), _separable(first, second), Gate(second)
        for name, (kernel, stride) in _POOLS.items():
            self.add_module(f"maxpool_{name}", Pool(kernel, stride))
        width = second
        for name, widths in _WIDTHS.items():
            block = Inception(width, [value // thinner for value in widths])
            self.add_module(f"mixed_{name}", block)
            width = block.width
        self.fc = nn.Linear(width, embedding)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, embedding)."""
        x = self.conv1(_cubes(clip))[:, :, 1:, 1:, 1:]
        x = self.conv_2c(self.conv_2b(self.get_submodule("maxpool_2a")(x)))
        x = self.get_submodule("maxpool_3a")(self.gating(x))
        for name in _WIDTHS:
            if name in ("4b", "5b"):
                x = self.get_submodule(f"maxpool_{name[0]}a")(x)
            x = self.get_submodule(f"mixed_{name}")(x)
        return self.fc(x.mean((2, 3, 4)))


def _cubes(clip: torch.Tensor) -> torch.Tensor:
    """(batch, 3, T, H, W) -> (batch, 24, T / 2, H / 2, W / 2): moment, row, column and colour within a cube as channels."""
    batch, channels, frames, height, width = clip.shape
    parts = clip.view(batch, channels, frames // 2, 2, height // 2, 2, width // 2, 2)
    return parts.permute(0, 3, 5, 7, 1, 2, 4, 6).flatten(1, 4)
