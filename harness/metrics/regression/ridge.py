"""Ridge regression on the Gram matrix: any number of features, and a separate penalty for every target.

With centred features X (n_samples, n_features), targets Y (n_samples, n_targets), K = X X' = U diag(s) U' and penalty
a_t, the dual weights of target t are c_t = U diag(1 / (s + a_t)) U' y_t, its weights X' c_t, its predictions for new
samples K_new c_t. After one eigendecomposition every penalty costs a product, and the features themselves are needed
only once, in chunks, to build K.

All arrays may be of numpy or of torch; the work is done on the device, and in the precision, of the Gram matrix. In single
precision the R2 of held-out samples, mean over targets, is the same to 1e-4 (tested with variances over six orders of magnitude).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.statistics import Split, eigh, finite, is_torch, like, stacked, take, to_numpy

PENALTIES = np.logspace(-4, 5, 19)
"""Default penalties, as multiples of trace(K) / n_samples of the centred training Gram matrix, whatever its scale."""

_CHUNK = 2**22  # numbers converted at a time
_NEGLIGIBLE = 1e-7  # of the largest eigenvalue: what single precision can tell from 0


@checked(BenchmarkError, pure=True)
def gram(features: Any, precision: str = "float64") -> Any:
    """K = X X', of features less their mean (which keeps precision and changes no prediction).

    Args:
        features: (n_samples, n_features), also memory-mapped and of any precision; or an iterable of column chunks
            (n_samples, some features), of which only one is held at a time.
        precision: of the products, "float64" or "float32".

    Returns:
        (n_samples, n_samples), of numpy or, on the same device, of torch, as the features are.

    Raises:
        BenchmarkError: if a feature is not a finite number.
    """
    K: Any = None
    for chunk in _column_chunks(features):
        X = _floating(chunk, precision)
        constant = (X[0] == X).all(0)
        X = X - X.mean(0)
        X[:, constant] = 0  # not the rounding error of the mean
        if K is None:
            K = X @ X.T
        else:
            K += X @ X.T
    if K is None:
        raise BenchmarkError("there are no features to predict from")
    return K


@checked(BenchmarkError, pure=True)
def standardised(features: Any, train: np.ndarray) -> Iterator[Any]:
    """Chunks of features, for `gram`, of which each has variance 1 over the training samples; those that do not vary there are 0.

    Ridge regression favours features of large variance, so that whether to do this is a choice about the model, not a detail. One
    Gram matrix is then needed for each outer split, since the test samples must not set the scale.

    Args:
        features: (n_samples, n_features), or an iterable of column chunks.
        train: positions of the training samples.
    """
    for chunk in _column_chunks(features):
        X = _floating(chunk, "float64")
        fitted = X[train]
        centred = fitted - fitted.mean(0)
        spread = (centred * centred).mean(0) ** 0.5
        varies = spread > 1e-12 * abs(fitted).max()
        yield (X - fitted.mean(0)) * varies / (spread + ~varies)


@checked(BenchmarkError, pure=True)
def cross_gram(new: Any, train: Any, precision: str = "float64") -> Any:
    """K_new = X_new X', (n_new, n_train), less the training means: for predictions from a fit to `gram(train)`."""
    if new.shape[1] != train.shape[1]:
        raise BenchmarkError(f"new samples have {new.shape[1]} features and training samples {train.shape[1]}")
    K: Any = 0.0
    for new_chunk, train_chunk in zip(_column_chunks(new, len(train)), _column_chunks(train, len(new)), strict=True):
        X = _floating(train_chunk, precision)
        mean = X.mean(0)
        K = K + (_floating(new_chunk, precision) - mean) @ (X - mean).T
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

    alpha: Any
    dual: Any
    intercept: Any
    kernel_mean: Any

    def predict(self, K_new: Any) -> Any:
        """(n_new, n_train) -> (n_new, n_targets)."""
        return _centred_rows(K_new, self.kernel_mean) @ self.dual + self.intercept

    def weights(self, features: Any) -> Iterator[Any]:
        """The weights X' c of the training features, in chunks (some features, n_targets) from the first feature on."""
        centred = self.dual - self.dual.mean(0)
        for chunk in _column_chunks(features):
            yield like(chunk, self.dual).T @ centred


