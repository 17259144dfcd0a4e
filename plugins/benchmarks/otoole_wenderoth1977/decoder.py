"""Decoding of orientation from a population: ridge regression onto sin 2 theta and cos 2 theta."""

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.regression import cross_gram, fit_ridge_cv, gram
from harness.metrics.statistics import group_k_fold

FOLDS = 6


def decode(train: np.ndarray, orientations: np.ndarray, test: np.ndarray, seed: int = 0) -> np.ndarray:
    """Orientations, in degrees within [0, 180), that a linear decoder reads from responses it was not trained on.

    Units are divided by their standard deviation over training samples. The penalty is chosen among these by leaving out whole
    orientations.

    Args:
        train: (samples, units).
        orientations: (samples,), degrees.
        test: (samples, units).

    Raises:
        BenchmarkError: if no unit varies.
    """
    spread = train.std(0)
    varying = spread > 1e-6 * np.abs(train).max(initial=0)
    if not varying.any():
        raise BenchmarkError("no unit tells one grating from another, so that no orientation can be read from them")
    known, new = (values[:, varying] / spread[varying] for values in (train, test))
    doubled = 2 * np.deg2rad(orientations)
    targets = np.stack([np.sin(doubled), np.cos(doubled)], axis=1)
    fit = fit_ridge_cv(gram(known), targets, group_k_fold(orientations, FOLDS, seed))
    sine, cosine = fit.predict(cross_gram(new, known)).T
    return np.rad2deg(np.arctan2(sine, cosine)) / 2 % 180


def difference(angle: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Degrees in [-90, 90) from one orientation to another."""
    return (angle - reference + 90) % 180 - 90
