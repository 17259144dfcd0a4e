"""Whether an alteration reaches anything: a network is run with and without it, and what follows is compared.

A module whose output is only looked at, and not used, can be altered without any effect; so that no null effect is ever measured
there, a perturbation of it is refused.
"""

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn
from torch.utils import _pytree as pytree

from harness.errors import NotPerturbable
from harness.models import Heard, Model, RecurrentModel

_MOST_STEPS = 120
_known: "WeakKeyDictionary[nn.Module, dict[tuple[Heard, ...], bool]]" = WeakKeyDictionary()


def require_reach(model: Model, layer: str, heard: tuple[Heard, ...]) -> None:
    """Refuse an alteration that nothing reads.

    Raises:
        NotPerturbable: if neither the state, nor the result, nor any later module changes with it.
    """
    known = _known.setdefault(model.network, {})
    if heard not in known:
        known[heard] = _reaches(model, heard)
    if not known[heard]:
        raise NotPerturbable(
            f"what layer '{layer}' of '{model.identifier}' hands over is only observed, nothing reads it; perturb a layer before it"
        )


def _reaches(model: Model, heard: tuple[Heard, ...]) -> bool:
    """Whether anything else differs when random numbers are added to what the modules hand over."""
    altered = {model.module(one.module)[0] for one in heard}
    watched = [
        module for module in model.network.modules() if not next(module.children(), None) and module not in altered
    ]
    plain, changed = _Passes(model, watched, frozenset()), _Passes(model, watched, altered)
    for _ in range(_MOST_STEPS):
        if plain.following() != changed.following():
            return True
        if not isinstance(model, RecurrentModel):
            return False
    return False


class _Passes:
    """Successive passes over a frame of noise, told as sums of all that they give."""

    def __init__(self, model: Model, watched: Sequence[nn.Module], altered: Any):
        self._model, self._watched, self._altered = model, watched, altered
        self._device = next((tensor.device for tensor in model.network.parameters()), torch.device("cpu"))
        self._frame = noise(model).to(self._device)
        self._state: Any = None

    def following(self) -> list[float]:
        """Sums of all that the next pass gives."""
        told: list[float] = []
        handles = [
            module.register_forward_hook(lambda m, i, output: told.extend(_sums(output))) for module in self._watched
        ]
        handles += [module.register_forward_hook(_jittered) for module in self._altered]
        try:
            with torch.inference_mode():
                told.extend(_sums(self._run()))
        finally:
            for handle in handles:
                handle.remove()
        return told

    def _run(self) -> Any:
        network: Any = self._model.network
        if not isinstance(self._model, RecurrentModel):
            return network(self._frame)
        if self._state is None:
            self._state = network.init(1, self._device)
        self._state = network.step(self._frame, self._state)
        return self._state


def noise(model: Model) -> torch.Tensor:
    """A frame, or a clip, of noise as the network gets it."""
    wanted = model.preprocessing
    frame = torch.rand(1, wanted.channels, wanted.size, wanted.size, generator=torch.Generator().manual_seed(0))
    mean, std = (torch.tensor(values).view(1, -1, 1, 1) for values in (wanted.mean, wanted.std))
    frame = (frame - mean) / std
    return model.held(frame)


def _jittered(module: nn.Module, inputs: Any, output: Any) -> Any:
    if not isinstance(output, torch.Tensor):
        return None
    random = torch.Generator().manual_seed(1)
    added = torch.rand(output.shape, generator=random).to(output.device)
    return output + (1 + output.abs().max()) * (1 + added)


def _sums(values: Any) -> list[float]:
    tensors = [leaf for leaf in pytree.tree_leaves(values) if isinstance(leaf, torch.Tensor) and leaf.numel()]
    plain = [torch.view_as_real(tensor) if tensor.is_complex() else tensor for tensor in tensors]
    return [float(tensor.sum(dtype=torch.float64)) for tensor in plain]


def shapes_of(model: Model, modules: Sequence[str], run: Callable[[], Any]) -> dict[str, tuple[int, ...]]:
    """Module -> shape of its output in a pass of one stimulus, without the batch.

    Raises:
        NotPerturbable: for a module that does not fire, or gives anything but one tensor.
    """
    seen: dict[str, tuple[int, ...]] = {}

    def look(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            if isinstance(output, torch.Tensor):
                seen[name] = tuple(output.shape[1:])

        return hook

    handles = [model.module(name)[0].register_forward_hook(look(name)) for name in modules]
    try:
        with torch.inference_mode():
            run()
    finally:
        for handle in handles:
            handle.remove()
    if missing := [name for name in modules if name not in seen]:
        raise NotPerturbable(
            f"'{missing[0]}' of '{model.identifier}' gives no single tensor when the network runs; name a submodule of it"
        )
    return seen
