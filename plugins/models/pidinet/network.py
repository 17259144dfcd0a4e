"""PiDiNet-tiny: four stages of separable pixel difference convolutions, each read at its own scale (Su et al. 2021)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from harness.data import locate
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Anatomy,
    FrameModel,
    Preprocessing,
    initialise,
    load_state,
    read_state,
    ventral_stream,
)
from harness_plugins.models.pidinet import BIBTEX
from harness_plugins.models.pidinet.convolutions import Difference, PixelDifference

WIDTHS = (20, 40, 80, 80)
BLOCKS = (3, 4, 4, 4)
CYCLE: tuple[Difference, ...] = ("central", "angular", "radial", "none")
SCALE_CHANNELS = 8
DILATIONS = (5, 7, 9, 11)
PUBLISHED = "pidinet_weights/table5_pidinet-tiny.pth"


class Block(nn.Module):
    """x + W relu(D x): a pixel difference per channel and a pointwise mixture; the first of a later stage halves the map."""

    def __init__(self, difference: Difference, channels_in: int, channels: int, halves: bool):
        super().__init__()
        self.pool = nn.MaxPool2d(2) if halves else nn.Identity()
        self.shortcut = nn.Conv2d(channels_in, channels, 1) if halves else nn.Identity()
        self.conv1 = PixelDifference(difference, channels_in, channels_in, groups=channels_in)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(channels_in, channels, 1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(x)
        return self.shortcut(x) + self.conv2(self.relu(self.conv1(x)))


class Dilation(nn.Module):
    """The sum of four dilated convolutions, for contours of several widths (the paper's compact dilation module)."""

    def __init__(self, channels_in: int, channels: int):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(channels_in, channels, 1)
        for number, dilation in enumerate(DILATIONS, 1):
            convolution = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False)
            self.add_module(f"conv2_{number}", convolution)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv1(self.relu(x))
        return sum((self.get_submodule(f"conv2_{number}")(x) for number in range(1, 5)), torch.zeros_like(x))


class Attention(nn.Module):
    """x times one number in (0, 1) per place (the paper's compact spatial attention module)."""

    def __init__(self, channels: int):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(channels, 4, 1)
        self.conv2 = nn.Conv2d(4, 1, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * torch.sigmoid(self.conv2(self.conv1(self.relu(x))))


class Reduce(nn.Module):
    """To one map."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x)


class PiDiNetTiny(nn.Module):
    """(batch, 3, y, x) -> contours before the logistic function, (batch, 1, y, x).

    The layer `stageN` is what stage N gives.
    """

    def __init__(self) -> None:
        super().__init__()
        self.init_block = PixelDifference(CYCLE[0], 3, WIDTHS[0])
        place, before = 1, WIDTHS[0]
        for stage, (width, blocks) in enumerate(zip(WIDTHS, BLOCKS, strict=True), 1):
            for number in range(1, blocks + 1):
                block = Block(CYCLE[place % 4], before, width, halves=stage > 1 and number == 1)
                self.add_module(f"block{stage}_{number}", block)
                place, before = place + 1, width
            self.add_module(f"stage{stage}", nn.Identity())
        self.dilations = nn.ModuleList(Dilation(width, SCALE_CHANNELS) for width in WIDTHS)
        self.attentions = nn.ModuleList(Attention(SCALE_CHANNELS) for _ in WIDTHS)
        self.conv_reduces = nn.ModuleList(Reduce(SCALE_CHANNELS) for _ in WIDTHS)
        self.classifier = nn.Conv2d(len(WIDTHS), 1, 1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        x, size, scales = self.init_block(frames), frames.shape[-2:], []
        for stage, blocks in enumerate(BLOCKS, 1):
            for number in range(1, blocks + 1):
                x = self.get_submodule(f"block{stage}_{number}")(x)
            x = self.get_submodule(f"stage{stage}")(x)
            scale = self.attentions[stage - 1](self.dilations[stage - 1](x))
            one = self.conv_reduces[stage - 1](scale)
            scales.append(functional.interpolate(one, size=size, mode="bilinear", align_corners=False))
        return self.classifier(torch.cat(scales, 1))


def load(
    weights: str | Path = "pretrained",
    seed: int = 0,
    size: int = 481,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """PiDiNet-tiny as a frame model, with its contours declared.

    Args:
        weights: "pretrained" (the authors' checkpoint of their table 5, in the data set `bsds500_subset`), the path of a file, or
            "random".
        seed: seed of random weights.
        size: side of the input in pixels; 481 shows an image of BSDS500 as it is.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the default mapping, by position: nothing is claimed for IT.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingData: if the data set is not on this machine; the message says how to get it.
        MissingWeights: if a file is not there.
        ModelError: if a file does not fit.
    """

    def pretrained() -> tuple[nn.Module, str]:
        network, path = PiDiNetTiny(), locate("bsds500_subset") / PUBLISHED
        load_state(network, read_state(path), str(path))
        return network, path.name

    network, origin = initialise(PiDiNetTiny, weights, seed, pretrained)
    stages = [f"stage{number}" for number in range(1, len(WIDTHS) + 1)]
    return FrameModel(
        "pidinet_tiny",
        network,
        preprocessing=Preprocessing(size, IMAGENET_MEAN, IMAGENET_STD),
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "size": size},
        contours="classifier",
        citation=BIBTEX,
        **Anatomy((*stages, "classifier"), ventral_stream(stages)).arguments(layers, regions),
    )
