"""Derivatives of what a model does by its initial state and by currents at its points, exact, through the network's own steps.

The linear response to a perturbation is a product with these; where it is small they tell its effect without a run of their own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.utils import _pytree as pytree

from harness.checks import checked, shown
from harness.engine import Alterations, marked
from harness.errors import ModelError
from harness.models import Model, RecurrentModel
from harness.perturbation.operations import Kind, Perturbation
from harness.perturbation.reach import shapes_of
from harness.perturbation.resolution import Found, found
from harness.perturbation.sources import frame_at
from harness.stimuli import StimulusSet

LONGEST = 50
"""Steps that derivatives go back through; memory grows with them."""


@dataclass(frozen=True)
class Derivatives:
    """Derivatives of a number by what a network hands over.

    Attributes:
        value: the number.
        by_state: of every tensor of the initial state, in the order of its leaves, without the batch; empty for a model without.
        by_point: target -> (steps, ...), by what is added to its emission in each step.
    """

    value: float
    by_state: tuple[np.ndarray, ...]
    by_point: Mapping[str, np.ndarray]


@checked(ModelError)
def differentiate(
    model: Model,
    stimuli: StimulusSet,
    of: Callable[[Mapping[str, torch.Tensor]], torch.Tensor],
    layers: Sequence[str],
    with_respect_to: Sequence[str] = (),
    *,
    point: Kind = "emitted",
    state: Any = None,
    values_only: bool = False,
) -> Derivatives:
    """How a number that is made of responses depends on the initial state, and on currents at points of the network.

    Args:
        stimuli: of which the first is shown, for as long as it lasts.
        of: gets layer -> (steps, ...) responses, and gives the number.
        layers: which are recorded for it.
        with_respect_to: regions, layers or connections, as in `Perturbation.target`.
        point: of these.
        state: to begin with; that of `init` if not given.
        values_only: whether the number alone is wanted, in less time and memory; derivatives are 0 then.

    Raises:
        ModelError: for more than `LONGEST` steps.
        NotPerturbable: for a point that the network does not declare.
    """
    frames = _frames(model, stimuli)
    places = {name: found(model, Perturbation(name, "add", 1.0, point=point))[0] for name in with_respect_to}
    device = next((tensor.device for tensor in model.network.parameters()), torch.device("cpu"))
    placed = [_placed(model, stimuli, frame).to(device) for frame in frames]
    begin = _initial(model, state, device)
    added = {name: _zeros(model, place, len(frames), placed[0], begin, device) for name, place in places.items()}
    with (
        _frozen(model),
        torch.set_grad_enabled(not values_only),
        Alterations(model, model.interventions, device) as alterations,
    ):
        leaves, tree = pytree.tree_flatten(begin)
        leaves = [leaf.detach().clone().requires_grad_(leaf.is_floating_point()) for leaf in leaves]
        run = _Run(model, alterations, layers, places, added)
        value = of(run.through(frames, placed, pytree.tree_unflatten(leaves, tree)))
        if not (isinstance(value, torch.Tensor) and value.numel() == 1):
            raise ModelError(f"what is differentiated gives {shown(value)}; it must give a tensor of one number")
        wanted = [leaf for leaf in leaves if leaf.requires_grad] + list(added.values())
        given = torch.autograd.grad(value, wanted, allow_unused=True) if value.requires_grad else [None] * len(wanted)
    filled = [
        np.zeros(tuple(leaf.shape), np.float32) if one is None else _array(one)
        for leaf, one in zip(wanted, given, strict=True)
    ]
    count = len(wanted) - len(added)
    by_point = dict(zip(added, filled[count:], strict=True))
    return Derivatives(float(value.detach()), tuple(one[0] for one in filled[:count]), by_point)


class _Run:
    """A run of a network whose points get something added in every step."""

    def __init__(
        self,
        model: Model,
        alterations: Alterations,
        layers: Sequence[str],
        places: Mapping[str, Found],
        added: Mapping[str, torch.Tensor],
    ):
        self._model, self._alterations, self._layers = model, alterations, tuple(layers)
        self._places, self._added, self._step = places, added, 0
        self._seen: dict[str, list[torch.Tensor]] = {layer: [] for layer in layers}

    def through(self, frames: Sequence[Any], placed: Sequence[torch.Tensor], state: Any) -> dict[str, torch.Tensor]:
        """Layer -> (steps, ...)."""
        network: Any = self._model.network
        with self._hooks():
            for self._step, (frame, shown) in enumerate(zip(frames, placed, strict=True)):
                self._alterations.now([frame], [self._step])
                if isinstance(self._model, RecurrentModel):
                    state = network.step(shown, state)
                else:
                    network(shown)
        return {layer: torch.stack(values) for layer, values in self._seen.items()}

    @contextmanager
    def _hooks(self) -> Iterator[None]:
        handles = []
        for name, place in self._places.items():
            for heard in place.heard:
                module, _ = self._model.module(heard.module)
                handles.append(module.register_forward_hook(self._adding(name, heard.lag)))
        for layer in self._layers:
            module, _ = self._model.module(layer)
            handles.append(
                module.register_forward_hook(lambda m, i, output, at=layer: self._seen[at].append(output[0]))
            )
        try:
            yield
        finally:
            for handle in handles:
                handle.remove()

    def _adding(self, name: str, lag: int) -> Callable[..., torch.Tensor | None]:
        def hook(module: torch.nn.Module, inputs: Any, output: torch.Tensor) -> torch.Tensor | None:
            emitted = self._step - lag
            return output + self._added[name][emitted] if emitted >= 0 else None

        return hook


def _frames(model: Model, stimuli: StimulusSet) -> list[Any]:
    timeline = stimuli.timelines[0]
    if not isinstance(model, RecurrentModel):
        return marked([timeline.frames[0]], model, 0.0, timeline.duration)
    steps = max(1, round(timeline.duration / model.dt))
    if steps > LONGEST:
        raise ModelError(
            f"derivatives go back through {LONGEST} steps at most, not {steps}; show the stimulus for less time"
        )
    return marked([frame_at(timeline, (k + 0.5) * model.dt) for k in range(steps)], model, 0.0, model.dt)


def _placed(model: Model, stimuli: StimulusSet, frame: Any) -> torch.Tensor:
    background = stimuli.background
    return model.preprocessing.place(frame.load(background), model.span(stimuli.visual_degrees), background)[None]


def _initial(model: Model, state: Any, device: torch.device) -> Any:
    if not isinstance(model, RecurrentModel):
        return () if state is None else state
    own = model.network.init(1, device)  # type: ignore[operator]
    if state is not None and _form(state) != _form(own):
        raise ModelError("the state to begin with is a tree of tensors of the shapes that the network's `init` gives")
    return own if state is None else state


def _form(state: Any) -> Any:
    """The structure of a tree of tensors, and their shapes."""
    leaves, tree = pytree.tree_flatten(state)
    return tree, [tuple(leaf.shape) if isinstance(leaf, torch.Tensor) else None for leaf in leaves]


def _zeros(
    model: Model, place: Found, steps: int, shown: torch.Tensor, begin: Any, device: torch.device
) -> torch.Tensor:
    network: Any = model.network
    run = (lambda: network.step(shown, begin)) if isinstance(model, RecurrentModel) else (lambda: network(shown))
    shape = shapes_of(model, [place.heard[0].module], run)[place.heard[0].module]
    return torch.zeros((steps, *shape), device=device, requires_grad=True)


@contextmanager
def _frozen(model: Model) -> Iterator[None]:
    """Weights that gather no gradients, and afterwards do what they did."""
    before = [(parameter, parameter.requires_grad) for parameter in model.network.parameters()]
    for parameter, _ in before:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter, gathers in before:
            parameter.requires_grad_(gathers)


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()
