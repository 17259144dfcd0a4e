"""Builds timm's models with the weights asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import timm
from timm.data.config import resolve_model_data_config
from torch import nn

from harness.errors import ModelError, UnknownIdentifier
from harness.models import FrameModel, Preprocessing, check_reach, imagenet_classes, initialise
from harness_plugins.models.timm import BIBTEX
from harness_plugins.models.timm.layers import anatomy


def names() -> list[str]:
    """The names of all models, without a tag and with the tag of each of their published weights."""
    return sorted({*timm.list_models(), *timm.list_models(pretrained=True)})


def load(
    name: str,
    weights: str | Path = "pretrained",
    seed: int = 0,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """A timm model as a frame model. Its classes are named where they are ImageNet's thousand; otherwise it has no read-out.

    Its input is that of its pretrained configuration, but for the cropping: a frame fills the field of view as a whole.

    Args:
        name: timm's name, with or without the tag of published weights.
        weights: "pretrained" (those of the tag, or timm's default ones), the path of a file, or "random".
        seed: seed of random weights.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the default mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        UnknownIdentifier: if timm has no such model; the message holds the nearest names.
        MissingWeights: if published weights cannot be fetched or do not exist, or a file is not there.
        ModelError: if a file does not fit, or the model's input is not square RGB.
    """
    _check(name)

    def build() -> nn.Module:
        return timm.create_model(name)

    def pretrained() -> tuple[nn.Module, str]:
        if hub := getattr(timm.get_pretrained_cfg(name), "hf_hub_id", None):
            check_reach(hub)
        network = timm.create_model(name, pretrained=True)
        published: Any = network.pretrained_cfg
        return network, f"{published['architecture']}.{published['tag']}"

    network, origin = initialise(build, weights, seed, pretrained)
    preprocessing = _preprocessing(name, network)
    parts = anatomy(network, build, preprocessing.size)
    classes = imagenet_classes() if parts.readout and network.num_classes == 1000 else ()
    return FrameModel(
        f"timm/{name}",
        network,
        preprocessing=preprocessing,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed},
        classes=classes,
        citation=BIBTEX,
        **(parts if classes else replace(parts, readout=None)).arguments(layers, regions),
    )


def _check(name: str) -> None:
    architecture, _, tag = name.partition(".")
    if not timm.is_model(architecture):
        near = get_close_matches(architecture, timm.list_models(), n=3)
        hint = f"did you mean {', '.join(near)}?" if near else "see harness list models 'timm/*'"
        raise UnknownIdentifier(f"timm has no model '{architecture}'; {hint}")
    tags = [tagged.partition(".")[2] for tagged in timm.list_pretrained(f"{architecture}.*")]
    if tag and tag not in tags:
        raise UnknownIdentifier(f"timm has no weights '{tag}' of {architecture}; there are {', '.join(tags) or 'none'}")


def _preprocessing(name: str, network: nn.Module) -> Preprocessing:
    config = resolve_model_data_config(network)
    channels, height, width = config["input_size"]
    if channels != 3 or height != width:
        raise ModelError(
            f"timm's {name} takes {channels} channels of {height} x {width} pixels; only square RGB can be shown"
        )
    return Preprocessing(height, config["mean"], config["std"], config["interpolation"])
