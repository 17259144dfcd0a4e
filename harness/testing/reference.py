"""A small reference model with known parts, from which adversaries are made and on which benchmarks are tried."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from harness.checks import Seed, checked
from harness.errors import ArgumentError
from harness.models import VENTRAL_STREAM, Preprocessing, RecurrentModel, Weights, seeded

SIZE, DEGREES, STEP = 64, 8.0, 10.0
ORIENTATIONS = np.arange(0, 180, 30.0)
FREQUENCY = 1.0
FILTER = 15
TAU, TAU_POOL, SATURATION, INPUT = 20.0, 100.0, 0.2, 4.0

Rates = tuple[tuple[torch.Tensor, torch.Tensor, torch.Tensor], ...]
"""Potential, normalisation pool and rate of every area."""


class ReferenceNetwork(nn.Module):
    """Four areas of leaky units that are rectified and divided by a pool that follows late.

        tau du/dt = -u + drive,    tau_pool dg/dt = -g + mean over channels of max(u, 0),    r = max(u, 0) / (saturation + g)

    V1 is driven by 6 orientations of Gabor filters in 2 phases, the others by random filters on the area before.

    Args:
        trained: whether V1 has Gabor filters; random ones otherwise.
    """

    filters: torch.Tensor

    def __init__(self, trained: bool = True):
        super().__init__()
        filters = torch.from_numpy(gabors()) if trained else torch.randn(2 * len(ORIENTATIONS), 1, FILTER, FILTER)
        self.register_buffer("filters", filters / filters.flatten(1).norm(dim=1)[:, None, None, None])
        channels = len(filters)
        self.forward_weights = nn.ModuleList(
            nn.Conv2d(channels, channels, 3, 2, 1, bias=False) for _ in VENTRAL_STREAM[1:]
        )
        self.areas = nn.ModuleDict({area: nn.Identity() for area in VENTRAL_STREAM})

    def init(self, batch_size: int, device: torch.device) -> Rates:
        """Silence."""
        state, size = [], SIZE // 2
        for _ in VENTRAL_STREAM:
            zeros = torch.zeros(batch_size, len(self.filters), size, size, device=device)
            state.append((zeros, zeros[:, :1].clone(), zeros.clone()))
            size //= 2
        return tuple(state)

    def step(self, frame: torch.Tensor, state: Rates) -> Rates:
        """One step of all areas; each is driven by what the one before was a step ago."""
        drives = [INPUT * functional.conv2d(frame, self.filters, stride=2, padding=FILTER // 2)]
        drives += [weights(rate) for weights, (_, _, rate) in zip(self.forward_weights, state, strict=False)]
        return tuple(self._moved(*each) for each in zip(self.areas.values(), drives, state, strict=True))

    def _moved(
        self, area: nn.Module, drive: torch.Tensor, state: tuple[torch.Tensor, torch.Tensor, torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        potential, pool, _ = state
        potential = potential + STEP / TAU * (drive - potential)
        pool = pool + STEP / TAU_POOL * (potential.relu().mean(1, keepdim=True) - pool)
        return potential, pool, area(potential.relu() / (SATURATION + pool))


@checked(ArgumentError)
def reference_model(trained: bool = True, seed: Seed = 0) -> RecurrentModel:
    """The small model that a benchmark is tried with; untrained, all of its filters are random.

    Four areas (V1, V2, V4, IT) of 12 channels, 8 x 8 degrees on 64 x 64 pixels of luminance, steps of 10 ms.

    Args:
        trained: whether V1 is tuned to orientation, as training makes it.
        seed: of the random filters.
    """
    with seeded(seed):
        network = ReferenceNetwork(trained)
    return RecurrentModel(
        "reference" if trained else "untrained",
        network,
        dt=STEP,
        regions={area: f"areas.{area}" for area in VENTRAL_STREAM},
        preprocessing=Preprocessing(SIZE, mean=(0.5,), channels=1),
        visual_degrees=DEGREES,
        weights=Weights("given") if trained else Weights("random", seed=seed),
    )


def gabors() -> np.ndarray:
    """(channels, 1, FILTER, FILTER): every orientation of the contour, in sine and cosine phase, without a mean."""
    x, y = np.meshgrid(*[(np.arange(FILTER) - FILTER // 2) * DEGREES / SIZE] * 2)
    envelope = np.exp(-(x**2 + y**2) / (2 * 0.35**2))
    found = []
    for orientation in np.deg2rad(ORIENTATIONS):
        across = -x * np.sin(orientation) - y * np.cos(orientation)  # rows run downwards
        for wave in (np.sin, np.cos):
            carrier = wave(2 * np.pi * FREQUENCY * across)
            found.append(envelope * (carrier - (envelope * carrier).sum() / envelope.sum()))
    return np.array(found, dtype=np.float32)[:, None]
