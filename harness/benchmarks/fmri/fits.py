"""Encoding models of participants: predictions of test samples, with layers selected on the training samples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.benchmarks.fmri.participants import Participant
from harness.metrics.regression import InnerSplits, correlation, encode_layers, within_folds
from harness.metrics.statistics import Split, r_squared

_TOGETHER = 40_000  # voxels that are predicted at once


@dataclass(frozen=True)
class Fit:
    """The predictions for one participant.

    Attributes:
        participant: who.
        x, y: predictions and responses on all test samples, z-scored within folds (n_test, n_voxels).
        test: (n_test,), positions of these samples.
        r_squared: (n_voxels,), mean over folds.
        layers: their names.
        curve: (layers, n_voxels), correlation from every layer, mean over folds.
        regions: the participant's, in the order of `chosen`.
        chosen: (folds, regions), position of the layer that each fold chose.
        at_edge: (n_voxels,), share of the penalties at an end of their grid.
        changed: (n_test, n_voxels), by how much `x` would change with other training samples, as two halves of them tell: one
            standard deviation, with a random sign.
    """

    participant: Participant
    x: np.ndarray
    y: np.ndarray
    test: np.ndarray
    r_squared: np.ndarray
    layers: list[str]
    curve: np.ndarray
    regions: list[str]
    chosen: np.ndarray
    at_edge: np.ndarray
    changed: np.ndarray

    @property
    def r(self) -> np.ndarray:
        """(n_voxels,)."""
        return correlation(self.x, self.y)


def fit_participants(
    Ks: Mapping[str, Any], participants: Sequence[Participant], outer: Sequence[Split], inner: InnerSplits
) -> list[Fit]:
    """All participants' fits, in their order; those who answered to the same samples share the decompositions.

    Args:
        Ks: layer -> Gram matrix of all samples.
        outer, inner: splits of samples, as of `harness.metrics.regression.encoding.held_out_predictions`.
    """
    fits = {fit.participant.name: fit for group in alike(participants) for fit in _fit(Ks, group, outer, inner)}
    return [fits[participant.name] for participant in participants]


def favourite(fits: Sequence[Fit], region: str) -> str:
    """The layer that most folds of most participants chose for a region."""
    chosen = [fit.chosen[:, fit.regions.index(region)] for fit in fits if region in fit.regions]
    return fits[0].layers[int(np.bincount(np.concatenate(chosen)).argmax())]


def alike(participants: Sequence[Participant]) -> list[list[Participant]]:
    """Each participant once, together with others who answered to the same samples, up to so many voxels that memory holds them."""
    groups: list[list[Participant]] = []
    for participant in {participant.name: participant for participant in participants}.values():
        for group in groups:
            size = sum(len(other.voxels) for other in group) + len(participant.voxels)
            if size <= _TOGETHER and np.array_equal(group[0].there, participant.there):
                group.append(participant)
                break
        else:
            groups.append([participant])
    return groups


def _fit(Ks: Mapping[str, Any], group: Sequence[Participant], outer: Sequence[Split], inner: InnerSplits) -> list[Fit]:
    outer = group[0].splits(outer)
    owner = np.repeat(np.arange(len(group)), [len(participant.voxels) for participant in group])
    labels = [f"{i:04d} {region}" for i, participant in enumerate(group) for region in participant.voxels["region"]]
    Y = np.concatenate([participant.mean for participant in group], axis=1)
    together = encode_layers(Ks, Y, outer, inner, labels)
    test = np.concatenate([split.test for split in outer])
    fold = np.repeat(np.arange(len(outer)), [len(split.test) for split in outer])
    explained = [r_squared(x, Y[split.test]) for x, split in zip(together.predicted, outer, strict=True)]
    predicted = np.concatenate(together.predicted)
    halves = [np.concatenate([one[side] for one in together.halves]) for side in (0, 1)]
    fits = []
    for i, participant in enumerate(group):
        own = [k for k, label in enumerate(together.regions) if label.startswith(f"{i:04d} ")]
        x, y = (within_folds(values, fold) for values in (predicted[:, owner == i], participant.mean[test]))
        regions = [together.regions[k][5:] for k in own]
        chosen, curve = together.chosen[:, own], together.correlation[:, owner == i]
        r2, at_edge = np.mean(explained, axis=0)[owner == i], together.at_edge[owner == i]
        changed = _changed(*(within_folds(half[:, owner == i], fold) for half in halves))
        fits.append(Fit(participant, x, y, test, r2, together.layers, curve, regions, chosen, at_edge, changed))
    return fits


def _changed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(n_test, n_voxels), from z-scores of predictions by two halves of the training samples."""
    alike = np.nan_to_num(correlation(first, second)).clip(0)
    return (first - second) / np.sqrt(2 + 2 * alike)
