"""Initialisation of CordsNet's training: a feedforward twin, folded, and a linear recurrent network that imitates it.

1. The twin passes a frame through the same convolutions once, y_i = max(0, N2_i(R_i * N1_i(A_i * h_i))), with batch norms N that
   also follow the stem and the bypasses P; h as in a CordsNet, with y for rho.
2. Folded, its norms are part of gains and of two biases per unit: y_i = max(0, R_i * (A_i * h_i + a_i) + b_i).
3. A linear area with the recurrent kernel W and the bias b would settle at (1 - W)^-1 (b + A_i * h_i). W and b are fitted so that
   this, as a series up to W^3, is the folded twin's R_i * (A_i * h_i + a_i) + b_i.
"""

from typing import Any

import torch
from torch import nn

from harness_plugins.models.cordsnet.checkpoint import DIRECTION, GAIN
from harness_plugins.models.cordsnet.network import Areas, CordsNet, State, stem

FITTED = ("area_conv.", "conv_bias.")  # what the imitation trains


class Twin(Areas):
    """The feedforward twin with batch norms. Arguments as those of `CordsNet`."""

    def __init__(self, depth: int, channels_in: int = 3, classes: int = 1000, channels: int = 64, size: int = 224):
        super().__init__(depth, channels_in, classes, channels, size)
        self.inp_norm = nn.BatchNorm2d(channels)
        self.area_norm = nn.ModuleList(nn.BatchNorm2d(n) for n in self.channels)
        self.area_nrm2 = nn.ModuleList(nn.BatchNorm2d(n) for n in self.channels)
        self.skip_norm = nn.ModuleList(nn.BatchNorm2d(skip.out_channels) for skip in self.skip_area)  # type: ignore[arg-type]

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, channels_in, size, size) -> class scores (batch, classes)."""
        return self.read_out(self.rates(frames))

    def rates(self, frames: torch.Tensor) -> State:
        """y of every area, (batch, channels, y, x)."""
        drive, rates = stem(self.inp_norm(self.inp_conv(frames))), list[torch.Tensor]()
        for area in range(self.depth):
            inner = self.area_norm[area](self.area_area[area](self.heard(drive, area, rates)))
            rates.append(torch.relu(self.area_nrm2[area](self.area_conv[area](inner))))
        return tuple(rates)

    def bypass(self, number: int, rates: torch.Tensor) -> torch.Tensor:
        return self.skip_norm[number](super().bypass(number, rates))


class Folded(Areas):
    """The twin without norms, with two biases per unit: `area_bias` (a) and `conv_bias` (b). Arguments as those of `CordsNet`."""

    def __init__(self, depth: int, channels_in: int = 3, classes: int = 1000, channels: int = 64, size: int = 224):
        super().__init__(depth, channels_in, classes, channels, size)
        self.area_bias, self.conv_bias = self.unit_biases(), self.unit_biases()

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, channels_in, size, size) -> class scores (batch, classes)."""
        return self.read_out(self.rates(frames))

    def rates(self, frames: torch.Tensor) -> State:
        """y of every area, (batch, channels, y, x)."""
        drive, rates = stem(self.inp_conv(frames)), list[torch.Tensor]()
        for area in range(self.depth):
            heard = self.area_area[area](self.heard(drive, area, rates))
            rates.append(torch.relu(self.total(area, heard)))
        return tuple(rates)

    def total(self, area: int, fed: torch.Tensor) -> torch.Tensor:
        """R * (A * h + a) + b, from A * h."""
        return self.area_conv[area](fed + self.area_bias[area]) + self.conv_bias[area]


