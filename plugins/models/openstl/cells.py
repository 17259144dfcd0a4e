"""Cells of ConvLSTM, PredRNN and Memory in Memory, with the modules and the order of gates of OpenSTL.

Hidden states, memories and spatial memories pass submodules of these names, which can be recorded.
"""

import torch
from torch import nn

FORGET = 1.0
"""Added to the input of forget gates."""


def convolution(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    """A convolution without bias that keeps the size of the map; OpenSTL may have a normalisation after it, its files here not."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False))


def states() -> tuple[nn.Module, nn.Module, nn.Module]:
    """Layers for a cell's hidden state, its memory and its spatial memory."""
    return nn.Identity(), nn.Identity(), nn.Identity()


class ConvLSTM(nn.Module):
    """A long short-term memory at every place."""

    def __init__(self, inputs: int, width: int, kernel: int):
        super().__init__()
        self.hidden, self.memory, self.spatial = states()
        self.conv_x, self.conv_h = convolution(inputs, 4 * width, kernel), convolution(width, 4 * width, kernel)

    def forward(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(batch, inputs, height, width) and two states -> the next two."""
        i, f, g, o = (self.conv_x(x) + self.conv_h(hidden)).chunk(4, 1)
        memory = self.memory(torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g))
        return self.hidden(torch.sigmoid(o) * torch.tanh(memory)), memory


class SpatioTemporal(nn.Module):
    """The cell of PredRNN: a memory of its own, and one that goes up through the layers."""

    def __init__(self, inputs: int, width: int, kernel: int):
        super().__init__()
        self.hidden, self.memory, self.spatial = states()
        self.conv_x, self.conv_h = convolution(inputs, 7 * width, kernel), convolution(width, 4 * width, kernel)
        self.conv_m, self.conv_o = convolution(width, 3 * width, kernel), convolution(2 * width, width, kernel)
        self.conv_last = nn.Conv2d(2 * width, width, 1, bias=False)

    def forward(
        self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor, spatial: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """(batch, inputs, height, width) and three states -> the next three."""
        ix, fx, gx, iy, fy, gy, ox = self.conv_x(x).chunk(7, 1)
        ih, fh, gh, oh = self.conv_h(hidden).chunk(4, 1)
        im, fm, gm = self.conv_m(spatial).chunk(3, 1)
        kept = torch.sigmoid(fx + fh + FORGET) * memory
        memory = self.memory(kept + torch.sigmoid(ix + ih) * torch.tanh(gx + gh))
        kept = torch.sigmoid(fy + fm + FORGET) * spatial
        spatial = self.spatial(kept + torch.sigmoid(iy + im) * torch.tanh(gy + gm))
        both = torch.cat([memory, spatial], 1)
        out = torch.sigmoid(ox + oh + self.conv_o(both))
        return self.hidden(out * torch.tanh(self.conv_last(both))), memory, spatial


class Peephole(nn.Module):
    """A long short-term memory whose gates see the memory, place by place (`ct_weight`, `oc_weight`)."""

    def __init__(self, width: int, kernel: int, height: int, columns: int):
        super().__init__()
        self.hidden, self.memory, self.spatial = states()
        self.ct_weight = nn.Parameter(torch.zeros(2 * width, height, columns))
        self.oc_weight = nn.Parameter(torch.zeros(width, height, columns))
        self.conv_h_concat, self.conv_x_concat = (convolution(width, 4 * width, kernel) for _ in range(2))

    def remember(
        self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """(batch, width, height, columns) and two states -> the next two."""
        i, g, f, o = (self.conv_h_concat(hidden) + self.conv_x_concat(x)).chunk(4, 1)
        seen_i, seen_f = (memory.repeat(1, 2, 1, 1) * self.ct_weight).chunk(2, 1)
        memory = torch.sigmoid(f + seen_f + FORGET) * memory + torch.sigmoid(i + seen_i) * torch.tanh(g)
        return torch.sigmoid(o + memory * self.oc_weight) * torch.tanh(memory), memory


class Difference(Peephole):
    """The cell of differences between the states of two steps (MIM-N)."""

    def forward(self, x: torch.Tensor, hidden: torch.Tensor, memory: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(batch, width, height, columns) and two states -> the next two."""
        hidden, memory = self.remember(x, hidden, memory)
        return self.hidden(hidden), self.memory(memory)


class MemoryInMemory(Peephole):
    """A cell of PredRNN whose forget gate is a memory of the layer below's differences (MIM-S)."""

    def __init__(self, width: int, kernel: int, height: int, columns: int):
        super().__init__(width, kernel, height, columns)
        self.conv_t_cc, self.conv_s_cc = convolution(width, 3 * width, kernel), convolution(width, 4 * width, kernel)
        self.conv_x_cc, self.conv_last = (
            convolution(width, 4 * width, kernel),
            nn.Conv2d(2 * width, width, 1, bias=False),
        )

    def forward(
        self,
        x: torch.Tensor,
        difference: torch.Tensor,
        hidden: torch.Tensor,
        memory: torch.Tensor,
        inner: torch.Tensor,
        spatial: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """(batch, width, height, columns), the differences and four states -> hidden, memory, inner and spatial."""
        it, gt, ot = self.conv_t_cc(hidden).chunk(3, 1)
        is_, gs, fs, os = self.conv_s_cc(spatial).chunk(4, 1)
        ix, gx, fx, ox = self.conv_x_cc(x).chunk(4, 1)
        kept = torch.sigmoid(fx + fs + FORGET) * spatial
        following = self.spatial(kept + torch.sigmoid(ix + is_) * torch.tanh(gx + gs))
        stationary, inner = self.remember(difference, memory, inner)
        memory = self.memory(stationary + torch.sigmoid(ix + it) * torch.tanh(gx + gt))
        both = self.conv_last(torch.cat([memory, following], 1))
        return self.hidden(torch.sigmoid(ox + ot + os) * torch.tanh(both)), memory, inner, following
