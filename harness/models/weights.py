"""Origins of a network's weights: published weights, a local file, or a random seed. Nothing is ever unpickled."""

import json
import logging
import pickle
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from harness.checks import Seed, checked, shown
from harness.errors import HarnessError, MissingWeights, ModelError

_log = logging.getLogger(__name__)
PREFIXES = ("module.", "_orig_mod.", "model.", "network.")
WRAPPERS = (
    "state",
    "model_ema_state_dict",
    "state_dict",
    "model",
    "model_state_dict",
    "model_state",
    "module",
    "target_encoder",
    "encoder",
)
"""Entries of a checkpoint that hold its state, each looked into after the one before; of several networks the one that is used."""


@checked(ModelError)
@dataclass(frozen=True)
class Weights:
    """The origin of a model's parameters, shown beside its scores.

    Attributes:
        kind: "pretrained" (published, fetched by the library that defines the network), "file", "random", "given" (a network
            handed over as it is) or "none" (a model without parameters).
        source: the published name or the path.
        seed: seed of random weights.
    """

    kind: Literal["pretrained", "file", "random", "given", "none"]
    source: str = ""
    seed: Seed | None = None

    def __str__(self) -> str:
        detail = self.source or (f"seed {self.seed}" if self.seed is not None else "")
        return f"{self.kind} ({detail})" if detail else self.kind


TRAINING = "training"
"""The entry of a safetensors file's header that says how its weights were made, as JSON."""
_LONGEST_HEADER = 100_000_000  # bytes, as in the format's own limit


@checked(ModelError)
def training_of(path: str | Path) -> dict[str, Any] | None:
    """The header of a weight file, on how it was made: model, arguments, recipe, data, seed, metric; None if it says nothing.

    Only the header is read. Files of other formats, and what is no file, say nothing.
    """
    path = Path(path).expanduser()
    if path.suffix != ".safetensors" or not path.is_file():
        return None
    stat = path.stat()
    return _training_of(path, stat.st_mtime_ns, stat.st_size)


@cache
def _training_of(path: Path, modified: int, size: int) -> dict[str, Any] | None:
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 0 < length < min(size, _LONGEST_HEADER):
            return None
        try:
            entries = json.loads(file.read(length)).get("__metadata__", {})
            found = json.loads(entries[TRAINING])
        except (ValueError, KeyError, AttributeError):
            return None
    return found if isinstance(found, dict) else None


@contextmanager
@checked(ModelError)
def seeded(seed: Seed) -> Iterator[None]:
    """Run a network's own initialisation with a seed, leaving every random state of the caller as it was.

    Seeds Python, numpy and torch's CPU generator; a network is built on the CPU.
    """
    before = random.getstate(), np.random.get_state(), torch.get_rng_state()
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.default_generator.manual_seed(seed)
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        torch.set_rng_state(before[2])


@checked(ModelError)
def read_state(path: str | Path) -> dict[str, torch.Tensor]:
    """The tensors of a `.safetensors` or flat HDF5 (`.h5`) file, or of a torch checkpoint (read with `weights_only=True`).

    A checkpoint may wrap its state as one of `WRAPPERS`; prefixes that all keys have, left by
    data-parallel training (`module.`), compilation (`_orig_mod.`) or Lightning (`model.`, `network.`), are dropped.

    Raises:
        MissingWeights: if there is no such file.
        ModelError: if it cannot be read as weights without running code from it.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise MissingWeights(f"there is no weight file '{path}'; check the path, or use weights='random'")
    state: Any
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            state = load_file(path)
        elif path.suffix in (".h5", ".hdf5"):
            state = _read_hdf5(path)
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(
            f"'{path}' does not hold tensors only and is not unpickled, because that could run code; "
            "save the state dictionary as safetensors"
        ) from error
    except Exception as error:  # each format has its own errors for a damaged file
        raise ModelError(
            f"'{path}' cannot be read as weights ({_first_line(error)}); save the state dictionary as safetensors"
        ) from error
    for wrapper in WRAPPERS:
        if isinstance(state, Mapping) and isinstance(state.get(wrapper), Mapping):
            state = state[wrapper]
    if not isinstance(state, Mapping) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise ModelError(f"'{path}' does not hold a state dictionary of tensors; save `network.state_dict()`")
    return _without_prefixes({str(key): value for key, value in state.items()}, path)


def _read_hdf5(path: Path) -> dict[str, torch.Tensor]:
    import h5py

    with h5py.File(path, "r") as file:
        return {name: torch.from_numpy(np.asarray(item)) for name, item in file.items()}


def _without_prefixes(state: dict[str, torch.Tensor], path: Path) -> dict[str, torch.Tensor]:
    """A state without what training put before all of its keys, which the log names."""
    for prefix in PREFIXES * 2:  # one may stand behind another
        if state and all(key.startswith(prefix) for key in state):
            _log.info("the keys of '%s' begin with '%s', which is left out", path, prefix)
            state = {key.removeprefix(prefix): value for key, value in state.items()}
    return state


@checked(ModelError)
def load_state(network: nn.Module, state: Mapping[str, torch.Tensor], source: str) -> None:
    """Load a state dictionary strictly; modules may convert the older keys that they know of.

    Raises:
        ModelError: if keys or shapes do not match the network; the message names the first that differ.
    """
    own = network.state_dict()
    shapes = sorted(key for key in own.keys() & state.keys() if own[key].shape != state[key].shape)
    missing: list[str] = []
    unknown: list[str] = []
    if not shapes:
        missing, unknown = network.load_state_dict(state, strict=False)
    for fault, keys in (("has other shapes for", shapes), ("lacks", missing), ("has unknown", unknown)):
        if keys:
            more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
            raise ModelError(f"'{source}' does not fit the network: it {fault} {', '.join(keys[:3])}{more}")


@checked(ModelError)
def initialise(
    build: Callable[[], nn.Module],
    weights: str | Path = "random",
    seed: Seed = 0,
    pretrained: Callable[[], tuple[nn.Module, str]] | None = None,
    convert: Callable[[dict[str, torch.Tensor]], dict[str, torch.Tensor]] = dict,
) -> tuple[nn.Module, Weights]:
    """A network with the weights asked for, in evaluation mode.

    Args:
        build: makes the network with its own random initialisation.
        weights: "random", "pretrained", or the path of a weight file.
        seed: of "random".
        pretrained: makes the network with published weights and says which; may fetch them.
        convert: from the keys of a file to those of the network.

    Raises:
        MissingWeights: if published weights are not available, or a file does not exist.
        ModelError: if a file does not fit the network.
    """
    if str(weights) == "random":
        with seeded(seed):
            network = _network(build())
        return network.eval(), Weights("random", seed=seed)
    if str(weights) == "pretrained":
        if pretrained is None:
            raise MissingWeights(
                "this model has no published weights that can be fetched; give a weight file or weights='random'"
            )
        try:
            with seeded(seed):
                network, source = pretrained()
        except HarnessError:
            raise
        except Exception as error:  # each library has its own errors for a hub out of reach
            raise MissingWeights(
                f"the pretrained weights could not be downloaded ({type(error).__name__}: {_first_line(error)}); "
                "connect to the network once, give a weight file as weights=PATH, or use weights='random'"
            ) from error
        return network.eval(), Weights("pretrained", source=source)
    with seeded(seed):
        network = _network(build())
    load_state(network, convert(read_state(weights)), str(weights))
    return network.eval(), Weights("file", source=str(weights))


def _network(built: object) -> nn.Module:
    if not isinstance(built, nn.Module):
        raise ModelError(f"`build` gives a torch module, not {shown(built)}")
    return built


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
