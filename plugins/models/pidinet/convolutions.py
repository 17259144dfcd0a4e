"""Pixel difference convolutions: kernels on differences between pixels (Su et al. 2021, section 3.1).

Each is an ordinary convolution with a kernel that is made from the learned one, so that it is computed as such. With pixels x0
(centre) and x1 to x8 (around it) and learned weights w:

    central   sum_i w_i (x_i - x0)            angular   sum_i w_i (x_i - the next x clockwise)
    radial    sum_i w_i (x'_i - x_i), x' twice as far from the centre as x
"""

from typing import Literal

import torch
from torch import nn
from torch.nn import functional

Difference = Literal["central", "angular", "radial", "none"]

_NEXT = (
    3,
    0,
    1,
    6,
    4,
    2,
    7,
    8,
    5,
)  # of the nine places row by row: whose weight the angular difference subtracts at each
_INNER = (6, 7, 8, 11, 13, 16, 17, 18)  # the ring around the centre of a 5 x 5 kernel
_OUTER = (0, 2, 4, 10, 14, 20, 22, 24)  # the same directions, twice as far


class PixelDifference(nn.Conv2d):
    """A 3 x 3 convolution without bias whose output has the size of its input; the radial one reaches 5 x 5 pixels.

    The radial difference has eight directions; they use the last eight of the nine weights in their order, as the published
    weights expect.
    """

    def __init__(self, difference: Difference, channels_in: int, channels: int, groups: int = 1):
        super().__init__(channels_in, channels, 3, padding=1, groups=groups, bias=False)
        self.difference = difference

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels_in, y, x) -> (batch, channels, y, x)."""
        kernel = self.kernel()
        return functional.conv2d(x, kernel, padding=kernel.shape[-1] // 2, groups=self.groups)

    def kernel(self) -> torch.Tensor:
        """The kernel of the ordinary convolution that gives the same output."""
        flat = self.weight.flatten(2)
        if self.difference == "central":
            centre = torch.zeros_like(flat)
            centre[:, :, 4] = flat.sum(2)
            return (flat - centre).view_as(self.weight)
        if self.difference == "angular":
            return (flat - flat[:, :, list(_NEXT)]).view_as(self.weight)
        if self.difference == "radial":
            wide = flat.new_zeros(*flat.shape[:2], 25)
            wide[:, :, list(_OUTER)] = flat[:, :, 1:]
            wide[:, :, list(_INNER)] = -flat[:, :, 1:]
            return wide.view(*flat.shape[:2], 5, 5)
        return self.weight
