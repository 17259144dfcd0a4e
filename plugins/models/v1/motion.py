"""Motion energy (Adelson & Bergen 1985, J Opt Soc Am A 2:284-299), stepped in time.

A frame is filtered by Gabor functions in quadrature, even + i odd, and in time by

    f_n(t) = (k t)^n exp(-k t) (1 / n! - (k t)^2 / (n + 2)!),   n = 3 (fast) and n = 5 (slow)

which are a quarter of a cycle apart near the best temporal frequency. Since (k t)^n exp(-k t) / n! is what stage n of a chain
of equal leaky integrators gives, both are differences between stages of one chain of eight, f_3 = x_3 - x_5 and f_5 = x_5 -
x_7, and causal. The chain is solved exactly for frames that stay for a step, so a result does not depend on dt. With z_n = f_n
* (even + i odd), the energy of motion towards the direction orientation + 90 is |z_3 + i z_5|^2, of that against it |z_3 - i
z_5|^2, and the opponent energy their difference. (The library pymoten offers another motion energy: its filters are centred on
each moment, and see ahead.)
"""

import math

import torch
from torch import nn

from harness.errors import ModelError
from harness.models import Connection, Heard, Latch, Point, Preprocessing, RecurrentModel, State, Weights
from harness_plugins.models.v1 import ENERGY
from harness_plugins.models.v1.filters import ORIENTATIONS, GaborBank

STAGES = 8


class Chain(nn.Module):
    """Eight equal leaky integrators in a row, each driven by the one before it."""

    advance: torch.Tensor
    enter: torch.Tensor

    def __init__(self, rate: float, dt: float):
        super().__init__()
        step = rate * dt / 1000
        passed = [math.exp(-step) * step**k / math.factorial(k) for k in range(STAGES)]
        rows = [[passed[i - j] if i >= j else 0.0 for j in range(STAGES)] for i in range(STAGES)]
        advance = torch.tensor(rows, dtype=torch.float64)
        self.register_buffer("advance", advance.float())
        self.register_buffer("enter", (1 - advance.sum(1)).float())

    def forward(self, value: torch.Tensor, stages: torch.Tensor) -> torch.Tensor:
        """A complex value (batch, ...) that stays for one step, and the stages (batch, 8, ...) -> the stages after it."""
        kept = torch.einsum("ij,bj...->bi...", self.advance.to(stages.dtype), stages)
        entered = self.enter.view(1, STAGES, *[1] * (value.ndim - 1))
        return kept + entered * value[:, None]


class MotionEnergy(nn.Module):
    """Motion-energy model with layers `energy`, all directions, and `opponent`, one direction less the opposite one."""

    def __init__(self, bank: GaborBank, rate: float, dt: float):
        super().__init__()
        self.latch = Latch(bank, torch.zeros(1, bank.size, bank.size), 0)
        self.chain = Chain(rate, dt)
        self.channels, self.places = len(bank.frequencies) * len(ORIENTATIONS), bank.size // bank.stride
        self.energy, self.difference, self.opponent = nn.Identity(), nn.Identity(), nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> State:
        """A blank screen, and no response."""
        shape = batch_size, self.channels, self.places, self.places
        rest = torch.zeros(shape, dtype=torch.complex64, device=device)
        return {"latch": self.latch.init([rest]), "stages": rest[:, None].expand(-1, STAGES, -1, -1, -1)}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 1, size, size), contrast about mid-grey, and a state -> the next state."""
        latch = self.latch(frame, state["latch"])
        stages = self.chain(latch["features"][0], state["stages"])
        fast, slow = stages[:, 3] - stages[:, 5], stages[:, 5] - stages[:, 7]
        forth, back = (fast + 1j * slow).abs() ** 2, (fast - 1j * slow).abs() ** 2
        forth, back = self.energy(torch.cat([forth, back], 1)).chunk(2, 1)
        self.opposed(forth - back)
        return {"latch": latch, "stages": stages}

    def opposed(self, difference: torch.Tensor) -> torch.Tensor:
        """The opponent stage's response to its drive."""
        return self.opponent(self.difference(difference))

    def points(self) -> list[Point | Connection]:
        """Energy, which the opponent stage hears, and the drive of that; nothing hears its response."""
        return [
            Point("energy", (Heard("energy"),)),
            Point("opponent", (Heard("difference"),), "drive"),
            Connection("energy", "opponent", "difference", "feedforward"),
        ]


def load(
    spatial_frequencies: tuple[float, ...] = (1.0, 2.0),
    rate: float = 100.0,
    size: int = 64,
    visual_degrees: float = 8.0,
    stride: int = 4,
    dt: float = 5.0,
) -> RecurrentModel:
    """Direction-selective energy units and their opponent stage, as a recurrent model.

    Channels of `energy` run through the contours 0, 15, .. 165 degrees of each spatial frequency moving towards contour + 90, and
    then through all of them moving the other way; those of `opponent` through the first half.

    Args:
        spatial_frequencies: cycles per degree.
        rate: k in 1/s, which the paper leaves open. The best temporal frequency is near k / 13.5 Hz: 7.5 Hz by default.
        size: pixels along the side of the field of view.
        visual_degrees: visual angle of that side.
        stride: pixels between units.
        dt: ms per step; every frame of a movie has to be on the screen in the middle of a step.

    Raises:
        ModelError: for a rate or time step that is not positive, frequencies that the frame cannot show, or a stride that does
        not fit.
    """
    if not (rate > 0 and dt > 0):
        raise ModelError(f"motion_energy needs rate > 0 and dt > 0, not {rate} and {dt}")
    frequencies = tuple(float(f) for f in spatial_frequencies)
    bank = GaborBank(frequencies, ORIENTATIONS, size, visual_degrees, stride)
    return RecurrentModel(
        "motion_energy",
        MotionEnergy(bank, rate, dt),
        dt=dt,
        preprocessing=Preprocessing(size, mean=(0.5,), std=(0.5,), channels=1),
        regions={"V1": "energy", "MT": "opponent"},
        layers=("energy", "opponent"),
        visual_degrees=visual_degrees,
        weights=Weights("none"),
        citation=ENERGY,
    )
