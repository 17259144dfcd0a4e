"""Centred kernel alignment of two sets of responses to the same samples, from Gram matrices in numpy or torch."""

from typing import Any

from harness.errors import BenchmarkError


def linear_cka(K: Any, L: Any) -> float:
    """HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)) (Kornblith et al. 2019): 1 for responses equal up to rotation and scale.

    It is biased upwards where features outnumber samples: independent responses do not score 0. See `debiased_cka`.

    Args:
        K, L: (n_samples, n_samples), centred or not.
    """
    K, L = _centred(K), _centred(L)
    return _ratio(float((K * L).sum()), float((K * K).sum()), float((L * L).sum()))


def debiased_cka(K: Any, L: Any) -> float:
    """CKA with unbiased estimates of HSIC (Song et al. 2012, eq. 5): 0 in expectation for independent responses.

    It may be negative. Brain-Score's `cka` is this one.

    Raises:
        BenchmarkError: with fewer than four samples.
    """
    if len(K) < 4:
        raise BenchmarkError(f"debiased CKA needs at least four samples, not {len(K)}")
    return _ratio(_unbiased_hsic(K, L), _unbiased_hsic(K, K), _unbiased_hsic(L, L))


def _unbiased_hsic(K: Any, L: Any) -> float:
    n = len(K)
    diagonals = K.diagonal(), L.diagonal()
    rows_K, rows_L = (M.sum(1) - diagonal for M, diagonal in zip((K, L), diagonals, strict=True))
    trace = float((K * L).sum() - (diagonals[0] * diagonals[1]).sum())
    means = float(rows_K.sum()) * float(rows_L.sum()) / ((n - 1) * (n - 2))
    return (trace + means - 2 / (n - 2) * float((rows_K * rows_L).sum())) / (n * (n - 3))


def _ratio(shared: float, own: float, other: float) -> float:
    if not (own > 0 and other > 0):
        raise BenchmarkError("the responses do not vary over the samples, so they cannot be aligned")
    return shared / (own**0.5 * other**0.5)


def _centred(K: Any) -> Any:
    return K - K.mean(0) - K.mean(1)[:, None] + K.mean()
