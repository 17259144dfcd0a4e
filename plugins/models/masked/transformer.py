"""Video transformers of tubelets, as masked autoencoders and their kin train them; blocks are timm's.

What differs between them are positions, a class token, and what follows the last block.
"""

from functools import partial
from typing import Any, Literal

import numpy as np
import torch
from timm.models.vision_transformer import Block
from torch import nn

from harness.models import Tokens
from harness_plugins.models._published.member import ClipNetwork

LAYER_NORM: Any = partial(nn.LayerNorm, eps=1e-6)
Positions = Literal["sinusoid", "stored", "separate"]


class Tubelets(nn.Module):
    """Tubelets of so many frames and pixels as tokens, row by row and moment by moment."""

    def __init__(self, width: int, tubelet: int, patch: int):
        super().__init__()
        self.proj = nn.Conv3d(3, width, (tubelet, patch, patch), (tubelet, patch, patch))

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, tokens, width)."""
        return self.proj(clip).flatten(2).transpose(1, 2)


class VideoTransformer(ClipNetwork):
    """A transformer encoder.

    Args:
        frames, size: of the clip.
        tubelet, patch: frames and pixels of a tubelet.
        width, depth, heads, ratio: channels, blocks, heads of attention, hidden units a channel.
        positions: "sinusoid" (computed, through all tokens), "stored" (a table in the file) or "separate" (a table of moments and
            one of places).
        sampled: moments of the sinusoid before it is stretched to those of the clip; those of the clip if not given.
        token: whether a class token leads.
    """

    others = ("patch_embed",)

    def __init__(
        self,
        frames: int,
        size: int,
        tubelet: int = 2,
        patch: int = 16,
        width: int = 768,
        depth: int = 12,
        heads: int = 12,
        ratio: float = 4.0,
        positions: Positions = "sinusoid",
        sampled: int | None = None,
        token: bool = False,
    ):
        super().__init__()
        self.frames, self.size = frames, size
        moments, side = frames // tubelet, size // patch
        self.patch_embed = Tubelets(width, tubelet, patch)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width)) if token else None
        self.positions = positions
        if positions == "separate":
            self.pos_embed_spatial = nn.Parameter(0.02 * torch.randn(1, side**2, width))
            self.pos_embed_temporal = nn.Parameter(0.02 * torch.randn(1, moments, width))
            self.pos_embed_class = nn.Parameter(torch.zeros(1, 1, width)) if token else None
        elif positions == "stored":
            self.pos_embed = nn.Parameter(0.02 * torch.randn(1, moments * side**2, width))
        else:
            table = sinusoid(sampled or moments, side**2, width, moments)
            self.register_buffer("pos_embed", table, persistent=False)
        self.blocks = nn.ModuleList(
            Block(width, heads, ratio, qkv_bias=True, norm_layer=LAYER_NORM) for _ in range(depth)
        )
        self.norm = LAYER_NORM(width)
        self.areas = [f"blocks.{number}" for number in range(depth)]
        places = Tokens(moments, side, side, int(token))
        self.layouts = {**dict.fromkeys(self.areas, places), "norm": places, "patch_embed": Tokens(moments, side, side)}

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, tokens, width)."""
        tokens = self.patch_embed(clip) + self._places()
        if self.cls_token is not None:
            first = self.cls_token if self.pos_embed_class is None else self.cls_token + self.pos_embed_class
            tokens = torch.cat([first.expand(len(tokens), -1, -1), tokens], 1)
        for block in self.blocks:
            tokens = block(tokens)
        return self.norm(tokens)

    def _places(self) -> torch.Tensor:
        if self.positions != "separate":
            return self.pos_embed
        moments, places = self.pos_embed_temporal, self.pos_embed_spatial
        return (moments[:, :, None] + places[:, None]).flatten(1, 2)


def sinusoid(moments: int, places: int, width: int, stretched: int) -> torch.Tensor:
    """(1, stretched * places, width): sines and cosines of the number of a token (Vaswani et al. 2017, section 3.5), by turns;
    interpolated linearly over time where the clip has other moments."""
    angles = np.arange(moments * places)[:, None] / 10000 ** (2 * (np.arange(width) // 2) / width)
    angles[:, 0::2], angles[:, 1::2] = np.sin(angles[:, 0::2]), np.cos(angles[:, 1::2])
    table = torch.from_numpy(angles).float().view(moments, places, width)
    if stretched != moments:
        lines = table.permute(1, 2, 0)
        table = nn.functional.interpolate(lines, size=stretched, mode="linear").permute(2, 0, 1)
    return table.reshape(1, stretched * places, width)
