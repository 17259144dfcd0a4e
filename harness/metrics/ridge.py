"""Ridge regression on the Gram matrix: any number of features, and a penalty of its own for every target.

With centred features X (n_samples, n_features), targets Y (n_samples, n_targets), K = X X' = U diag(s) U' and penalty
a_t, the dual weights of target t are c_t = U diag(1 / (s + a_t)) U' y_t, its weights X' c_t, its predictions for new
samples K_new c_t. After one eigendecomposition every penalty costs a product, and the features themselves are needed
only once, in chunks, to build K.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.linalg
from threadpoolctl import ThreadpoolController

from harness.errors import BenchmarkError
from harness.metrics.resampling import Split

PENALTIES = np.logspace(-4, 5, 19)
"""Default penalties, as multiples of trace(K) / n_samples of the centred training Gram matrix, whatever its scale."""

_CHUNK = 2**22  # float64 numbers converted at a time
_SMALL = 2000  # samples up to which threads cost an eigendecomposition more than they give


def gram(features: np.ndarray | Iterable[np.ndarray]) -> np.ndarray:
    """K = X X' in float64, of features less their mean (which keeps precision and changes no prediction).

    Args:
        features: (n_samples, n_features), also memory-mapped and of any precision; or an iterable of column chunks
            (n_samples, some features), of which only one is held at a time.

    Returns:
        (n_samples, n_samples).

    Raises:
        BenchmarkError: if a feature is not a finite number.
    """
    K: np.ndarray | None = None
    for chunk in _column_chunks(features):
        X = _finite(chunk)
        constant = (X[0] == X).all(0)
        X = X - X.mean(0)
        X[:, constant] = 0  # not the rounding error of the mean
        K = X @ X.T if K is None else np.add(K, X @ X.T, out=K)
    if K is None:
        raise BenchmarkError("there are no features to predict from")
    return K


def cross_gram(new: np.ndarray, train: np.ndarray) -> np.ndarray:
    """K_new = X_new X', (n_new, n_train), less the training means: for predictions from a fit to `gram(train)`."""
    if new.shape[1] != train.shape[1]:
        raise BenchmarkError(f"new samples have {new.shape[1]} features and training samples {train.shape[1]}")
    K = np.zeros((len(new), len(train)))
    for new_chunk, train_chunk in zip(_column_chunks(new, len(train)), _column_chunks(train, len(new)), strict=True):
        X = _finite(train_chunk)
        mean = X.mean(0)
        K += (_finite(new_chunk) - mean) @ (X - mean).T
    return K


@dataclass(frozen=True)
class RidgeFit:
    """A fitted ridge regression.

    Attributes:
        alpha: (n_targets,), the penalties.
        dual: (n_train, n_targets), the dual weights.
        intercept: (n_targets,), the training means of the targets.
        kernel_mean: (n_train,), the column means of the training Gram matrix.
    """

    alpha: np.ndarray
    dual: np.ndarray
    intercept: np.ndarray
    kernel_mean: np.ndarray

    def predict(self, K_new: np.ndarray) -> np.ndarray:
        """(n_new, n_train) -> (n_new, n_targets)."""
        return _centred_rows(K_new, self.kernel_mean) @ self.dual + self.intercept


def fit_ridge(K: np.ndarray, Y: np.ndarray, alpha: float | np.ndarray) -> RidgeFit:
    """Ridge regression with given penalties and an intercept.

    Args:
        K: (n_train, n_train) Gram matrix of the training samples, centred or not.
        Y: (n_train, n_targets).
        alpha: one penalty, or one a target; absolute, as in `sklearn.linear_model.Ridge`.
    """
    alpha = np.broadcast_to(np.asarray(alpha, dtype=np.float64), Y.shape[1:])
    if not (alpha > 0).all():
        raise BenchmarkError("a ridge penalty must be positive")
    values, vectors = _eigen(K)
    mean = Y.mean(0)
    dual = vectors @ ((vectors.T @ (Y - mean)) / (values[:, None] + alpha))
    return RidgeFit(alpha, dual, mean, K.mean(0))


def select_alpha(K: np.ndarray, Y: np.ndarray, splits: Sequence[Split], alphas: np.ndarray) -> np.ndarray:
    """The penalty of every target with the least squared error over all samples held out in `splits`.

    Args:
        K: (n_samples, n_samples).
        Y: (n_samples, n_targets).
        alphas: candidates, absolute.

    Returns:
        (n_targets,).
    """
    loss = np.zeros((len(alphas), Y.shape[1]))
    for split in splits:
        K_train = K[np.ix_(split.train, split.train)]
        values, vectors = _eigen(K_train)
        mean = Y[split.train].mean(0)
        projected = vectors.T @ (Y[split.train] - mean)
        basis = _centred_rows(K[np.ix_(split.test, split.train)], K_train.mean(0)) @ vectors
        held_out = Y[split.test] - mean
        for i, alpha in enumerate(alphas):
            loss[i] += ((held_out - basis @ (projected / (values[:, None] + alpha))) ** 2).sum(0)
    return np.asarray(alphas)[loss.argmin(0)]


def fit_ridge_cv(K: np.ndarray, Y: np.ndarray, splits: Sequence[Split], penalties: np.ndarray = PENALTIES) -> RidgeFit:
    """Ridge regression whose penalties are chosen, target by target, within the training samples.

    Args:
        K: (n_train, n_train).
        Y: (n_train, n_targets).
        splits: of the training samples, for the choice.
        penalties: candidates, as multiples of `mean_variance(K)`.
    """
    return fit_ridge(K, Y, select_alpha(K, Y, splits, np.asarray(penalties) * mean_variance(K)))


def mean_variance(K: np.ndarray) -> float:
    """trace(K) / n_samples of the centred Gram matrix: the variance over samples, summed over features.

    Raises:
        BenchmarkError: if it is 0, because nothing can be predicted from features that do not vary.
    """
    scale = float(np.trace(K) / len(K) - K.mean())
    if not scale > 0:
        raise BenchmarkError("the features do not vary over the samples, so nothing can be predicted from them")
    return scale


def _eigen(K: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    means = K.mean(0)
    with _blas().limit(limits=1 if len(K) <= _SMALL else None, user_api="blas"):
        values, vectors = scipy.linalg.eigh(_centred_rows(K, means), check_finite=False, driver="evd")
    return values.clip(0), vectors


@cache
def _blas() -> ThreadpoolController:
    return ThreadpoolController()


def _centred_rows(K: np.ndarray, kernel_mean: np.ndarray) -> np.ndarray:
    return K - kernel_mean - K.mean(1, keepdims=True) + kernel_mean.mean()


def _column_chunks(features: np.ndarray | Iterable[np.ndarray], other_rows: int = 0) -> Iterator[np.ndarray]:
    if not isinstance(features, np.ndarray):
        yield from features
        return
    width = max(1, _CHUNK // max(len(features), other_rows, 1))
    for start in range(0, features.shape[1], width):
        yield features[:, start : start + width]


def _finite(chunk: np.ndarray) -> np.ndarray:
    chunk = np.asarray(chunk, dtype=np.float64)
    if not np.isfinite(chunk).all():
        raise BenchmarkError("the features hold NaN or infinite values; was the model run in too low a precision?")
    return chunk
