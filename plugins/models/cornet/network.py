"""CORnet-RT (Kubilius et al. 2018), stepped in time.

An area holds the state h and hears the output x of the area below from the step before:

    h(t + 1) = relu(norm_1(conv_1(h(t) + d(t)))),   d(t) = relu(norm_in(conv_in(x(t))))

All areas step at once ("biological unrolling"), so what is on the screen reaches V1 in the first step and IT in the fourth. Before
the first step there is no output yet: only V1 is driven in it, d = 0 elsewhere, and all states are 0. The class scores are a linear
read-out of the mean over IT's map.
"""

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from harness.errors import ModelError
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    SCREEN,
    Connection,
    GroupNorm,
    Heard,
    Point,
    Preprocessing,
    RecurrentModel,
    channels_last,
    chosen,
    imagenet_classes,
    initialise,
    once_per_frame,
)
from harness_plugins.models.cornet import BIBTEX

AREAS = ("V1", "V2", "V4", "IT")
WIDTHS = (64, 128, 256, 512)
GROUPS = 32
SMALLEST = 32  # pixels, at which IT's map has a single place
State = dict[str, torch.Tensor]


class Area(nn.Module):
    """One visual area; a step of the equation above."""

    def __init__(self, channels_in: int, channels: int, kernel: int, stride: int):
        super().__init__()
        self.channels, self.stride = channels, stride
        self.conv_input = nn.Conv2d(channels_in, channels, kernel, stride=stride, padding=kernel // 2)
        self.norm_input = GroupNorm(GROUPS, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1 = GroupNorm(GROUPS, channels)
        self.feedforward, self.lateral, self.total, self.output = (nn.Identity() for _ in range(4))

    def drive(self, below: torch.Tensor) -> torch.Tensor:
        """d of the equation above, from the output of the area below or the frame, (batch, channels_in, y, x)."""
        return torch.relu(self.norm_input(self.conv_input(below)))

    def forward(self, drive: torch.Tensor, state: torch.Tensor) -> torch.Tensor:
        """The next state from the drive and the state, (batch, channels, y / stride, x / stride), rounded up."""
        total = self.norm1(self.conv1(self.lateral(state) + self.feedforward(drive)))
        return self.output(torch.relu(self.total(total)))


class CORnetRT(nn.Module):
    """V1, V2, V4, IT and a linear decoder.

    A state holds the output of every area, and for each row whether its first step is over (`begun`, 0 or 1).

    Args:
        size: side of the frames in pixels.
        widths: channels of the areas, in multiples of 32.
        classes: of the decoder.
    """

    def __init__(self, size: int = 224, widths: Sequence[int] = WIDTHS, classes: int = 1000):
        super().__init__()
        self.size = size
        self.V1 = Area(3, widths[0], kernel=7, stride=4)
        self.V2 = Area(widths[0], widths[1], kernel=3, stride=2)
        self.V4 = Area(widths[1], widths[2], kernel=3, stride=2)
        self.IT = Area(widths[2], widths[3], kernel=3, stride=2)
        linear = nn.Linear(widths[3], classes)
        decoder = [("avgpool", nn.AdaptiveAvgPool2d(1)), ("flatten", nn.Flatten()), ("linear", linear)]
        self.decoder = nn.Sequential(OrderedDict(decoder))

    def points(self) -> list[Point | Connection]:
        """Outputs of the areas, which they and the next ones hear, their drives, and the connections."""
        found: list[Point | Connection] = []
        for name in AREAS:
            layer = f"{name}.output"
            found.append(Point(layer, (Heard(layer),)))
            found.append(Point(layer, (Heard(f"{name}.total"),), "drive"))
            found.append(Connection(layer, layer, f"{name}.lateral", "lateral", 1))
        found.append(Connection(SCREEN, "V1.output", "V1.feedforward", "feedforward"))
        for below, name in pairwise(AREAS):
            found.append(Connection(f"{below}.output", f"{name}.output", f"{name}.feedforward", "feedforward", 1))
        return found

    def init(self, batch_size: int, device: torch.device) -> State:
        """The state before the first step."""
        state, side = {"begun": torch.zeros(batch_size, device=device)}, self.size
        for name, area in self._areas().items():
            side = math.ceil(side / area.stride)
            state[name] = channels_last(torch.zeros(batch_size, area.channels, side, side, device=device))
        return state

    def step(self, frame: torch.Tensor, state: State) -> State:
        """(batch, 3, size, size) and a state -> the next state, all areas at once."""
        begun = state["begun"].view(-1, 1, 1, 1)
        parts = self.V1.conv_input, self.V1.norm_input
        drive = once_per_frame(self, frame, parts, lambda: self.V1.drive(channels_last(frame)))
        following = {"begun": torch.ones_like(state["begun"]), "V1": self.V1(drive, state["V1"])}
        for name, below in zip(AREAS[1:], AREAS, strict=False):
            area = self._areas()[name]
            following[name] = area(begun * area.drive(state[below]), state[name])
        self.decoder(following["IT"])
        return following

    def _areas(self) -> dict[str, Area]:
        return {"V1": self.V1, "V2": self.V2, "V4": self.V4, "IT": self.IT}


def load(
    weights: str | Path = "random",
    seed: int = 0,
    dt: float = 10.0,
    size: int = 224,
    widths: Sequence[int] = WIDTHS,
    classes: Sequence[str] | None = None,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> RecurrentModel:
    """CORnet-RT as a recurrent model.

    The paper counts steps, not milliseconds. A step is the passage from one area to the next, and latencies along the
    ventral stream grow by about 10 ms per area (Nowak & Bullier 1997, "The timing of information transfer in the visual
    system"; Lamme & Roelfsema 2000, Trends in Neurosciences 23:571-579), hence `dt`. Times count from the arrival at V1:
    there is no retina.

    Args:
        weights: the path of a file, or "random". The authors' checkpoint fits; it cannot be fetched from here.
        seed: seed of random weights.
        dt: ms per step.
        size: side of the input in pixels; the published weights were trained with 224.
        widths: channels of the areas, in multiples of 32.
        classes: their names in the order of the decoder; ImageNet's if not given.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the areas' own outputs.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: for "pretrained", or if a file is not there.
        ModelError: if a file does not fit, widths cannot be normalised, or the input is too small.
    """
    if size < SMALLEST:
        raise ModelError(f"CORnet-RT needs frames of at least {SMALLEST} pixels a side, not {size}")
    if len(widths) != len(AREAS) or any(width < GROUPS or width % GROUPS for width in widths):
        raise ModelError(f"CORnet-RT's widths are four multiples of {GROUPS}, not {list(widths)}")
    names = imagenet_classes() if classes is None else tuple(classes)
    network, origin = initialise(lambda: CORnetRT(size, widths, len(names)), weights, seed)
    own = {area: f"{area}.output" for area in AREAS}
    recorded, mapping = chosen((*own.values(), "decoder.linear"), own, layers, regions)
    return RecurrentModel(
        "cornet_rt",
        network,
        dt=dt,
        preprocessing=Preprocessing(size, IMAGENET_MEAN, IMAGENET_STD),
        regions=mapping,
        layers=recorded,
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "dt": dt, "size": size},
        readout="decoder.linear",
        classes=names,
        citation=BIBTEX,
    )
