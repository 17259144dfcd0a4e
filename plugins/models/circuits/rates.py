"""Rate networks whose emitted outputs are apart from what they keep.

With rates r, emitted outputs e = point(r), weights W, input h and f the non-linearity, of every unit:

    r <- r + alpha (f(W e + h) - r),   alpha = dt / tau

Units hear the e of the step before. Without perturbation e = r.
"""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import nn

from harness.models import Heard, Point

State = dict[str, torch.Tensor]
Function = Callable[[torch.Tensor], torch.Tensor]


def linear(total: torch.Tensor) -> torch.Tensor:
    """f(u) = u."""
    return total


class Power(nn.Module):
    """f(u) = k max(u, 0)^n.

    Args:
        k, n: gain and exponent; 1 and 1 is threshold-linear.
    """

    def __init__(self, k: float = 1.0, n: float = 1.0):
        super().__init__()
        self.k, self.n = k, n

    def forward(self, total: torch.Tensor) -> torch.Tensor:
        return self.k * total.relu() ** self.n


class Columns(nn.Module):
    """The input of unit i: how much lighter than mid-grey column i of the frame is, times a gain."""

    def __init__(self, gain: float, repeats: int = 1):
        super().__init__()
        self.gain, self.repeats = gain, repeats

    def forward(self, frame: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, units) in [-1, 1] -> (batch, units of all populations)."""
        return self.gain * frame.mean((1, 2)).repeat(1, self.repeats)


class RateNetwork(nn.Module):
    """The equation above.

    Args:
        front: frame -> (batch, units) input of every unit.
        weights: (units, units), target x source.
        populations: name -> number of units, in the order of the rows; each is a layer that shows what is emitted.
        alpha: of every unit, or one for all.
        nonlinearity: f.
    """

    weights: torch.Tensor
    alpha: torch.Tensor

    def __init__(
        self,
        front: nn.Module,
        weights: torch.Tensor,
        populations: Mapping[str, int],
        alpha: torch.Tensor,
        nonlinearity: Function,
    ):
        super().__init__()
        self.front, self.nonlinearity, self.sizes = front, nonlinearity, dict(populations)
        self.register_buffer("weights", weights.float())
        self.register_buffer("alpha", alpha.float())
        self.emitted = nn.ModuleDict({name: nn.Identity() for name in populations})
        self.drive = nn.ModuleDict({name: nn.Identity() for name in populations})

    def points(self) -> Sequence[Point]:
        """Emitted rates and drives of every population."""
        found = []
        for name in self.sizes:
            emitted, drive = f"emitted.{name}", f"drive.{name}"
            found.append(Point(emitted, (Heard(emitted),), area="circuit", cells=name))
            found.append(Point(emitted, (Heard(drive),), "drive", area="circuit", cells=name))
            found.append(Point(drive, (Heard(drive),), "drive"))
        return found

    def init(self, batch_size: int, device: torch.device) -> State:
        """Silence."""
        silent = torch.zeros(batch_size, len(self.weights), device=device)
        return {"rates": silent, "emitted": silent.clone()}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 1, size, size) and a state -> the next state."""
        return self.advance(self.front(frame), state)

    def advance(self, received: torch.Tensor, state: State) -> State:
        """The next state for an input (batch, units)."""
        total = self._each(self.drive, state["emitted"] @ self.weights.T + received)
        rates = state["rates"] + self.alpha * (self.nonlinearity(total) - state["rates"])
        return {"rates": rates, "emitted": self._each(self.emitted, rates)}

    def _each(self, modules: nn.ModuleDict, values: torch.Tensor) -> torch.Tensor:
        parts = values.split(list(self.sizes.values()), 1)
        return torch.cat([module(part) for module, part in zip(modules.values(), parts, strict=True)], 1)


class Normalizer(nn.Module):
    """Units that divide each other: r <- r + alpha (d / (s + w mean e) - r).

    Args:
        front: frame -> (batch, units).
        units: number.
        s, w: semi-saturation, and the weight of the pool.
        alpha: dt / tau.
    """

    def __init__(self, front: nn.Module, units: int, s: float, w: float, alpha: float):
        super().__init__()
        self.front, self.units, self.s, self.w, self.alpha = front, units, s, w, alpha
        self.emitted, self.drive = nn.Identity(), nn.Identity()

    def points(self) -> Sequence[Point]:
        """Rates, which the pool hears, and the drive of the units."""
        return [Point("emitted", (Heard("emitted"),)), Point("emitted", (Heard("drive"),), "drive")]

    def init(self, batch_size: int, device: torch.device) -> State:
        """Silence."""
        silent = torch.zeros(batch_size, self.units, device=device)
        return {"rates": silent, "emitted": silent.clone()}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 1, size, units) and a state -> the next state."""
        pool = self.s + self.w * state["emitted"].mean(1, keepdim=True)
        rates = state["rates"] + self.alpha * (self.drive(self.front(frame)) / pool - state["rates"])
        return {"rates": rates, "emitted": self.emitted(rates)}
