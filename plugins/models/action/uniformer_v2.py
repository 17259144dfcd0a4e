"""UniFormerV2 (Li et al. 2022): CLIP's image transformer on every frame, and global blocks over its last layers.

Modules have the names of mmaction2's, whose checkpoints they take. The published network of the base size has no local blocks.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch
from timm.layers import QuickGELU
from torch import nn

from harness_plugins.models._published.global_tokens import GlobalBlock, as_maps, positioned
from harness_plugins.models._published.member import ClipNetwork


class FrameBlock(nn.Module):
    """A block of CLIP's image transformer, on every frame by itself; `places` are its maps."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        parts = [("c_fc", nn.Linear(width, 4 * width)), ("gelu", QuickGELU()), ("c_proj", nn.Linear(4 * width, width))]
        self.mlp = nn.Sequential(OrderedDict(parts))
        self.places = nn.Identity()

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, frames, 1 + places, width) -> the same."""
        flat = tokens.flatten(0, 1)
        x = self.ln_1(flat)
        flat = flat + self.attn(x, x, x, need_weights=False)[0]
        tokens = (flat + self.mlp(self.ln_2(flat))).unflatten(0, tokens.shape[:2])
        self.places(as_maps(tokens))
        return tokens


class Transformer(nn.Module):
    """Blocks of frames, and the clip's token that asks the last of them."""

    def __init__(self, width: int, depth: int, heads: int, asked: int):
        super().__init__()
        self.asked = asked
        self.resblocks = nn.ModuleList(FrameBlock(width, heads) for _ in range(depth))
        self.temporal_cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.dpe = nn.ModuleList(nn.Conv3d(width, width, 3, padding=1, groups=width) for _ in range(asked))
        self.dec = nn.ModuleList(GlobalBlock(width, heads, 4 * width) for _ in range(asked))
        self.norm = nn.LayerNorm(width)
        self.balance = nn.Parameter(torch.zeros(width))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, frames, 1 + places, width) -> (batch, width)."""
        token = self.temporal_cls_token.expand(len(tokens), -1, -1)
        for number, block in enumerate(self.resblocks):
            tokens = block(tokens)
            if (late := number - (len(self.resblocks) - self.asked)) >= 0:
                asking: Any = self.dec[late]
                token = asking.ask(token, asking.ln_3(positioned(self.dpe[late], tokens)))
        share = torch.sigmoid(self.balance)
        return self.norm((1 - share) * token[:, 0] + share * tokens[:, :, 0].mean(1))


class Trunk(nn.Module):
    """Patches of every frame with a token of each, and the transformer."""

    def __init__(self, size: int, patch: int, width: int, depth: int, heads: int, asked: int):
        super().__init__()
        self.conv1 = nn.Conv3d(3, width, (1, patch, patch), (1, patch, patch), bias=False)
        self.class_embedding = nn.Parameter(width**-0.5 * torch.randn(width))
        self.positional_embedding = nn.Parameter(width**-0.5 * torch.randn((size // patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = Transformer(width, depth, heads, asked)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, width)."""
        patches = self.conv1(clip).flatten(3).permute(0, 2, 3, 1)
        frames = self.class_embedding.expand(*patches.shape[:2], 1, -1)
        tokens = self.ln_pre(torch.cat([frames, patches], 2) + self.positional_embedding)
        return self.transformer(tokens)


class Head(nn.Module):
    """Class scores."""

    def __init__(self, inputs: int, classes: int):
        super().__init__()
        self.fc_cls = nn.Linear(inputs, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, inputs) -> (batch, classes)."""
        return self.fc_cls(x)


class UniFormerV2(ClipNetwork):
    """UniFormerV2 with a read-out."""

    others: Sequence[str] = ("backbone.conv1",)
    readout = "cls_head.fc_cls"

    def __init__(
        self,
        classes: int,
        frames: int,
        size: int,
        patch: int = 16,
        width: int = 768,
        depth: int = 12,
        heads: int = 12,
        asked: int = 4,
    ):
        super().__init__()
        self.frames, self.size = frames, size
        self.areas = [f"backbone.transformer.resblocks.{number}.places" for number in range(depth)]
        self.backbone = Trunk(size, patch, width, depth, heads, asked)
        self.cls_head = Head(width, classes)

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, classes)."""
        return self.cls_head(self.backbone(clip))
