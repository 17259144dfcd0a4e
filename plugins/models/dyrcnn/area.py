"""The parts of a DyRCNN: signals that may not have arrived yet, areas, links between areas, and optional stages."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn

from harness.errors import ModelError
from harness_plugins.models.dyrcnn.recurrence import connect, resized
from harness_plugins.models.dyrcnn.settings import Settings


class Signal(NamedTuple):
    """Output of an area, and for each row of the batch whether there is any yet.

    Where nothing has arrived an area is silent: its biases do not act, and its value is 0. That is not the same as an answer of 0.

    Attributes:
        value: (batch, channels, y, x); 0 where silent.
        active: 1 or 0, (batch, 1, 1, 1); None if it says something in every row. In the state of a network it is a tensor.
    """

    value: torch.Tensor
    active: torch.Tensor | None

    def through(self, module: Callable[[torch.Tensor], torch.Tensor]) -> "Signal":
        """The signal after a module; silence stays silent."""
        return self.silenced(module(self.value))

    def silenced(self, value: torch.Tensor) -> "Signal":
        """Another value, silent where this signal is."""
        return Signal(value if self.active is None else value * self.active, self.active)

    def plus(self, other: "Signal") -> "Signal":
        """The sum of what there is."""
        return Signal(self.value + resized(other.value, self.value), self.joined(other))

    def joined(self, other: "Signal") -> torch.Tensor | None:
        """Where one of two signals says something."""
        if self.active is None or other.active is None:
            return None
        return torch.maximum(self.active, other.active)


@dataclass(frozen=True)
class Form:
    """An area as published: channels, and kernels and strides of its one or two convolutions."""

    name: str
    channels: int
    kernels: tuple[int, ...]
    strides: tuple[int, ...]
    pooled: bool  # by a maximum over 3 x 3 places with stride 2, after the state


def side_after(side: int, kernel: int, stride: int) -> int:
    """Side of a map after a convolution with padding kernel // 2."""
    return (side + 2 * (kernel // 2) - kernel) // stride + 1


class Area(nn.Module):
    """One area: one or two convolutions, a lateral connection and a time constant.

    Attributes:
        drive, output: identities through which the area's drive and its state pass, unpooled, to be recorded.
        heard, sent: identities through which its past state is heard by itself, and by the area above.
        log_tau: logarithm of the time constant in ms, so that training keeps it positive.
    """

    def __init__(self, form: Form, channels_in: int, tau: float, settings: Settings):
        super().__init__()
        self.form, self.target, self.solver, self.dt = form, settings.target, settings.solver, settings.dt
        kernels, strides = form.kernels, form.strides
        self.conv = _convolution(channels_in, form.channels, kernels[0], strides[0], settings.bias)
        self.conv2: nn.Module | None = None
        if len(kernels) == 2:
            self.conv2 = _convolution(form.channels, form.channels, kernels[1], strides[1], settings.bias)
        elif settings.target == "middle" and settings.recurrence != "none":
            raise ModelError(
                f"{form.name} has one convolution and so no middle; the target is input or output, or use x8"
            )
        channels_out = channels_in if settings.target == "input" else form.channels
        self.recurrence = connect(settings.recurrence, form.channels, channels_out, kernels[0], settings.bias)
        if self.recurrence is not None:
            _uniform(self.recurrence, settings.recurrent_scale)
        self.pool: nn.Module = nn.MaxPool2d(3, stride=2, padding=1) if form.pooled else nn.Identity()
        self.log_tau = nn.Parameter(torch.tensor(math.log(tau)), requires_grad=settings.train_tau)
        self.drive, self.output, self.heard, self.sent = (nn.Identity() for _ in range(4))

    def forward(self, below: Signal, past: Signal | None) -> Signal:
        """The drive of the area: feedforward and lateral.

        Args:
            below: from the area below, or the frame, (batch, channels_in, y, x).
            past: the area's own state of t_rc ago; None cuts the lateral connection.
        """
        lateral = past.through(self.recurrence) if past is not None and self.recurrence is not None else None
        drive = below.plus(lateral) if lateral and self.target == "input" else below
        drive = drive.through(self.conv)
        if self.conv2 is not None:
            drive = drive.through(torch.relu)
            drive = drive.plus(lateral) if lateral and self.target == "middle" else drive
            drive = drive.through(self.conv2)
        return drive.plus(lateral) if lateral and self.target == "output" else drive

    def advance(self, drive: Signal, before: torch.Tensor) -> Signal:
        """One step of tau dx/dt = drive - x from the state before, with the drive held."""
        z = self.dt / self.log_tau.exp()
        towards = drive.value.to(before.dtype)  # in mixed precision a convolution gives fewer digits than the state has
        return drive.silenced(torch.lerp(before, towards, self._share(z)))

    def _share(self, z: torch.Tensor) -> torch.Tensor:
        """The share of the way to the drive in one step, z = dt / tau.

        Euler and Runge-Kutta of fourth order are the first terms of the exponential's series; with the drive held, the
        exponential itself is exact.
        """
        if self.solver == "euler":
            return z
        if self.solver == "rk4":
            return z - z**2 / 2 + z**3 / 6 - z**4 / 24
        return -torch.expm1(-z)

    def sides(self, side: int) -> tuple[int, int]:
        """Side of the area's map, and after pooling, for an input of `side`."""
        for kernel, stride in zip(self.form.kernels, self.form.strides, strict=True):
            side = side_after(side, kernel, stride)
        return side, side_after(side, 3, 2) if self.form.pooled else side


class Link(nn.Module):
    """A skip or feedback connection: a 1 x 1 convolution where the numbers of channels differ, and the target's grid."""

    def __init__(self, channels: int, channels_out: int, multiplicative: bool = False):
        super().__init__()
        self.multiplicative = multiplicative
        self.heard, self.arriving = nn.Identity(), nn.Identity()
        self.conv: nn.Module = nn.Identity()
        if channels != channels_out:
            self.conv = _convolution(channels, channels_out, 1, 1, bias=True)
            nn.init.normal_(self.conv.weight, std=min(0.001, 1 / math.sqrt(channels * channels_out)))

    def forward(self, drive: Signal, source: Signal) -> Signal:
        """The drive of the target with what comes from the source: D + h, or D (1 + tanh h); h alone where D is silent.

        The convolution has one place in view, so it commutes with the choice of the nearest place: a larger map is cut first.
        """
        source = Signal(self.heard(source.value), source.active)
        if source.value.shape[2] > drive.value.shape[2]:
            source = Signal(resized(source.value, drive.value), source.active)
        arriving = source.through(lambda value: self.arriving(self.conv(value)))
        if not self.multiplicative:
            return drive.plus(arriving)
        arriving = Signal(resized(arriving.value, drive.value), arriving.active)
        value = drive.value * (1 + torch.tanh(arriving.value))
        if drive.active is not None:
            value = torch.where(drive.active > 0, value, arriving.value)
        return Signal(value, drive.joined(arriving))


class SupraLinearity(nn.Module):
    """y = k sign(x) |x|^n, with k = 0.8 as in DynVision; |x| is kept between 1e-6 and 1e6."""

    n: torch.Tensor
    k: torch.Tensor

    def __init__(self, exponent: float):
        super().__init__()
        self.register_buffer("n", torch.tensor(float(exponent)))
        self.register_buffer("k", torch.tensor(0.8))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Any shape -> the same."""
        return self.k * torch.sign(values) * values.abs().clamp(1e-6, 1e6) ** self.n


class Retina(nn.Module):
    """Two convolutions with a bottleneck before V1 (Lindsey et al. 2019, "A unified theory of early visual representations from
    retina to cortex through anatomically constrained deep CNNs")."""

    WIDTHS = (36, 18)

    def __init__(self, channels: int, bias: bool = True):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, self.WIDTHS[0], 9, padding=4, bias=bias)
        self.conv2 = nn.Conv2d(self.WIDTHS[0], self.WIDTHS[1], 9, padding=4, bias=bias)
        for conv in (self.conv1, self.conv2):
            nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
            if conv.bias is not None:
                nn.init.zeros_(conv.bias)

    def forward(self, frame: torch.Tensor) -> torch.Tensor:
        """(batch, channels, y, x) -> (batch, 18, y, x)."""
        return self.conv2(torch.relu(self.conv1(frame)))


def _convolution(channels: int, channels_out: int, kernel: int, stride: int, bias: bool) -> nn.Conv2d:
    conv = nn.Conv2d(channels, channels_out, kernel, stride=stride, padding=kernel // 2, bias=bias)
    nn.init.kaiming_normal_(conv.weight, mode="fan_in", nonlinearity="relu")
    if conv.bias is not None:
        nn.init.zeros_(conv.bias)
    return conv


def _uniform(connection: nn.Module, scale: float) -> None:
    """Recurrent weights start nearly at zero, their biases at zero."""
    for name, parameter in connection.named_parameters():
        if name.rpartition(".")[2] == "bias":
            nn.init.zeros_(parameter)
        else:
            nn.init.uniform_(parameter, -scale, scale)
