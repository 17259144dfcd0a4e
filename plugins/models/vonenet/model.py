"""The VOneBlock by itself, and in front of a ResNet-50, without its noise.

Modules have the names of the authors', whose checkpoints they take; these bring the filters that the network was trained with.
"""

from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from torchvision import models

from harness.models import FrameModel, Preprocessing, Weights, imagenet_classes, initialise
from harness_plugins.models._published.keys import renamed
from harness_plugins.models.vonenet import BIBTEX
from harness_plugins.models.vonenet.gabors import drawn, kernels

GAIN = 25.0
SIDE, STRIDE = 25, 4


class Filters(nn.Module):
    """Fixed filters of an image."""

    def __init__(self, weight: torch.Tensor):
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) -> (batch, cells, size / 4, size / 4)."""
        return functional.conv2d(image, self.weight, stride=STRIDE, padding=SIDE // 2)


class VOneBlock(nn.Module):
    """Simple cells, rectified, and complex cells, the length of two phases; `output` are both, in spikes."""

    def __init__(self, size: int, visual_degrees: float, simple: int, complex_: int, seed: int):
        super().__init__()
        self.cells, per_degree = simple, size / visual_degrees
        gabors = drawn(simple + complex_, seed)
        self.simple_conv_q0 = Filters(kernels(gabors, per_degree, SIDE, 0.0))
        self.simple_conv_q1 = Filters(kernels(gabors, per_degree, SIDE, np.pi / 2))
        self.simple, self.complex, self.output = nn.ReLU(), nn.Identity(), nn.Identity()

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """(batch, 3, size, size) -> (batch, simple and complex cells, size / 4, size / 4)."""
        even, odd = self.simple_conv_q0(image), self.simple_conv_q1(image)
        simple = self.simple(even[:, : self.cells])
        both = even[:, self.cells :] ** 2 + odd[:, self.cells :] ** 2
        return self.output(GAIN * torch.cat([simple, self.complex((both / 2).sqrt())], 1))


class Back(nn.Module):
    """torchvision's ResNet-50 from its first stage on."""

    def __init__(self) -> None:
        super().__init__()
        whole: Any = models.resnet50(weights=None)
        for name in ("layer1", "layer2", "layer3", "layer4", "avgpool", "fc"):
            self.add_module(name, getattr(whole, name))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 64, height, width) -> (batch, 1000)."""
        *stages, fc = self.children()
        for stage in stages:
            x = stage(x)
        return fc(x.flatten(1))


def load_block(
    weights: str | Path = "random",
    seed: int = 0,
    size: int = 224,
    simple: int = 256,
    complex_: int = 256,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """The VOneBlock as a frame model. Arguments as of `load_resnet`; of a file of a whole network it takes its front."""
    convert = renamed((r"^(bottleneck|model)\.", None), (r"^vone_block\.(?!div_)", ""), (r"^vone_block\..*", None))
    network, origin = initialise(
        lambda: VOneBlock(size, visual_degrees, simple, complex_, seed), weights, seed, convert=convert
    )
    return _model(
        "vone_block", network, origin, "", size, visual_degrees, ("simple", "complex", "output"), {"V1": "output"}
    )


def load_resnet(
    weights: str | Path = "random",
    seed: int = 0,
    size: int = 224,
    simple: int = 256,
    complex_: int = 256,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """VOneResNet-50 without noise as a frame model.

    Args:
        weights: the path of a file (the authors' `voneresnet50_ns_e70.pth.tar`), or "random".
        seed: of the Gabor filters and of random weights.
        size: pixels along the side of the field of view.
        simple, complex_: number of simple and of complex cells.
        visual_degrees: visual angle of that side.

    Raises:
        MissingWeights: if a file is not there.
        ModelError: if it does not fit.
    """

    def build() -> nn.Module:
        parts = [
            ("vone_block", VOneBlock(size, visual_degrees, simple, complex_, seed)),
            ("bottleneck", nn.Conv2d(simple + complex_, 64, 1, bias=False)),
            ("model", Back()),
        ]
        return nn.Sequential(OrderedDict(parts))

    network, origin = initialise(build, weights, seed, convert=renamed((r"^vone_block\.div_", None)))
    areas = {"V1": "vone_block.output", "V2": "model.layer2", "V4": "model.layer3", "IT": "model.layer4"}
    layers = ("vone_block.output", *(f"model.layer{number}" for number in range(1, 5)), "model.avgpool", "model.fc")
    return _model("voneresnet50", network, origin, "model.fc", size, visual_degrees, layers, areas)


def _model(
    name: str,
    network: nn.Module,
    origin: Weights,
    readout: str,
    size: int,
    visual_degrees: float,
    layers: tuple[str, ...],
    regions: dict[str, str],
) -> FrameModel:
    return FrameModel(
        name,
        network,
        preprocessing=Preprocessing(size, mean=(0.5,), std=(0.5,)),
        regions=regions,
        layers=layers,
        visual_degrees=visual_degrees,
        weights=origin,
        readout=readout or None,
        classes=imagenet_classes() if readout else (),
        citation=BIBTEX,
    )
