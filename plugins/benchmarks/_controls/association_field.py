"""Cells with the published interactions between bars in line, or with these turned round."""

from collections.abc import Collection

import torch
from torch import nn
from torch.nn import functional

from harness.models import Model
from harness_plugins.benchmarks._controls.cells import static
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

FREQUENCY, SIZE, DEGREES, STRIDE = 2.0, 64, 8.0, 2
FLANK, BETWEEN, NEXT, BESIDE = 2.1, 1.05, 1.45, 2.1
"""Degrees from a unit to where it looks for a bar in line, for what lies between, for the next bar's end, and for others."""
LIFTED = (0, 2, 5, 7, 10)
"""Channels that are facilitated, of 12: the published share."""


class AssociationField(nn.Module):
    """Complex cells, of which some are lifted by what lies in line beyond a gap, and all are divided by what lies elsewhere.

        A = sum over both ends of relu(E_theta(flank) - gate * max_phi E_phi(between))
        S = mean over places beside the unit of max_phi E_phi
        excitatory = E (1 + lift A / (A + 0.15)) / (1 + suppress S / (S + 0.1))
        N = mean over both ends of E_theta(next)
        inhibitory = E / (1 + inhibit N / (N + 0.05))

    Layer `excitatory` is what spikes; `inhibitory` is a drive that bars next to one another in line reduce.
    """

    lift: torch.Tensor

    def __init__(
        self,
        lifted: Collection[int] = LIFTED,
        lift: float = 1.0,
        gate: float = 1.5,
        suppress: float = 1.0,
        inhibit: float = 6.0,
    ):
        super().__init__()
        self.bank = GaborBank((FREQUENCY,), ORIENTATIONS, SIZE, DEGREES, STRIDE)
        channels = torch.tensor([float(number in lifted) for number in range(len(ORIENTATIONS))])
        self.register_buffer("lift", lift * channels)
        self.gate, self.suppress, self.inhibit = gate, suppress, inhibit
        self.excitatory, self.inhibitory = nn.Identity(), nn.Identity()

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size) -> excitatory (batch, orientations, y, x)."""
        energy = self.bank(signal).abs()
        strongest = energy.amax(1, keepdim=True).expand_as(energy)
        ends = [self._seen(energy, FLANK, turn) - self.gate * self._seen(strongest, BETWEEN, turn) for turn in (0, 180)]
        association = torch.stack([end.relu() for end in ends]).sum(0)
        near = functional.avg_pool2d(strongest, 5, 1, 2)
        surround = torch.stack([self._seen(near, BESIDE, turn) for turn in (60, 90, 120, 240, 270, 300)]).mean(0)
        lifted = energy * (1 + self.lift[:, None, None] * association / (association + 0.15))
        adjacent = (self._seen(energy, NEXT, 0) + self._seen(energy, NEXT, 180)) / 2
        self.inhibitory(energy / (1 + self.inhibit * adjacent / (adjacent + 0.05)))
        return self.excitatory(lifted / (1 + self.suppress * surround / (surround + 0.1)))

    def _seen(self, maps: torch.Tensor, distance: float, turn: float) -> torch.Tensor:
        """Maps (batch, orientations, y, x) as seen from each unit, so far away along its contour turned by `turn`."""
        seen = []
        for channel, orientation in enumerate(ORIENTATIONS):
            angle = torch.deg2rad(torch.tensor(float(orientation + turn)))
            x, y = (distance / self.bank.spacing * part for part in (torch.cos(angle), torch.sin(angle)))
            seen.append(torch.roll(maps[:, channel], (round(float(y)), -round(float(x))), (1, 2)))
        return torch.stack(seen, 1)


def association_field(lifted: Collection[int] = LIFTED, **strengths: float) -> Model:
    """A model of these cells; `strengths` are those of `AssociationField`."""
    network = AssociationField(lifted, **strengths)
    return static("association_field", network, SIZE, DEGREES, ("excitatory", "inhibitory"))


def published(benchmark: object) -> Model:
    """Bars in line facilitate spikes of some cells, bars elsewhere suppress them, and both reduce the inhibitory drive."""
    return association_field()


def opposite(benchmark: object) -> Model:
    """Bars in line suppress spikes of all cells, bars elsewhere facilitate them, and both raise the inhibitory drive."""
    return association_field(range(len(ORIENTATIONS)), lift=-0.7, suppress=-0.5, inhibit=-0.7)
