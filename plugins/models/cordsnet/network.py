"""CordsNet (Soo et al. 2024): areas of convolutional rate units, stepped by forward Euler.

Area i has rates r, recurrent kernel R, feedforward kernel A and a bias b of its own for every unit:

    tau dr_i/dt = -r_i + f(R_i * r_i + b_i + A_i * h_i)

With the drive d = meanpool(stem * frame) and rho = max(r, 0), an area hears the two stages before it:

    h_0 = d,   h_1 = rho_0 + K * d,   h_i = rho_(i-1) + rho_(i-2) (i even),   h_i = rho_(i-1) + P * rho_(i-2) (i odd)

All areas step at once: every term on the right is from before the step. So a frame reaches areas 0 and 1 in the first step, 2 and 3
in the second, and so on. The class scores are a linear read-out of the mean over the map of rho of the last two areas.
"""

import math
from collections.abc import Iterator

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import weight_norm

from harness.errors import ModelError
from harness.models import SCREEN, Connection, Heard, Point, channels_last, once_per_frame

DEPTHS = (2, 4, 6, 8)
State = tuple[torch.Tensor, ...]


class Areas(nn.Module):
    """The convolutions of a CordsNet, what each area hears, and the read-out; weights are gains times unit directions, one an
    output channel.

    Args:
        depth: number of areas, even.
        channels_in: of a frame.
        classes: of the read-out.
        channels: of the first two areas, doubled with every further pair.
        size: side of the frames in pixels.

    Attributes:
        channels, sides: of the map of each area.
    """

    def __init__(self, depth: int, channels_in: int, classes: int, channels: int, size: int):
        super().__init__()
        if depth not in DEPTHS:
            raise ModelError(f"a CordsNet has 2, 4, 6 or 8 areas, not {depth}")
        self.channels_in, self.classes, self.size = channels_in, classes, size
        stem_side = math.ceil(math.ceil(size / 2) / 2)
        self.channels = [channels * 2 ** (area // 2) for area in range(depth)]
        self.sides = [math.ceil(stem_side / 2 ** (area // 2)) for area in range(depth)]
        self.inp_conv = convolution(channels_in, channels, 7, stride=2)
        self.inp_skip = convolution(channels, channels, 3)
        self.area_conv = nn.ModuleList(convolution(n, n, 3) for n in self.channels)  # recurrent
        below = [channels, *self.channels]
        strides = [2 if area in (2, 4, 6) else 1 for area in range(depth)]
        self.area_area = nn.ModuleList(  # feedforward
            convolution(below[area], n, 3, strides[area]) for area, n in enumerate(self.channels)
        )
        self.skip_area = nn.ModuleList(
            convolution(self.channels[area - 1], self.channels[area], 1, stride=2) for area in range(2, depth, 2)
        )
        self.out_fc = weight_norm(nn.Linear(self.channels[-1], classes))

    @property
    def depth(self) -> int:
        """Number of areas."""
        return len(self.channels)

    def heard(
        self,
        drive: torch.Tensor,
        area: int,
        rates: State | list[torch.Tensor],
        skipped: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Input of an area's feedforward kernel: h of the equations above, from the drive and the rates below it.

        `skipped` is K * d, if it is known.
        """
        if area == 0:
            return drive
        if area == 1:
            return rates[0] + (self.inp_skip(drive) if skipped is None else skipped)
        earlier = rates[area - 2]
        return rates[area - 1] + (self.bypass((area - 3) // 2, earlier) if area % 2 else earlier)

    def bypass(self, number: int, rates: torch.Tensor) -> torch.Tensor:
        """P * rho, from area 1 + 2 `number` to area 3 + 2 `number`."""
        return self.skip_area[number](rates)

    def unit_biases(self) -> nn.ParameterList:
        """Zeros for every unit, one (channels, y, x) per area."""
        maps = zip(self.channels, self.sides, strict=True)
        return nn.ParameterList(nn.Parameter(torch.zeros(channels, side, side)) for channels, side in maps)

    def read_out(self, state: State) -> torch.Tensor:
        """Class scores before the softmax, (batch, classes), from the rates of all areas."""
        return self.out_fc((torch.relu(state[-1]) + torch.relu(state[-2])).mean((2, 3)))


class CordsNet(Areas):
    """A CordsNet that steps in time. Its state is the rates of every area.

    Args:
        depth: number of areas: 2, 4, 6 or 8.
        channels_in: of a frame.
        classes: of the read-out.
        channels: of the first two areas, doubled with every further pair.
        size: side of the frames in pixels.
        dt, tau: time step and time constant in ms.
        slope: of f below 0; 0 is the published network, 1 the linear network that its training begins with.

    Attributes:
        areas: modules that hand over the rates of each area after a step.
        emitted, read: modules through which rates are heard, by areas in the next step and by the read-out.
        arriving: module that hands over what the first area gets of the frame.
        inputs: modules that hand over all input of an area before f.
    """

    def __init__(
        self,
        depth: int,
        channels_in: int = 3,
        classes: int = 1000,
        channels: int = 64,
        size: int = 224,
        dt: float = 2.0,
        tau: float = 10.0,
        slope: float = 0.0,
    ):
        super().__init__(depth, channels_in, classes, channels, size)
        if not 0 < dt <= tau:
            raise ModelError(f"a CordsNet needs 0 < dt <= tau, not dt={dt:g} and tau={tau:g} ms")
        self.dt, self.tau, self.slope = dt, tau, slope
        self.conv_bias = self.unit_biases()
        self.drive, self.arriving = nn.Identity(), nn.Identity()
        self.areas = nn.ModuleList(nn.Identity() for _ in range(depth))
        self.emitted, self.inputs, self.read = (nn.ModuleList(nn.Identity() for _ in range(depth)) for _ in range(3))

    @property
    def alpha(self) -> float:
        """Size of an Euler step, dt / tau."""
        return self.dt / self.tau

    def init(self, batch_size: int, device: torch.device) -> State:
        """Rates of zero, one (batch, channels, y, x) per area."""
        return tuple(
            channels_last(torch.zeros_like(bias, device=device).expand(batch_size, *bias.shape))
            for bias in self.conv_bias
        )

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, channels_in, size, size) and the rates before -> the rates after."""
        following = self.flow(frame, state)
        after = tuple(area(rates) for area, rates in zip(self.areas, following, strict=True))
        self.read_out(tuple(read(rates) for read, rates in zip(self.read, after, strict=True)))
        return after

    def points(self) -> list[Point | Connection]:
        """Rates of every area as they are heard a step later, as they are kept, their input before f, and the connections."""
        found: list[Point | Connection] = []
        for area in range(self.depth):
            layer = f"areas.{area}"
            found.append(Point(layer, (Heard(f"emitted.{area}", 1), Heard(f"read.{area}"))))
            found.append(Point(layer, (Heard(f"inputs.{area}"),), "drive"))
            found.append(Point(layer, (Heard(layer),), "state"))
            found.append(Connection(layer, layer, f"area_conv.{area}", "lateral", 1))
            if not area:
                found.append(Connection(SCREEN, layer, "arriving", "feedforward"))
            else:
                found.append(Connection(f"areas.{area - 1}", layer, f"area_area.{area}", "feedforward", 1))
        return found

    def flow(self, frame: torch.Tensor, state: State) -> State:
        """The map from rates to rates that a step applies."""
        return tuple(
            torch.lerp(rates, functional.leaky_relu(total, self.slope), self.alpha)
            for rates, total in zip(state, self.totals(frame, state), strict=True)
        )

    def totals(self, frame: torch.Tensor, state: State) -> State:
        """All input of each area, R * r + b + A * h, before f."""
        parts = self.inp_conv, self.drive, self.inp_skip, self.area_area[0]
        drive, skipped, first = once_per_frame(self, frame, parts, lambda: self._entering(frame))
        first = self.arriving(first)
        emitted = [module(rates) for module, rates in zip(self.emitted, state, strict=True)]
        rates = tuple(torch.relu(area) for area in emitted)
        driven = [first] + [
            self.area_area[area](self.heard(drive, area, rates, skipped)) for area in range(1, self.depth)
        ]
        return tuple(
            self.inputs[area](self.area_conv[area](own) + channels_last(self.conv_bias[area][None]) + driven[area])
            for area, own in enumerate(emitted)
        )

    def _entering(self, frame: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The drive d, K * d and A_0 * d: what depends on the frame alone."""
        drive = self.drive(stem(self.inp_conv(channels_last(frame))))
        return drive, self.inp_skip(drive), self.area_area[0](drive)

    def fold(self) -> "CordsNet":
        """Put plain weights in the place of gains and directions, in place; what is computed stays the same."""
        for module in list(self.modules()):
            if parametrize.is_parametrized(module, "weight"):
                parametrize.remove_parametrizations(module, "weight")
        return self


def run(network: CordsNet, frames: torch.Tensor, state: State, steps: int) -> Iterator[State]:
    """The states after each of some steps with the same frames."""
    for _ in range(steps):
        state = network.step(frames, state)
        yield state


def stem(convolved: torch.Tensor) -> torch.Tensor:
    """The drive from the first convolution: a mean over 3 x 3 places that counts the zeros of the border."""
    return functional.avg_pool2d(convolved, 3, stride=2, padding=1)


def convolution(channels_in: int, channels: int, kernel: int, stride: int = 1) -> nn.Module:
    """A convolution without bias, stored as gain and direction of each output channel."""
    return weight_norm(nn.Conv2d(channels_in, channels, kernel, stride=stride, padding=kernel // 2, bias=False))
