"""UniFormer (Li et al. 2022): convolutions where maps are large, attention where they are small.

Modules have the names of mmaction2's, whose checkpoints they take.
"""

from collections.abc import Sequence

import torch
from timm.models.vision_transformer import Block
from torch import nn

from harness_plugins.models._published.convolutions import MeanReadOut
from harness_plugins.models._published.member import ClipNetwork


class PatchEmbed(nn.Module):
    """Patches of one frame, or of overlapping triples of frames, of which there are half as many; of unit variance."""

    def __init__(self, inputs: int, outputs: int, patch: int, moments: int = 1):
        super().__init__()
        self.norm = nn.LayerNorm(outputs)
        padding, stride = (moments // 2, 0, 0), (2 if moments == 3 else 1, patch, patch)
        self.proj = nn.Conv3d(inputs, outputs, (moments, patch, patch), stride, padding)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same axes."""
        return self.norm(self.proj(x).movedim(1, -1)).movedim(-1, 1)


class ConvMlp(nn.Module):
    """A hidden layer at every place and moment."""

    def __init__(self, width: int, hidden: int):
        super().__init__()
        self.fc1, self.fc2 = nn.Conv3d(width, hidden, 1), nn.Conv3d(hidden, width, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same."""
        return self.fc2(nn.functional.gelu(self.fc1(x)))


class LocalBlock(nn.Module):
    """A block whose "attention" is a convolution over 5 x 5 x 5."""

    def __init__(self, width: int, ratio: float = 4.0):
        super().__init__()
        self.pos_embed = nn.Conv3d(width, width, 3, padding=1, groups=width)
        self.norm1, self.norm2 = nn.BatchNorm3d(width), nn.BatchNorm3d(width)
        self.conv1, self.conv2 = nn.Conv3d(width, width, 1), nn.Conv3d(width, width, 1)
        self.attn = nn.Conv3d(width, width, 5, padding=2, groups=width)
        self.mlp = ConvMlp(width, int(width * ratio))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels, time, height, width) -> the same."""
        x = x + self.pos_embed(x)
        x = x + self.conv2(self.attn(self.conv1(self.norm1(x))))
        return x + self.mlp(self.norm2(x))


class GlobalBlock(Block):
    """timm's block, with attention of every place and moment to all others."""

    def __init__(self, width: int, heads: int, ratio: float = 4.0):
        super().__init__(width, heads, ratio, qkv_bias=True, norm_layer=nn.LayerNorm)
        self.pos_embed = nn.Conv3d(width, width, 3, padding=1, groups=width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """(batch, channels, time, height, width) -> the same."""
        x = x + self.pos_embed(x)
        return super().forward(x.flatten(2).transpose(1, 2)).transpose(1, 2).unflatten(2, x.shape[2:])


class Trunk(nn.Module):
    """Four stages; the first halves time, and each shrinks the maps."""

    def __init__(self, widths: Sequence[int], depths: Sequence[int], head: int):
        super().__init__()
        inputs = [3, *widths]
        for number, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            first = number == 0
            patches = PatchEmbed(inputs[number], width, 4 if first else 2, 3 if first else 1)
            block = LocalBlock if number < 2 else lambda width: GlobalBlock(width, width // head)
            self.add_module(f"patch_embed{number + 1}", patches)
            self.add_module(f"blocks{number + 1}", nn.ModuleList(block(width) for _ in range(depth)))
        self.norm = nn.BatchNorm3d(widths[-1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, channels, frames / 2, size / 32, size / 32)."""
        for number in range(1, 5):
            x = self.get_submodule(f"patch_embed{number}")(x)
            for block in self.get_submodule(f"blocks{number}").children():
                x = block(x)
        return self.norm(x)


class UniFormer(ClipNetwork):
    """UniFormer with a read-out."""

    readout = "cls_head.fc_cls"

    def __init__(
        self,
        classes: int,
        frames: int,
        size: int,
        widths: Sequence[int] = (64, 128, 320, 512),
        depths: Sequence[int] = (5, 8, 20, 7),
        head: int = 64,
    ):
        super().__init__()
        self.frames, self.size = frames, size
        self.areas = [f"backbone.blocks{number}.{depth - 1}" for number, depth in enumerate(depths, 1)]
        self.others = [f"backbone.blocks{n}.{i}" for n, depth in enumerate(depths, 1) for i in range(0, depth - 1, 4)]
        self.backbone = Trunk(widths, depths, head)
        self.cls_head = MeanReadOut(widths[-1], classes)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, classes)."""
        return self.cls_head(self.backbone(clip))
