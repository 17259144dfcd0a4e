"""The options of a circuit, and its building blocks: normalisations and attention."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import torch
from torch import nn
from torch.nn import functional

from harness.errors import ModelError
from harness.models import GroupNorm

Normalisation = Literal["layer", "instance", "group", "none"]
Symmetry = Literal["none", "channel", "spatial", "spatial_channel"]
Attention = Literal["none", "se", "gala"]
Dynamic = Literal["none", "softplus", "sigmoid"]
Inhibition = Literal["subtractive", "divisive"]


@dataclass(frozen=True)
class Circuit:
    """The options of an fGRU, shared by all cells of a network.

    Attributes:
        normalisation: of the gates and, if `normalise_circuits`, of the horizontal interactions: over all channels and places
            (version 1) or all channels of a place (version 2) for "layer", over places for "instance", in groups of channels.
        normalise_circuits: whether the horizontal interactions are normalised, with a learned gain and offset.
        symmetry: of the horizontal kernels: "channel" (i to j as j to i), "spatial" (reflection about the diagonal), both.
        dynamic: "none" for weights alpha, mu, kappa, omega with one number per channel, or the function that keeps them
            positive where a pointwise network computes them anew at every place and step.
        bounded_alpha: whether a static alpha passes a logistic function.
        nonnegative_omega: whether a static omega is rectified.
        inhibition: "subtractive", as published, or "divisive": [z]+ / (1 + [i]+), with drive z and inhibition i; the form of
            Carandini & Heeger (2012), Nature Reviews Neuroscience 13:51-62, with exponent and semi-saturation 1.
        attention: in place of the projection of the first gate.
    """

    normalisation: Normalisation = "layer"
    normalise_circuits: bool = False
    symmetry: Symmetry = "none"
    dynamic: Dynamic = "softplus"
    bounded_alpha: bool = False
    nonnegative_omega: bool = False
    inhibition: Inhibition = "subtractive"
    attention: Attention = "none"

    def __post_init__(self) -> None:
        check("normalisation", self.normalisation, Normalisation)
        check("symmetry", self.symmetry, Symmetry)
        check("dynamic", self.dynamic, Dynamic)
        check("inhibition", self.inhibition, Inhibition)
        check("attention", self.attention, Attention)


def check(name: str, value: Any, choices: Any) -> None:
    """Refuse a value that is none of the choices of a literal type.

    Raises:
        ModelError: with the choices.
    """
    if value not in get_args(choices):
        raise ModelError(f"GammaNet's {name} is one of {', '.join(map(str, get_args(choices)))}, not '{value}'")


class ChannelNorm(nn.Module):
    """Zero mean and unit variance over the channels of each place, then a gain and an offset per channel if `affine`."""

    def __init__(self, channels: int, affine: bool):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels)) if affine else None
        self.bias = nn.Parameter(torch.zeros(channels)) if affine else None

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        last = values.movedim(1, -1)
        return functional.layer_norm(last, last.shape[-1:], self.weight, self.bias, eps=1e-5).movedim(-1, 1)


def normalisation(
    kind: Normalisation, channels: int, *, affine: bool, per_place: bool, most_groups: int = 8
) -> nn.Module:
    """The normalisation of (batch, channels, y, x) that a circuit asks for.

    Args:
        affine: whether it has a learned gain and offset.
        per_place: whether "layer" takes each place by itself.
        most_groups: of "group".

    Raises:
        ModelError: if the channels cannot be grouped.
    """
    if kind == "instance":
        return nn.InstanceNorm2d(channels, affine=affine)
    if kind == "layer":
        return ChannelNorm(channels, affine) if per_place else GroupNorm(1, channels, affine=affine)
    if kind == "none":
        return nn.Identity()
    groups = min(most_groups, channels)
    if channels % groups:
        raise ModelError(f"GammaNet cannot normalise {channels} channels in {groups} groups; use another normalisation")
    return GroupNorm(groups, channels, affine=affine)


def symmetric(kernel: torch.Tensor, symmetry: Symmetry) -> torch.Tensor:
    """The part of a kernel (out, in, k, k) that is symmetric; its gradient is the same projection of the ordinary one."""
    if symmetry in ("channel", "spatial_channel"):
        kernel = (kernel + kernel.transpose(0, 1)) / 2
    if symmetry in ("spatial", "spatial_channel"):
        kernel = (kernel + kernel.transpose(2, 3)) / 2
    return kernel


class SqueezeExcite(nn.Module):
    """Channels scaled by sigma(W2 [W1 mean(x)]+): Hu, Shen & Sun (2018), "Squeeze-and-Excitation Networks", with reduction 16."""

    def __init__(self, channels: int, reduction: int = 16):
        super().__init__()
        hidden = max(1, channels // reduction)
        self.squeeze = nn.Linear(channels, hidden, bias=False)
        self.excite = nn.Linear(hidden, channels, bias=False)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        scale = self.excite(torch.relu(self.squeeze(values.mean((2, 3)))))
        return values * torch.sigmoid(scale)[:, :, None, None]


class GlobalAndLocal(nn.Module):
    """Global-and-local attention: Linsley, Shiebler, Eberhardt & Serre (2019), "Learning what and where to attend".

    y = x tanh(a (g + l) + m g l), with g = W2 [W1 mean(x)]+ one number per channel and l = V2 * [V1 * x]+ one number per
    place, by 1x1 convolutions; a and m are learned, one per channel.
    """

    def __init__(self, channels: int, reduction: int = 16):
        super().__init__()
        hidden = max(1, channels // reduction)
        self.what = nn.Sequential(nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels))
        self.where = nn.Sequential(nn.Conv2d(channels, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, 1, 1))
        self.additive = nn.Parameter(torch.ones(channels, 1, 1))
        self.multiplicative = nn.Parameter(torch.ones(channels, 1, 1))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        what = self.what(values.mean((2, 3)))[:, :, None, None]
        where = self.where(values)
        return values * torch.tanh(self.additive * (what + where) + self.multiplicative * what * where)


def attention(kind: Attention, channels: int) -> nn.Module | None:
    """The attention that a circuit asks for."""
    blocks = {"se": SqueezeExcite, "gala": GlobalAndLocal}
    return blocks[kind](channels) if kind in blocks else None
