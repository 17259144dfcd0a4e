"""From cross-validated predictions of voxels to scores of regions, with their errors and chance levels.

Samples of different folds are never compared: predictions and responses are z-scored within each fold, and the correlation
over all folds is r = sum(x y) / sqrt(sum(x^2) sum(y^2)), the mean of the folds' correlations weighted with their sizes.
"""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import Split, permuted_blocks


@checked(BenchmarkError, pure=True)
def within_folds(values: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """z-scores of every column within each fold; 0 where a column does not vary in it.

    Args:
        values: (n_samples, n_voxels).
        folds: (n_samples,), the fold of every sample.
    """
    result = np.zeros(values.shape)
    for fold in np.unique(folds):
        rows = folds == fold
        centred = values[rows] - values[rows].mean(0)
        spread = centred.std(0)
        varies = spread > 1e-12 * np.abs(values[rows]).max(0)
        result[rows] = np.where(varies, centred / np.where(varies, spread, 1), 0)
    return result


@checked(BenchmarkError, pure=True)
def correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n_voxels,), r of z-scores (n_samples, n_voxels); NaN where either does not vary."""
    return _ratio((x * y).sum(0), (x**2).sum(0), (y**2).sum(0))


@checked(BenchmarkError, pure=True)
def from_neighbours(responses: np.ndarray, split: Split, runs: np.ndarray) -> np.ndarray:
    """Prediction of test samples from training samples without any stimulus: the responses before and after in the same run,
    weighted by their nearness. How well that predicts is how much a split lets pass from neighbour to neighbour.

    Args:
        responses: (n_samples, n_voxels), the samples of a run in order.
        runs: (n_samples,), the run of every sample.

    Returns:
        (n_test, n_voxels), 0 where the run has no training sample.
    """
    result = np.zeros((len(split.test), responses.shape[1]))
    for run in np.unique(runs[split.test]):
        rows, train = np.flatnonzero(runs[split.test] == run), split.train[runs[split.train] == run]
        if len(train):
            at = split.test[rows]
            after = np.searchsorted(train, at)
            before, after = train[(after - 1).clip(0)], train[after.clip(max=len(train) - 1)]
            share = ((at - before) / np.maximum(after - before, 1)).clip(0, 1)[:, None]
            result[rows] = (1 - share) * responses[before] + share * responses[after]
    return result


@checked(BenchmarkError, pure=True)
def content_free(responses: np.ndarray, split: Split, runs: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Prediction of test samples from training samples without any stimulus: their mean at the same place of other runs; or,
    where there is one run only, those before and after in it (`from_neighbours`).

    Args:
        responses: (n_samples, n_voxels), the samples of a run in order.
        runs: (n_samples,), the run (the movie) of every sample.
        place: (n_samples,), its place within the run, from 0 on.

    Returns:
        (n_test, n_voxels), 0 where no training sample says anything.
    """
    if runs.min() == runs.max():
        return from_neighbours(responses, split, runs)
    sums, count = np.zeros((place.max() + 1, responses.shape[1])), np.zeros(place.max() + 1)
    np.add.at(sums, place[split.train], responses[split.train])
    np.add.at(count, place[split.train], 1)
    return sums[place[split.test]] / np.maximum(count[place[split.test]], 1)[:, None]


@checked(BenchmarkError, pure=True)
def content_free_from(runs: np.ndarray) -> str:
    """Which of the two `content_free` takes."""
    return "nearest training samples" if runs.min() == runs.max() else "other movies at the same time"


@checked(BenchmarkError, pure=True)
def cell_ratios(r: np.ndarray, ceilings: np.ndarray, cells: np.ndarray, n_cells: Count) -> np.ndarray:
    """Sum of r over sum of ceilings in each cell (a region of a hemisphere), over voxels that have both.

    Args:
        r: (..., n_voxels).
        ceilings: (n_voxels,).
        cells: (n_voxels,), the position of the cell of every voxel.

    Returns:
        (..., n_cells), NaN for a cell without a voxel that has both.
    """
    members = sparse.csr_matrix((np.ones(len(cells)), (np.arange(len(cells)), cells)), (len(cells), n_cells))
    both = np.isfinite(r) & np.isfinite(ceilings)
    above = np.where(both, r, 0).reshape(-1, len(cells)) @ members
    below = (both * np.nan_to_num(ceilings)).reshape(-1, len(cells)) @ members
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / below, np.nan).reshape(*np.shape(r)[:-1], n_cells)


@checked(BenchmarkError, pure=True)
def shuffled_sums(
    x: np.ndarray,
    y: np.ndarray,
    block: Count,
    runs: Sequence[object] | np.ndarray | None = None,
    draws: Count = 1000,
    seed: Seed = 0,
) -> np.ndarray:
    """Sum over voxels of the correlation with responses shuffled in blocks, see `permuted_blocks`.

    A shuffle only pairs other samples, so that the products of all pairs of samples, (n_samples, n_samples), are enough.

    Args:
        x, y: z-scores (n_samples, n_voxels).
        block: samples of a block.
        runs: (n_samples,), the run of every sample.

    Returns:
        (draws,).

    Raises:
        BenchmarkError: with too few blocks.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.nan_to_num(1 / np.sqrt((x**2).sum(0) * (y**2).sum(0)), posinf=0)
    products = (x * scale) @ y.T
    samples = np.arange(len(x))
    return permuted_blocks(lambda order: products[samples, order].sum(), samples, block, runs, draws, seed)


def _ratio(xy: np.ndarray, xx: np.ndarray, yy: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where((xx > 0) & (yy > 0), xy / np.sqrt(xx * yy), np.nan)
