"""A simulated model with the published interactions between bars in line."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from harness import FrameModel, Preprocessing, as_brain_model
from harness.benchmarks.physiology import Unit
from harness.store import Store
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

FREQUENCY, SIZE, DEGREES, STRIDE = 2.0, 64, 8.0, 2
FLANK, BETWEEN, NEXT, BESIDE = 2.1, 1.05, 1.45, 2.1
"""Degrees from a unit to where it looks for a bar in line, for what lies between, for the next bar's end, and for others."""


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

    def __init__(self, lifted, lift=1.0, gate=1.5, suppress=1.0, inhibit=6.0):
        super().__init__()
        self.bank = GaborBank((FREQUENCY,), ORIENTATIONS, SIZE, DEGREES, STRIDE)
        self.register_buffer(
            "lift", lift * torch.tensor([float(number in lifted) for number in range(len(ORIENTATIONS))])
        )
        self.gate, self.suppress, self.inhibit = gate, suppress, inhibit
        self.excitatory, self.inhibitory = nn.Identity(), nn.Identity()

    def forward(self, signal):
        energy = self.bank(signal).abs()
        strongest = energy.amax(1, keepdim=True).expand_as(energy)
        ends = [self._seen(energy, FLANK, turn) - self.gate * self._seen(strongest, BETWEEN, turn) for turn in (0, 180)]
        association = sum(end.relu() for end in ends)
        beside = [
            self._seen(functional.avg_pool2d(strongest, 5, 1, 2), BESIDE, turn) for turn in (60, 90, 120, 240, 270, 300)
        ]
        surround = sum(beside) / len(beside)
        lifted = energy * (1 + self.lift[:, None, None] * association / (association + 0.15))
        adjacent = (self._seen(energy, NEXT, 0) + self._seen(energy, NEXT, 180)) / 2
        self.inhibitory(energy / (1 + self.inhibit * adjacent / (adjacent + 0.05)))
        return self.excitatory(lifted / (1 + self.suppress * surround / (surround + 0.1)))

    def _seen(self, maps, distance, turn):
        """Maps (batch, orientations, y, x) as seen from each unit, so far away along its contour turned by `turn`."""
        seen = []
        for channel, orientation in enumerate(ORIENTATIONS):
            angle = torch.deg2rad(torch.tensor(float(orientation + turn)))
            x, y = (distance / self.bank.spacing * part for part in (torch.cos(angle), torch.sin(angle)))
            seen.append(torch.roll(maps[:, channel], (round(float(y)), -round(float(x))), (1, 2)))
        return torch.stack(seen, 1)


@pytest.fixture(scope="session")
def association_field():
    """Gives a model whose channels named in `lifted` are facilitated; 5 of 12 are the published share."""

    def model(lifted=(0, 2, 5, 7, 10), **strengths):
        return FrameModel(
            "association_field",
            AssociationField(lifted, **strengths),
            preprocessing=Preprocessing(SIZE, mean=(0.5,), std=(0.5,), channels=1),
            regions={"V1": "excitatory"},
            layers=("excitatory", "inhibitory"),
            visual_degrees=DEGREES,
        )

    return model


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    """Gives a candidate from a model, all with one store."""
    store = Store(tmp_path_factory.mktemp("store"))
    return lambda model: as_brain_model(model, store=store)


@pytest.fixture
def known_units(monkeypatch):
    """Spares the characterisation of a model with one band and the 12 orientations of the V1 models: gives
    every laboratory the units of the named channels."""

    def known(*channels, summation=0.713, frequency=2.0):
        units = [
            Unit(channel, 0.031, -0.031, 0.6, ORIENTATIONS[channel], frequency, 90.0, False, summation, 0.6)
            for channel in channels
        ]
        monkeypatch.setattr("harness.benchmarks.physiology.characterisation.characterise", lambda laboratory: units)

    return known
