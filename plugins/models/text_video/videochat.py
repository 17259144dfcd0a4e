"""The visual encoder of VideoChat (Li et al. 2023): EVA's ViT-g on every frame, and global blocks over its last ones.

Modules have the names of its authors'. Their weights lie in two files, EVA's `eva_vit_g.pth` and `videochat.pth`; one file with the
tensors of both fits, with or without what stands before their names. Its language model is not part of it.
"""

import torch
from timm.models.vision_transformer import Block
from torch import nn

from harness_plugins.models._published.global_tokens import GlobalBlock, as_maps, positioned
from harness_plugins.models._published.member import ClipNetwork
from harness_plugins.models.masked.transformer import LAYER_NORM


class FrameBlock(Block):
    """timm's block on every frame by itself; `places` are its maps."""

    def __init__(self, width: int, heads: int, ratio: float):
        super().__init__(width, heads, ratio, qkv_bias=True, norm_layer=LAYER_NORM)
        self.places = nn.Identity()

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """(batch, frames, 1 + places, width) -> the same."""
        tokens = super().forward(tokens.flatten(0, 1)).unflatten(0, tokens.shape[:2])
        self.places(as_maps(tokens))
        return tokens


class ClipBlock(GlobalBlock):
    """A global block whose tokens get their positions when they are normalised."""

    def __init__(self, width: int, heads: int, hidden: int):
        super().__init__(width, heads, hidden, quick=False)
        self.dpe = nn.Conv3d(width, width, 3, padding=1, groups=width)

    def forward(self, token: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, 1, width) and tokens of frames -> (batch, 1, width)."""
        return self.ask(token, positioned(self.dpe, self.ln_3(tokens)))


class Patches(nn.Module):
    """Patches of every frame."""

    def __init__(self, width: int, patch: int):
        super().__init__()
        self.proj = nn.Conv3d(3, width, (1, patch, patch), (1, patch, patch))

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, width, frames, side, side)."""
        return self.proj(clip)


class VideoChat(ClipNetwork):
    """The encoder; `gmhra_token` is the clip's token after the last block."""

    others = ("patch_embed", "gmhra_token")

    def __init__(
        self,
        frames: int,
        size: int,
        patch: int = 14,
        width: int = 1408,
        depth: int = 39,
        heads: int = 16,
        ratio: float = 4.3637,
        asked: int = 8,
    ):
        super().__init__()
        self.frames, self.size, self.asked = frames, size, asked
        self.patch_embed = Patches(width, patch)
        self.cls_token, self.gmhra_cls_token = (
            nn.Parameter(torch.zeros(1, 1, width)),
            nn.Parameter(torch.zeros(1, 1, width)),
        )
        self.pos_embed = nn.Parameter(0.02 * torch.randn(1, (size // patch) ** 2 + 1, width))
        self.blocks = nn.ModuleList(FrameBlock(width, heads, ratio) for _ in range(depth))
        self.gmhra = nn.ModuleList(ClipBlock(width, heads, round(ratio * width)) for _ in range(asked))
        self.gmhra_token = nn.Identity()
        self.areas = [f"blocks.{number}.places" for number in range(depth)]

    def forward(self, clip: torch.Tensor) -> torch.Tensor:
        """(batch, 3, frames, size, size) -> (batch, width)."""
        patches = self.patch_embed(clip).flatten(3).permute(0, 2, 3, 1)
        first = self.cls_token.expand(*patches.shape[:2], -1, -1)
        tokens, token = torch.cat([first, patches], 2) + self.pos_embed, self.gmhra_cls_token.expand(len(clip), -1, -1)
        for number, block in enumerate(self.blocks):
            tokens = block(tokens)
            if (late := number - (len(self.blocks) - self.asked)) >= 0:
                token = self.gmhra[late](token, tokens)
        return self.gmhra_token(token[:, 0])
