"""V1 whose cells hear each other, with the mechanism of a causal experiment or with the opposite one: controls."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from harness.models import SCREEN, Connection, Heard, Model, Point, Preprocessing, RecurrentModel, Weights
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

DEGREES, SIZE, STRIDE, FREQUENCY, STEP = 8.0, 64, 4, 2.0, 20.0
Respond = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class LateralCircuit(nn.Module):
    """r = [respond(E, h)]+ with h = G L e.

    E is Gabor amplitude, e what V1 emitted a step before, L a matrix over orientations and G a Gaussian over places of unit sum.

    Args:
        respond: amplitudes and lateral input (batch, orientations, y, x) -> responses before rectification.
        lateral: (orientations, orientations), target x source.
        reach: SD of G in degrees.
    """

    lateral: torch.Tensor
    kernel: torch.Tensor

    def __init__(self, respond: Respond, lateral: np.ndarray, reach: float):
        super().__init__()
        self.bank = GaborBank((FREQUENCY,), ORIENTATIONS, SIZE, DEGREES, STRIDE)
        self.respond, self.places = respond, SIZE // STRIDE
        apart = (torch.arange(self.places)[:, None] - torch.arange(self.places)) * DEGREES / self.places
        kernel = torch.exp(-(apart**2) / (2 * reach**2))
        self.register_buffer("kernel", kernel / kernel.sum(1).max())
        self.register_buffer("lateral", torch.from_numpy(lateral).float())
        self.v1, self.arriving, self.heard = nn.Identity(), nn.Identity(), nn.Identity()

    def points(self) -> list[Point | Connection]:
        """The emission of V1, what it gets of the screen, and what it hears of itself a step later."""
        return [
            Point("v1", (Heard("v1"),)),
            Connection(SCREEN, "v1", "arriving", "feedforward"),
            Connection("v1", "v1", "heard", "lateral", 1),
        ]

    def init(self, batch_size: int, device: torch.device) -> torch.Tensor:
        """Silence."""
        return torch.zeros(batch_size, len(ORIENTATIONS), self.places, self.places, device=device)

    def step(self, frame: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size), contrast about mid-grey, and what V1 emitted -> what it emits."""
        energy = self.arriving(self.bank(frame).abs())
        spread = torch.einsum("yv,bcvu,xu->bcyx", self.kernel, state, self.kernel)
        heard = self.heard(torch.einsum("cp,bpyx->bcyx", self.lateral, spread))
        return self.v1(self.respond(energy, heard).relu())


def circuit(respond: Respond, lateral: np.ndarray, reach: float) -> Model:
    """The circuit as a model of V1."""
    return RecurrentModel(
        "lateral_circuit",
        LateralCircuit(respond, lateral, reach),
        dt=STEP,
        preprocessing=Preprocessing(SIZE, mean=(0.5,), std=(0.5,), channels=1),
        regions={"V1": "v1"},
        visual_degrees=DEGREES,
        weights=Weights("none"),
    )


def tuned(width: float) -> np.ndarray:
    """(orientations, orientations), a Gaussian of their difference with rows of unit sum."""
    apart = (np.subtract.outer(ORIENTATIONS, ORIENTATIONS) + 90) % 180 - 90
    kernel = np.exp(-(apart**2) / (2 * width**2))
    return np.asarray(kernel / kernel.sum(1, keepdims=True))


def _added(energy: torch.Tensor, heard: torch.Tensor) -> torch.Tensor:
    return energy + heard


def like_suppresses_like(benchmark: Any) -> Model:
    """Cells suppress those that are tuned alike, but for the most alike, which they excite as well."""
    return circuit(_added, 0.1 * tuned(5.0) - 0.8 * tuned(35.0), 0.7)


def like_excites_like(benchmark: Any) -> Model:
    """The same, turned round."""
    return circuit(_added, 0.8 * tuned(35.0) - 0.1 * tuned(5.0), 0.7)


def normalised(energy: torch.Tensor, stimulation: torch.Tensor, s: float = 0.4, b: float = 0.5) -> torch.Tensor:
    """R = (c^2 + b o) / (s^2 + c^2 + o): what o adds at rest it divides by at high contrast."""
    return (energy**2 + b * stimulation) / (s**2 + energy**2 + stimulation)


def _multiplied(energy: torch.Tensor, stimulation: torch.Tensor) -> torch.Tensor:
    return 0.3 + energy**2 * (0.5 + 3 * stimulation) - stimulation


def summing_and_dividing(benchmark: Any) -> Model:
    """V1 in which stimulation and contrast are normalised together."""
    return circuit(normalised, 0.25 * tuned(1e3), 1.5)


def multiplying(benchmark: Any) -> Model:
    """V1 in which what other cells do lowers the response at rest and raises it at high contrast."""
    return circuit(_multiplied, 0.4 * tuned(1e3), 1.5)


def suppressed_grounds(benchmark: Any) -> Model:
    """V1 that its surround of the same orientation suppresses, so that figures stand out."""
    return circuit(_added, -0.8 * tuned(15.0), 1.5)


def lifted_grounds(benchmark: Any) -> Model:
    """V1 that its surround of the same orientation excites, so that grounds stand out."""
    return circuit(_added, 0.5 * tuned(15.0), 1.5)
