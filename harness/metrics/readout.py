"""What can be read from responses by ridge regression, without ever looking at what it is tested on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.errors import BenchmarkError
from harness.metrics.correlation import within_groups
from harness.metrics.decoding import unique_sets
from harness.metrics.resampling import Bootstrap, Split, bootstrap, group_k_fold, groups_of
from harness.metrics.ridge import PENALTIES, fit_ridge, gram, held_out_loss, mean_variance, standardised


@dataclass(frozen=True)
class Targets:
    """Real numbers that are read out. An angle is two columns, its cosine and its sine, which have no jump at a full turn.

    Attributes:
        names: (targets,)
        values: (samples, columns)
        owner: (columns,), the position of the target that a column belongs to.
    """

    names: tuple[str, ...]
    values: np.ndarray
    owner: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, np.ndarray], circular: Sequence[str] = ()) -> "Targets":
        """From a column (samples,) a target; those in `circular` are degrees.

        Raises:
            BenchmarkError: for a value that is no finite number, and a target that does not vary.
        """
        parts: list[np.ndarray] = []
        owner: list[int] = []
        for position, (name, column) in enumerate(columns.items()):
            values = _checked(name, column)
            angle = np.deg2rad(values)
            own = [np.cos(angle), np.sin(angle)] if name in circular else [values]
            parts += own
            owner += [position] * len(own)
        return cls(tuple(columns), np.stack(parts, 1), np.array(owner))

    def per_target(self, columns: np.ndarray) -> np.ndarray:
        """(..., columns) -> (..., targets), summed over the columns of each."""
        return np.asarray(columns) @ np.eye(len(self.names))[self.owner]


def _checked(name: str, column: np.ndarray) -> np.ndarray:
    try:
        values = np.asarray(column, dtype=np.float64)
    except (TypeError, ValueError):
        raise BenchmarkError(f"target '{name}' is not made of numbers; a label is decoded by classification") from None
    if missing := int((~np.isfinite(values)).sum()):
        raise BenchmarkError(f"target '{name}' has no value for {missing} of {len(values)} stimuli; leave these out")
    if not np.ptp(values) > 0:
        raise BenchmarkError(f"target '{name}' is the same for all stimuli, so there is nothing to read out")
    return values


@dataclass(frozen=True)
class ReadOut:
    """Cross-validated regression from several sets of features (layers, time bins) of the same samples.

    Attributes:
        predicted: (sets, samples, columns), from each set, by the fit that was made without the sample's fold.
        selected: (samples, columns), from the set that the training samples of the sample's fold chose for the target.
        choices: (folds, targets), the position of the set that was chosen.
        splits: the folds.
    """

    predicted: np.ndarray
    selected: np.ndarray
    choices: np.ndarray
    splits: list[Split]

    @property
    def fold(self) -> np.ndarray:
        """(samples,), the fold in which each was tested."""
        fold = np.zeros(len(self.selected), dtype=int)
        for position, split in enumerate(self.splits):
            fold[split.test] = position
        return fold


def read_out(
    sets: Sequence[np.ndarray],
    targets: Targets,
    folds: int = 5,
    inner_folds: int = 3,
    seed: int = 0,
    groups: Sequence[object] | np.ndarray | None = None,
) -> ReadOut:
    """Regress the targets on every set of features, and choose among the sets, target by target, by training samples alone.

    Ridge regression on features that are standardised by the training samples, with the penalty of each column that has the least
    squared error within them; the set with the least squared error there is chosen (the first of equals). Equal sets are computed
    once; from features that do not vary the training mean is predicted.

    Args:
        sets: arrays (samples, units).
        groups: (samples,), what stays on one side of every split, within the training samples too: clips of one video, say.
    """
    from threadpoolctl import threadpool_limits

    together = groups_of(len(targets.values), groups)
    unique, index = unique_sets(sets)
    splits = group_k_fold(together, folds, seed)
    predicted = np.zeros((len(unique), *targets.values.shape))
    selected, choices = np.zeros_like(targets.values), []
    with threadpool_limits(1):  # the matrices are small: threads would wait for each other most of the time
        for split in splits:
            inner = group_k_fold(together[split.train], inner_folds, seed)
            losses = []
            for position, features in enumerate(unique):
                predicted[position, split.test], loss = _one(features, targets.values, split, inner)
                losses.append(targets.per_target(loss))
            best = np.array(losses)[index].argmin(0)
            choices.append(best)
            for column, owner in enumerate(targets.owner):
                selected[split.test, column] = predicted[index[best[owner]], split.test, column]
    return ReadOut(predicted[index], selected, np.array(choices), splits)


def _one(features: np.ndarray, Y: np.ndarray, split: Split, inner: Sequence[Split]) -> tuple[np.ndarray, np.ndarray]:
    """Predictions of the test samples (test samples, columns), and the squared error within the training samples (columns,)."""
    mean = Y[split.train].mean(0)
    K = gram(standardised(features, split.train))
    K_train = K[np.ix_(split.train, split.train)]
    try:
        alphas = PENALTIES * mean_variance(K_train)
    except BenchmarkError:  # nothing varies
        return np.broadcast_to(mean, (len(split.test), len(mean))), ((Y[split.train] - mean) ** 2).sum(0)
    loss = held_out_loss(K_train, Y[split.train], inner, alphas)
    fit = fit_ridge(K_train, Y[split.train], alphas[loss.argmin(0)])
    return fit.predict(K[np.ix_(split.test, split.train)]), loss.min(0)


@dataclass(frozen=True)
class Correlations:
    """Correlations of predictions with targets within folds, from sums over groups of samples that can be resampled.

    The mean over folds, weighted by their samples. Across folds a correlation would be negative where there is nothing to read: the
    mean of a fold and that of its training samples are opposed, and weak spurious slopes count as strong ones. Within a fold its
    expectation is 0, since the fit has not seen the fold. The correlation of an angle is that of the two columns together,
    sum cov(x, y) / sqrt(sum var(x) sum var(y)), the same wherever 0 degrees are. Where a prediction does not vary it is 0.

    Attributes:
        targets: the targets.
        sums: (groups, folds, 6, columns), of 1, x, y, xx, yy, xy.
    """

    targets: Targets
    sums: np.ndarray

    @classmethod
    def of(
        cls, predicted: np.ndarray, targets: Targets, fold: np.ndarray, groups: np.ndarray | None = None
    ) -> "Correlations":
        """From predictions (samples, columns), the fold (samples,) and the group of every sample.

        Raises:
            BenchmarkError: for a fold of fewer than three samples, in which any two numbers correlate.
        """
        if (few := np.bincount(fold).min()) < 3:
            raise BenchmarkError(f"a fold of {few} stimuli has no correlation; use more stimuli, or fewer folds")
        x = _rounded(within_groups(predicted, fold), predicted)
        y = within_groups(targets.values, fold)
        together = groups_of(len(fold), groups)
        _, position = np.unique(together, return_inverse=True)
        sums = np.zeros((position.max() + 1, fold.max() + 1, 6, x.shape[1]))
        np.add.at(sums, (position, fold), np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], 1))
        return cls(targets, sums)

    def each(self) -> np.ndarray:
        """(targets,)"""
        return self._of(self.sums)

    def mean(self) -> float:
        """Over targets."""
        return float(self.each().mean())

    def each_error(self, draws: int = 1000) -> np.ndarray:
        """(targets,), standard errors by resampling groups."""
        one = [lambda sums, t=t: float(self._of(sums)[t]) for t in range(len(self.targets.names))]
        return np.array([bootstrap(statistic, self.sums, draws=draws).error for statistic in one])

    def mean_error(self, draws: int = 1000) -> Bootstrap:
        """Of the mean over targets, by resampling groups."""
        return bootstrap(lambda sums: float(self._of(sums).mean()), self.sums, draws=draws)

    def _of(self, sums: np.ndarray) -> np.ndarray:
        count, x, y, xx, yy, xy = np.moveaxis(sums.sum(0), 1, 0)
        some = np.maximum(count, 1)
        both = self.targets.per_target(xy - x * y / some)
        product = self.targets.per_target(xx - x * x / some) * self.targets.per_target(yy - y * y / some)
        known = product > 0
        r = np.where(known, both / np.sqrt(np.where(known, product, 1)), 0.0)
        return np.average(r, axis=0, weights=count[:, 0])


def _rounded(centred: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Without what is the rounding error of a mean."""
    return np.where(np.abs(centred) > 1e-9 * np.abs(values).max(0, initial=0.0), centred, 0.0)
