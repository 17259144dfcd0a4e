"""A network that ignores its input, and one that projects it at random."""

import numpy as np
import torch
from torch import nn

from harness.errors import ModelError
from harness.models import VENTRAL_STREAM, FrameModel, Model, Preprocessing, Weights
from harness.testing import adversary


class Constant(nn.Module):
    """Gives ones, as the layer `responses`."""

    def __init__(self, units: int):
        super().__init__()
        self.units = units
        self.responses = nn.Identity()

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, channels, size, size) -> (batch, units)."""
        return self.responses(frames.new_ones(len(frames), self.units))


class RandomProjection(nn.Module):
    """A linear map of all pixels, as the layer `responses`."""

    def __init__(self, units: int, size: int, seed: int):
        super().__init__()
        inputs = 3 * size**2
        weight = np.random.RandomState(seed).standard_normal((units, inputs)) / inputs**0.5
        self.responses = nn.Linear(inputs, units, bias=False)
        self.responses.weight = nn.Parameter(torch.from_numpy(weight.astype(np.float32)), requires_grad=False)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) -> (batch, units)."""
        return self.responses(frames.flatten(1))


def load_constant(units: int = 100) -> FrameModel:
    """Ones for every frame, standing for every region.

    Args:
        units: number of units.
    """
    _check(units)
    return FrameModel(
        "constant",
        Constant(units),
        preprocessing=Preprocessing(8),
        regions=dict.fromkeys(VENTRAL_STREAM, "responses"),
        weights=Weights("none"),
        arguments={"units": units},
    )


def load_random(units: int = 1000, seed: int = 0, size: int = 32, visual_degrees: float = 8.0) -> FrameModel:
    """A random linear projection of the frame, standing for every region.

    A unit is the sum of all RGB values, in [-0.5, 0.5] about mid-grey, with independent normal weights of variance one over their
    number; a blank mid-grey screen gives 0. Distances between frames are kept in expectation, and nothing else is computed.

    Args:
        units: number of units.
        seed: of the weights, which are the same with every version of numpy.
        size: pixels along the side of the field of view.
        visual_degrees: visual angle of that side.
    """
    _check(units)
    return FrameModel(
        "random",
        RandomProjection(units, size, seed),
        preprocessing=Preprocessing(size, mean=(0.5,)),
        regions=dict.fromkeys(VENTRAL_STREAM, "responses"),
        visual_degrees=visual_degrees,
        weights=Weights("random", seed=seed),
        arguments={"units": units, "seed": seed, "size": size, "visual_degrees": visual_degrees},
    )


def load_noise() -> Model:
    """Independent normal numbers at every step, standing for every region: the adversary of that name of `harness.testing`.

    They depend on all that was shown before, so that the same stimulus gives the same ones and a score can be repeated.
    """
    return adversary("noise")


def _check(units: int) -> None:
    if units < 1:
        raise ModelError(f"a model needs at least one unit, not {units}")