@torch.no_grad()
def fold(twin: Twin) -> Folded:
    """A twin with its norms, at their running statistics, folded into gains and biases. What it computes stays the same."""
    folded = Folded(twin.depth, twin.channels_in, twin.classes, twin.channels[0], twin.size)
    folded.to(twin.inp_norm.weight)
    own = twin.state_dict()
    folded.load_state_dict({key: own.get(key, value) for key, value in folded.state_dict().items()})
    _unit_direction(folded.inp_skip)
    stem_offset = stem(_spread(_into(folded.inp_conv, twin.inp_norm), -(-twin.size // 2)))
    for area in range(twin.depth):
        inner = _into(folded.area_area[area], twin.area_norm[area])
        offset = torch.zeros_like(folded.area_bias[area])
        if area == 0:
            offset = folded.area_area[0](stem_offset)[0]
        if area == 1:
            offset = folded.area_area[1](folded.inp_skip(stem_offset))[0]
        if area > 1 and area % 2:
            skipped = _into(folded.skip_area[(area - 3) // 2], twin.skip_norm[(area - 3) // 2])
            offset = folded.area_area[area](_spread(skipped, twin.sides[area]))[0]
        folded.area_bias[area].copy_(inner.view(-1, 1, 1) + offset)
        folded.conv_bias[area].copy_(
            _into(folded.area_conv[area], twin.area_nrm2[area]).view(-1, 1, 1).expand_as(offset)
        )
    return folded.eval()


def linear_beginning(folded: Folded, dt: float = 2.0, tau: float = 10.0) -> CordsNet:
    """A linear CordsNet with the kernels of a folded twin, its recurrent kernels random and its biases zero, which are the
    parameters to train; the others ask for no gradient.
    """
    shape = folded.channels_in, folded.classes, folded.channels[0], folded.size
    network = CordsNet(folded.depth, *shape, dt, tau, slope=1.0)
    network.to(folded.conv_bias[0])
    own = folded.state_dict()
    kept = {key: value if key.startswith(FITTED) else own[key] for key, value in network.state_dict().items()}
    network.load_state_dict(kept)
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name.startswith(FITTED))
    return network


def imitation_errors(network: CordsNet, target: Folded, frames: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How far each area of a linear network would settle from the target, and how far its series is from having converged.

    Returns:
        The mean squares, over batch and units, of (R * (x + a) + b)_target - (1 + W + W^2 + W^3)(b + x) and of W^3 (b + x), with
        x = A * h; one number per area each.
    """
    with torch.no_grad():
        rates, drive = target.rates(frames), stem(target.inp_conv(frames))
    errors, remainders = [], []
    for area in range(network.depth):
        with torch.no_grad():
            fed = target.area_area[area](network.heard(drive, area, rates))
            wanted = target.total(area, fed)
        term = settled = network.conv_bias[area] + fed
        for _ in range(3):
            term = network.area_conv[area](term)
            settled = settled + term
        errors.append((wanted - settled).square().mean())
        remainders.append(term.square().mean())
    return torch.stack(errors), torch.stack(remainders)


def imitation_loss(network: CordsNet, target: Folded, frames: torch.Tensor) -> torch.Tensor:
    """The mean error over areas plus ten times the mean remainder, which keeps the linear network stable."""
    errors, remainders = imitation_errors(network, target, frames)
    return errors.mean() + 10 * remainders.mean()


def _into(module: nn.Module, norm: Any) -> torch.Tensor:
    """Fold a norm into the gains of the convolution before it, with directions of unit length.

    Returns:
        The offset that is left, (channels,).
    """
    _unit_direction(module)
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    module.get_parameter(GAIN[1:]).mul_(scale.view(-1, 1, 1, 1))
    return norm.bias - norm.running_mean * scale


def _unit_direction(module: nn.Module) -> None:
    direction = module.get_parameter(DIRECTION[1:])
    direction.div_(direction.flatten(1).norm(dim=1).view(-1, 1, 1, 1))


def _spread(offset: torch.Tensor, side: int) -> torch.Tensor:
    """(channels,) -> (1, channels, side, side)."""
    return offset.view(1, -1, 1, 1).expand(1, -1, side, side)
