"""A network unrolled over the steps of a movie: when something is asked, idle and residual steps, truncated gradients."""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from harness.checks import Count, checked, shown
from harness.errors import ModelError
from harness.models import Model, Preprocessing, RecurrentModel
from harness.training.presentations import NOTHING


@checked(ModelError)
@dataclass(frozen=True)
class Unroll:
    """The course of what a network is shown, and when it is asked (Gutzen & Lindsay 2025).

    Attributes:
        steps: with the image; presentations may add some before.
        pattern: the image is on where this has a 1, stretched over all steps; blank, and not asked, where it has a 0.
        shuffled: whether the pattern is shuffled for each batch.
        reaction: ms after each onset in which nothing is asked.
        judged: only so many of the last steps are asked; all of them if None.
        idle: blank steps before, without gradient.
        residual: blank steps after, by which all labels are later; None for as many as a frame takes to the read-out.
        truncate: steps after which gradients are cut; 0 for never.
    """

    steps: int = 20
    pattern: str = "1"
    shuffled: bool = False
    reaction: float = 0.0
    judged: int | None = None
    idle: int = 0
    residual: int | None = None
    truncate: int = 0

    def __post_init__(self) -> None:
        if not self.pattern or set(self.pattern) - {"0", "1"} or self.steps < 1:
            raise ModelError(
                f"a pattern is made of 0 and 1 and steps are positive, not '{self.pattern}' and {self.steps}"
            )

    def timed(
        self, movie: torch.Tensor, labels: torch.Tensor, dt: float, residual: int
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """A movie and its labels with the pattern, the reaction time and the residual steps.

        Args:
            movie: (batch, steps, channels, y, x), normalised; a blank is 0.
            labels: (batch, steps).
            dt: ms per step.
            residual: steps to append.
        """
        on = self._on(movie.shape[1], movie.device)
        if not on.all():
            movie = movie * on[:, None, None, None]
        labels = torch.where(on, labels, NOTHING)
        asked = labels != NOTHING
        onset = asked & ~torch.nn.functional.pad(asked, (1, 0))[:, :-1]
        for later in range(math.ceil(self.reaction / dt - 1e-9)):
            labels = labels.masked_fill(torch.nn.functional.pad(onset, (later, 0))[:, : onset.shape[1]], NOTHING)
        if self.judged is not None:
            labels = torch.cat([torch.full_like(labels[:, : -self.judged], NOTHING), labels[:, -self.judged :]], 1)
        if residual:
            movie = torch.cat([movie, torch.zeros_like(movie[:, :1]).expand(-1, residual, -1, -1, -1)], 1)
            labels = torch.nn.functional.pad(labels, (residual, 0), value=NOTHING)
        return movie, labels

    def _on(self, steps: int, device: torch.device) -> torch.Tensor:
        """Whether the image is on in each step."""
        base = torch.tensor([mark == "1" for mark in self.pattern], device=device)
        if self.shuffled and len(base) > 1:
            base = base[torch.randperm(len(base), device=device)]
        return base[torch.arange(steps, device=device) * len(base) // steps]


@dataclass(frozen=True)
class Unrolled:
    """The answers of a network.

    Attributes:
        scores: of the read-out, (batch, steps, classes); None for a network without one.
        recorded: layer -> its activation in each step.
    """

    scores: torch.Tensor | None
    recorded: dict[str, list[torch.Tensor]]


def unrolled(
    model: Model, network: nn.Module, movie: torch.Tensor, layers: Sequence[str] = (), idle: int = 0, truncate: int = 0
) -> Unrolled:
    """Show a movie, step by step, and keep what layers said; gradients flow.

    Args:
        model: says how the network consumes time, and which layer is its read-out.
        network: of the model.
        movie: (batch, steps, channels, size, size), normalised.
        layers: to be recorded.
        idle: blank steps before.
        truncate: steps after which gradients are cut; 0 for never.

    Raises:
        ModelError: for a clip model, which takes windows of frames and not steps.
    """
    if model.kind == "clip":
        raise ModelError(
            f"'{model.identifier}' takes windows of frames; only frame and recurrent models are unrolled in time"
        )
    wanted = dict.fromkeys([*layers, *([model.readout] if model.readout else [])])
    stepper: Any = network
    if isinstance(model, RecurrentModel):
        state = stepper.init(len(movie), movie.device)
        with torch.no_grad():
            for _ in range(idle):
                state = stepper.step(torch.zeros_like(movie[:, 0]), state)
    with captured(network, list(wanted)) as recorded:
        for number, frame in enumerate(movie.unbind(1)):
            if not isinstance(model, RecurrentModel):
                stepper(frame)
                continue
            if truncate and number and number % truncate == 0:
                state = _detached(state)
            state = stepper.step(frame, state)
    scores = torch.stack(recorded[model.readout], 1) if model.readout else None
    return Unrolled(scores, {layer: recorded[layer] for layer in layers})


@checked(ModelError)
def first_answer(model: Model, steps: Count = 200) -> int:
    """Steps between a frame and the first answer of the read-out that depends on it: 0 if it is that of the same step.

    Raises:
        ModelError: if no answer depends on it within so many steps.
    """
    return (
        arrivals(model, [model.readout or ""], steps)[model.readout or ""] if isinstance(model, RecurrentModel) else 0
    )


@checked(ModelError)
@torch.no_grad()
def arrivals(model: RecurrentModel, layers: Sequence[str], steps: Count = 200) -> dict[str, int]:
    """Layer -> steps between a frame and the first activation that depends on it: 0 if it is that of the same step.

    Raises:
        ModelError: if a layer does not depend on it within so many steps.
    """
    size, channels = model.preprocessing.size, model.preprocessing.channels
    generator = torch.Generator().manual_seed(0)
    frame = torch.randn(2, channels, size, size, generator=generator).to(next(model.network.parameters()))
    network: Any = model.network
    known = dict(model.network.named_modules())
    if unknown := [layer for layer in layers if layer not in known]:
        raise ModelError(f"'{model.identifier}' has no layer {shown(unknown[0])}; there are {', '.join(known)}")
    state, found = network.init(2, frame.device), dict[str, int]()
    with captured(network, layers) as recorded:
        for number in range(steps):
            state = network.step(frame if number == 0 else torch.zeros_like(frame), state)
            for layer in layers:
                if layer not in found and recorded[layer] and not torch.equal(*recorded[layer][-1]):
                    found[layer] = number
            if len(found) == len(set(layers)):
                return {layer: found[layer] for layer in layers}
    late = next(layer for layer in layers if layer not in found)
    raise ModelError(f"the layer {late} of '{model.identifier}' says nothing about a frame within {steps} steps")


@contextmanager
def captured(network: nn.Module, layers: Sequence[str]) -> Iterator[dict[str, list[torch.Tensor]]]:
    """Layer -> its outputs, call by call, within the block."""
    found: dict[str, list[torch.Tensor]] = {layer: [] for layer in layers}

    def keep(layer: str) -> Any:
        return lambda _module, _inputs, output: found[layer].append(output)

    hooks = [network.get_submodule(layer).register_forward_hook(keep(layer)) for layer in layers]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()


def _detached(state: Any) -> Any:
    """A state, any tree of tensors, cut off from what it was computed from."""
    if isinstance(state, torch.Tensor):
        return state.detach()
    if isinstance(state, dict):
        return {key: _detached(value) for key, value in state.items()}
    if isinstance(state, tuple) and hasattr(state, "_fields"):
        return type(state)(*map(_detached, state))
    return type(state)(_detached(value) for value in state) if isinstance(state, (list, tuple)) else state


def normalised(frames: torch.Tensor, preprocessing: Preprocessing) -> torch.Tensor:
    """Frames or movies in [0, 1], (..., channels, y, x), as a network's input."""
    mean, std = (
        torch.tensor(each, device=frames.device).view(-1, 1, 1) for each in (preprocessing.mean, preprocessing.std)
    )
    return (frames - mean) / std
