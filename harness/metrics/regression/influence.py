"""Influence of single stimuli, as test or training samples, on the correlation of a cross-validated prediction.

Stimuli act in pairs, as what is trained and what is tested on. Where there is nothing to predict, every pair counts as much in
either order, and the variance of the mean over test stimuli is but half of the truth: errors by it are .7 of the spread. What
other training stimuli would have changed is seen in predictions by two halves of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import Split


@dataclass(frozen=True)
class Influence:
    """On the correlation of every unit, mean over folds.

    Attributes:
        tested: (n_stimuli, n_units), what each stimulus adds to the correlation when it is tested on: the influence function of
            Pearson's r, of mean 0 within its fold, divided by the number of stimuli.
        trained: (n_stimuli, n_units), one standard deviation, with a random sign, of what was tested on the stimulus over other
            training stimuli, divided by the same.
    """

    tested: np.ndarray
    trained: np.ndarray

    @classmethod
    def of(
        cls,
        Y: np.ndarray,
        splits: Sequence[Split],
        predicted: Sequence[np.ndarray],
        halves: Sequence[tuple[np.ndarray, np.ndarray]],
    ) -> "Influence":
        """From what was predicted of the test stimuli of each split.

        Args:
            Y: (n_stimuli, n_units).
            predicted: for each split (n_test, n_units).
            halves: for each split the same by fits to two halves of the training stimuli.
        """
        tested, trained = np.zeros((2, *Y.shape))
        for split, prediction, (first, second) in zip(splits, predicted, halves, strict=True):
            share = 1 / (len(splits) * len(split.test))
            x, y, a, b = (_scores(values) for values in (prediction, Y[split.test], first, second))
            r = (x * y).mean(0)
            tested[split.test] = share * (x * y - r / 2 * (x**2 + y**2))
            alike = (a * b).mean(0).clip(0)
            trained[split.test] = share * (a - b) / np.sqrt(2 + 2 * alike) * (y - r * x)
        return cls(tested, trained)

    def grouped(self, groups: Sequence[object] | np.ndarray) -> "Influence":
        """Of groups of stimuli that stay together, in order of their names."""
        names, group = np.unique(np.asarray(groups), return_inverse=True)
        both = np.zeros((2, len(names), self.tested.shape[1]))
        for sums, values in zip(both, (self.tested, self.trained), strict=True):
            np.add.at(sums, group, values)
        return Influence(*both)


@checked(BenchmarkError, pure=True)
def halves_of(inner: Sequence[Split]) -> tuple[np.ndarray, np.ndarray]:
    """Two halves of training samples, made of what the inner splits hold out, so that groups stay together."""
    return tuple(np.sort(np.concatenate([split.test for split in inner[start::2]])) for start in (0, 1))  # type: ignore[return-value]


def _scores(values: np.ndarray) -> np.ndarray:
    """z-scores of columns; 0 where they do not vary."""
    values = np.asarray(values, dtype=np.float64)
    centred = values - values.mean(0)
    spread = centred.std(0)
    varies = spread > 1e-12 * np.abs(values).max(0, initial=0.0)
    return np.where(varies, centred / np.where(varies, spread, 1), 0)
