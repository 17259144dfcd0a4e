"""Adversaries: models that must not score (noise, clocks, constants), and altered models that must score the same."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import nn

from harness.checks import checked
from harness.engine import mixed, normal
from harness.errors import ArgumentError, ModelError
from harness.host import Adversary, host, load_model
from harness.models import VENTRAL_STREAM, FrameModel, Model, Preprocessing, RecurrentModel, Weights
from harness.testing.altered_models import Permuted, Scaled, Shifted, altered
from harness.testing.reference import reference_model

UNITS, SIZE, STEP = 48, 64, 10.0
FACTOR, OFFSET = 1000.0, 100.0
LEVELS = 65535
"""Steps of luminance that are told apart."""


class Content(nn.Module):
    """A whole number that stands for the content of a frame: equal for equal frames, without pattern otherwise.

    In whole numbers, so that neither the batch nor the device rounds it.
    """

    weights: torch.Tensor

    def __init__(self, size: int):
        super().__init__()
        random = torch.Generator().manual_seed(0)
        self.register_buffer("weights", torch.randint(-(2**62), 2**62, (3 * size**2,), generator=random))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) in [0, 1] -> (batch,) int64."""
        levels = (frames.flatten(1) * LEVELS).round().to(torch.int64)
        return mixed((levels * self.weights).sum(1))


class Hash(nn.Module):
    """Random numbers for every image, always the same for the same one."""

    def __init__(self) -> None:
        super().__init__()
        self.content, self.responses = Content(SIZE), nn.Identity()

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) -> (batch, units), standard normal."""
        return self.responses(normal(self.content(frames), UNITS))


class Noise(nn.Module):
    """Other random numbers at every step; what they are depends on all that was shown, so that they can be repeated."""

    def __init__(self) -> None:
        super().__init__()
        self.content, self.responses = Content(SIZE), nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> torch.Tensor:
        """(batch,), the key of the next numbers."""
        return torch.zeros(batch_size, dtype=torch.int64, device=device)

    def step(self, frame: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
        """Draw (batch, units), standard normal."""
        key = mixed(key + self.content(frame))
        self.responses(normal(key, UNITS))
        return key


class Clock(nn.Module):
    """Follows the time since the screen last changed, whatever is on it.

    Each unit rises and falls, as `x exp(1 - x)` with x the time in units of its own constant, 10 to 1000 ms.
    """

    constants: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("constants", torch.logspace(1, 3, UNITS))
        self.responses = nn.Identity()

    def init(self, batch_size: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
        """State: the frame on the screen, none as yet, and for how long it has been there."""
        nothing = torch.full((batch_size, 3, SIZE, SIZE), -1.0, device=device)
        return nothing, torch.zeros(batch_size, device=device)

    def step(self, frame: torch.Tensor, state: tuple[torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Let `STEP` ms go by."""
        before, elapsed = state
        changed = (frame != before).flatten(1).any(1)
        elapsed = torch.where(changed, torch.zeros_like(elapsed), elapsed) + STEP
        phase = elapsed[:, None] / self.constants
        self.responses(phase * torch.exp(1 - phase))
        return frame, elapsed


class Constant(nn.Module):
    """One number for every image and unit."""

    def __init__(self, value: float):
        super().__init__()
        self.value, self.responses = value, nn.Identity()

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) -> (batch, units)."""
        return self.responses(frames.new_full((len(frames), UNITS), self.value))


@checked(ArgumentError)
def adversary(name: Adversary, base: Model | None = None) -> Model:
    """An adversary by its name, see `harness.BenchmarkSpec`; not the benchmark's own `published` and `opposite`.

    Args:
        base: the model of which the score must not depend on scale, offset or order, or must depend on motion and learning; the
            reference model if not given.
    """
    base = base or reference_model()
    if name in _KNOWING_NOTHING:
        return _KNOWING_NOTHING[name](base.visual_degrees)
    if name in _MADE_FROM_A_MODEL:
        return _MADE_FROM_A_MODEL[name](base)
    raise ModelError(f"'{name}' is not an adversary; there are {', '.join([*_KNOWING_NOTHING, *_MADE_FROM_A_MODEL])}")


def unaltered(base: Model) -> Model:
    """A model recorded in the way of its altered versions: what these are compared with."""
    return altered(base, lambda layout: nn.Identity(), base.identifier)


def untrained(base: Model) -> Model:
    """A model with the weights that it had before training; an untrained network of ours where these are not available."""
    spec = host().models.get(base.identifier) if base.identifier in host().models else None
    if spec is None or "weights" not in spec.parameters:
        return replace(reference_model(trained=False), visual_degrees=base.visual_degrees)
    return load_model(base.identifier, **{**base.arguments, "weights": "random"})


def _static(name: str, network: Callable[[], nn.Module]) -> Callable[[float], Model]:
    return lambda degrees: FrameModel(name, network(), **_described(degrees))


def _moving(name: str, network: Callable[[], nn.Module]) -> Callable[[float], Model]:
    return lambda degrees: RecurrentModel(name, network(), dt=STEP, **_described(degrees))


def _described(degrees: float) -> dict:
    regions = dict.fromkeys(VENTRAL_STREAM, "responses")
    return {
        "preprocessing": Preprocessing(SIZE),
        "regions": regions,
        "visual_degrees": degrees,
        "weights": Weights("none"),
    }


_KNOWING_NOTHING: Mapping[str, Callable[[float], Model]] = {
    "noise": _moving("noise", Noise),
    "clock": _moving("clock", Clock),
    "hash": _static("hash", Hash),
    "constant": _static("constant", lambda: Constant(1.0)),
    "nan": _static("nan", lambda: Constant(float("nan"))),
}
_MADE_FROM_A_MODEL: Mapping[str, Callable[[Model], Model]] = {
    "scaled": lambda base: altered(base, lambda layout: Scaled(FACTOR), f"{base.identifier} x {FACTOR:g}"),
    "shifted": lambda base: altered(base, lambda layout: Shifted(OFFSET), f"{base.identifier} + {OFFSET:g}"),
    "permuted": lambda base: altered(base, Permuted, f"{base.identifier}, permuted"),
    "frozen": lambda base: replace(unaltered(base), frames="first"),
    "shuffled": lambda base: replace(unaltered(base), frames="shuffled"),
    "untrained": untrained,
}
