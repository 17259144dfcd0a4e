"""Temporal dynamics for static networks: filters in time, and delayed normalisation.

Delayed normalisation (DN; Zhou, Benson, Kay & Winawer 2019, PLoS Comput Biol 15:e1007484) of an input c(t) that is 0 for a blank
and 1 for full contrast:

    L = h1 * c(t - shift),   h1 = g(tau1) - weight g(1.5 tau1),   g(t; tau) = (t / tau) exp(-t / tau) of unit sum
    R = scale |L|^n / (sigma^n + |h2 * L|^n),                     h2(t) = exp(-t / tau2) of unit sum

With a second lobe (weight > 0) h1 has the area 1 - weight, and it is the signed L that is low-passed before the modulus: both as
in the program of Groen et al. 2022 (J Neurosci 42:7562-7580). The filters are sampled every dt and run as recursions, so that none
is cut off.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from harness.checks import NotNegative, Positive, checked, shown
from harness.errors import ModelError
from harness.models.base import FrameModel, Model, RecurrentModel
from harness.models.layouts import Layout
from harness.models.points import Heard, Point

State = dict[str, Any]
Pair = tuple[torch.Tensor, torch.Tensor]

ZHOU = "Zhou et al. 2019, PLoS Comput Biol 15:e1007484"
BRANDS = "refitted to the mean traces of Brands et al. 2024, PLoS Comput Biol 20:e1012161"


def exponential(value: torch.Tensor, state: torch.Tensor, tau: float, dt: float) -> torch.Tensor:
    """One step of the filter exp(-t / tau) of unit sum; the new state is its output."""
    decay = math.exp(-dt / tau)
    return decay * state + (1 - decay) * value


def gamma(value: torch.Tensor, state: Pair, tau: float, dt: float) -> Pair:
    """One step of the filter (t / tau) exp(-t / tau) of unit sum; the second part of the new state is its output."""
    first, second = state
    return exponential(value, first, tau, dt), exponential(first, second, tau, dt)


@checked(ModelError)
@dataclass(frozen=True)
class DelayedNormalization:
    """Parameters of the equations above; times in ms.

    Attributes:
        tau1: peak of the linear filter.
        weight: of its second, negative lobe, 0 to 1.
        tau2: of the low-pass on what normalises.
        n: exponent.
        sigma: semi-saturation, in units of the input.
        shift: pure delay.
        scale: of the response.
        source: where the numbers are from.
    """

    tau1: float
    weight: float
    tau2: float
    n: float
    sigma: float
    shift: float = 0.0
    scale: float = 1.0
    source: str = ""

    def __post_init__(self) -> None:
        positive = min(self.tau1, self.tau2, self.n, self.sigma, self.scale) > 0
        if not (positive and 0 <= self.weight <= 1 and self.shift >= 0):
            raise ModelError(f"delayed normalisation needs positive parameters, weight <= 1 and shift >= 0: {self}")

    def init(self, drive: torch.Tensor) -> State:
        """The state before any input, for a drive of this shape."""
        rest = torch.zeros_like(drive)
        lobes = [(rest, rest)] * (2 if self.weight else 1)
        return {"lobes": lobes, "pool": rest}

    def step(self, drive: torch.Tensor, state: State, dt: float) -> tuple[torch.Tensor, State]:
        """The response after one more step of a drive that has been delayed already, and the state. Any shape."""
        taus = (self.tau1, 1.5 * self.tau1)
        lobes = [gamma(drive, lobe, tau, dt) for lobe, tau in zip(state["lobes"], taus, strict=False)]
        linear = lobes[0][1] - self.weight * lobes[1][1] if self.weight else lobes[0][1]
        pool = exponential(linear, state["pool"], self.tau2, dt)
        response = self.scale * linear.abs() ** self.n / (self.sigma**self.n + pool.abs() ** self.n)
        return response, {"lobes": lobes, "pool": pool}


PRESETS = {
    "zhou2019": DelayedNormalization(70, 0, 100, 2, 0.1, source=f"parameter-sweep script of {ZHOU}"),
    "zhou2019_schematic": DelayedNormalization(100, 0, 100, 2, 0.1, source=f"schematic figure of {ZHOU}"),
    "zhou2019_cell1": DelayedNormalization(39.5, 0, 39.7, 2.28, 0.0266, source=f"macaque V1 cell 1 of {ZHOU}"),
    "zhou2019_cell2": DelayedNormalization(43.6, 0, 104.9, 1.61, 0.0027, source=f"macaque V1 cell 2 of {ZHOU}"),
    "zhou2019_cell3": DelayedNormalization(33.7, 0, 137.3, 3.51, 0.016, source=f"macaque V1 cell 3 of {ZHOU}"),
    "groen2022_start": DelayedNormalization(
        5, 0, 70, 1.5, 0.15, 60, 2, source="where the fits of Groen et al. 2022, J Neurosci 42:7562, start"
    ),
    "ecog_v1_v3": DelayedNormalization(39, 0.35, 158, 1.0, 0.050, 35, source=f"V1-V3, {BRANDS}"),
    "ecog_votc": DelayedNormalization(79, 0.33, 160, 1.0, 0.046, 43, source=f"ventral occipito-temporal, {BRANDS}"),
    "ecog_lotc": DelayedNormalization(99, 0.33, 163, 1.0, 0.041, 57, source=f"lateral occipito-temporal, {BRANDS}"),
}
"""Named parameters. The values that Groen et al. fitted to areas are not public; the ECoG presets stand in for them."""


class Latch(nn.Module):
    """A static network that hears the screen after a delay, and runs only for rows whose frame has changed.

    Args:
        front: (batch, channels, size, size) -> a tensor with the batch first, or several.
        blank: what is on the screen before the first frame, (channels, size, size).
        delay: in steps.
    """

    blank: torch.Tensor

    def __init__(self, front: nn.Module, blank: torch.Tensor, delay: int):
        super().__init__()
        self.front, self.delay = front, delay
        self.register_buffer("blank", blank)

    def init(self, features: Sequence[torch.Tensor]) -> State:
        """The state before the first step, from what `front` gives for the blank, a row each."""
        shown = self.blank.expand(len(features[0]), *self.blank.shape)
        return {"coming": [shown] * self.delay, "seen": shown, "features": list(features)}

    def forward(self, frame: torch.Tensor, state: State) -> State:
        """The next state; its `features` are those of the frame shown `delay` steps ago."""
        coming: list[torch.Tensor] = [*state["coming"], frame]
        seen = coming.pop(0)
        features = state["features"]
        changed = torch.zeros(0) if seen is state["seen"] else (seen != state["seen"]).flatten(1).any(1)
        if len(rows := changed.nonzero()[:, 0]):
            fresh = self.front(seen[rows])
            fresh = [fresh] if isinstance(fresh, torch.Tensor) else fresh
            features = [old.index_copy(0, rows, new.to(old.dtype)) for old, new in zip(features, fresh, strict=True)]
        return {"coming": coming, "seen": seen, "features": features}


class Tensors(nn.Module):
    """Constant tensors in their order."""

    def __init__(self, values: Sequence[torch.Tensor]):
        super().__init__()
        for number, value in enumerate(values):
            self.register_buffer(str(number), value.detach())

    def values(self) -> list[torch.Tensor]:
        """The tensors."""
        return [*self.buffers()]


class Drives(nn.Module):
    """How far a static network's layers are from their response to a blank, in units of contrast.

    Args:
        network: any module.
        modules: the layers, each a module of it and which of its firings is meant (None: its only one).
        blank: the network's input for a mid-grey frame, (channels, size, size).
    """

    def __init__(self, network: nn.Module, modules: Sequence[tuple[nn.Module, int | None]], blank: torch.Tensor):
        super().__init__()
        self.network = network
        self._layers = [(self._name(module), firing or 0) for module, firing in modules]
        with torch.no_grad():
            recorded = self._record(blank[None])
        self.rest, self.gain = Tensors(recorded), Tensors([torch.ones(1) for _ in modules])

    def forward(self, frames: torch.Tensor) -> list[torch.Tensor]:
        """(batch, channels, size, size) -> the drive of every layer."""
        recorded = self._record(frames)
        return [
            (value - rest) * gain
            for value, rest, gain in zip(recorded, self.rest.values(), self.gain.values(), strict=True)
        ]

    @torch.no_grad()
    def calibrate(self, frames: Sequence[torch.Tensor], layouts: Sequence[Layout]) -> None:
        """Make the drive of each channel 1, at the place and for the frame that drive it most; rounded to 1 in 1000.

        A channel that no frame drives keeps its own scale.
        """
        largest = [torch.zeros(1)] * len(layouts)
        for frame in frames:
            for i, (drive, layout) in enumerate(zip(self(frame[None]), layouts, strict=True)):
                channels = drive.movedim(1 + layout.index("C"), 0).flatten(1).abs().amax(1)
                largest[i] = torch.maximum(largest[i], channels)
        calibrated = []
        for most, layout in zip(largest, layouts, strict=True):
            gains = [float(f"{1 / value:.3g}") if value > 1e-6 else 1.0 for value in most.tolist()]
            shape = [-1 if axis == "C" else 1 for axis in layout]
            calibrated.append(torch.tensor(gains).reshape(1, *shape))
        self.gain = Tensors(calibrated)

    def _name(self, wanted: nn.Module) -> str:
        return next(name for name, module in self.network.named_modules() if module is wanted)

    def _record(self, frames: torch.Tensor) -> list[torch.Tensor]:
        """Outputs of the layers, copied before a later one can change them in place."""
        fired: dict[str, list[torch.Tensor]] = {name: [] for name, _ in self._layers}
        handles = [
            self.network.get_submodule(name).register_forward_hook(
                lambda module, inputs, output, name=name: fired[name].append(output.clone())
            )
            for name in fired
        ]
        try:
            self.network(frames)
        finally:
            for handle in handles:
                handle.remove()
        return [fired[name][firing] for name, firing in self._layers]


class WithDynamics(nn.Module):
    """A static network followed by delayed normalisation of every unit; `responses` are what can be recorded.

    Args:
        latch: with `Drives` as its front.
        names: of the responses, one per layer.
        dynamics: the same for all units.
        dt: ms per step.
        origin: identity of the static model; None if it cannot be described.
    """

    def __init__(
        self, latch: Latch, names: Sequence[str], dynamics: DelayedNormalization, dt: float, origin: str | None
    ):
        super().__init__()
        self.latch, self.dynamics, self.dt, self.origin = latch, dynamics, dt, origin
        self.responses = nn.ModuleDict({name: nn.Identity() for name in names})
        self.drives = nn.ModuleDict({name: nn.Identity() for name in names})

    def points(self) -> list[Point]:
        """The drive of every layer's units, in units of contrast; nothing hears their responses."""
        return [Point(f"responses.{name}", (Heard(f"drives.{name}"),), "drive") for name in self.responses]

    def init(self, batch_size: int, device: torch.device) -> State:
        """A blank screen, and no response."""
        shapes = [value.shape[1:] for value in self.latch.front.rest.values()]  # type: ignore[operator]
        drives = [torch.zeros((batch_size, *shape), device=device) for shape in shapes]
        return {"latch": self.latch.init(drives), "units": [self.dynamics.init(drive) for drive in drives]}

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, channels, size, size) and a state -> the next state."""
        latch, units = self.latch(frame, state["latch"]), []
        for name, drive, unit in zip(self.responses, latch["features"], state["units"], strict=True):
            response, following = self.dynamics.step(self.drives[name](drive), unit, self.dt)
            self.responses[name](response)
            units.append(following)
        return {"latch": latch, "units": units}


@checked(ModelError, own=("model",))
def with_dynamics(
    model: FrameModel,
    dynamics: DelayedNormalization | str = "zhou2019",
    dt: Positive = 5.0,
    layers: Sequence[str] | None = None,
    gain: Positive | None = None,
    lead_in: NotNegative = 0.0,
) -> RecurrentModel:
    """A frame model whose units respond with delayed normalisation.

    The input c of a unit is its response minus that to a mid-grey frame, times a gain that puts it on the scale of contrast. The
    network itself runs once whenever the frame changes. Its class scores are not carried over.

    Args:
        model: any frame model; it is not changed.
        dynamics: parameters, or the name of a preset.
        dt: ms per step; the shift is rounded to steps.
        layers: of the frame model; those that stand for its regions if not given. `a.b` becomes the layer `responses.a_b`.
        gain: of all units; if not given, it is measured for each channel: its largest response to gratings of full contrast (12
            orientations, 0.5 to 4 cycles/degree) becomes 1.
        lead_in: ms of background before the onset, for stimuli on anything but mid-grey.

    Raises:
        ModelError: for a model that has dynamics, an unknown preset or layer, or a time step that is not positive.
    """
    if not isinstance(model, FrameModel):
        if not isinstance(model, Model):
            raise ModelError(f"delayed normalisation is for frame models, not for {shown(model)}")
        raise ModelError(f"'{model.identifier}' has dynamics of its own; delayed normalisation is for frame models")
    if not dt > 0:
        raise ModelError(f"dynamics need a time step dt > 0 ms, not {dt}")
    parameters = preset(dynamics) if isinstance(dynamics, str) else dynamics
    wanted = tuple(dict.fromkeys(model.regions.values() or model.layers if layers is None else layers))
    if not wanted:
        raise ModelError(f"'{model.identifier}' has no default layers; name those that get dynamics")
    size = model.preprocessing.size
    blank = _place(model, np.full((size, size), 0.5))
    drives = Drives(model.network, [model.module(layer) for layer in wanted], blank)
    layouts = [_layout(model, layer, rest) for layer, rest in zip(wanted, drives.rest.values(), strict=True)]
    if gain is None:
        drives.calibrate([_place(model, grating) for grating in _gratings(size, model.visual_degrees)], layouts)
    else:
        drives.gain = Tensors([torch.full((1,), float(gain)) for _ in wanted])
    names = {layer: layer.replace(".", "_").replace(":", "_") for layer in wanted}
    latch = Latch(drives, blank, round(parameters.shift / dt))
    return RecurrentModel(
        f"dn/{model.identifier}",
        WithDynamics(latch, list(names.values()), parameters, dt, model.digest()),
        dt=dt,
        lead_in=lead_in,
        preprocessing=model.preprocessing,
        regions={region: f"responses.{names[at]}" for region, at in model.regions.items() if at in names},
        layers=[f"responses.{name}" for name in names.values()],
        visual_degrees=model.visual_degrees,
        weights=model.weights,
        layouts={f"responses.{names[layer]}": layout for layer, layout in zip(wanted, layouts, strict=True)},
        citation=model.citation,
    )


def preset(name: str) -> DelayedNormalization:
    """The parameters of a name. Raises ModelError for one that does not exist."""
    if name not in PRESETS:
        raise ModelError(f"delayed normalisation has no preset '{name}'; there are {', '.join(PRESETS)}")
    return PRESETS[name]


def _place(model: FrameModel, luminance: np.ndarray) -> torch.Tensor:
    return model.preprocessing.place(luminance.astype(np.float32), 1.0, (0.5, 0.5, 0.5))


def _layout(model: FrameModel, layer: str, rest: torch.Tensor) -> Layout:
    given = model.layouts.get(layer) or model.layouts.get(layer.partition(":")[0])
    if isinstance(given, str):
        return given
    usual: dict[int, Layout] = {2: "C", 3: "NC", 4: "CHW"}
    if rest.ndim not in usual:
        shape = tuple(rest.shape[1:])
        raise ModelError(f"layer '{layer}' gives {shape} a frame and needs a layout before it can have dynamics")
    return usual[rest.ndim]


def _gratings(size: int, degrees: float) -> list[np.ndarray]:
    """Full-contrast luminance gratings that fill the field, below half its Nyquist frequency."""
    along = (np.arange(size) + 0.5) / size * degrees - degrees / 2
    x, y = np.meshgrid(along, along)
    frequencies = [f for f in (0.5, 1.0, 2.0, 4.0) if f <= size / degrees / 4] or [size / degrees / 4]
    angles = np.deg2rad(np.arange(0, 180, 15))
    across = [x * np.cos(angle) + y * np.sin(angle) for angle in angles]
    return [0.5 + 0.5 * np.sin(2 * np.pi * f * distance) for f in frequencies for distance in across]
