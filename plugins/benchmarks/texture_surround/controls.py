"""Cells that textures and figures change as published, and cells that they change in the opposite way."""

from typing import Any

import torch
from torch import nn

from harness.models import Model, State
from harness_plugins.benchmarks._controls.cells import moving, surrounded
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

SMALL = {"size": 128, "visual_degrees": 8.0, "dt": 2}
WIDE = {"size": 160, "visual_degrees": 10.0, "dt": 4}
WITH_SURROUND = (1, 5, 9)
"""Channels of twelve: a quarter, as of the cells."""


class LateFigures(nn.Module):
    """Complex cells that answer after 40 ms, and are lifted from 90 ms on if anything in view is orthogonal to what they prefer."""

    DT, FIRST, LATE, SIZE, DEGREES = 10, 40, 90, 96, 12.0

    def __init__(self, lift: float = 0.3):
        super().__init__()
        self.bank = GaborBank((2.0,), ORIENTATIONS, self.SIZE, self.DEGREES, 8)
        self.lift = lift
        self.responses = nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> list[torch.Tensor]:
        """All that was seen for `LATE` ms: nothing."""
        places = self.bank.size // self.bank.stride
        rest = torch.zeros(batch_size, len(ORIENTATIONS), places, places, device=device)
        return [rest] * (self.LATE // self.DT + 1)

    def step(self, frame: torch.Tensor, state: list[torch.Tensor]) -> list[torch.Tensor]:
        """One step of `DT` ms."""
        state = [*state[1:], self.bank(frame).abs()]
        in_view = state[0].mean((2, 3), keepdim=True)
        orthogonal = in_view.roll(len(ORIENTATIONS) // 2, 1)
        figure = ((orthogonal / (in_view + orthogonal + 1e-6) - 0.25) * 10).clamp(0, 1)
        self.responses(state[-1 - self.FIRST // self.DT] * (1 + self.lift * figure))
        return state


class Mixed(nn.Module):
    """The responses of one network in some channels, and of another in the others."""

    chosen: torch.Tensor

    def __init__(self, some: nn.Module, others: nn.Module, channels: tuple[int, ...]):
        super().__init__()
        self.some, self.others, self.responses = some, others, nn.Identity()
        self.register_buffer("chosen", torch.tensor([number in channels for number in range(len(ORIENTATIONS))]))

    def init(self, batch_size: int, device: torch.device) -> State:
        """Both at rest."""
        return {"some": self.some.init(batch_size, device), "others": self.others.init(batch_size, device)}  # type: ignore[operator]

    def step(self, frame: torch.Tensor, state: State) -> State:
        """One step of both."""
        given: list[torch.Tensor] = []
        hooks = [
            network.response.register_forward_hook(lambda module, inputs, output: given.append(output))  # type: ignore[union-attr]
            for network in (self.some, self.others)
        ]
        following = {name: getattr(self, name).step(frame, state[name]) for name in ("some", "others")}
        for hook in hooks:
            hook.remove()
        self.responses(torch.where(self.chosen[:, None, None], given[0], given[1]))
        return following


def suppressed(benchmark: Any) -> Model:
    """A surround that suppresses, and later by its orientation."""
    return surrounded(1, **SMALL)


def a_quarter_marks_borders(benchmark: Any) -> Model:
    """Cells of which a quarter have a surround, so that it falls less on them at a border."""
    some, others = surrounded(1, **WIDE), surrounded(0, **WIDE)
    return moving("a quarter with a surround", Mixed(some.network, others.network, WITH_SURROUND), 4.0, 160, 10.0)


def enhanced_figures(benchmark: Any) -> Model:
    """Cells that are enhanced within figures, late."""
    return moving("late figures", LateFigures(), LateFigures.DT, LateFigures.SIZE, LateFigures.DEGREES)


def reduced_figures(benchmark: Any) -> Model:
    """Cells that are reduced within figures, late."""
    return moving("late reduction", LateFigures(-0.3), LateFigures.DT, LateFigures.SIZE, LateFigures.DEGREES)
