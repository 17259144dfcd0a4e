"""Networks of published checkpoints as clip models."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from torch import nn

from harness.errors import ModelError
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    ClipModel,
    Hearing,
    Layout,
    Preprocessing,
    Tokens,
    chosen,
    in_order,
    initialise,
    ventral_stream,
)
from harness_plugins.models._published.keys import Convert


class ClipNetwork(nn.Module):
    """Base class of the networks: `forward(clip)` takes (batch, 3, frames, size, size).

    Attributes:
        frames, size: of the clip that it takes.
        areas: layers in the order of processing, from which V1, V2, V4 and IT are taken at the ends of four quarters.
        others: further layers that are recorded.
        readout: the layer of class scores.
        layouts: axes of outputs that are not those of maps over time.
        hears: the sound that it gets as a second argument; None if it does not listen.
    """

    frames: int
    size: int
    areas: Sequence[str] = ()
    others: Sequence[str] = ()
    readout: str | None = None
    layouts: Mapping[str, Layout | Tokens] = {}
    hears: Hearing | None = None

    def recorded(self) -> list[str]:
        """The layers recorded by default, in the order in which the network lists them."""
        return in_order(self, {*self.areas, *self.others, *([self.readout] if self.readout else [])})


@dataclass(frozen=True)
class Member:
    """A published network.

    Attributes:
        network: makes it from its sizes, and `classes` if it has a read-out.
        frame_rate: frames per second of its authors, or of Brain-Score's wrapper.
        sizes: arguments of `network`; among them frames and size.
        classes: of its published read-out; None where there is none.
        mean, std: of its input.
        convert: from the keys of the authors' file to those of the network.
        regions: that its areas stand for, one each; those of the ventral stream if not given.
    """

    network: Callable[..., ClipNetwork]
    frame_rate: float
    sizes: Mapping[str, Any] = field(default_factory=dict)
    classes: int | None = None
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    convert: Convert = dict
    regions: Sequence[str] = ()


def loader(
    members: Mapping[str, Member], described: Mapping[str, tuple[str, str, tuple[str, ...]]]
) -> Callable[..., ClipModel]:
    """The function that loads the networks of a plugin.

    Args:
        members: name -> network.
        described: name -> summary, citation, tags.
    """

    def load(
        name: str,
        weights: str | Path = "random",
        seed: int = 0,
        classes: int | None = None,
        configuration: Mapping[str, Any] | None = None,
        frame_rate: float | None = None,
        stride: int | None = None,
        layers: Sequence[str] | None = None,
        regions: Mapping[str, str] | None = None,
        visual_degrees: float = 8.0,
    ) -> ClipModel:
        """A published network as a clip model; a frame fills its field of view as a whole.

        Args:
            name: of the network.
            weights: the path of the authors' file, or of the network's own state, or "random".
            seed: seed of random weights.
            classes: number of classes of the read-out, for a network that has one; the published one if not given.
            configuration: sizes of the network, in place of the published ones.
            frame_rate: frames per second; the published one if not given.
            stride: frames between the beginnings of two windows; as long as the window if not given.
            layers: default layers, recorded when none are named.
            regions: brain region -> layer, in place of parts of the mapping.
            visual_degrees: visual angle of the side of the input.

        Raises:
            MissingWeights: if a file is not there.
            ModelError: if a file does not fit, or a size is not one of the network's.
        """
        member = members[name]
        count = {} if member.classes is None else {"classes": classes or member.classes}
        sizes = _sizes(name, member, configuration or {})
        built, origin = initialise(lambda: member.network(**sizes, **count), weights, seed, convert=member.convert)
        network: Any = built
        areas = list(network.areas)
        standing = dict(zip(member.regions, areas, strict=True)) if member.regions else ventral_stream(areas)
        default, mapping = chosen(network.recorded(), standing, layers, regions)
        names = _names(count.get("classes", 0))
        return ClipModel(
            name,
            network,
            frame_rate=frame_rate or member.frame_rate,
            window=network.frames,
            stride=stride or 0,
            preprocessing=Preprocessing(network.size, member.mean, member.std),
            regions=mapping,
            layers=default,
            visual_degrees=visual_degrees,
            weights=origin,
            arguments={"weights": str(weights), "seed": seed},
            readout=network.readout if names else None,
            classes=names,
            layouts=network.layouts,
            hears=network.hears,
            citation=described[name][1],
        )

    return load


def _sizes(name: str, member: Member, given: Mapping[str, Any]) -> dict[str, Any]:
    named = inspect.signature(member.network).parameters.values()
    known = {*member.sizes, *(p.name for p in named if p.kind is not p.VAR_KEYWORD)} - {"classes", "unit"}
    if unknown := sorted(given.keys() - known):
        raise ModelError(f"'{name}' has no size '{unknown[0]}'; its configuration takes {', '.join(sorted(known))}")
    return {**member.sizes, **given}


def _names(count: int) -> Sequence[str]:
    """Names of the classes of Kinetics-400, for as many; of other read-outs there are none."""
    if count != 400:
        return ()
    from torchvision.models.video import R3D_18_Weights

    return list(R3D_18_Weights.DEFAULT.meta["categories"])
