"""Global blocks of UniFormerV2 (Li et al. 2023): one token of the whole clip asks the last blocks of an image transformer.

Tokens of frames are (batch, frames, 1 + places, width), the one of each frame first.
"""

from collections import OrderedDict

import torch
from timm.layers import QuickGELU
from torch import nn


class GlobalBlock(nn.Module):
    """The clip's token asks the tokens of all places and moments, and passes a hidden layer.

    Args:
        width, heads, hidden: channels, heads of attention, units of the hidden layer.
        quick: whether the hidden layer has CLIP's approximation of the Gaussian unit.
    """

    def __init__(self, width: int, heads: int, hidden: int, quick: bool = True):
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ln_1, self.ln_2, self.ln_3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        parts = [
            ("c_fc", nn.Linear(width, hidden)),
            ("gelu", QuickGELU() if quick else nn.GELU()),
            ("c_proj", nn.Linear(hidden, width)),
        ]
        self.mlp = nn.Sequential(OrderedDict(parts))

    def ask(self, token: torch.Tensor, normed: torch.Tensor) -> torch.Tensor:
        """(batch, 1, width) and normalised tokens of frames -> (batch, 1, width)."""
        asked = normed.flatten(1, 2)
        token = token + self.attn(self.ln_1(token), asked, asked, need_weights=False)[0]
        return token + self.mlp(self.ln_2(token))


def positioned(convolution: nn.Module, tokens: torch.Tensor) -> torch.Tensor:
    """Tokens of frames, with a convolution of their maps over time and space added to those of places."""
    added = convolution(as_maps(tokens)).movedim(1, -1).flatten(2, 3)
    return torch.cat([tokens[:, :, :1], tokens[:, :, 1:] + added], 2)


def as_maps(tokens: torch.Tensor) -> torch.Tensor:
    """Tokens of places as maps (batch, width, frames, side, side)."""
    side = round((tokens.shape[2] - 1) ** 0.5)
    return tokens[:, :, 1:].unflatten(2, (side, side)).movedim(-1, 1)
