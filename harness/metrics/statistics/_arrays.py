"""The few array operations that differ between numpy and torch, so that one code serves both, on the array's own
device.
"""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import scipy.linalg
from threadpoolctl import ThreadpoolController

from harness.checks import checked
from harness.errors import BenchmarkError

_SMALL = 2000  # samples up to which threads cost an eigendecomposition more than they give


def is_torch(array: object) -> bool:
    """Is it a torch tensor? Does not import torch: who has a tensor has done so."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(array, torch.Tensor)


@checked(BenchmarkError, pure=True)
def to_numpy(array: Any) -> np.ndarray:
    """A numpy array on the host, without a copy where possible."""
    return array.detach().cpu().numpy() if is_torch(array) else np.asarray(array)


@checked(BenchmarkError, pure=True)
def like(values: Any, reference: Any) -> Any:
    """`values` as an array of the kind, precision and device of `reference` (of double precision, if that is of integers)."""
    if is_torch(reference):
        import torch

        floating = reference.dtype if reference.is_floating_point() else torch.float64
        values = values if is_torch(values) else torch.tensor(np.asarray(values))
        return values.to(reference.device, floating)
    dtype = reference.dtype if np.issubdtype(reference.dtype, np.floating) else np.float64
    return np.asarray(to_numpy(values), dtype)


@checked(BenchmarkError, pure=True)
def take(K: Any, rows: np.ndarray | Sequence[int], columns: np.ndarray | Sequence[int]) -> Any:
    """The rows and columns of a matrix at the given positions."""
    if is_torch(K):
        import torch

        at = [torch.as_tensor(np.asarray(index), device=K.device) for index in (rows, columns)]
        return K[at[0]][:, at[1]]
    return K[np.ix_(np.asarray(rows), np.asarray(columns))]


@checked(BenchmarkError, pure=True)
def eigh(K: Any) -> tuple[Any, Any]:
    """Eigenvalues, ascending and not below 0, and eigenvectors (in columns) of a positive semidefinite matrix."""
    if is_torch(K):
        import torch

        values, vectors = torch.linalg.eigh(K)
        return values.clip(0), vectors
    with _blas().limit(limits=1 if len(K) <= _SMALL else None, user_api="blas"):
        values, vectors = scipy.linalg.eigh(K, check_finite=False, driver="evd")
    return values.clip(0), vectors


@checked(BenchmarkError, pure=True)
def stacked(arrays: Sequence[Any], axis: int) -> Any:
    """Arrays of one kind, joined along an axis."""
    if is_torch(arrays[0]):
        import torch

        return torch.cat(list(arrays), dim=axis)
    return np.concatenate(arrays, axis)


@checked(BenchmarkError, pure=True)
def finite(array: Any) -> bool:
    """Is every value a finite number?"""
    if is_torch(array):
        return bool(array.isfinite().all())
    return bool(np.isfinite(array).all())


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()
