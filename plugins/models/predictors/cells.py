"""Convolutional LSTM cells, from their published equations.

`*` is a convolution that keeps the size of a map, `o` a product place by place.
"""

import torch
from torch import nn


class ConvLSTMCell(nn.Module):
    """A convolutional LSTM cell with peepholes (Shi et al. 2015, equation 3):

        i = sigmoid(Wxi * X + Whi * H' + Wci o C' + bi)
        f = sigmoid(Wxf * X + Whf * H' + Wcf o C' + bf)
        C = f o C' + i o tanh(Wxc * X + Whc * H' + bc)
        o = sigmoid(Wxo * X + Who * H' + Wco o C + bo)
        H = o o tanh(C)

    with H', C' of the step before. The peepholes Wci, Wcf, Wco have one weight per unit, and begin at 0.

    Attributes:
        hidden, memory: H and C as layers that can be recorded, (batch, channels, side, side).
    """

    def __init__(self, inputs: int, channels: int, kernel: int, side: int) -> None:
        super().__init__()
        self.gates = nn.Conv2d(inputs + channels, 4 * channels, kernel, padding=kernel // 2)
        self.peepholes = nn.Parameter(torch.zeros(3, channels, side, side))
        self.hidden, self.memory = nn.Identity(), nn.Identity()

    def forward(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(batch, inputs, side, side) and the state H', C' -> H, C."""
        into, forget, candidate, out = self.gates(torch.cat([x, hidden], 1)).chunk(4, 1)
        of_input, of_forget, of_output = self.peepholes
        into = torch.sigmoid(into + of_input * memory)
        forget = torch.sigmoid(forget + of_forget * memory)
        memory = self.memory(forget * memory + into * torch.tanh(candidate))
        out = torch.sigmoid(out + of_output * memory)
        return self.hidden(out * torch.tanh(memory)), memory


class STLSTMCell(nn.Module):
    """A spatiotemporal LSTM cell (Wang et al. 2017, equation 3; Wang et al. 2022, section 3.2):

        g = tanh(Wxg * X + Whg * H' + bg)        g~ = tanh(W~xg * X + Wmg * M' + b~g)
        i = sigmoid(Wxi * X + Whi * H' + bi)     i~ = sigmoid(W~xi * X + Wmi * M' + b~i)
        f = sigmoid(Wxf * X + Whf * H' + bf)     f~ = sigmoid(W~xf * X + Wmf * M' + b~f)
        C = f o C' + i o g                       M  = f~ o M' + i~ o g~
        o = sigmoid(Wxo * X + Who * H' + Wco * C + Wmo * M + bo)
        H = o o tanh(W1x1 * [C, M])

    H' and C' are of this layer a step before, M' of the layer below in this step.

    Attributes:
        hidden, memory, spatial: H, C and M as layers that can be recorded, (batch, channels, side, side).
    """

    def __init__(self, inputs: int, channels: int, kernel: int, below: int) -> None:
        """`below` is the number of channels of M'; where it is not that of the layer, a 1 x 1 convolution of ours fits it."""
        super().__init__()
        self.fit = nn.Identity() if below == channels else nn.Conv2d(below, channels, 1, bias=False)
        self.temporal = nn.Conv2d(inputs + channels, 3 * channels, kernel, padding=kernel // 2)
        self.spatiotemporal = nn.Conv2d(inputs + channels, 3 * channels, kernel, padding=kernel // 2)
        self.output = nn.Conv2d(inputs + 3 * channels, channels, kernel, padding=kernel // 2)
        self.merge = nn.Conv2d(2 * channels, channels, 1, bias=False)
        self.hidden, self.memory, self.spatial = nn.Identity(), nn.Identity(), nn.Identity()

    def forward(
        self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor, spatial: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(batch, inputs, side, side), the state H', C', and M' -> H, C, M."""
        memory = self.memory(_gated(self.temporal(torch.cat([x, hidden], 1)), memory))
        spatial = self.fit(spatial)
        spatial = self.spatial(_gated(self.spatiotemporal(torch.cat([x, spatial], 1)), spatial))
        out = torch.sigmoid(self.output(torch.cat([x, hidden, memory, spatial], 1)))
        return self.hidden(out * torch.tanh(self.merge(torch.cat([memory, spatial], 1)))), memory, spatial


def _gated(drive: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:
    """f o memory + i o g."""
    candidate, into, forget = drive.chunk(3, 1)
    return torch.sigmoid(forget) * memory + torch.sigmoid(into) * torch.tanh(candidate)
