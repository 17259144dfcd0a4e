"""Cross-validated linear prediction of neural responses from a model's features.

Everywhere: K is the (n_samples, n_samples) Gram matrix of the features, of numpy or torch (see `gram`), Y is
(n_samples, n_targets); what is given back is of numpy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError, NotMeasurable
from harness.metrics.regression.influence import Influence, halves_of
from harness.metrics.regression.ridge import PENALTIES, RidgeFit, fit_ridge, held_out_loss, mean_variance
from harness.metrics.statistics import (
    Split,
    group_k_fold,
    groups_of,
    held_out_pearson,
    mean_of_defined,
    pearson,
    poisson_deviance_explained,
    r_squared,
    ratio_of_sums,
    roots,
    split_digest,
    squared_roots,
    take,
    to_numpy,
)

Link: TypeAlias = Literal["identity", "sqrt"]
InnerSplits: TypeAlias = Callable[[np.ndarray], Sequence[Split]]
"""From the positions of training samples to splits of them (counted from 0 on), for the choice of penalties and layers."""


@dataclass(frozen=True)
class Encoding:
    """Cross-validated prediction of every unit.

    Attributes:
        correlation: (n_units,), Pearson's r between prediction and response to held-out stimuli, mean over folds. NaN
            for a unit that does not vary over the test stimuli of any fold.
        penalty: (n_units,), the chosen penalty relative to the variance of the features, geometric mean over folds.
        at_edge: share of the choices that fell on the smallest or largest penalty offered.
        splits: digest of the outer splits.
        influence: of every stimulus on the correlations, for their error.
        deviance: (n_units,), explained share of the Poisson deviance of held-out counts, mean over folds; None where predictions
            may be negative.
        attained: sum of the correlations with units of a positive control over the sum of their ceilings, if there was one.
    """

    correlation: np.ndarray
    penalty: np.ndarray
    at_edge: float
    splits: str
    influence: Influence
    deviance: np.ndarray | None = None
    attained: float | None = None


@dataclass(frozen=True)
class Control:
    """Responses (n_stimuli, n_units) that are linear in the features, but for noise, and the correlations that the best prediction
    could have with them."""

    responses: np.ndarray
    ceilings: np.ndarray


@checked(BenchmarkError, pure=True)
def perfect_responses(features: np.ndarray, reliability: np.ndarray, units: Count = 24, seed: Seed = 0) -> Control:
    """Units that a perfect model explains: how much of them is found says what so many stimuli let be learnt.

    Args:
        features: (n_stimuli, n_features), of finite values; each unit is a random sum of them.
        reliability: (n_recorded,), of the mean over repeats; units take theirs from its quantiles, those below 0.05 count as that.
    """
    random = np.random.default_rng(seed)
    signal = np.asarray(features @ random.standard_normal((features.shape[1], units)), dtype=np.float64)
    signal -= signal.mean(0)
    known = np.quantile(reliability[np.isfinite(reliability)].clip(0.05, 0.999), (np.arange(units) + 0.5) / units)
    noise = np.sqrt((1 - known) / known) * signal.std(0) * random.standard_normal(signal.shape)
    return Control(signal + noise, np.sqrt(known))


@checked(BenchmarkError, pure=True)
def cross_validated_ridge(
    K: Any,
    Y: np.ndarray,
    ids: Sequence[str],
    groups: Sequence[object] | np.ndarray | None = None,
    folds: Count = 5,
    inner_folds: Count = 5,
    seed: Seed = 0,
    link: Link = "identity",
    control: Control | None = None,
) -> Encoding:
    """Predict every unit by ridge regression, cross-validated over stimuli.

    The penalty of each unit is chosen by cross-validation within the training stimuli of each fold. The correlation is
    taken within each fold and then averaged: over pooled folds it would be biased downwards, since the mean of the
    training stimuli is lower where that of the test stimuli is higher.

    Args:
        ids: names of the stimuli.
        groups: stimuli of one group stay on one side of every split; each stimulus is its own group if there are none.
        inner_folds: at most; where there are fewer groups to train on, each is left out once.
        link: as of `held_out_predictions`.
        control: units that are predicted besides, to tell what could be (`perfect_responses`).

    Raises:
        NotMeasurable: if the features do not vary over the stimuli.
        BenchmarkError: if responses are missing.
    """
    groups = groups_of(len(Y), groups)
    outer = group_k_fold(groups, folds, seed)

    def within(train: np.ndarray) -> list[Split]:
        return group_k_fold(groups[train], min(inner_folds, len(np.unique(groups[train]))), seed)

    n = Y.shape[1]
    both = Y if control is None else np.hstack([Y, control.responses])
    predicted = held_out_predictions(K, both, outer, within, link, halves=True)
    r = predicted.correlation(both)
    own = [[values[:, :n] for values in pair] for pair in predicted.halves]
    return Encoding(
        r[:n],
        np.exp(np.log(predicted.penalty[:, :n]).mean(0)),
        float(at_edge(predicted.penalty[:, :n]).mean()),
        split_digest(outer, ids),
        Influence.of(Y, outer, [values[:, :n] for values in predicted.folds], [(a, b) for a, b in own]),
        None if link == "identity" else predicted.deviance_explained(Y),
        None if control is None else ratio_of_sums(r[n:], control.ceilings),
    )


def at_edge(penalty: np.ndarray) -> np.ndarray:
    """(n_targets,), share of penalties (folds, n_targets), relative to the variance of the features, that are the smallest or the
    largest default one."""
    return (np.isclose(penalty, PENALTIES[0]) | np.isclose(penalty, PENALTIES[-1])).mean(0)


@checked(BenchmarkError, pure=True)
def edge_notes(share: float) -> list[str]:
    """A sentence if more than 0.05 of the penalties lie at an end of their grid, else nothing."""
    said = f"{100 * share:.0f} % of the penalties lie at an end of their grid (units that nothing predicts take the largest)"
    return [said] if share > 0.05 else []


@dataclass(frozen=True)
class Predictions:
    """Predictions for held-out samples.

    Attributes:
        folds: for each split the (n_test, n_targets) predictions of its test samples.
        splits: the outer splits.
        penalty: (folds, n_targets), the chosen penalties, relative to the variance of the features.
        inner: (folds, n_targets), R2 of the chosen penalties over what was held out within the training samples.
        halves: for each split predictions by two halves of the training samples, if they were asked for.
    """

    folds: list[np.ndarray]
    splits: Sequence[Split]
    penalty: np.ndarray
    inner: np.ndarray
    halves: Sequence[tuple[np.ndarray, np.ndarray]] = ()

    @property
    def at_edge(self) -> float:
        """Share of the choices that fell on the smallest or largest default penalty; above 0.05 the grid was too narrow."""
        return float(at_edge(self.penalty).mean())

    def correlation(self, Y: np.ndarray) -> np.ndarray:
        """(n_targets,), Pearson's r within each fold, mean over the folds in which the target varies; 0 in a fold in whose training
        samples it does not, because nothing could be learned (a neuron with one spike).

        Raises:
            NotMeasurable: if the predictions of a target do not vary although it does, in training and in test.
        """
        pairs = [(predicted, Y[split.test]) for predicted, split in zip(self.folds, self.splits, strict=True)]
        r = np.array([pearson(*pair) for pair in pairs])
        varies = np.array([np.ptp(truth, axis=0) > 0 for _, truth in pairs])
        learnable = np.array([np.ptp(Y[split.train], axis=0) > 0 for split in self.splits])
        if (np.isnan(r) & varies & learnable).any():
            raise NotMeasurable("the features do not vary over the test stimuli of a fold, so nothing can be compared")
        return mean_of_defined(np.where(varies & ~learnable, 0.0, r))

    def r_squared(self, Y: np.ndarray) -> np.ndarray:
        """(n_targets,), 1 - SSE / SST within each fold, mean over the folds in which the target varies."""
        r2 = [r_squared(predicted, Y[split.test]) for predicted, split in zip(self.folds, self.splits, strict=True)]
        return mean_of_defined(np.array(r2))

    def deviance_explained(self, Y: np.ndarray) -> np.ndarray:
        """(n_targets,), explained share of the Poisson deviance of counts in each fold, mean over the folds in which they vary."""
        pairs = zip(self.folds, self.splits, strict=True)
        return mean_of_defined(np.array([poisson_deviance_explained(p, Y[split.test]) for p, split in pairs]))


@checked(BenchmarkError, pure=True)
def held_out_predictions(
    K: Any,
    Y: np.ndarray,
    outer: Sequence[Split],
    inner: InnerSplits,
    link: Link = "identity",
    halves: bool = False,
) -> Predictions:
    """Predict what each outer split holds out, with the penalty of every target chosen within its training samples.

    Args:
        link: "identity"; or "sqrt", for spike counts: the regression is of their square roots, and what is predicted are
            expected counts again (`squared_roots`).
        halves: also predict by two halves of the training samples, with the penalties of all of them (`Influence`).

    Raises:
        BenchmarkError: if responses are missing, or the features do not vary, or counts are negative.
    """
    if not np.isfinite(Y).all():
        raise BenchmarkError("a response is missing: every unit needs at least one response to every stimulus")
    targets = roots(Y) if link == "sqrt" else Y
    folds, penalties, validated, by_halves = [], [], [], []
    for split in outer:
        K_train, within = take(K, split.train, split.train), inner(split.train)
        fit, r2, error = _fit_with_validation(K_train, targets[split.train], within)

        linked = partial(squared_roots, error=error) if link == "sqrt" else np.asarray
        folds.append(linked(to_numpy(fit.predict(take(K, split.test, split.train)))))
        penalties.append(to_numpy(fit.alpha) / mean_variance(K_train))
        validated.append(r2)
        if halves:
            first, second = _by_halves(K, targets, split, within, to_numpy(fit.alpha))
            by_halves.append((linked(first), linked(second)))
    return Predictions(folds, outer, np.array(penalties), np.array(validated), by_halves)


@dataclass(frozen=True)
class LayerEncoding:
    """Prediction from each of several layers, and from the one that the training samples chose.

    Attributes:
        layers: their names.
        correlation: (layers, n_targets), mean over folds: the whole curve, of which no maximum must be taken.
        r_squared: (layers, n_targets), mean over folds.
        chosen: (folds, regions), position of the layer that each fold chose for each region.
        regions: their names, in order.
        selected: (n_targets,), correlation of the chosen layer of the target's region, mean over folds.
        predicted: for each fold the (n_test, n_targets) predictions from the chosen layers.
        at_edge: (n_targets,), share of the chosen layers' penalties that fell on the smallest or largest default one.
        halves: for each fold the predictions by two halves of the training samples from the chosen layers.
    """

    layers: list[str]
    correlation: np.ndarray
    r_squared: np.ndarray
    chosen: np.ndarray
    regions: list[Any]
    selected: np.ndarray
    predicted: list[np.ndarray]
    at_edge: np.ndarray
    halves: list[tuple[np.ndarray, np.ndarray]]


@checked(BenchmarkError, pure=True)
def encode_layers(
    Ks: Mapping[str, Any],
    Y: np.ndarray,
    outer: Sequence[Split],
    inner: InnerSplits,
    regions: Sequence[object] | np.ndarray | None = None,
) -> LayerEncoding:
    """Predict from every layer, and choose a layer for each region in each fold, by validation within its training samples.

    A layer's merit is the mean, over the targets of a region, of the R2 of inner validation; the first of the best is taken. The
    best of 15 layers on the test samples would score 1.7 standard deviations of the noise too high.

    Args:
        Ks: layer -> Gram matrix.
        regions: (n_targets,), the region (or region and subject) of every target; one for all if None.
    """
    regions = np.zeros(Y.shape[1], dtype=int) if regions is None else np.asarray(regions)
    names, region = np.unique(regions, return_inverse=True)
    predicted = [held_out_predictions(K, Y, outer, inner) for K in Ks.values()]
    merit = np.array([[each.inner[:, region == k].mean(1) for k in range(len(names))] for each in predicted])
    chosen = merit.argmax(0).T  # (folds, regions)
    r = np.array(
        [[held_out_pearson(p, Y[s.test]) for p, s in zip(each.folds, outer, strict=True)] for each in predicted]
    )
    layer_of, targets = chosen[:, region], np.arange(Y.shape[1])
    selected = np.array([r[layer_of[fold], fold, targets] for fold in range(len(outer))])
    penalty = np.array([each.penalty for each in predicted])
    used = np.array([penalty[layer_of[fold], fold, targets] for fold in range(len(outer))])
    return LayerEncoding(
        list(Ks),
        np.array([each.correlation(Y) for each in predicted]),
        np.array([each.r_squared(Y) for each in predicted]),
        chosen,
        names.tolist(),
        mean_of_defined(selected),
        [_of_layers([each.folds[fold] for each in predicted], layer_of[fold]) for fold in range(len(outer))],
        at_edge(used),
        [_halves_of_layers(list(Ks.values()), Y, s, inner(s.train), layer_of[k], used[k]) for k, s in enumerate(outer)],
    )


def _halves_of_layers(
    Ks: Sequence[Any], Y: np.ndarray, split: Split, within: Sequence[Split], layer_of: np.ndarray, penalty: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Predictions by two halves of the training samples, each target from its layer with its penalty."""
    first, second = np.empty((2, len(split.test), Y.shape[1]))
    for layer in np.unique(layer_of):
        own, K = layer_of == layer, Ks[layer]
        alpha = penalty[own] * mean_variance(take(K, split.train, split.train))
        first[:, own], second[:, own] = _by_halves(K, Y[:, own], split, within, alpha)
    return first, second


