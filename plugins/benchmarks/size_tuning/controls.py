"""Cells with the published size and length tuning, and with the opposite one."""

from typing import Any

import numpy as np
import torch
from torch import nn

from harness.models import Model
from harness_plugins.benchmarks._controls.cells import static, surrounded
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

SIZE, DEGREES, STRIDE = 128, 8.0, 4
SMALL = {"size": 96, "visual_degrees": 6.0, "dt": 4}


class Collator(nn.Module):
    """Complex cells that sum along their contour, A, and are divided by that and by what lies beside, S: A / (sigma + A + S).

    Where contrast is high a short bar saturates the ratio, where it is low or divided by a texture the response grows with A.
    """

    def __init__(self, reach: float = 0.6, sigma: float = 0.01, beside: float = 1.0):
        super().__init__()
        self.bank = GaborBank((2.0,), ORIENTATIONS, SIZE, DEGREES, STRIDE)
        self.reach, self.sigma, self.beside = reach, sigma, beside
        self.responses = nn.Identity()

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size) -> (batch, orientations, y, x)."""
        energy = self.bank(signal).abs()
        return self.responses(self.respond(energy, self.along(energy), self.aside(energy)))

    def respond(self, energy: torch.Tensor, own: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        """Of the energy here, that along the contour and that beside it."""
        return own / (self.sigma + own + self.beside * beside)

    def along(self, energy: torch.Tensor) -> torch.Tensor:
        """Energy of the own orientation, summed along it."""
        places = np.arange(-3 * self.reach, 3.01 * self.reach, self.bank.spacing)
        bell = np.exp(-0.5 * (places / self.reach) ** 2)
        return torch.stack([self._summed(energy[:, n], angle, places, bell) for n, angle in enumerate(ORIENTATIONS)], 1)

    def aside(self, energy: torch.Tensor) -> torch.Tensor:
        """The largest energy of all orientations, on both sides."""
        every, places = energy.amax(1), np.array([-1.25, 1.25])
        return torch.stack([self._summed(every, angle + 90, places, np.ones(2)) for angle in ORIENTATIONS], 1)

    def _summed(self, maps: torch.Tensor, orientation: float, places: np.ndarray, weights: np.ndarray) -> torch.Tensor:
        """(batch, y, x), the weighted mean over places in degrees along an orientation."""
        angle = np.deg2rad(orientation)
        down, right = (
            np.round(part * places / self.bank.spacing).astype(int) for part in (np.sin(angle), -np.cos(angle))
        )
        shifted = [torch.roll(maps, shift, (1, 2)) for shift in zip(down.tolist(), right.tolist(), strict=True)]
        summed = [w * m for w, m in zip((weights / weights.sum()).tolist(), shifted, strict=True)]
        return torch.stack(summed).sum(0)


class ShortAtLowContrast(Collator):
    """Cells that sum along their contour the more, the higher the contrast: 0.02 E + A^2."""

    def respond(self, energy: torch.Tensor, own: torch.Tensor, beside: torch.Tensor) -> torch.Tensor:
        """The energy here alone where contrast is low."""
        return energy * 0.02 + own**2


def suppressed(benchmark: Any) -> Model:
    """Normalisation with a surround."""
    return surrounded(1, **SMALL)


def longer_at_low_contrast(benchmark: Any) -> Model:
    """Cells that sum over longer bars where contrast is low."""
    return static("collator", Collator(), SIZE, DEGREES)


def shorter_at_low_contrast(benchmark: Any) -> Model:
    """Cells that sum over shorter bars where contrast is low."""
    return static("short at low contrast", ShortAtLowContrast(), SIZE, DEGREES)
