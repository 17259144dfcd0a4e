"""A model with altered responses: scaled, shifted, or with its units in another order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from harness.checks import Seed, checked
from harness.errors import ArgumentError
from harness.models import Layout, Model, Tokens


class Scaled(nn.Module):
    """Responses times a factor."""

    def __init__(self, factor: float):
        super().__init__()
        self.factor = factor

    def forward(self, responses: torch.Tensor) -> torch.Tensor:
        return self.factor * responses


class Shifted(nn.Module):
    """Responses plus a constant."""

    def __init__(self, by: float):
        super().__init__()
        self.by = by

    def forward(self, responses: torch.Tensor) -> torch.Tensor:
        return responses + self.by


class Permuted(nn.Module):
    """The channels of a layer in another order, drawn once."""

    def __init__(self, layout: Layout | Tokens | None, seed: Seed = 0):
        super().__init__()
        self.layout, self.seed = layout, seed

    def forward(self, responses: torch.Tensor) -> torch.Tensor:
        axis = self._axis(responses.ndim)
        order = torch.randperm(responses.shape[axis], generator=torch.Generator().manual_seed(self.seed))
        return responses.index_select(axis, order.to(responses.device))

    def _axis(self, axes: int) -> int:
        if isinstance(self.layout, Tokens):
            return axes - 1
        if self.layout is not None:
            return 1 + self.layout.index("C")
        return 2 if axes == 3 else 1


class Altered(nn.Module):
    """A network and, for some of its layers, a module each that gets what the layer gave and gives what is recorded.

    Args:
        watched: name of the altered layer -> (module of the network, which of its firings in a pass).
        alterations: name of the altered layer -> what is done to it.
    """

    def __init__(
        self,
        network: nn.Module,
        watched: Mapping[str, tuple[nn.Module, int]],
        alterations: Mapping[str, nn.Module],
    ):
        super().__init__()
        self.network, self.altered = network, nn.ModuleDict(dict(alterations))
        self._places = {name: (_name_of(module, network), firing) for name, (module, firing) in watched.items()}

    def forward(self, frames: torch.Tensor) -> Any:
        """A pass of a model without a state."""
        return self._passed(lambda: self.network(frames))

    def init(self, batch_size: int, device: torch.device) -> Any:
        """The state of the network."""
        return self.network.init(batch_size, device)  # type: ignore[operator]

    def step(self, frame: torch.Tensor, state: Any) -> Any:
        """A step of the network."""
        return self._passed(lambda: self.network.step(frame, state))  # type: ignore[operator]

    def _passed(self, run: Callable[[], Any]) -> Any:
        """The output of a pass; the altered layers fire when it is over."""
        seen: dict[str, list[Any]] = {}
        names = {name for name, _ in self._places.values()}
        handles = [
            self.network.get_submodule(name).register_forward_hook(
                lambda module, inputs, output, name=name: seen.setdefault(name, []).append(output)
            )
            for name in names
        ]
        try:
            result = run()
        finally:
            for handle in handles:
                handle.remove()
        for layer, (name, firing) in self._places.items():
            self.altered[layer](seen[name][firing])
        return result


@checked(ArgumentError)
def altered(model: Model, alteration: Callable[[Layout | Tokens | None], nn.Module], name: str) -> Model:
    """A model of which the layers of its regions, and its default layers, are recorded through an alteration.

    What the network computes, its own read-out included, stays what it was.

    Args:
        alteration: gives the module that a layer of some layout (None: the usual one) goes through.
        name: of the altered model.
    """
    layers = dict.fromkeys([*model.layers, *model.regions.values()])
    called = {layer: layer.replace(".", "_").replace(":", "_") for layer in layers}
    watched, layouts, alterations = {}, {}, {}
    for layer, new in called.items():
        module, firing = model.module(layer)
        watched[new] = module, firing or 0
        layout = model.layouts.get(layer) or model.layouts.get(layer.rpartition(":")[0] or layer)
        alterations[new] = alteration(layout)
        if layout is not None:
            layouts[f"altered.{new}"] = layout
    inside = {f"network.{layer}": layout for layer, layout in model.layouts.items()}
    return replace(
        model,
        identifier=name,
        network=Altered(model.network, watched, alterations),
        layers=[f"altered.{called[layer]}" for layer in model.layers],
        regions={region: f"altered.{called[layer]}" for region, layer in model.regions.items()},
        layouts=inside | layouts,
        readout=model.readout and f"network.{model.readout}",
        contours=model.contours and f"network.{model.contours}",
    )


def _name_of(module: nn.Module, network: nn.Module) -> str:
    return next(name for name, each in network.named_modules() if each is module)
