"""The numbers of the reference vectors, rebuilt from whole-number arithmetic."""

import hashlib
import json
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

GAINS = {
    "inp_conv": (0.5, 1.5),
    "out_fc": (0.5, 1.5),
    "inp_skip": (0.3, 0.9),
    "area_conv": (0.3, 0.9),
    "skip_area": (0.3, 0.9),
    "area_area": (0.8, 1.6),
}


def uniform(salt: str, count: int) -> np.ndarray:
    """Numbers in [0, 1) by the finaliser of splitmix64."""
    begin = zlib.crc32(salt.encode()) * 0x9E3779B97F4A7C15 % 2**64
    z = np.arange(count, dtype=np.uint64) + np.uint64(begin)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = (z ^ (z >> np.uint64(shift))) * np.uint64(factor)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53


def limits(key: str) -> tuple[float, float]:
    if key.endswith("original1"):
        return -1, 1
    if key.endswith("original0"):
        return GAINS[key.partition(".")[0]]
    if key.startswith(("conv_bias", "area_bias")):
        return -0.2, 0.3
    if key == "out_fc.bias":
        return -0.1, 0.1
    return {"weight": (0.5, 1.5), "running_var": (0.5, 1.5), "bias": (-0.3, 0.3), "running_mean": (-0.5, 0.5)}[
        key.rpartition(".")[2]
    ]


def filled(key: str, shape: tuple[int, ...], prefix: str = "") -> torch.Tensor:
    if key.endswith("num_batches_tracked"):
        return torch.tensor(0)
    low, high = limits(key)
    values = low + (high - low) * uniform(prefix + key, int(np.prod(shape)))
    return torch.from_numpy(values.reshape(shape).astype(np.float32))


def state_like(network: torch.nn.Module, prefix: str = "") -> dict[str, torch.Tensor]:
    """A state of the reference's numbers with the keys and shapes of a network's."""
    return {key: filled(key, tuple(value.shape), prefix) for key, value in network.state_dict().items()}


def image(case: str, batch: int, channels: int) -> torch.Tensor:
    """A mosaic of 16 pixels with noise on every pixel, already normalised."""
    coarse = uniform(f"img/{case}/coarse", batch * channels * 14 * 14).reshape(batch, channels, 14, 14)
    fine = uniform(f"img/{case}/fine", batch * channels * 224 * 224).reshape(batch, channels, 224, 224)
    mosaic = (3 * coarse - 1.5).repeat(16, 2).repeat(16, 3)
    return torch.from_numpy((mosaic + fine - 0.5).astype(np.float32))


def probes(area: int, units: int) -> np.ndarray:
    """Flat indices of the units of an area that the reference kept."""
    return np.floor(uniform(f"probe/{area}", 64) * units).astype(int)


@pytest.fixture(scope="session")
def reference(parity: Path) -> SimpleNamespace:
    """The recipe, the vectors by name, and what fills weights and images."""
    folder = parity / "cordsnet"
    if not folder.is_dir():
        pytest.skip("the reference vectors of CordsNet are not here")
    return SimpleNamespace(
        recipe=json.loads((folder / "recipe.json").read_text())["cases"],
        vectors=lambda name: np.load(folder / f"{name}.npz"),
        state_like=state_like,
        image=image,
        probes=probes,
        digest=lambda tensor: hashlib.sha256(tensor.numpy().tobytes()).hexdigest(),
    )
