"""A population that shows the published tilt illusion, or one of another size and sign."""

from typing import Any

import numpy as np
import torch
from torch import nn

from harness import Canvas
from harness.models import Model
from harness_plugins.benchmarks._controls.cells import static
from harness_plugins.benchmarks.otoole_wenderoth1977 import published as observers

DEGREES, SIZE = 8.0, 224
PREFERRED = torch.arange(0, 180, 15.0)


class Illusion(nn.Module):
    """Units tuned to the orientation in a small window, turned by the published illusion for what surrounds it.

    Orientations are those of the structure tensor: arg sum w (gx + i gy)^2, plus 180, halved.

    Args:
        strength: of the illusion, as a share of the published one.
    """

    centre: torch.Tensor
    around: torch.Tensor
    effect: torch.Tensor

    def __init__(self, strength: float):
        super().__init__()
        canvas = Canvas(DEGREES, SIZE)
        radius = np.hypot(canvas.x, canvas.y)
        self.register_buffer("centre", torch.from_numpy(np.exp(-0.5 * (radius / 0.3) ** 2)).float())
        self.register_buffer("around", torch.from_numpy((radius > 2.2).astype(float)).float())
        effect = observers.EFFECT.copy()
        effect[[0, -1]] = 0  # by symmetry
        self.register_buffer("effect", strength * torch.from_numpy(effect).float())
        self.responses = nn.Identity()

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size) -> (batch, units)."""
        right = signal[:, 0, 1:-1, 2:] - signal[:, 0, 1:-1, :-2]
        up = signal[:, 0, :-2, 1:-1] - signal[:, 0, 2:, 1:-1]
        tensor = torch.complex(right, up) ** 2
        inside, outside = ((tensor * mask[1:-1, 1:-1]).sum((1, 2)) for mask in (self.centre, self.around))
        angle, other = (torch.rad2deg(value.angle() + torch.pi) / 2 for value in (inside, outside))
        seen = angle - torch.where(outside.abs() > 1, self._turned((other - angle + 90) % 180 - 90), 0.0)
        tuning = torch.exp(2 * (torch.cos(torch.deg2rad(2 * (seen[:, None] - PREFERRED.to(seen)))) - 1))
        return self.responses(inside.abs().sqrt()[:, None] * tuning)

    def _turned(self, tilt: torch.Tensor) -> torch.Tensor:
        place = tilt.abs() / 10
        lower = place.floor().long().clamp(max=8)
        return tilt.sign() * (self.effect[lower] + (place - lower) * (self.effect[lower + 1] - self.effect[lower]))


def population(strength: float) -> Model:
    """A model with an illusion of that size."""
    return static(f"illusion{strength:g}", Illusion(strength), SIZE, DEGREES)


def repelled(benchmark: Any) -> Model:
    """The published illusion."""
    return population(1.0)


def attracted(benchmark: Any) -> Model:
    """The opposite one."""
    return population(-1.0)
