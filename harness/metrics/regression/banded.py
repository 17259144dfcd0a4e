"""Banded ridge regression: a separate penalty for each feature space, and the variance that each explains beyond the
others.

The features of band b (a layer, a feature space) enter through their Gram matrix K_b, scaled to trace(K_b) / n_samples = 1; the
model of target t is ridge regression on sum over b of gamma_bt K_b with gamma on the simplex (Nunez-Elizalde, Huth & Gallant 2019;
Dupre la Tour et al. 2022). The search is himalaya's, an optional package.

Everywhere: `Ks` maps names of bands to Gram matrices (n_samples, n_samples), Y is (n_samples, n_targets).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.regression.encoding import InnerSplits
from harness.metrics.regression.ridge import PENALTIES, mean_variance
from harness.metrics.statistics import Split, to_numpy

CONCENTRATIONS = (0.1, 1.0)
"""Of the Dirichlet distributions that gammas are drawn from in turn: sparse ones, and even ones."""


@dataclass(frozen=True)
class BandedFit:
    """A fitted banded ridge regression.

    Attributes:
        bands: their names.
        strength: (n_bands, n_targets), gamma / alpha; how freely each band is used.
        dual: (n_train, n_targets), the dual weights, common to the bands.
        intercept: (n_targets,).
        kernel_means: (n_bands, n_train), column means of the training Gram matrices.
        scales: (n_bands,), their mean variances.
    """

    bands: list[str]
    strength: np.ndarray
    dual: np.ndarray
    intercept: np.ndarray
    kernel_means: np.ndarray
    scales: np.ndarray

    def predict_bands(self, Ks_new: Mapping[str, Any]) -> np.ndarray:
        """Band -> (n_new, n_train); gives the share of each band in the prediction, (n_bands, n_new, n_targets)."""
        parts = []
        for b, band in enumerate(self.bands):
            K = to_numpy(Ks_new[band]).astype(np.float64)
            mean = self.kernel_means[b]
            centred = (K - mean - (K.mean(1) - mean.mean())[:, None]) / self.scales[b]
            parts.append((centred @ self.dual) * self.strength[b])
        return np.array(parts)

    def predict(self, Ks_new: Mapping[str, Any]) -> np.ndarray:
        """Band -> (n_new, n_train); gives (n_new, n_targets)."""
        return self.predict_bands(Ks_new).sum(0) + self.intercept


def fit_banded_ridge(
    Ks: Mapping[str, Any],
    Y: np.ndarray,
    splits: Sequence[Split],
    penalties: np.ndarray = PENALTIES,
    draws: Count = 100,
    seed: Seed = 0,
) -> BandedFit:
    """Banded ridge regression with strengths chosen, target by target, by random search within the training samples.

    Args:
        splits: of the training samples, for the choice.
        penalties: candidates, as multiples of trace(K) / n_samples.
        draws: how many vectors of gammas are tried, the first of them even; with one band there is nothing to try.

    Raises:
        BenchmarkError: if himalaya is not installed, or a band does not vary.
    """
    scales = np.array([mean_variance(K) for K in Ks.values()])
    kernels = np.array([_centred(to_numpy(K)) / scale for K, scale in zip(Ks.values(), scales, strict=True)])
    mean = Y.mean(0)
    deltas, dual, _, intercept = _himalaya()(
        kernels,
        np.asarray(Y, dtype=np.float64) - mean,
        n_iter=draws if len(Ks) > 1 else 1,
        concentration=list(CONCENTRATIONS),
        alphas=np.asarray(penalties, dtype=np.float64),
        cv=[(split.train, split.test) for split in splits],
        fit_intercept=True,
        return_weights="dual",
        random_state=seed,
        progress_bar=False,
    )
    kernel_means = np.array([to_numpy(K).mean(0) for K in Ks.values()])
    return BandedFit(
        list(Ks), np.exp(to_numpy(deltas)), to_numpy(dual), to_numpy(intercept) + mean, kernel_means, scales
    )


def split_r_squared(parts: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The R2 of a prediction as the sum of what its bands contribute (product measure, Pratt 1987).

    R2_b = sum over samples of (2 y p_b - p_b p) / sum y^2, with y and the parts p_b of the prediction p less their means over the
    samples: an error in the mean is not counted, unlike in `r_squared`.

    Args:
        parts: (n_bands, n_samples, n_targets).
        Y: (n_samples, n_targets).

    Returns:
        (n_bands, n_targets), of any sign.
    """
    parts = parts - parts.mean(1, keepdims=True)
    y = Y - Y.mean(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (2 * y * parts - parts * parts.sum(0)).sum(1) / (y**2).sum(0)


@dataclass(frozen=True)
class VariancePartition:
    """R2 on held-out samples, mean over folds; differences may be negative and are not clipped.

    Attributes:
        bands: their names.
        joint: (n_targets,), of all bands together.
        alone: (n_bands, n_targets), of each by itself.
        unique: (n_bands, n_targets), joint less that of all others together.
        contribution: (n_bands, n_targets), share of each in the joint prediction, see `split_r_squared`.
    """

    bands: list[str]
    joint: np.ndarray
    alone: np.ndarray
    unique: np.ndarray
    contribution: np.ndarray

    @property
    def shared(self) -> np.ndarray:
        """(n_targets,), what two bands explain in common: R2(A) + R2(B) - R2(A and B)."""
        if len(self.bands) != 2:
            raise BenchmarkError(f"the shared variance is of two bands, not of {len(self.bands)}")
        return self.alone.sum(0) - self.joint


@checked(BenchmarkError, pure=True)
def partition_variance(
    Ks: Mapping[str, Any],
    Y: np.ndarray,
    outer: Sequence[Split],
    inner: InnerSplits,
    penalties: np.ndarray = PENALTIES,
    draws: Count = 100,
    seed: Seed = 0,
) -> VariancePartition:
    """Variance explained by each band alone, uniquely and in common with the others, all by banded ridge on the same folds.

    Args:
        outer: splits into training and test samples.
        inner: gives the splits of the training samples by which strengths are chosen.
        penalties, draws, seed: as of `fit_banded_ridge`.

    Raises:
        BenchmarkError: with fewer than two bands.
    """
    bands = list(Ks)
    if len(bands) < 2:
        raise BenchmarkError(f"variance is partitioned between two bands or more, not among {bands}")

    def explained(names: Sequence[str]) -> np.ndarray:
        """(len(names), n_targets), the contributions to the R2, mean over folds."""
        folds = []
        for split in outer:
            train, test = (
                {b: to_numpy(Ks[b])[np.ix_(side, split.train)] for b in names} for side in (split.train, split.test)
            )
            fit = fit_banded_ridge(train, Y[split.train], inner(split.train), penalties, draws, seed)
            folds.append(split_r_squared(fit.predict_bands(test), Y[split.test]))
        return np.mean(folds, axis=0)

    contribution = explained(bands)
    joint = contribution.sum(0)
    alone = np.array([explained([band]).sum(0) for band in bands])
    if len(bands) == 2:
        others = alone[::-1]
    else:
        others = np.array([explained([b for b in bands if b != band]).sum(0) for band in bands])
    return VariancePartition(bands, joint, alone, joint - others, contribution)


def _centred(K: np.ndarray) -> np.ndarray:
    mean = K.mean(0)
    return (K - mean - (K.mean(1) - mean.mean())[:, None]).astype(np.float64)


def _himalaya() -> Any:
    try:
        from himalaya.kernel_ridge import solve_multiple_kernel_ridge_random_search
    except ImportError:
        raise BenchmarkError(
            "banded ridge regression needs himalaya; pip install 'vision-dynamics-harness[banded]'"
        ) from None
    return solve_multiple_kernel_ridge_random_search