def fit_ridge(K: Any, Y: Any, alpha: Any) -> RidgeFit:
    """Ridge regression with given penalties and an intercept.

    Args:
        K: (n_train, n_train) Gram matrix of the training samples, centred or not.
        Y: (n_train, n_targets), also memory-mapped; some targets are converted at a time.
        alpha: one penalty, or one per target; absolute, as in `sklearn.linear_model.Ridge`.
    """
    alpha = np.broadcast_to(np.asarray(to_numpy(alpha), dtype=np.float64), tuple(Y.shape[1:]))
    if not (alpha > 0).all():
        raise BenchmarkError("a ridge penalty must be positive")
    penalty = like(alpha, K)
    kernel_mean = K.mean(0)
    values, vectors = eigh(_centred_rows(K, kernel_mean))
    duals, means = [], []
    for some in _target_chunks(Y):
        targets = like(Y[:, some], K)
        means.append(targets.mean(0))
        projected = vectors.T @ (targets - means[-1])
        projected /= values[:, None] + penalty[some]
        duals.append(vectors @ projected)
    return RidgeFit(penalty, stacked(duals, 1), stacked(means, 0), kernel_mean)


@checked(BenchmarkError, pure=True)
def predictions_without(
    K: np.ndarray, K_new: np.ndarray, Y: np.ndarray, alpha: np.ndarray, left_out: np.ndarray
) -> np.ndarray:
    """Predictions of new samples by fits to parts of the training samples, with the same penalties.

    With K centred, G = (K + a I)^-1 - 1 1' / (n a) and M = K_new G + 1 1' / n, a fit to all predicts M y, and one without samples b
    M y - M_b G_bb^-1 (G y)_b, exactly: one eigendecomposition serves all parts and penalties.

    Args:
        K: (n_train, n_train), of numpy, as all else.
        K_new: (n_new, n_train).
        Y: (n_train, n_targets).
        alpha: (n_targets,), absolute.
        left_out: (n_parts, n_train), which samples each part is without: any number of them but all.

    Returns:
        (n_parts, n_new, n_targets).
    """
    n, kernel_mean, sizes = len(K), K.mean(0), left_out.sum(1)
    values, vectors = _significant(_centred_rows(K, kernel_mean))
    basis, centring = _centred_rows(K_new, kernel_mean) @ vectors, np.eye(n) - 1 / n
    predicted = np.empty((len(left_out), len(K_new), Y.shape[1]))
    for penalty in np.unique(alpha):
        own = np.flatnonzero(alpha == penalty)
        G = centring / penalty - (vectors * (values / (penalty * (values + penalty)))) @ vectors.T
        M, dual = (basis / (values + penalty)) @ vectors.T + 1 / n, G @ Y[:, own]
        change = np.zeros((len(left_out), n, len(own)))
        for size in np.unique(sizes[sizes > 0]):
            parts, step = np.flatnonzero(sizes == size), max(1, _CHUNK // size**2)
            for some in np.split(parts, range(step, len(parts), step)):
                b = np.nonzero(left_out[some])[1].reshape(-1, size)
                change[some[:, None], b] = np.linalg.solve(G[b[:, :, None], b[:, None]], dual[b])
        predicted[:, :, own] = M @ Y[:, own] - np.moveaxis(np.tensordot(M, change, (1, 1)), 1, 0)
    return predicted


@checked(BenchmarkError, pure=True)
def held_out_loss(K: Any, Y: Any, splits: Sequence[Split], alphas: Any) -> np.ndarray:
    """Squared error of every penalty and target, summed over all samples held out in `splits`.

    Args:
        K: (n_samples, n_samples).
        Y: (n_samples, n_targets), also memory-mapped; some targets are converted at a time.
        alphas: candidates, absolute.

    Returns:
        (n_alphas, n_targets), float64.
    """
    alphas = np.asarray(to_numpy(alphas), dtype=np.float64)
    loss = np.zeros((len(alphas), Y.shape[1]))
    for split in splits:
        predictor = _HeldOut(K, split)
        for some in _target_chunks(Y):
            loss[:, some] += predictor.loss(like(Y[:, some], K), alphas)
    return loss


def select_alpha(K: Any, Y: Any, splits: Sequence[Split], alphas: Any) -> np.ndarray:
    """The penalty of every target with the least squared error over all samples held out in `splits`.

    Args and errors as of `held_out_loss`.

    Returns:
        (n_targets,).
    """
    return np.asarray(to_numpy(alphas))[held_out_loss(K, Y, splits, alphas).argmin(0)]


@checked(BenchmarkError, pure=True)
def fit_ridge_cv(K: Any, Y: Any, splits: Sequence[Split], penalties: np.ndarray = PENALTIES) -> RidgeFit:
    """Ridge regression whose penalties are chosen, target by target, within the training samples.

    Args:
        K: (n_train, n_train).
        Y: (n_train, n_targets).
        splits: of the training samples, for the choice.
        penalties: candidates, as multiples of `mean_variance(K)`.
    """
    return fit_ridge(K, Y, select_alpha(K, Y, splits, np.asarray(penalties) * mean_variance(K)))


@checked(BenchmarkError, pure=True)
def mean_variance(K: Any) -> float:
    """trace(K) / n_samples of the centred Gram matrix: the variance over samples, summed over features.

    Raises:
        NotMeasurable: if it is 0, because nothing can be predicted from features that do not vary.
    """
    scale = float(K.diagonal().sum() / len(K) - K.mean())
    if not scale > 0:
        raise NotMeasurable("the features do not vary over the samples, so nothing can be predicted from them")
    return scale


class _HeldOut:
    """Predictions of the samples that a split holds out, for any penalty, in the basis of its training eigenvectors."""

    def __init__(self, K: Any, split: Split):
        self._split = split
        K_train = take(K, split.train, split.train)
        kernel_mean = K_train.mean(0)
        self._values, self._vectors = _significant(_centred_rows(K_train, kernel_mean))
        self._basis = _centred_rows(take(K, split.test, split.train), kernel_mean) @ self._vectors

    def loss(self, Y: Any, alphas: np.ndarray) -> np.ndarray:
        """(n_samples, some targets) -> (n_alphas, some targets)."""
        mean = Y[self._split.train].mean(0)
        projected = self._vectors.T @ (Y[self._split.train] - mean)
        held_out = Y[self._split.test] - mean
        return np.array([to_numpy(self._one(held_out, projected, float(alpha))) for alpha in alphas])

    def _one(self, held_out: Any, projected: Any, alpha: float) -> Any:
        residual = (self._basis / (self._values + alpha)) @ projected
        residual -= held_out
        residual *= residual
        return residual.sum(0)


def _significant(K: Any) -> tuple[Any, Any]:
    """Eigenvalues and eigenvectors of a centred Gram matrix, without those that are rounding errors."""
    values, vectors = eigh(K)
    kept = values > values[-1] * min(len(values) * _epsilon(values), _NEGLIGIBLE)
    return values[kept], vectors[:, kept]


def _epsilon(values: Any) -> float:
    if is_torch(values):
        import torch

        return torch.finfo(values.dtype).eps
    return float(np.finfo(values.dtype).eps)


def _centred_rows(K: Any, kernel_mean: Any) -> Any:
    rows = K.mean(1) - kernel_mean.mean()
    return K - kernel_mean - rows[:, None]


def _target_chunks(Y: Any) -> Iterator[slice]:
    width = max(1, _CHUNK // len(Y))
    return (slice(start, start + width) for start in range(0, Y.shape[1], width))


def _column_chunks(features: Any, other_rows: int = 0) -> Iterator[Any]:
    if not (isinstance(features, np.ndarray) or is_torch(features)):
        yield from features
        return
    width = max(1, _CHUNK // max(len(features), other_rows, 1))
    for start in range(0, features.shape[1], width):
        yield features[:, start : start + width]


def _floating(chunk: Any, precision: str) -> Any:
    if is_torch(chunk):
        import torch

        chunk = chunk.to(getattr(torch, precision))
    else:
        chunk = np.asarray(chunk, dtype=precision)
    if not finite(chunk):
        raise BenchmarkError("the features hold NaN or infinite values; was the model run in too low a precision?")
    return chunk
