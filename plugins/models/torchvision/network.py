"""Builds torchvision's image classifiers with the weights asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torchvision import models

from harness.errors import ModelError, UnknownIdentifier
from harness.models import FrameModel, Preprocessing, imagenet_classes
from harness_plugins.models.torchvision import BIBTEX
from harness_plugins.models.torchvision.layers import anatomy
from harness_plugins.models.torchvision.weights import published, with_weights


def names() -> list[str]:
    """The names of all classifiers."""
    return models.list_models(module=models)


def load(
    name: str,
    weights: str | Path = "pretrained",
    seed: int = 0,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
    classes: int | None = None,
) -> FrameModel:
    """A torchvision classifier as a frame model.

    Its input is that of its published weights, but for the cropping: a frame fills the field of view as a whole.

    Args:
        name: torchvision's name.
        weights: "pretrained" (torchvision's default weights), the name of one of its weights (such as "IMAGENET1K_V1"), the
            path of a file, or "random".
        seed: seed of random weights.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the family's mapping.
        visual_degrees: visual angle of the side of the input.
        classes: number of classes of a read-out that is not ImageNet's; only for random weights or those of a file.

    Raises:
        UnknownIdentifier: if torchvision has no such classifier.
        MissingWeights: if published weights cannot be fetched or a file is not there.
        ModelError: if a file does not fit, or published weights are asked for with other classes.
    """
    if name not in names():
        raise UnknownIdentifier(f"torchvision has no classifier '{name}' (harness list models 'torchvision/*')")
    if classes is not None and (str(weights) == "pretrained" or str(weights) in _weights_of(name)):
        raise ModelError(
            f"torchvision's weights of '{name}' have ImageNet's classes; with {classes} classes give a weight file, or "
            "weights='random'"
        )
    transforms = published(name, weights).transforms()
    size = transforms.crop_size[0]
    network, origin = with_weights(name, weights, seed, current_keys, **_options(name, size, classes))
    parts = anatomy(name, network)
    return FrameModel(
        f"torchvision/{name}",
        network,
        preprocessing=Preprocessing(size, transforms.mean, transforms.std, transforms.interpolation.value),
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed},
        classes=() if classes else imagenet_classes(),
        citation=BIBTEX,
        **(replace(parts, readout=None) if classes else parts).arguments(layers, regions),
    )


def _weights_of(name: str) -> set[str]:
    return set(models.get_model_weights(name).__members__)


def _options(name: str, size: int, classes: int | None) -> dict[str, Any]:
    """Options of a builder: no auxiliary heads, which play no part after training, the size of fixed positions, and classes."""
    more = {} if classes is None else {"num_classes": classes}
    if name in ("googlenet", "inception_v3"):
        return {"aux_logits": False, "transform_input": True, "init_weights": True, **more}
    return {"image_size": size, **more} if name.startswith("vit_") else more


def current_keys(state: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The keys of published files without auxiliary heads and parallel parts, and with today's names of DenseNet's layers."""
    kept = {
        key.replace("features.module.", "features."): value
        for key, value in state.items()
        if not re.match(r"aux\d\.|AuxLogits\.", key)
    }
    return {
        re.sub(r"(denselayer\d+\.(?:norm|relu|conv))\.(?=[12]\.)", r"\1", key): value for key, value in kept.items()
    }
