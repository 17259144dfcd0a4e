"""Use of torchvision's video classifiers: sampling, assignment of layers to regions, and axes of outputs.

Frame rates, and most layers that are recorded, are those of Brain-Score's wrappers. For the Swin transformers, which it takes
from elsewhere, and for the length of a window they are those with which torchvision evaluates its weights; but for S3D, which
is evaluated with 128 frames (8.5 s) at once and here sees 16.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torchvision import models

from harness.models import Anatomy, Layout, Tokens, ventral_stream


@dataclass(frozen=True)
class Setting:
    """Settings of a network: names, sampling in time and preprocessing.

    Attributes:
        frame_rate: frames per second.
        window: frames in one pass.
        areas: layers of V1, V2, V4 and IT, or a longer list from which they are taken at the ends of its quarters.
        others: further layers that are recorded.
        readout: layer of the class scores.
        least_frames, least_size: smallest clip for which the network has an output.
        fixed: whether it takes no other clip than that of its published weights.
    """

    frame_rate: float
    window: int
    areas: str
    others: str
    readout: str
    least_frames: int = 1
    least_size: int = 1
    fixed: bool = False


_RESNET = Setting(25, 16, "layer1 layer2 layer3 layer4", "stem avgpool", "fc")
_MVIT = Setting(
    7.5, 16, " ".join(f"blocks.{i}" for i in range(0, 16, 2)), "conv_proj blocks.15", "head.1", 16, 224, fixed=True
)
_SWIN = Setting(15, 32, "features.0 features.2 features.4 features.6", "patch_embed norm avgpool", "head")

SETTINGS = {
    "r3d_18": _RESNET,
    "mc3_18": _RESNET,
    "r2plus1d_18": _RESNET,
    "s3d": Setting(
        15,
        16,
        "features.3 features.6 features.12 features.15",
        "features.0 features.2 features.4 features.8 features.10 features.14 avgpool",
        "classifier.1",
        least_frames=14,
        least_size=224,
    ),
    "mvit_v1_b": _MVIT,
    "mvit_v2_s": _MVIT,
    "swin3d_t": _SWIN,
    "swin3d_s": _SWIN,
    "swin3d_b": _SWIN,
}


def anatomy(name: str, window: int, size: int) -> Anatomy:
    """Anatomy of a classifier for clips of so many frames and pixels: its layers and regions."""
    setting = SETTINGS[name]
    wanted = {*setting.areas.split(), *setting.others.split(), setting.readout}
    with torch.device("meta"):
        network = models.get_model(name, weights=None)
    layers = [layer for layer, _ in network.named_modules() if layer in wanted]
    layouts: dict[str, Layout | Tokens] = {}
    if name.startswith("swin3d"):
        layouts = {layer: "THWC" for layer, module in network.named_modules() if _has_channels_last(layer)}
    elif name.startswith("mvit"):
        layouts = _tokens(name, window, size)
    return Anatomy(layers, ventral_stream(setting.areas.split()), layers[-1], layouts)


def _has_channels_last(layer: str) -> bool:
    """Whether a submodule of a Swin transformer gives (batch, time, height, width, channels)."""
    return layer in ("patch_embed", "norm", "pos_drop") or layer.startswith("features.")


def _tokens(name: str, window: int, size: int) -> dict[str, Layout | Tokens]:
    """Where the tokens of a multiscale transformer lie, block by block, from one pass without numbers; the class token leads."""
    layouts: dict[str, Layout | Tokens] = {}

    def remember(layer: str) -> Any:
        def hook(module: nn.Module, inputs: Any, output: Any) -> None:
            layouts[layer] = _after_class_token(*output[1])

        return hook

    with torch.device("meta"):
        network: Any = models.get_model(name, weights=None)
        for number, block in enumerate(network.blocks):
            block.register_forward_hook(remember(f"blocks.{number}"))
        network.eval()(torch.zeros(1, 3, window, size, size))
    positions = network.pos_encoding
    layouts["pos_encoding"] = _after_class_token(positions.temporal_size, *positions.spatial_size)
    return {**layouts, "norm": layouts[f"blocks.{len(network.blocks) - 1}"]}


def _after_class_token(time: int, height: int, width: int) -> Tokens:
    return Tokens(time, height, width, leading=1)
