"""Cells of V1 with chosen interactions: controls of experiments on single units."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from harness import FrameModel, Preprocessing, RecurrentModel, load_model
from harness.models import Model, State, exponential
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

WEIGHTS = {"k_untuned": 0.12, "k_tuned": 0.34}
"""Of the surround of `v1_normalization`, the published one; with the other sign it facilitates."""


def surrounded(sign: int, **arguments: Any) -> Model:
    """V1 with a surround that suppresses (1), or facilitates as much (-1)."""
    weights: dict[str, Any] = {name: sign * k for name, k in WEIGHTS.items()}
    return load_model("v1_normalization", **weights, **arguments)


def static(name: str, network: nn.Module, size: int, degrees: float, layers: tuple[str, ...] = ("responses",)) -> Model:
    """A static network of cells as a model, whose V1 is the first of some layers."""
    grey = Preprocessing(size, mean=(0.5,), std=(0.5,), channels=1)
    regions = {"V1": layers[0]}
    return FrameModel(name, network, preprocessing=grey, regions=regions, layers=layers, visual_degrees=degrees)


def moving(name: str, network: nn.Module, dt: float, size: int, degrees: float) -> Model:
    """The same of a recurrent one, with the layer `responses`."""
    grey = Preprocessing(size, mean=(0.5,), std=(0.5,), channels=1)
    regions = {"V1": "responses"}
    return RecurrentModel(
        name, network, dt=dt, preprocessing=grey, regions=regions, layers=("responses",), visual_degrees=degrees
    )


class Cells(nn.Module):
    """Complex cells of one spatial frequency; a function makes responses of their amplitudes, 1 for a grating of contrast 1.

    Args:
        respond: amplitudes (batch, orientations, y, x) -> responses of the same shape.
    """

    def __init__(
        self,
        respond: Callable[[torch.Tensor], torch.Tensor],
        size: int = 64,
        degrees: float = 4.0,
        frequency: float = 2.0,
        stride: int = 4,
    ):
        super().__init__()
        self.bank = GaborBank((frequency,), ORIENTATIONS, size, degrees, stride)
        self.respond, self.responses = respond, nn.Identity()

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size) -> (batch, orientations, y, x)."""
        return self.responses(self.respond(self.bank(signal).abs()))


def facilitated_across(amplitudes: torch.Tensor) -> torch.Tensor:
    """Responses lifted by what has the orthogonal orientation at the same place."""
    across = amplitudes.roll(len(ORIENTATIONS) // 2, 1)
    return amplitudes * (1 + across / (across + 0.1))


def saturated_first(amplitudes: torch.Tensor) -> torch.Tensor:
    """Responses that grow least where contrast is low, and most where it is high: the contrast response turned round."""
    return 0.1 * amplitudes**0.25 + amplitudes**3


class Slowed(nn.Module):
    """Transient cells that answer the later, the higher the contrast.

    The amplitude E of a cell passes a filter to rise and another one to fall, and is heard after a delay of `LONGEST` E ms, E being
    the largest of all orientations at its place.
    """

    DT, RISE, FALL, LONGEST = 4.0, 20.0, 60.0, 80.0

    def __init__(self, size: int = 64, degrees: float = 4.0, stride: int = 8):
        super().__init__()
        self.bank = GaborBank((2.0,), ORIENTATIONS, size, degrees, stride)
        self.responses = nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> State:
        """At rest."""
        places = self.bank.size // self.bank.stride
        rest = torch.zeros(batch_size, len(ORIENTATIONS), places, places, device=device)
        return {"risen": rest, "fallen": rest, "past": [rest] * (round(self.LONGEST / self.DT) + 1)}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """One step of `DT` ms."""
        amplitudes = self.bank(frame).abs()
        risen = exponential(amplitudes, state["risen"], self.RISE, self.DT)
        fallen = exponential(risen, state["fallen"], self.FALL, self.DT)
        past = [*state["past"][1:], (risen - fallen).relu()]
        late = (amplitudes.amax(1, keepdim=True) * self.LONGEST / self.DT).round().long().clamp(max=len(past) - 1)
        heard = torch.stack(past[::-1]).gather(0, late.expand_as(amplitudes)[None])[0]
        self.responses(heard)
        return {"risen": risen, "fallen": fallen, "past": past}
