"""The step of a recurrent network, linearised about rest: eigenvalues and eigenvectors of its Jacobian by Arnoldi iteration."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, eigs
from torch.utils import _pytree as pytree

from harness.checks import Count, Seed, checked
from harness.errors import HarnessError, ModelError
from harness.models.base import RecurrentModel

TOLERANCE = 1e-5  # largest change in a step at rest, relative to the largest value of the state


@dataclass(frozen=True)
class Eigenvectors:
    """The leading eigenvalues of a step and their vectors.

    Attributes:
        values: complex, the largest magnitude first, (count,).
        maps: part of the state -> the norm over channels of each vector, (count, y, x).
    """

    values: np.ndarray
    maps: dict[str, np.ndarray]


@checked(ModelError)
@torch.no_grad()
def settled(model: RecurrentModel, steps: Count = 5000) -> Any:
    """The state of one row in which a network rests while the screen is blank.

    Raises:
        HarnessError: if it has not come to rest after so many steps.
    """
    network: Any = model.network
    state = network.init(1, torch.device("cpu"))
    for _ in range(steps):
        following = network.step(_blank(model), state)
        before, after = (torch.cat([leaf.flatten() for leaf in _floats(one)]) for one in (state, following))
        state = following
        if (after - before).abs().max() <= TOLERANCE * after.abs().max().clamp_min(1e-12):
            return state
    raise HarnessError(f"'{model.identifier}' has not come to rest after {steps} steps of a blank screen")


@checked(ModelError)
def leading_eigenvectors(model: RecurrentModel, state: Any, count: Count = 6, seed: Seed = 0) -> Eigenvectors:
    """The leading eigenvalues and eigenvectors of the Jacobian of a step at a state, over all that the state holds.

    Derivatives are exact (forward mode). Vectors are ARPACK's, so also those of complex pairs.

    Args:
        state: a rest of the network, of one row; see `settled`.
        count: of eigenvalues.
        seed: of the vector that the iteration begins with.
    """
    network: Any = model.network
    leaves, tree = pytree.tree_flatten(state)
    if _forms(state) != _forms(network.init(1, torch.device("cpu"))):
        raise ModelError(f"the state is not one of '{model.identifier}' for one row; take that of settled()")
    moving = [number for number, leaf in enumerate(leaves) if _is_float(leaf)]
    sizes = [leaves[number].numel() for number in moving]
    if count >= sum(sizes) - 1:
        raise ModelError(f"the state of '{model.identifier}' has {sum(sizes)} numbers, too few for {count} eigenvalues")

    def flow(*parts: torch.Tensor) -> tuple[torch.Tensor, ...]:
        filled = list(leaves)
        for number, part in zip(moving, parts, strict=True):
            filled[number] = part
        following = pytree.tree_leaves(network.step(_blank(model), pytree.tree_unflatten(filled, tree)))
        return tuple(following[number] for number in moving)

    points = tuple(leaves[number].detach() for number in moving)

    def push(vector: np.ndarray) -> np.ndarray:
        parts = torch.from_numpy(vector.astype(np.float32).ravel()).split(sizes)
        tangents = tuple(part.view_as(point) for part, point in zip(parts, points, strict=True))
        moved = torch.func.jvp(flow, points, tangents)[1]
        return torch.cat([part.flatten() for part in moved]).detach().numpy()

    operator = LinearOperator((sum(sizes), sum(sizes)), matvec=push, dtype=np.float32)
    begin = np.random.default_rng(seed).standard_normal(sum(sizes)).astype(np.float32)
    values, vectors = eigs(operator, k=count, v0=begin, which="LM", tol=1e-4)
    order = np.argsort(-np.abs(values))
    names = [pytree.keystr(path) for path, _ in pytree.tree_flatten_with_path(state)[0]]
    maps, ends = {}, np.cumsum(sizes)
    for number, end, size in zip(moving, ends, sizes, strict=True):
        shape = leaves[number].shape
        if len(shape) == 4:
            parts = vectors[end - size : end, order].T.reshape(count, *shape[1:])
            maps[names[number]] = np.sqrt((np.abs(parts) ** 2).sum(1))
    return Eigenvectors(values[order], maps)


def _forms(state: Any) -> list[Any]:
    """The paths of the parts of a state, each with its shape if it is a tensor."""
    found = pytree.tree_flatten_with_path(state)[0]
    return [(pytree.keystr(path), getattr(leaf, "shape", None)) for path, leaf in found]


def _floats(state: Any) -> list[torch.Tensor]:
    return [leaf for leaf in pytree.tree_leaves(state) if _is_float(leaf)]


def _is_float(leaf: Any) -> bool:
    return isinstance(leaf, torch.Tensor) and leaf.is_floating_point()


def _blank(model: RecurrentModel) -> torch.Tensor:
    size, channels = model.preprocessing.size, model.preprocessing.channels
    return torch.zeros(1, channels, size, size)
