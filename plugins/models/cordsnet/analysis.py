"""The dynamics of a CordsNet near a state: the Jacobian of a step, and its leading eigenvalues by Arnoldi iteration.

A step maps rates r to F(r) = (1 - alpha) r + alpha f(R * r + b + A * h(r)). No area feeds back on one below, so the Jacobian is
block triangular and its eigenvalues are those of the areas taken alone, (1 - alpha) I + alpha D_i R_i, with D_i the slope of f at
each unit: 1 where it is active, 0 where it is not. A state at rest is stable if all of them lie inside the unit disc.
"""

from collections.abc import Callable

import numpy as np
import torch
from scipy.sparse.linalg import LinearOperator, eigs
from torch.nn import functional

from harness.errors import ModelError
from harness_plugins.models.cordsnet.network import CordsNet, State


def steady_state(
    network: CordsNet, frame: torch.Tensor, state: State | None = None, tolerance: float = 1e-6, steps: int = 10_000
) -> State:
    """The state in which a network comes to rest while a frame is held on.

    Args:
        frame: (1, channels, size, size).
        state: to begin with; zero if not given.
        tolerance: largest change of a rate in a step at rest, relative to the largest rate of its area.
        steps: that it may take.

    Raises:
        ModelError: if it has not come to rest by then; it may oscillate.
    """
    state = network.init(1, frame.device) if state is None else state
    for _ in range(steps):
        with torch.no_grad():
            following = network.flow(frame, state)
        at_rest = all(_change(*areas) <= tolerance for areas in zip(state, following, strict=True))
        state = following
        if at_rest:
            return state
    raise ModelError(f"the network has not come to rest after {steps} steps; allow more of them, or a larger tolerance")


def jacobian(network: CordsNet, frame: torch.Tensor, state: State) -> LinearOperator:
    """The Jacobian of a step at a state, over the units of all areas in order, each in the order (channel, y, x).

    At rates of exactly zero it is the derivative towards positive rates; there are no others where f is a rectifier.
    """
    sizes = [rates.numel() for rates in state]
    slopes, silent = _slopes(network, frame, state), torch.zeros_like(state[0])
    read = [(rates >= 0).to(rates.dtype) for rates in state]

    def push(vector: torch.Tensor) -> torch.Tensor:
        change = [part.view_as(rates) for part, rates in zip(vector.split(sizes), state, strict=True)]
        heard = [mask * part for mask, part in zip(read, change, strict=True)]
        moved = []
        for area, own in enumerate(change):
            total = network.area_conv[area](own) + network.area_area[area](network.heard(silent, area, heard))
            moved.append(_leak(network, own, slopes[area] * total).flatten())
        return torch.cat(moved)

    return _operator(push, sum(sizes), state[0])


def area_jacobian(network: CordsNet, frame: torch.Tensor, state: State, area: int) -> LinearOperator:
    """The Jacobian of a step of one area by its own rates, the others held, over its units in the order (channel, y, x)."""
    slopes = _slopes(network, frame, state)[area]

    def push(vector: torch.Tensor) -> torch.Tensor:
        own = vector.view_as(slopes)
        return _leak(network, own, slopes * network.area_conv[area](own)).flatten()

    return _operator(push, slopes.numel(), slopes)


def recurrence(kernel: torch.Tensor, side: int) -> LinearOperator:
    """r -> R * r on a square map, for a recurrent kernel (channels, channels, k, k)."""
    channels, padding = len(kernel), kernel.shape[-1] // 2

    def push(vector: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(vector.view(1, channels, side, side), kernel, padding=padding).flatten()

    return _operator(push, channels * side * side, kernel)


def top_eigenvalues(operator: LinearOperator, count: int = 6, seed: int = 0, tolerance: float = 0.0) -> np.ndarray:
    """The `count` eigenvalues of largest magnitude, the largest first, by implicitly restarted Arnoldi (ARPACK).

    Args:
        count: at most the number of units less two.
        seed: of the vector to begin with.
        tolerance: relative accuracy; 0 is that of the operator's type.
    """
    begin = np.random.default_rng(seed).standard_normal(operator.shape[0]).astype(operator.dtype)
    found = eigs(operator, k=count, v0=begin, tol=tolerance, which="LM", return_eigenvectors=False)
    return _sorted(found)


def all_eigenvalues(operator: LinearOperator) -> np.ndarray:
    """All eigenvalues, the largest first, from the matrix itself; for small networks."""
    return _sorted(np.linalg.eigvals(operator @ np.eye(operator.shape[0], dtype=operator.dtype)))


def _slopes(network: CordsNet, frame: torch.Tensor, state: State) -> list[torch.Tensor]:
    """The slope of f at every unit, one (1, channels, y, x) per area."""
    with torch.no_grad():
        totals = network.totals(frame, state)
    return [torch.where(total > 0, 1.0, network.slope).to(total.dtype) for total in totals]


def _leak(network: CordsNet, own: torch.Tensor, driven: torch.Tensor) -> torch.Tensor:
    return (1 - network.alpha) * own + network.alpha * driven


def _operator(push: Callable[[torch.Tensor], torch.Tensor], size: int, like: torch.Tensor) -> LinearOperator:
    dtype = np.float64 if like.dtype == torch.float64 else np.float32

    def matvec(vector: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return push(torch.from_numpy(vector.astype(dtype).ravel()).to(like.device)).cpu().numpy()

    return LinearOperator((size, size), matvec=matvec, dtype=dtype)


def _sorted(values: np.ndarray) -> np.ndarray:
    return values[np.lexsort((-values.imag, -np.abs(values).round(9)))]


def _change(before: torch.Tensor, after: torch.Tensor) -> float:
    return float((after - before).abs().max() / after.abs().max().clamp_min(1e-30))
