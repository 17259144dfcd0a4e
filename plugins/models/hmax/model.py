"""HMAX after Serre et al. (2007), with the filters of its laboratory's program.

S1: sixteen sizes of Gabor filters in four orientations; rectified, and divided by the length of what they cover. C1: the largest
response of two neighbouring sizes in a neighbourhood. S2: the distance of all orientations of C1 from each of many stored patches.
C2: the smallest distance anywhere and at any scale. Margins are that program's, too: a row and a column more are left out above and
on the left.
"""

from pathlib import Path

import numpy as np
import torch
from scipy.io import loadmat
from torch import nn
from torch.nn import functional

from harness.errors import MissingWeights, ModelError
from harness.models import FrameModel, Preprocessing, Weights, initialise, load_state
from harness_plugins.models.hmax import BIBTEX

SIZES = range(7, 38, 2)
ORIENTATIONS = (90.0, -45.0, 0.0, 45.0)
POOLS = range(8, 23, 2)
PATCHES = range(2, 17, 2)


def gabor(size: int, wavelength: float, orientation: float) -> np.ndarray:
    """(size, size): a Gabor function without mean and of length 1, cut off at a circle; aspect ratio .3, width .8 wavelengths."""
    angle = np.deg2rad(orientation + 90)
    y, x = np.mgrid[:size, :size] - size // 2
    across, along = y * np.cos(angle) + x * np.sin(angle), -y * np.sin(angle) + x * np.cos(angle)
    envelope = np.exp(-(across**2 + 0.09 * along**2) / (2 * (0.8 * wavelength) ** 2))
    values = envelope * np.cos(2 * np.pi * across / wavelength) * (np.hypot(x, y) <= size / 2)
    values = values - values.mean()
    return values / np.linalg.norm(values)


class Simple(nn.Module):
    """S1 of one size."""

    filters: torch.Tensor

    def __init__(self, size: int, number: int):
        super().__init__()
        wavelength = 2 * size / (4 - 0.05 * number)
        stack = np.stack([gabor(size, wavelength, orientation) for orientation in ORIENTATIONS])
        self.register_buffer("filters", torch.from_numpy(stack[:, None].astype(np.float32)), persistent=False)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """(batch, 1, height, width) -> (batch, 4, height, width); 0 where a filter leaves the image, and a row and column on."""
        size = self.filters.shape[-1]
        covered = functional.conv2d(image**2, torch.ones_like(self.filters[:1])).clamp_min(0).sqrt()
        response = functional.conv2d(image, self.filters).abs() / torch.where(covered > 0, covered, 1.0)
        return functional.pad(response[..., 1:, 1:], [size // 2 + 1, size // 2] * 2)


class Complex(nn.Module):
    """C1 of one band."""

    def __init__(self, pool: int):
        super().__init__()
        self.pool = nn.MaxPool2d(pool, pool // 2, pool // 2)

    def forward(self, fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
        """Two neighbouring sizes (batch, 4, height, width) -> (batch, 4, rows, columns)."""
        pooled: torch.Tensor = self.pool(torch.maximum(fine, coarse))
        return functional.pad(pooled[..., 1:, 1:], [0, 1] * 2)


class Distances(nn.Module):
    """S2 and C2 of patches of one size."""

    def __init__(self, size: int, patches: int):
        super().__init__()
        self.patches = nn.Parameter(torch.rand(patches, len(ORIENTATIONS), size, size), requires_grad=False)

    def forward(self, bands: list[torch.Tensor]) -> torch.Tensor:
        """C1 of all bands -> (batch, patches), the smallest distances."""
        return torch.stack([self._in(band).amin((2, 3)) for band in bands]).amin(0)

    def _in(self, band: torch.Tensor) -> torch.Tensor:
        around = self.patches.shape[-1] // 2
        length = functional.conv2d(band**2, torch.ones_like(self.patches[:1]), padding=around)
        product = functional.conv2d(band, self.patches, padding=around)
        squared = length - 2 * product + self.patches.square().sum((1, 2, 3))[:, None, None]
        return squared[..., 1:, 1:].clamp_min(0).sqrt()


class HMAX(nn.Module):
    """The whole model; `patches` holds the number of patches of each size."""

    def __init__(self, patches: list[int]):
        super().__init__()
        self.s1 = nn.ModuleList(Simple(size, number) for number, size in enumerate(SIZES))
        self.c1 = nn.ModuleList(Complex(pool) for pool in POOLS)
        self.c2 = nn.ModuleList(Distances(size, count) for size, count in zip(PATCHES, patches, strict=True))

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """(batch, 1, size, size), luminance -> (batch, patches of all sizes)."""
        fine = [simple(image) for simple in self.s1]
        bands = [band(*fine[2 * i : 2 * i + 2]) for i, band in enumerate(self.c1)]
        return torch.cat([distances(bands) for distances in self.c2], 1)


def load(
    weights: str | Path = "random",
    seed: int = 0,
    size: int = 224,
    patches: int = 400,
    visual_degrees: float = 8.0,
) -> FrameModel:
    """HMAX as a frame model. Its C2 layers are distances: small where a patch is found.

    Args:
        weights: the path of a file of patches (the laboratory's `universal_patch_set.mat`, or the network's own state), or
            "random": patches of uniform noise, which the published ones, cut from C1 of natural images, are not.
        seed: of random patches.
        size: pixels along the side of the field of view.
        patches: number of random patches of each size; a file brings its own.
        visual_degrees: visual angle of that side.

    Raises:
        MissingWeights: if a file is not there.
        ModelError: if it holds no such patches.
    """
    if str(weights).endswith(".mat"):
        network, origin = _from_matlab(Path(weights).expanduser())
    else:
        network, origin = initialise(lambda: HMAX([patches] * len(PATCHES)), weights, seed)
    return FrameModel(
        "hmax",
        network,
        preprocessing=Preprocessing(size, channels=1),
        regions={"V1": "c1.1", "V2": "c2.1", "V4": "c2.3", "IT": "c2.7"},
        layers=("s1.1", "c1.1", "c1.4", *(f"c2.{number}" for number in range(len(PATCHES)))),
        visual_degrees=visual_degrees,
        weights=origin,
        arguments={"weights": str(weights), "seed": seed, "size": size},
        citation=BIBTEX,
    )


def _from_matlab(path: Path) -> tuple[nn.Module, Weights]:
    """The network of a file of patches as MATLAB keeps them: columns, of which rows run fastest, then columns and orientations."""
    if not path.is_file():
        raise MissingWeights(f"there is no weight file '{path}'; check the path, or use weights='random'")
    try:
        held = loadmat(path)
        columns, shapes = held["patches"].ravel(), held["patchSizes"].T.astype(int)
        state = {
            f"c2.{i}.patches": torch.from_numpy(
                np.array(cells, np.float32).reshape(orientations, width, height, count).transpose(3, 0, 2, 1).copy()
            )
            for i, (cells, (height, width, orientations, count)) in enumerate(zip(columns, shapes, strict=True))
        }
        network = HMAX([len(value) for value in state.values()]).eval()
    except Exception as error:  # scipy has many for files that are damaged or something else
        raise ModelError(
            f"'{path}' holds no patches of HMAX in eight sizes; get universal_patch_set.mat again"
        ) from error
    load_state(network, state, str(path))
    return network, Weights("file", source=str(path))
