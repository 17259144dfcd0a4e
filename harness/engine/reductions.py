"""Reductions of a layer: all units, a selection, the mean, a random projection; and the positions of the units kept."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch

from harness.checks import Seed, checked
from harness.errors import RecordingError
from harness.models import Layout


@checked(RecordingError)
@dataclass(frozen=True)
class Units:
    """Where the recorded units of a layer lie; -1 where an axis does not apply. One entry per unit."""

    channel: np.ndarray
    y: np.ndarray
    x: np.ndarray

    def __len__(self) -> int:
        return len(self.channel)


class Reduction:
    """The part of a layer's output that is kept, computed on the device before anything is copied.

    Every reduction works on the canonical form of an output: (batch, channels, places), with places in row-major order.
    """

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        """(batch, channels, places) -> (batch, units)."""
        raise NotImplementedError

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        """The units that `__call__` gives, for a map of `channels` on a `grid` of (height, width), (tokens,) or ()."""
        raise NotImplementedError


@dataclass(frozen=True)
class AllUnits(Reduction):
    """Every unit, channel by channel."""

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        return values.flatten(1)

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        places = int(np.prod(grid))
        y, x = _positions(grid)
        return Units(np.repeat(np.arange(channels), places), np.tile(y, channels), np.tile(x, channels))


@dataclass(frozen=True)
class CentreUnits(Reduction):
    """The unit at the centre of the map, of every channel: place (height // 2, width // 2)."""

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        return values[:, :, self._centre(layer, grid)]

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        y, x = _positions(grid)
        centre = self._centre(layer, grid)
        return Units(np.arange(channels), np.full(channels, y[centre]), np.full(channels, x[centre]))

    @staticmethod
    def _centre(layer: str, grid: tuple[int, ...]) -> int:
        if not grid:
            return 0
        if len(grid) != 2:
            raise RecordingError(
                f"layer '{layer}' has tokens without a map, so it has no centre; record it with AllUnits or SpatialMean"
            )
        return (grid[0] // 2) * grid[1] + grid[1] // 2


@dataclass(frozen=True)
class SpatialMean(Reduction):
    """The mean over all places, of every channel."""

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        return values.mean(2)

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        nowhere = np.full(channels, -1)
        return Units(np.arange(channels), nowhere, nowhere)


@dataclass(frozen=True)
class MeanAbsolute(Reduction):
    """One unit: the mean of |r| over all units of the layer, as an electrode sees a population (DynVision's `response_avg`)."""

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        return values.abs().mean((1, 2)).unsqueeze(1)

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        nowhere = np.full(1, -1)
        return Units(nowhere, nowhere, nowhere)


@checked(RecordingError, own=("size",))
@dataclass(frozen=True)
class RandomProjection(Reduction):
    """A very sparse random projection to `size` units (Li, Hastie & Church 2006); all units where there are not more.

    The matrix depends on the layer's name, its size and the seed alone, by a hash that is the same in every process. A row has
    Binomial(n, density) entries of +-1/sqrt(density * size) at random places, density = 1/sqrt(n), so that squared norms are kept
    in expectation.
    """

    size: int = 5000
    seed: Seed = 0

    def __post_init__(self) -> None:
        _check_size(self.size)

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        flat = values.flatten(1)
        if flat.shape[1] <= self.size:
            return flat
        matrix = projection_matrix(layer, flat.shape[1], self.size, self.seed, flat.device)
        return torch.sparse.mm(matrix, flat.float().T).T.to(flat.dtype)

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        if channels * int(np.prod(grid)) <= self.size:
            return AllUnits().units(channels, grid, layer)
        nowhere = np.full(self.size, -1)
        return Units(nowhere, nowhere, nowhere)


@checked(RecordingError, own=("size",))
@dataclass(frozen=True)
class RandomUnits(Reduction):
    """`size` units drawn at random without replacement, as electrodes draw neurons; all units where there are not more.

    Which they are depends on the layer's name, its size and the seed alone, and is the same in every process.
    """

    size: int
    seed: Seed = 0

    def __post_init__(self) -> None:
        _check_size(self.size)

    def __call__(self, values: torch.Tensor, layer: str, grid: tuple[int, ...]) -> torch.Tensor:
        flat = values.flatten(1)
        return flat[:, torch.from_numpy(self._drawn(layer, flat.shape[1])).to(flat.device)]

    def units(self, channels: int, grid: tuple[int, ...], layer: str) -> Units:
        every = AllUnits().units(channels, grid, layer)
        drawn = self._drawn(layer, len(every))
        return Units(every.channel[drawn], every.y[drawn], every.x[drawn])

    def _drawn(self, layer: str, units: int) -> np.ndarray:
        if units <= self.size:
            return np.arange(units)
        return np.sort(_random(f"units:{layer}:{units}:{self.seed}").permutation(units)[: self.size])


@lru_cache(maxsize=64)
def projection_matrix(layer: str, features: int, size: int, seed: Seed, device: torch.device) -> torch.Tensor:
    """The sparse (size, features) matrix of a `RandomProjection`; the same with every version of numpy, whose `RandomState`
    is frozen."""
    random = _random(f"{layer}:{features}:{size}:{seed}")
    density = features**-0.5
    counts = random.binomial(features, density, size)
    columns = random.randint(features, size=counts.sum())
    values = random.choice([-1.0, 1.0], len(columns)) * (density * size) ** -0.5
    rows = np.repeat(np.arange(size), counts)
    entries = torch.from_numpy(np.stack([rows, columns])), torch.from_numpy(values.astype(np.float32))
    return torch.sparse_coo_tensor(*entries, (size, features), check_invariants=False).coalesce().to(device)


def canonical(output: torch.Tensor, layout: Layout | None, layer: str) -> tuple[torch.Tensor, tuple[int, ...]]:
    """A layer's output as (batch, channels, places) with the grid of its places, for a layout without time."""
    layout = layout or {1: "C", 2: "NC", 3: "CHW"}.get(output.ndim - 1)  # type: ignore[assignment]
    if layout is None or len(layout) != output.ndim - 1 or "T" in layout:
        shape = tuple(output.shape[1:])
        raise RecordingError(
            f"layer '{layer}' gives {shape} a stimulus, which its layout {layout} does not describe; set `layouts`"
        )
    if layout == "C":
        return output.unsqueeze(2), ()
    if layout[-1] == "C":
        output = output.movedim(-1, 1)
    return output.flatten(2), tuple(output.shape[2:])


def _check_size(size: int) -> None:
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
        raise RecordingError(f"a random reduction keeps a whole number of units, at least one, not {size!r}")


def _random(content: str) -> np.random.RandomState:
    """numpy's frozen generator, seeded by a hash."""
    key = hashlib.sha256(content.encode()).digest()
    return np.random.RandomState(np.frombuffer(key, dtype="<u4").astype(np.uint32))


def _positions(grid: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    places = int(np.prod(grid))
    if len(grid) == 2:
        y, x = np.divmod(np.arange(places), grid[1])
        return y, x
    return np.full(places, -1), np.arange(places) if len(grid) == 1 else np.full(places, -1)
