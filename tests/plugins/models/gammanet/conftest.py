"""The reference vectors of GammaNet, and weights made from their names."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from harness_plugins.models.gammanet.options import Circuit

Shapes = dict[str, list[int]]


class Reference:
    """The folder of vectors; `fill` gives the weights with which they were made."""

    def __init__(self, folder: Path):
        self.folder = folder

    def index(self, name: str) -> dict[str, Any]:
        return json.loads((self.folder / f"{name}.json").read_text())

    def vectors(self, name: str) -> Any:
        return np.load(self.folder / f"{name}.npz")

    @staticmethod
    def fill(shapes: Shapes, horizontal: float = 0.25) -> dict[str, torch.Tensor]:
        """Weights by name: numbers from a seed that is the beginning of the name's SHA-256, scaled by the kind of parameter."""
        return {key: torch.from_numpy(_numbers(key, shape, horizontal)) for key, shape in shapes.items()}

    @staticmethod
    def circuit(options: dict[str, Any]) -> Circuit:
        """The circuit of a configuration of the reference, with its defaults."""
        dynamic = options.get("use_dynamic_parameters", False)
        return Circuit(
            normalisation=options.get("normalization_type", "layer"),
            normalise_circuits=options.get("normalize_circuit_outputs", True),
            symmetry=options.get("symmetric_weights", "channel") or "none",
            dynamic=options.get("dynamic_param_activation", "softplus") if dynamic else "none",
            bounded_alpha=options.get("force_alpha_divisive", True),
            nonnegative_omega=options.get("force_omega_nonnegative", True),
        )


def _numbers(key: str, shape: list[int], horizontal: float) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "little")
    values, name = np.random.RandomState(seed).uniform(-1, 1, shape), key.rpartition(".")[2]
    if len(shape) >= 2:
        values = values * (6 / np.prod(shape[1:])) ** 0.5 * (horizontal if name in ("W_exc", "W_inh") else 1)
    elif name in ("alpha", "mu", "kappa", "omega"):
        values = 0.5 + 0.4 * values
    else:
        values = 0.1 * values + (name == "weight")
    return values.astype(np.float32)


@pytest.fixture(scope="session")
def reference(parity: Path) -> Reference:
    if not (parity / "gammanet").is_dir():
        pytest.skip("no reference vectors of GammaNet here; see HARNESS_PARITY")
    return Reference(parity / "gammanet")


@pytest.fixture(scope="session")
def error() -> Callable[[torch.Tensor, Any], float]:
    """The largest difference, as a share of the largest value."""
    return lambda ours, theirs: float(np.abs(ours.detach().numpy() - theirs).max() / np.abs(theirs).max())