def _by_halves(
    K: Any, targets: np.ndarray, split: Split, within: Sequence[Split], alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(n_test, n_targets), twice."""
    found = []
    for half in halves_of(within):
        train = split.train[half]
        fit = fit_ridge(take(K, train, train), targets[train], alpha * len(train) / len(split.train))
        found.append(to_numpy(fit.predict(take(K, split.test, train))))
    return found[0], found[1]


def _fit_with_validation(K: Any, Y: np.ndarray, splits: Sequence[Split]) -> tuple[RidgeFit, np.ndarray, np.ndarray]:
    """The fit of a training part, and R2 and mean squared error of inner validation (n_targets,) with the penalties that were
    chosen by it."""
    alphas = PENALTIES * mean_variance(K)
    loss = held_out_loss(K, Y, splits, alphas)
    spread = np.zeros(Y.shape[1])
    for split in splits:
        spread += ((Y[split.test] - Y[split.train].mean(0)) ** 2).sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        r2 = np.where(spread > 0, 1 - loss.min(0) / spread, 0.0)
    error = loss.min(0) / sum(len(split.test) for split in splits)
    return fit_ridge(K, Y, alphas[loss.argmin(0)]), r2, error


def _of_layers(predictions: Sequence[np.ndarray], layer_of: np.ndarray) -> np.ndarray:
    """(n_test, n_targets), each target as predicted from the layer at its position."""
    result = np.empty_like(predictions[0])
    for layer in np.unique(layer_of):
        result[:, layer_of == layer] = predictions[layer][:, layer_of == layer]
    return result
