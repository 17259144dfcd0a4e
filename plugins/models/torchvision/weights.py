"""Builds any of torchvision's networks, of images or of videos, with the weights asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torchvision import models

from harness.models import Weights, initialise, load_state

State = dict[str, torch.Tensor]


def published(name: str, weights: str | Path) -> Any:
    """torchvision's entry for its weights of this name, or for its default ones; it states their preprocessing."""
    known = models.get_model_weights(name)
    return known[str(weights)] if str(weights) in known.__members__ else known.DEFAULT


def with_weights(
    name: str, weights: str | Path, seed: int, convert: Callable[[State], State] = dict, **options: Any
) -> tuple[nn.Module, Weights]:
    """A network of torchvision in evaluation mode, and the source of its weights.

    Args:
        weights: "pretrained", the name of one of torchvision's weights, the path of a file, or "random".
        seed: seed of random weights.
        convert: from the keys of a published file to those of the network.
        options: for torchvision's builder.
    """
    entry = published(name, weights)

    def build() -> nn.Module:
        return models.get_model(name, weights=None, **options)

    def pretrained() -> tuple[nn.Module, str]:
        state = entry.get_state_dict(progress=False, check_hash=True, weights_only=True)
        network = build()
        load_state(network, convert(state), str(entry))
        return network, str(entry)

    named = str(weights) in models.get_model_weights(name).__members__
    return initialise(build, "pretrained" if named else weights, seed, pretrained, convert=convert)
