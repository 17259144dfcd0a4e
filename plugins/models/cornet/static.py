"""CORnet-Z and CORnet-S as frame models, without memory across frames.

CORnet-Z (Kubilius et al. 2018) has one convolution, a ReLU and a maximum over 3 x 3 places per area.

CORnet-S (Kubilius et al. 2019) has a feedforward V1, and areas V2, V4 and IT that run 2, 4 and 2 times on one and the same frame
before the next area begins. The input is x_0 = W_in * u; with the same kernels in every run, but norms of their own,

    x_(t+1) = relu( N3_t(W3 * relu(N2_t(W2 * relu(N1_t(W1 * x_t))))) + s_t )

where s_t = x_t except in the first run, in which W2 has a stride of 2 and s_0 = N(W_skip * x_0) with a stride of 2. No area runs
while another does, so this is a static network: each run is a firing of the layer `output`, such as `V4.output:3`.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from harness.models import IMAGENET_MEAN, IMAGENET_STD, FrameModel, Preprocessing, chosen, imagenet_classes, initialise
from harness_plugins.models.cornet import BIBTEX, BIBTEX_S

RUNS = {"V2": 2, "V4": 4, "IT": 2}
EXPANSION = 4  # channels within an area of CORnet-S, relative to its output


class AreaZ(nn.Module):
    """Convolution, ReLU and maximum."""

    def __init__(self, channels_in: int, channels: int, kernel: int = 3, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, channels, kernel, stride=stride, padding=kernel // 2)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.output = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels_in, y, x) -> (batch, channels, y / (2 stride), x / (2 stride)), rounded up."""
        return self.output(self.pool(torch.relu(self.conv(x))))


class FirstAreaS(nn.Module):
    """V1 of CORnet-S: two convolutions with a maximum between them."""

    def __init__(self, channels: int = 64):
        super().__init__()
        self.conv1 = nn.Conv2d(3, channels, 7, stride=2, padding=3, bias=False)
        self.norm1 = nn.BatchNorm2d(channels)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(channels)
        self.output = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, 3, y, x) -> (batch, channels, y / 4, x / 4), rounded up."""
        x = self.pool(torch.relu(self.norm1(self.conv1(x))))
        return self.output(torch.relu(self.norm2(self.conv2(x))))


class AreaS(nn.Module):
    """A recurrent area of CORnet-S; the equation above."""

    def __init__(self, channels_in: int, channels: int, runs: int):
        super().__init__()
        inner = EXPANSION * channels
        self.runs = runs
        self.conv_input = nn.Conv2d(channels_in, channels, 1, bias=False)
        self.skip = nn.Conv2d(channels, channels, 1, stride=2, bias=False)
        self.norm_skip = nn.BatchNorm2d(channels)
        self.conv1 = nn.Conv2d(channels, inner, 1, bias=False)
        self.conv2 = nn.Conv2d(inner, inner, 3, padding=1, bias=False)
        self.conv3 = nn.Conv2d(inner, channels, 1, bias=False)
        for run in range(runs):
            self.add_module(f"norm1_{run}", nn.BatchNorm2d(inner))
            self.add_module(f"norm2_{run}", nn.BatchNorm2d(inner))
            self.add_module(f"norm3_{run}", nn.BatchNorm2d(channels))
        self.output = nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, channels_in, y, x) -> (batch, channels, y / 2, x / 2), rounded up."""
        x = self.conv_input(x)
        for run in range(self.runs):
            past = x if run else self.norm_skip(self.skip(x))
            x = self.output(torch.relu(self._inner(x, run) + past))
        return x

    def _inner(self, x: torch.Tensor, run: int) -> torch.Tensor:
        first, second, third = (self.get_submodule(f"norm{number}_{run}") for number in (1, 2, 3))
        x = torch.relu(first(self.conv1(x)))
        x = functional.conv2d(x, self.conv2.weight, stride=1 if run else 2, padding=1)
        return third(self.conv3(torch.relu(second(x))))


def decoder() -> nn.Sequential:
    """A linear read-out of the mean over IT's map."""
    parts = [("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("linear", nn.Linear(512, 1000))]
    return nn.Sequential(OrderedDict(parts))


def cornet_z() -> nn.Sequential:
    """CORnet-Z with its initialisation: weights of Glorot & Bengio (2010), biases of zero."""
    areas = [("V1", AreaZ(3, 64, 7, 2)), ("V2", AreaZ(64, 128)), ("V4", AreaZ(128, 256)), ("IT", AreaZ(256, 512))]
    network = nn.Sequential(OrderedDict([*areas, ("decoder", decoder())]))
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.xavier_uniform_(module.weight)
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]
    return network


def cornet_s() -> nn.Sequential:
    """CORnet-S with its initialisation: normal weights with a variance of 2 / (places x channels out), as He et al. (2015)."""
    widths = {"V2": (64, 128), "V4": (128, 256), "IT": (256, 512)}
    areas = [(area, AreaS(*width, runs=RUNS[area])) for area, width in widths.items()]
    network = nn.Sequential(OrderedDict([("V1", FirstAreaS()), *areas, ("decoder", decoder())]))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.normal_(module.weight, std=math.sqrt(2 / (math.prod(module.kernel_size) * module.out_channels)))
    return network


OUTPUTS = {
    "z": {area: f"{area}.output" for area in ("V1", "V2", "V4", "IT")},
    "s": {"V1": "V1.output", **{area: f"{area}.output:{runs - 1}" for area, runs in RUNS.items()}},
}


def load(
    letter: str,
    weights: str | Path = "random",
    seed: int = 0,
    size: int = 224,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """CORnet-Z or CORnet-S as a frame model.

    Args:
        letter: "z" or "s".
        weights: the path of a file, or "random". The authors' checkpoints fit; they cannot be fetched from here.
        seed: seed of random weights.
        size: side of the input in pixels; the published weights were trained with 224.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the areas' own outputs (of the last run, in CORnet-S).
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: for "pretrained", or if a file is not there.
        ModelError: if a file does not fit.
    """
    network, origin = initialise({"z": cornet_z, "s": cornet_s}[letter], weights, seed)
    recorded, mapping = chosen((*OUTPUTS[letter].values(), "decoder.linear"), OUTPUTS[letter], layers, regions)
    return FrameModel(
        f"cornet_{letter}",
        network,
        preprocessing=Preprocessing(size, IMAGENET_MEAN, IMAGENET_STD),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "size": size},
        readout="decoder.linear",
        classes=imagenet_classes(),
        citation={"z": BIBTEX, "s": BIBTEX_S}[letter],
    )


load_z, load_s = partial(load, "z"), partial(load, "s")
