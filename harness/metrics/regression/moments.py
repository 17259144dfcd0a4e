"""Ridge regression from sums over samples, for long time series: the memory per block does not grow with its length.

With few features and very many samples the Gram matrix over samples is too large. Sums of x, y, x x', x y' and y^2 over the
samples of each block (a movie, a run) suffice: those of a training set are added up, and errors on a block that is left out
follow from its own sums. Everywhere: X (n_samples, n_features), Y (n_samples, n_targets).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.regression.ridge import PENALTIES


@dataclass(frozen=True)
class Moments:
    """Sums over the samples of a block."""

    n: int
    x: np.ndarray
    y: np.ndarray
    xx: np.ndarray
    xy: np.ndarray
    yy: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray, Y: np.ndarray) -> "Moments":
        """Of samples; features of very different means should be shifted near 0 first."""
        X, Y = np.asarray(X, dtype=np.float64), np.asarray(Y, dtype=np.float64)
        if len(X) != len(Y) or not (np.isfinite(X).all() and np.isfinite(Y).all()):
            raise BenchmarkError("a regression needs as many finite features as finite responses")
        return cls(len(X), X.sum(0), Y.sum(0), X.T @ X, X.T @ Y, (Y * Y).sum(0))

    def __add__(self, other: "Moments") -> "Moments":
        names = ("x", "y", "xx", "xy", "yy")
        return Moments(self.n + other.n, *(getattr(self, name) + getattr(other, name) for name in names))

    def about(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Sums of (x - x0)(x - x0)', (x - x0)(y - y0)' and (y - y0)^2."""
        xx = self.xx - np.outer(self.x, x) - np.outer(x, self.x) + self.n * np.outer(x, x)
        xy = self.xy - np.outer(self.x, y) - np.outer(x, self.y) + self.n * np.outer(x, y)
        return xx, xy, self.yy - 2 * y * self.y + self.n * y**2


@dataclass(frozen=True)
class LinearFit:
    """weights (n_features, n_targets), the training means of features and targets, and for each target the mean squared error of
    what was left out for the choice of its penalty, and that penalty for each sample of training."""

    weights: np.ndarray
    x: np.ndarray
    y: np.ndarray
    error: np.ndarray
    penalty: np.ndarray

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n_samples, n_features) -> (n_samples, n_targets)."""
        return (X - self.x) @ self.weights + self.y


@checked(BenchmarkError, pure=True)
def fit(blocks: Sequence[Moments], penalties: np.ndarray = PENALTIES) -> LinearFit:
    """Ridge regression with one penalty per target, which leaving out one block at a time chooses; penalties are multiples of the
    variance of the features, summed over features.

    Raises:
        BenchmarkError: with fewer than two blocks, or if no feature varies.
    """
    if len(blocks) < 2:
        raise BenchmarkError("the choice of a penalty takes two blocks of training samples or more")
    total = _sum(blocks)
    scale = np.trace(total.about(total.x / total.n, total.y / total.n)[0]) / total.n
    if not scale > 0:
        raise NotMeasurable("the features do not vary over the samples, so nothing can be predicted from them")
    loss = np.zeros((len(penalties), len(total.y)))
    for left_out in range(len(blocks)):
        loss += _loss(_sum([*blocks[:left_out], *blocks[left_out + 1 :]]), blocks[left_out], penalties * scale)
    x, y, values, vectors, projected = _solve(total)
    chosen = (penalties * scale)[loss.argmin(0)]
    weights = vectors @ (projected / (values[:, None] + chosen))
    return LinearFit(weights, x, y, loss.min(0) / total.n, chosen / total.n)


@checked(BenchmarkError, pure=True)
def refit(blocks: Sequence[Moments], like: LinearFit) -> LinearFit:
    """Ridge regression on other blocks with the penalties of a fit, in proportion to the number of samples."""
    total = _sum(blocks)
    x, y, values, vectors, projected = _solve(total)
    weights = vectors @ (projected / (values[:, None] + like.penalty * total.n))
    return LinearFit(weights, x, y, like.error, like.penalty)


def _loss(train: Moments, test: Moments, alphas: np.ndarray) -> np.ndarray:
    """(alphas, targets), squared error on the held-out block."""
    x, y, values, vectors, projected = _solve(train)
    xx, xy, yy = test.about(x, y)
    xx, xy = vectors.T @ xx @ vectors, vectors.T @ xy
    losses = []
    for alpha in alphas:
        weights = projected / (values[:, None] + alpha)
        losses.append(yy - 2 * (weights * xy).sum(0) + (weights * (xx @ weights)).sum(0))
    return np.array(losses)


def _solve(total: Moments) -> tuple[np.ndarray, ...]:
    """Means, eigenvalues and eigenvectors of x x', and its projection of x y'."""
    x, y = total.x / total.n, total.y / total.n
    xx, xy, _ = total.about(x, y)
    values, vectors = np.linalg.eigh(xx)
    return x, y, values.clip(0), vectors, vectors.T @ xy


def _sum(blocks: Sequence[Moments]) -> Moments:
    return reduce(lambda a, b: a + b, blocks)
