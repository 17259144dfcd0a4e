"""A model whose units are known: Gabor filters at given places, simple or complex."""

import numpy as np
import pytest
import torch
from torch import nn

from harness import Canvas, FrameModel, Preprocessing, as_brain_model
from harness.store import Store

DEGREES, SIZE = 4.0, 112


class Cells(nn.Module):
    """`gain` times the rectified product with an odd Gabor (simple), or the amplitude of a quadrature pair (complex)."""

    def __init__(self, cells, gain=1.0):
        super().__init__()
        self.gain = gain
        self.register_buffer("even", torch.stack([_filter(cell, 90.0) for cell in cells]))
        self.register_buffer("odd", torch.stack([_filter(cell, 0.0) for cell in cells]))
        self.register_buffer("given", torch.stack([_filter(cell, cell.get("phase", 0.0)) for cell in cells]))
        self.register_buffer("simple", torch.tensor([cell.get("simple", False) for cell in cells]))
        self.response = nn.Identity()

    def forward(self, signal):
        product = lambda filters: torch.einsum("bhw,uhw->bu", signal[:, 0], filters)
        energy = torch.hypot(product(self.even), product(self.odd))
        return self.response(self.gain * torch.where(self.simple, product(self.given).relu(), energy))


def _filter(cell, phase):
    canvas = Canvas(DEGREES, SIZE)
    envelope = canvas.gaussian(cell.get("sd", 0.3), cell["centre"])
    wave = canvas.grating(cell["orientation"], cell["frequency"], phase, cell["centre"])
    wave = wave - (envelope * wave).sum() / envelope.sum()
    return torch.from_numpy(envelope * wave / (envelope.sum() / 2)).float()


@pytest.fixture(scope="session")
def cells():
    """Gives a model of the cells described."""

    def model(described, gain=1.0):
        preprocessing = Preprocessing(SIZE, mean=(0.5,), std=(0.5,), channels=1)
        network, regions = Cells(described, gain), {"V1": "response"}
        return FrameModel("cells", network, preprocessing=preprocessing, regions=regions, visual_degrees=DEGREES)

    return model


@pytest.fixture(scope="session")
def candidate(tmp_path_factory):
    """Gives the brain model of a model, all with one store."""
    store = Store(tmp_path_factory.mktemp("store"))
    return lambda model: as_brain_model(model, store=store)


@pytest.fixture(scope="session")
def displaced():
    """Cells near one another, far from the middle of the image; every second one is simple."""
    random = np.random.default_rng(4)
    return [
        {
            "centre": tuple(np.array([0.55, -0.4]) + random.uniform(-0.1, 0.1, 2)),
            "orientation": float(orientation),
            "frequency": [1.0, 2.0][number % 3 == 0],
            "phase": float(phase),
            "simple": number % 2 == 0,
        }
        for number, (orientation, phase) in enumerate(
            zip([0, 30, 75, 90, 135, 165], [0, 0, 90, 0, 225, 0], strict=True)
        )
    ]
