"""A recurrent model: `init` gives the state, `step` moves it on by one time step."""

from pathlib import Path

import torch
from torch import nn

from harness import Preprocessing, RecurrentModel
from harness.models import initialise

STEP = 10.0
SIZE = 32


class LeakyNet(nn.Module):
    """Leaky integrators: `tau dv/dt = -v + drive(frame) + lateral(relu(v))`, by Euler's method."""

    def __init__(self, tau: float, channels: int = 6):
        super().__init__()
        self.tau, self.channels = tau, channels
        self.drive = nn.Conv2d(3, channels, kernel_size=5, padding=2, bias=False)
        self.lateral = nn.Conv2d(channels, channels, kernel_size=3, padding=1, bias=False)
        self.rate = nn.ReLU()
        nn.init.uniform_(self.drive.weight, 0.0, 0.1)
        nn.init.uniform_(self.lateral.weight, -0.004, 0.004)

    def init(self, batch_size: int, device: torch.device) -> torch.Tensor:
        """The membrane potentials before anything is shown."""
        return torch.zeros(batch_size, self.channels, SIZE, SIZE, device=device)

    def step(self, frame: torch.Tensor, potential: torch.Tensor) -> torch.Tensor:
        """One time step; `rate` is the layer that is recorded, so it sees the new potential."""
        change = -potential + self.drive(frame) + self.lateral(torch.relu(potential))
        potential = potential + STEP / self.tau * change
        self.rate(potential)
        return potential


def load(tau: float = 50.0, weights: str | Path = "random", seed: int = 0) -> RecurrentModel:
    """The model that `my_lab_leaky` stands for."""
    network, origin = initialise(lambda: LeakyNet(tau), weights=weights, seed=seed)
    return RecurrentModel(
        "my_lab_leaky",
        network,
        dt=STEP,
        regions={"V1": "rate"},
        preprocessing=Preprocessing(size=SIZE, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)),
        visual_degrees=8,
        weights=origin,
    )
