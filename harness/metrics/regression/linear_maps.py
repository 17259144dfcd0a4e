"""Linear maps other than ridge regression, from features X (n_samples, n_features) to targets Y (n_samples, n_targets)."""

from typing import Any, Protocol

import numpy as np

from harness.checks import Count, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import pearson


class Regression(Protocol):
    """The protocol of scikit-learn's regressors."""

    def fit(self, X: np.ndarray, Y: np.ndarray) -> Any:
        """Fit to training samples."""

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n_new, n_features) -> (n_new, n_targets)."""


@checked(BenchmarkError, pure=True)
def partial_least_squares(components: Count = 25) -> Regression:
    """PLS regression (scikit-learn's NIPALS) with an intercept, features and targets centred but not scaled, as in Brain-Score."""
    from sklearn.cross_decomposition import PLSRegression

    return PLSRegression(components, scale=False)


class BestUnit:
    """Each target is predicted by the one feature that correlates best with it in the training samples (neuron to neuron)."""

    def fit(self, X: np.ndarray, Y: np.ndarray) -> "BestUnit":
        """Choose the features.

        Raises:
            BenchmarkError: if no feature varies, or a target does not.
        """
        r = np.array([pearson(X, y[:, None]) for y in Y.T])
        if np.isnan(r).all(1).any():
            raise BenchmarkError("a target, or every feature, does not vary over the training samples")
        self.features_ = np.nanargmax(r, axis=1)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """(n_new, n_features) -> (n_new, n_targets)."""
        return X[:, self.features_]
