"""A decoder of orientation: ridge regression of (sin 2 theta, cos 2 theta) on responses, judged on phases that it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import Count, checked
from harness.errors import ArgumentError, NotMeasurable

PENALTIES = tuple(10.0**power for power in range(-6, 5))
CHANCE = 45.0
"""Degrees: the mean error of an answer that knows nothing."""


def doubled(orientations: np.ndarray) -> np.ndarray:
    """(stimuli, 2), sine and cosine of twice the angle, so that 0 and 180 degrees are one."""
    angle = np.deg2rad(2 * np.asarray(orientations, dtype=float))
    return np.stack([np.sin(angle), np.cos(angle)], 1)


def angle_of(vectors: np.ndarray) -> np.ndarray:
    """(stimuli,), orientations in [0, 180) of such vectors."""
    return np.rad2deg(np.arctan2(vectors[:, 0], vectors[:, 1]) / 2) % 180


def error_between(decoded: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Signed differences in orientation, in [-90, 90)."""
    return (np.asarray(decoded) - np.asarray(true) + 90) % 180 - 90


@checked(ArgumentError, pure=True)
@dataclass(frozen=True)
class Decoder:
    """A linear map from responses to (sin 2 theta, cos 2 theta).

    Attributes:
        weights: (2, units), of responses as they are.
        offset: (2,).
    """

    weights: np.ndarray
    offset: np.ndarray

    @classmethod
    def fitted(cls, responses: np.ndarray, orientations: np.ndarray, phases: np.ndarray) -> "Decoder":
        """Fit to (stimuli, units) responses; the penalty is chosen on phases that are left out.

        Raises:
            NotMeasurable: if the responses do not differ.
        """
        spread = float(responses.std())
        if not np.isfinite(spread) or spread == 0:
            raise NotMeasurable(
                "the responses at the site are the same for all gratings, so no orientation can be decoded"
            )
        scaled, wanted = responses / spread, doubled(orientations)
        losses = np.zeros(len(PENALTIES))
        for phase in np.unique(phases):
            out = phases == phase
            for number, (weights, offset) in enumerate(_ridges(scaled[~out], wanted[~out], PENALTIES)):
                losses[number] += ((scaled[out] @ weights.T + offset - wanted[out]) ** 2).sum()
        [(weights, offset)] = _ridges(scaled, wanted, [PENALTIES[int(losses.argmin())]])
        return cls(weights / spread, offset)

    def vectors(self, responses: np.ndarray) -> np.ndarray:
        """(stimuli, 2)."""
        return responses @ self.weights.T + self.offset

    def decoded(self, responses: np.ndarray) -> np.ndarray:
        """(stimuli,), orientations in [0, 180)."""
        return angle_of(self.vectors(responses))


def _ridges(
    responses: np.ndarray, wanted: np.ndarray, penalties: Sequence[float]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Weights (outputs, units) and offset of a ridge regression for each penalty on |weights|^2."""
    mean, middle = responses.mean(0), wanted.mean(0)
    left, sizes, right = np.linalg.svd(responses - mean, full_matrices=False)
    onto = left.T @ (wanted - middle)
    found = []
    for penalty in penalties:
        weights = ((sizes / (sizes**2 + penalty))[:, None] * onto).T @ right
        found.append((weights, middle - weights @ mean))
    return found


@dataclass(frozen=True)
class HeldOut:
    """How well orientations are decoded from phases that were not fitted.

    Attributes:
        explained: R^2 of the vectors.
        errors: (stimuli,), signed errors in degrees.
    """

    explained: float
    errors: np.ndarray

    @property
    def mean_error(self) -> float:
        """Mean absolute error in degrees."""
        return float(np.abs(self.errors).mean())


@checked(ArgumentError, pure=True)
def held_out(responses: np.ndarray, orientations: np.ndarray, phases: np.ndarray, folds: Count = 4) -> HeldOut:
    """Decode each phase by a decoder that was fitted to the others.

    Args:
        responses: (stimuli, units).
        folds: parts into which the phases are divided; as many as there are phases if these are fewer.
    """
    known = np.unique(phases)
    parts = np.array_split(known, min(folds, len(known)))
    vectors = np.full((len(responses), 2), np.nan)
    for part in parts:
        out = np.isin(phases, part)
        decoder = _fitted(responses[~out], orientations[~out], phases[~out])
        vectors[out] = decoder.vectors(responses[out])
    wanted = doubled(orientations)
    explained = 1 - ((vectors - wanted) ** 2).sum() / ((wanted - wanted.mean(0)) ** 2).sum()
    return HeldOut(float(explained), error_between(angle_of(vectors), orientations))


def _fitted(responses: np.ndarray, orientations: np.ndarray, phases: np.ndarray) -> Decoder:
    """With one phase alone the penalty cannot be chosen on others; stimuli take their place."""
    alone = len(np.unique(phases)) < 2
    return Decoder.fitted(responses, orientations, np.arange(len(phases)) if alone else phases)
