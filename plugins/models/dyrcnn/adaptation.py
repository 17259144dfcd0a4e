"""Adaptation of the input: a part of the recent frames is subtracted from the current frame."""

import math

import torch
from torch import nn

from harness_plugins.models.dyrcnn.recurrence import SelfConnection

State = dict[str, torch.Tensor]


class Adaptation(nn.Module):
    """u = frame - w s, with s the leaky mean of the past frames: tau ds/dt = frame - s, exact for frames held over a step.

    A constant frame is left with 1 - w of its contrast; after it has gone, its negative stays for about tau.
    """

    weight: torch.Tensor

    def __init__(self, weight: float, dt: float, tau: float):
        super().__init__()
        self.register_buffer("weight", torch.tensor(float(weight)))
        self.keep = math.exp(-dt / tau)

    def init(self, blank: torch.Tensor) -> State:
        """The state before anything was seen, for frames like `blank`."""
        return {"mean": torch.zeros_like(blank)}

    def forward(self, frame: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """(batch, channels, y, x) and a state -> the adapted frame and the next state."""
        adapted = frame - self.weight * state["mean"]
        return adapted, {"mean": frame + self.keep * (state["mean"] - frame)}


class ReferenceAdaptation(nn.Module):
    """As DynVision 0.1.0 has it: the first frame is held, and shrinks by the weight in each step; later ones are not seen."""

    def __init__(self, weight: float):
        super().__init__()
        self.recurrence = SelfConnection(bias=False)
        nn.init.constant_(self.recurrence.weight, weight)

    def init(self, blank: torch.Tensor) -> State:
        """The state before anything was seen, for frames like `blank`."""
        return {"held": torch.zeros_like(blank), "begun": blank.new_zeros(len(blank), 1, 1, 1)}

    def forward(self, frame: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """(batch, channels, y, x) and a state -> what V1 sees and the next state."""
        held = torch.where(state["begun"] > 0, self.recurrence(state["held"]), frame)
        return held, {"held": held, "begun": torch.ones_like(state["begun"])}
