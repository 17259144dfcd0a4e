"""Linear operators over time, applied to a Gram matrix instead of to the features.

Resampling, haemodynamics, delays and the removal of drifts mix the samples of a run and leave features alone: for such an
operator A, the Gram matrix of A X is A K A'. One Gram matrix at the model's own time bins thus serves every variant, whatever
the number of features, and delayed copies of the features (a finite impulse response) are a sum, K' = sum over d of S_d K S_d'.

An operator is a sparse matrix (n_out, n_in) and acts on one run; `over_runs` puts those of several runs side by side, and `@`
composes them: `centring(n) @ detrending(n, step) @ convolution(n, canonical_hrf(step)) @ resampling(bins, volumes)`. It acts on
recorded time courses as it stands: `A @ Y`. Where it fills in zeros, beyond the border of a run, these are the mean of the
features, because `gram` takes that away.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sparse

from harness.checks import Natural, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import is_torch, like

HIGH_PASS = 1 / 128
"""Hz, of the slow drifts that `detrending` leaves out (the default of SPM)."""

_OVERSAMPLING = 100


@checked(BenchmarkError, pure=True)
def transform(K: Any, *operators: sparse.spmatrix) -> Any:
    """Gram matrix of the transformed features [A_1 X, A_2 X, ...], the sum of A_i K A_i'.

    Args:
        K: (n_in, n_in), of numpy or torch.
        operators: each (n_out, n_in).

    Returns:
        (n_out, n_out), of the kind of `K`.
    """
    if not operators:
        raise BenchmarkError("a Gram matrix is transformed by at least one operator")
    total: Any = 0.0
    for operator in operators:
        if operator.shape[1] != len(K):
            raise BenchmarkError(f"an operator for {operator.shape[1]} samples cannot act on {len(K)}")
        A = like(operator.toarray(), K) if is_torch(K) else operator.tocsr()
        total = total + (A @ (A @ K).T).T
    return total


@checked(BenchmarkError, pure=True)
def over_runs(lengths: Sequence[int], operator: Callable[[int], sparse.spmatrix]) -> sparse.csr_matrix:
    """One operator per run: `operator(n)` for every length, on the diagonal, so that nothing crosses the border of a run."""
    return sparse.block_diag([operator(int(length)) for length in lengths], format="csr")


@checked(BenchmarkError, pure=True)
def resampling(source: np.ndarray, target: np.ndarray) -> sparse.csr_matrix:
    """Averages over new time bins, in which a bin of the source weighs with the share of it that overlaps.

    As Brain-Score aligns assemblies: value = sum(w x) / sum(w), w = |target and source| / |source|.

    Args:
        source, target: (n, 2), [start, end) of every bin, in one unit.

    Raises:
        BenchmarkError: if a target bin reaches beyond the source bins.
    """
    source, target = (np.asarray(bins, dtype=np.float64).reshape(-1, 2) for bins in (source, target))
    beyond = (target[:, 0] < source[:, 0].min() - 1e-9) | (target[:, 1] > source[:, 1].max() + 1e-9)
    if beyond.any():
        raise BenchmarkError(
            f"the time bins end at {source[:, 1].max():g} and cannot be averaged over {target[beyond][0].tolist()}; "
            "leave out the bins that reach beyond them"
        )
    starts = np.maximum(target[:, None, 0], source[:, 0])
    share = (np.minimum(target[:, None, 1], source[:, 1]) - starts).clip(0) / (source[:, 1] - source[:, 0])
    weight = share.sum(1, keepdims=True)
    if not (weight > 0).all():
        raise BenchmarkError("a time bin falls into a gap between the source bins")
    return sparse.csr_matrix(share / weight)


@checked(BenchmarkError, pure=True)
def canonical_hrf(step: float) -> np.ndarray:
    """Haemodynamic response of bins of `step` seconds to a bin of activity, at delays of 0, 1, 2, ... bins; its sum is 1.

    SPM's double gamma function as nilearn gives it, finely sampled and integrated over the bins of both the activity, taken as
    constant within its bin, and the recorded volume, taken as a mean over its own.

    Raises:
        BenchmarkError: if nilearn is not installed.
    """
    try:
        from nilearn.glm.first_level import spm_hrf
    except ImportError:
        raise BenchmarkError(
            "the haemodynamic response comes from nilearn; pip install 'vision-dynamics-harness[fmri]'"
        ) from None
    response = spm_hrf(step, oversampling=_OVERSAMPLING)
    times = np.linspace(0, 32, len(response))
    delays = np.arange(int(np.ceil(32 / step)) + 1)
    kernel = (1 - np.abs(times / step - delays[:, None])).clip(0) @ response
    return kernel / kernel.sum()


@checked(BenchmarkError, pure=True)
def convolution(n: Natural, kernel: np.ndarray) -> sparse.csr_matrix:
    """Causal convolution of `n` samples with a kernel whose first value is for no delay; before the first sample all is 0."""
    kernel = np.asarray(kernel, dtype=np.float64)[:n]
    return sparse.diags(list(kernel), [-lag for lag in range(len(kernel))], shape=(n, n), format="csr")


def delay(n: int, samples: int) -> sparse.csr_matrix:
    """S_d: shifts `n` samples later, or earlier if `samples` is negative, and fills with zeros."""
    return sparse.eye(n, k=-int(samples), format="csr")


@checked(BenchmarkError, pure=True)
def delays(lengths: Sequence[int], samples: Sequence[int]) -> list[sparse.csr_matrix]:
    """S_d over several runs for every delay, for `transform`: a finite impulse response."""
    return [over_runs(lengths, partial(delay, samples=shift)) for shift in samples]


def centring(n: int) -> sparse.csr_matrix:
    """Takes the mean of a run away."""
    return sparse.csr_matrix(np.eye(n) - 1 / n)


@checked(BenchmarkError, pure=True)
def detrending(n: Natural, step: float, high_pass: float = HIGH_PASS) -> sparse.csr_matrix:
    """Takes away the mean of a run and its slow drifts: the discrete cosines of frequencies up to `high_pass`.

    Args:
        step: of the samples, in seconds.
        high_pass: Hz.
    """
    order = min(int(np.floor(2 * n * step * high_pass)), n - 1)
    phases = np.pi * (np.arange(n)[:, None] + 0.5) * np.arange(order + 1) / n
    cosines = np.cos(phases)
    cosines /= np.linalg.norm(cosines, axis=0)
    return sparse.csr_matrix(np.eye(n) - cosines @ cosines.T)


def settled(lengths: Sequence[int], samples: int) -> np.ndarray:
    """Which samples lie at least so many after the beginning of their run: those that no zero fill reaches; (n,) of bool."""
    return np.concatenate([np.arange(length) >= samples for length in lengths])
