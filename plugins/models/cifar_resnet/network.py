"""The residual networks that He et al. (2016, section 4.2) trained on CIFAR-10.

A convolution, then three stages of n blocks with 16, 32 and 64 channels on maps of 32, 16 and 8 pixels, the mean over each map and
a linear layer: 6n + 2 layers. Shortcuts have no parameters (their option A): where a stage begins they take every second pixel and
pad the new channels with zeros, half of them before and half after the old ones, as the published weights expect.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from harness.data import locate
from harness.errors import MissingWeights
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    FrameModel,
    Preprocessing,
    chosen,
    initialise,
    load_state,
    read_state,
)
from harness_plugins.models.cifar_resnet import BIBTEX

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
PUBLISHED = {20: "resnet20-12fca82f.th", 56: "resnet56-4bfd9763.th"}


class Block(nn.Module):
    """relu(F(x) + shortcut(x)), F two 3x3 convolutions with batch normalisation (He et al. 2016, equation 1)."""

    def __init__(self, channels_in: int, channels: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu2 = nn.ReLU()
        self.stride, self.new_channels = stride, channels - channels_in

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels_in, y, x) -> (batch, channels, y / stride, x / stride)."""
        residual = self.bn2(self.conv2(self.relu1(self.bn1(self.conv1(x)))))
        return self.relu2(residual + self._shortcut(x))

    def _shortcut(self, x: torch.Tensor) -> torch.Tensor:
        before = self.new_channels // 2
        thinned = x[:, :, :: self.stride, :: self.stride]
        return functional.pad(thinned, (0, 0, 0, 0, before, self.new_channels - before))


class CifarResNet(nn.Module):
    """ResNet of `depth` = 6n + 2 layers for images of 32 x 32 pixels."""

    def __init__(self, depth: int, classes: int = 10):
        super().__init__()
        blocks = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.relu = nn.ReLU()
        self.layer1 = _stage(16, 16, 1, blocks)
        self.layer2 = _stage(16, 32, 2, blocks)
        self.layer3 = _stage(32, 64, 2, blocks)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(64, classes)
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(module.weight)  # He et al. 2015, as the paper says

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """(batch, 3, 32, 32) -> class scores (batch, 10)."""
        x = self.relu(self.bn1(self.conv1(frames)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.linear(self.avgpool(x).flatten(1))


def _stage(channels_in: int, channels: int, stride: int, blocks: int) -> nn.Sequential:
    first = Block(channels_in, channels, stride)
    return nn.Sequential(first, *(Block(channels, channels, 1) for _ in range(blocks - 1)))


def load(
    depth: int,
    weights: str | Path = "pretrained",
    seed: int = 0,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """A CIFAR ResNet as a frame model, with CIFAR-10's ten classes.

    Args:
        depth: 20 or 56.
        weights: "pretrained" (the published checkpoint, in the data set `cifar10h_with_resnets`), the path of a file, or "random".
        seed: seed of random weights.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the default mapping.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingData: if the data set is not on this machine; the message says how to get it.
        MissingWeights: if a file is not there.
        ModelError: if a file does not fit.
    """

    def build() -> nn.Module:
        return CifarResNet(depth)

    def pretrained() -> tuple[nn.Module, str]:
        network, path = build(), _published(depth)
        load_state(network, read_state(path), str(path))
        return network, path.name

    network, origin = initialise(build, weights, seed, pretrained)
    recorded, mapping = chosen(
        ("relu", "layer1", "layer2", "layer3", "avgpool", "linear"),
        {"V1": "relu", "V2": "layer1", "V4": "layer2", "IT": "layer3"},
        layers,
        regions,
    )
    return FrameModel(
        f"cifar_resnet{depth}",
        network,
        preprocessing=Preprocessing(32, IMAGENET_MEAN, IMAGENET_STD),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed},
        readout="linear",
        classes=CLASSES,
        citation=BIBTEX,
    )


def _published(depth: int) -> Path:
    folder = locate("cifar10h_with_resnets")
    path = folder / "weights" / PUBLISHED[depth]
    if not path.is_file():
        raise MissingWeights(
            f"'{folder}' lacks weights/{path.name}; get it from github.com/akamaster/pytorch_resnet_cifar10"
        )
    return path


load_20, load_56 = (partial(load, depth) for depth in (20, 56))
