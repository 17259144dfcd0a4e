"""Lateral connections: from an area's past state to an input to its own drive."""

import math
from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

from harness.errors import ModelError


class SelfConnection(nn.Module):
    """R = w h + b with one weight and one bias for the whole area."""

    def __init__(self, bias: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.bias = nn.Parameter(torch.zeros(1)) if bias else None

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) -> the same."""
        scaled = self.weight * state
        return scaled if self.bias is None else scaled + self.bias


class FullConnection(nn.Module):
    """R = conv(h), every channel to every channel."""

    def __init__(self, channels: int, channels_out: int, kernel: int, bias: bool = True):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels_out, kernel, padding=kernel // 2, bias=bias)

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) -> (batch, channels_out, y, x)."""
        return self.conv(state)


class SeparableConnection(nn.Module):
    """A depthwise and a pointwise convolution in the order given, or one of the two.

    Args:
        order: "depth", "point", "depthpoint" or "pointdepth".
    """

    def __init__(self, order: str, channels: int, channels_out: int, kernel: int, bias: bool = True):
        super().__init__()
        self.order = order
        width = channels if order.startswith("depth") else channels_out
        if "depth" in order:
            self.depthwise_conv = nn.Conv2d(width, width, kernel, padding=kernel // 2, groups=width, bias=bias)
        if "point" in order:
            self.pointwise_conv = nn.Conv2d(channels, channels_out, 1, bias=bias)

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) -> (batch, channels_out, y, x)."""
        if self.order.startswith("depth"):
            state = self.depthwise_conv(state)
        if "point" in self.order:
            state = self.pointwise_conv(state)
        return self.depthwise_conv(state) if self.order == "pointdepth" else state


class LocalConnection(nn.Module):
    """One convolution over a sheet on which the channels of a place lie beside each other, as in a cortical map.

    Each place of the map is a tile of f x f cells, f^2 = channels, with channel f i + j in cell (i, j). Tiles in odd columns are
    mirrored left to right, in odd rows top to bottom, so that neighbouring tiles meet at alike channels.
    """

    def __init__(self, channels: int, bias: bool = True):
        super().__init__()
        self.side = math.isqrt(channels)
        if self.side**2 != channels:
            raise ModelError(f"local recurrence needs a square number of channels, not {channels}")
        kernel = sheet_kernel(channels)
        self.conv = nn.Conv2d(1, 1, kernel, padding=kernel // 2, padding_mode="reflect", bias=bias)

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) -> the same."""
        return self.from_sheet(self.conv(self.to_sheet(state)))

    def to_sheet(self, state: torch.Tensor) -> torch.Tensor:
        """(batch, f^2, y, x) -> (batch, 1, f y, f x)."""
        tiles = self._mirror(state.unflatten(1, (self.side, self.side)))
        return tiles.permute(0, 3, 1, 4, 2).flatten(3, 4).flatten(1, 2).unsqueeze(1)

    def from_sheet(self, sheet: torch.Tensor) -> torch.Tensor:
        """(batch, 1, f y, f x) -> (batch, f^2, y, x)."""
        tiles = sheet[:, 0].unflatten(1, (-1, self.side)).unflatten(3, (-1, self.side))
        return self._mirror(tiles.permute(0, 2, 4, 1, 3)).flatten(1, 2)

    @staticmethod
    def _mirror(tiles: torch.Tensor) -> torch.Tensor:
        """Mirror the tiles (batch, i, j, y, x) of odd rows and columns; its own inverse."""
        height, width = tiles.shape[3:]
        odd_row = (torch.arange(height, device=tiles.device) % 2 == 1)[:, None]
        odd_column = torch.arange(width, device=tiles.device) % 2 == 1
        tiles = torch.where(odd_row, tiles.flip(1), tiles)
        return torch.where(odd_column, tiles.flip(2), tiles)


class LocalDepthwiseConnection(nn.Module):
    """The local connection and then a depthwise one, which reaches over the tiles of neighbouring places."""

    def __init__(self, channels: int, kernel: int, bias: bool = True):
        super().__init__()
        self.local_conv = LocalConnection(channels, bias)
        self.patchy_conv = nn.Conv2d(channels, channels, kernel, padding=kernel // 2, groups=channels, bias=bias)

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) -> the same."""
        return self.patchy_conv(self.local_conv(state))


def sheet_kernel(channels: int) -> int:
    """Side of the kernel on the sheet: about a quarter of a tile, odd, at least 3."""
    quarter = math.isqrt(channels) // 4
    return max(3, quarter + (quarter % 2 == 0))


def connect(kind: str, channels: int, channels_out: int, kernel: int, bias: bool) -> nn.Module | None:
    """The lateral connection of a kind; None for "none".

    Raises:
        ModelError: if the kind keeps the number of channels and its target has another one.
    """
    makers: dict[str, Callable[[], nn.Module | None]] = {
        "none": lambda: None,
        "self": lambda: SelfConnection(bias),
        "full": lambda: FullConnection(channels, channels_out, kernel, bias),
        "depthwise": lambda: SeparableConnection("depth", channels, channels_out, kernel, bias),
        "pointwise": lambda: SeparableConnection("point", channels, channels_out, kernel, bias),
        "depthpointwise": lambda: SeparableConnection("depthpoint", channels, channels_out, kernel, bias),
        "pointdepthwise": lambda: SeparableConnection("pointdepth", channels, channels_out, kernel, bias),
        "local": lambda: LocalConnection(channels, bias),
        "localdepthwise": lambda: LocalDepthwiseConnection(channels, kernel, bias),
    }
    if kind in ("self", "depthwise", "local", "localdepthwise") and channels != channels_out:
        raise ModelError(
            f"recurrence '{kind}' keeps the number of channels, so it cannot go from {channels} channels to a target of "
            f"{channels_out}; use 'full', 'pointwise', 'depthpointwise' or 'pointdepthwise'"
        )
    return makers[kind]()


def resized(values: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """A map on the grid of another, by the nearest neighbour."""
    if values.shape[2:] == like.shape[2:]:
        return values
    return functional.interpolate(values, size=like.shape[2:], mode="nearest")
