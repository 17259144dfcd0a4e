"""Stacks of cells that see a frame and predict the next one, step by step.

A frame is cut into patches, whose pixels become the channels of one place (Shi et al. 2015, section 4.1).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from harness.models import Heard, Point
from harness_plugins.models.predictors.cells import ConvLSTMCell, STLSTMCell

State = dict[str, Any]


class Predictor(nn.Module):
    """Base class of both predictors.

    Attributes:
        cells: the layers; each has its states as submodules.
        prediction: the frame expected next, (batch, 3, size, size), in the units of the input.
    """

    def __init__(self, size: int, patch: int, channels: Sequence[int], kernel: int) -> None:
        super().__init__()
        self.patch, self.channels, self.side = patch, tuple(channels), size // patch
        pixels = 3 * patch**2
        self.cells = nn.ModuleList(self._cells([pixels, *channels], kernel))
        self.prediction = nn.Identity()

    def _cells(self, widths: list[int], kernel: int) -> list[nn.Module]:
        raise NotImplementedError

    def init(self, batch_size: int, device: Any) -> State:
        """All states are 0 before anything is seen."""
        hidden = [torch.zeros(batch_size, c, self.side, self.side, device=device) for c in self.channels]
        return {"hidden": hidden, "memory": [torch.zeros_like(h) for h in hidden]}

    def points(self) -> list[Point]:
        """Hidden states, which all that read a layer hear, its own gates in the next step included; and what cells keep."""
        found = []
        for number in range(len(self.channels)):
            found.append(Point(f"cells.{number}.hidden", (Heard(f"cells.{number}.hidden"),)))
            found.append(Point(f"cells.{number}.memory", (Heard(f"cells.{number}.memory"),), "state"))
        return found

    def _show(self, patches: torch.Tensor) -> torch.Tensor:
        return self.prediction(functional.pixel_shuffle(patches, self.patch))


class ConvLSTM(Predictor):
    """A stack of ConvLSTM cells; a 1 x 1 convolution of all their hidden states gives the next frame (Shi et al. 2015, section
    3.2), with a sigmoid, as their loss is the cross-entropy of pixels.

    In the paper a second stack, the forecaster, takes over the states when a sequence has been seen, to go on from there without
    further frames. Here, where every step has its frame, there is one stack.
    """

    def __init__(self, size: int, patch: int, channels: Sequence[int], kernel: int) -> None:
        super().__init__(size, patch, channels, kernel)
        self.readout = nn.Conv2d(sum(self.channels), 3 * patch**2, 1)

    def _cells(self, widths: list[int], kernel: int) -> list[nn.Module]:
        return [ConvLSTMCell(i, o, kernel, self.side) for i, o in pairwise(widths)]

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 3, size, size) -> the next state; the prediction fires."""
        x = functional.pixel_unshuffle(frame, self.patch)
        hidden, memory = [], []
        for cell, h, c in zip(self.cells, state["hidden"], state["memory"], strict=True):
            x, c = cell(x, h, c)
            hidden.append(x)
            memory.append(c)
        self._show(torch.sigmoid(self.readout(torch.cat(hidden, 1))))
        return {"hidden": hidden, "memory": memory}


class PredRNN(Predictor):
    """A stack of ST-LSTM cells. The memory M goes up through the layers in each step, and from the last layer to the first of
    the next step; a 1 x 1 convolution of the last hidden state gives the next frame (Wang et al. 2017, section 3).

    Wang et al. 2022 train the same network with a further loss that decouples C from M, and with other schedules.
    """

    def __init__(self, size: int, patch: int, channels: Sequence[int], kernel: int) -> None:
        super().__init__(size, patch, channels, kernel)
        self.readout = nn.Conv2d(self.channels[-1], 3 * patch**2, 1, bias=False)

    def _cells(self, widths: list[int], kernel: int) -> list[nn.Module]:
        below = [widths[-1], *widths[1:-1]]
        return [STLSTMCell(i, o, kernel, m) for (i, o), m in zip(pairwise(widths), below, strict=True)]

    def init(self, batch_size: int, device: Any) -> State:
        """All states are 0 before anything is seen."""
        state = super().init(batch_size, device)
        return {**state, "spatial": torch.zeros_like(state["hidden"][-1])}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 3, size, size) -> the next state; the prediction fires."""
        x, spatial = functional.pixel_unshuffle(frame, self.patch), state["spatial"]
        hidden, memory = [], []
        for cell, h, c in zip(self.cells, state["hidden"], state["memory"], strict=True):
            x, c, spatial = cell(x, h, c, spatial)
            hidden.append(x)
            memory.append(c)
        self._show(self.readout(x))
        return {"hidden": hidden, "memory": memory, "spatial": spatial}
