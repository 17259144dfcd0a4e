"""A default assignment of a network's layers to regions of the ventral stream.

It goes by position in the hierarchy and by resolution, not by a fit to recordings; `regions={...}` replaces any part of it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from harness.checks import checked
from harness.errors import ModelError
from harness.models.layouts import Layout, Tokens

VENTRAL_STREAM = ("V1", "V2", "V4", "IT")


@dataclass(frozen=True)
class Anatomy:
    """The layers of a network that are recorded by default, its regions, read-out and layouts."""

    layers: Sequence[str]
    regions: Mapping[str, str]
    readout: str | None = None
    layouts: Mapping[str, Layout | Tokens] = field(default_factory=dict)

    def arguments(self, own: Iterable[str] | str | None, own_regions: Mapping[str, str] | None) -> dict[str, Any]:
        """Keyword arguments of a model, with the user's own layers and regions in place of these (see `chosen`)."""
        layers, regions = chosen(self.layers, self.regions, own, own_regions)
        return {"layers": layers, "regions": regions, "readout": self.readout, "layouts": dict(self.layouts)}


@checked(ModelError)
def ventral_stream(layers: Sequence[str]) -> dict[str, str]:
    """V1, V2, V4 and IT from four layers, or from the ends of the four quarters of a longer list; the last layers where there
    are fewer than four."""
    if len(layers) < 4:
        return dict(zip(VENTRAL_STREAM[-len(layers) :], layers, strict=False))
    return {region: layers[(i + 1) * len(layers) // 4 - 1] for i, region in enumerate(VENTRAL_STREAM)}


@checked(ModelError)
def stages(network: nn.Module) -> list[str]:
    """The stages of a network that nothing is known about: the parts of its innermost container that holds nearly all of it."""
    name, whole = "", network
    while inner := _bulk(whole):
        name, whole = f"{name}.{inner}".strip("."), whole.get_submodule(inner)
    parts = [child for child, module in whole.named_children() if any(True for _ in module.parameters())]
    return [f"{name}.{part}".strip(".") for part in parts]


def _bulk(network: nn.Module) -> str | None:
    """The child that holds more than four fifths of the parameter tensors, if it has children of its own."""
    sizes = {name: sum(1 for _ in child.parameters()) for name, child in network.named_children()}
    name = max(sizes, key=lambda child: sizes[child], default=None)
    if name is None or sizes[name] <= 0.8 * sum(sizes.values()):
        return None
    return name if any(True for _ in network.get_submodule(name).children()) else None


@checked(ModelError)
def last_linear(network: nn.Module) -> str | None:
    """The last linear layer, which in a classifier gives the class scores."""
    names = [name for name, module in network.named_modules() if isinstance(module, nn.Linear)]
    return names[-1] if names else None


@checked(ModelError)
def in_order(network: nn.Module, layers: Collection[str]) -> list[str]:
    """Layers in the order in which the network lists them, each once."""
    return [name for name, _ in network.named_modules() if name in layers]


@checked(ModelError)
def chosen(
    layers: Sequence[str],
    regions: Mapping[str, str],
    own: Iterable[str] | str | None,
    own_regions: Mapping[str, str] | None,
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Default layers and regions, with the user's own in their place: layers replace, regions are merged."""
    if own is None:
        return tuple(layers), {**regions, **(own_regions or {})}
    return ((own,) if isinstance(own, str) else tuple(own)), {**regions, **(own_regions or {})}
