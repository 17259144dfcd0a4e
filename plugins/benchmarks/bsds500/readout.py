"""Contours decoded from the maps of a network that was not made to find them: ridge regression at each location."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from harness.errors import BenchmarkError
from harness.metrics.statistics import Split, group_k_fold, groups_of
from harness.stimuli import part_of_square

PLACES = 1500
PENALTIES = np.logspace(-4, 2, 7)
REACH = 2
RANGE = (0.01, 0.99)


@dataclass(frozen=True)
class Moments:
    """Sums over the places of each image: (images, 1 + channels, 1 + channels) of the products of [1, features] with
    themselves, (images, 1 + channels) with the target, (images,) of the squared target, and the places of an image."""

    features: np.ndarray
    target: np.ndarray
    square: np.ndarray
    places: int

    def fit(self, images: np.ndarray, penalty: float) -> np.ndarray:
        """(1 + channels,), offset and weights by ridge regression on standardised features of some images."""
        n, xx, xy = len(images) * self.places, self.features[images].sum(0), self.target[images].sum(0)
        mean = xx[0, 1:] / n
        covariance, cross = xx[1:, 1:] / n - np.outer(mean, mean), xy[1:] / n - mean * xy[0] / n
        scale = np.sqrt(np.maximum(np.diag(covariance), 0))
        scale[scale <= 1e-7 * max(1e-30, scale.max(initial=0))] = np.inf  # a feature that does not vary gets no weight
        standardised = covariance / np.outer(scale, scale)
        weights = np.linalg.solve(standardised + penalty * np.eye(len(scale)), cross / scale) / scale
        return np.concatenate([[xy[0] / n - mean @ weights], weights])

    def error(self, images: np.ndarray, weights: np.ndarray) -> float:
        """Sum of squared errors over the places of some images."""
        xx, xy = self.features[images].sum(0), self.target[images].sum(0)
        return float(weights @ xx @ weights - 2 * weights @ xy + self.square[images].sum())


def moments(
    maps: Sequence[np.ndarray] | np.ndarray, annotators: Sequence[Sequence[np.ndarray]], seed: int = 0
) -> Moments:
    """Moments for the regression on a layer's maps (images, channels, y, x), interpolated at random pixels of the images.

    The target is the share of annotators who drew a boundary within 2 pixels.
    """
    sums = []
    for position, masks in enumerate(annotators):
        random = np.random.default_rng([seed, position])
        shape = masks[0].shape
        rows, columns = random.integers(0, shape[0], PLACES), random.integers(0, shape[1], PLACES)
        x = np.concatenate([np.ones((1, PLACES)), _sampled(maps[position], shape, rows, columns)])
        y = _share(masks)[rows, columns]
        sums.append((x @ x.T, x @ y, y @ y))
    features, target, square = (np.array(part) for part in zip(*sums, strict=True))
    return Moments(features, target, square, PLACES)


@dataclass(frozen=True)
class Readout:
    """Predicted contours and how they were got.

    Attributes:
        maps: (height, width) of every image, from a fit without it: 0 at the lowest hundredth of what the fit predicts in its
            training images and below, 1 at the highest. The constant that ridge regression adds to all places would otherwise
            hide what varies, and folds with other penalties would have other scales.
        choices: of every fold, the position of the layer and moment that its training images chose.
        splits: the folds.
    """

    maps: list[np.ndarray]
    choices: list[int]
    splits: list[Split]


def read(
    sets: Sequence[Sequence[np.ndarray] | np.ndarray],
    annotators: Sequence[Sequence[np.ndarray]],
    folds: int = 5,
    inner_folds: int = 3,
    seed: int = 0,
    groups: np.ndarray | None = None,
) -> Readout:
    """Contours from the best of several sets of maps (layers, moments): set and penalty are chosen within the training images.

    Args:
        sets: each (images, channels, y, x), of the square around the images.
        annotators: masks of each image.
        groups: (images,), what is never split between training and test.
    """
    n = len(annotators)
    if n < folds:
        raise BenchmarkError(f"a read-out in {folds} folds needs as many images, not {n}; raise `images`")
    fitted = [moments(maps, annotators, seed) for maps in sets]
    together = groups_of(n, groups)
    splits = group_k_fold(together, folds, seed)
    predicted: list[np.ndarray] = [np.empty(0)] * n
    choices = []
    for split in splits:
        within = group_k_fold(together[split.train], inner_folds, seed)
        inner = [Split(split.train[s.train], split.train[s.test]) for s in within]
        errors = np.array([[_inner_error(one, inner, penalty) for penalty in PENALTIES] for one in fitted])
        best, penalty = (int(index) for index in np.unravel_index(errors.argmin(), errors.shape))
        weights = fitted[best].fit(split.train, PENALTIES[penalty])
        choices.append(best)
        low, high = np.quantile(np.concatenate([_field(sets[best][i], weights).ravel() for i in split.train]), RANGE)
        for image in split.test:
            strength = part_of_square(_field(sets[best][image], weights), annotators[image][0].shape)
            predicted[image] = np.clip((strength - low) / (high - low or 1), 0, None)
    return Readout(predicted, choices, splits)


def _field(maps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(y, x), the prediction from maps (channels, y, x); interpolation commutes with the sum."""
    return np.tensordot(weights[1:], maps, 1) + weights[0]


def _inner_error(one: Moments, inner: Sequence[Split], penalty: float) -> float:
    return sum(one.error(split.test, one.fit(split.train, penalty)) for split in inner)


def _share(masks: Sequence[np.ndarray]) -> np.ndarray:
    near = ndimage.generate_binary_structure(2, 1)
    return np.mean([ndimage.binary_dilation(mask, near, iterations=REACH) for mask in masks], axis=0)


def _sampled(field: np.ndarray, shape: tuple[int, ...], rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(channels, places), a map (channels, y, x) of the square around an image at pixels of the image."""
    import torch
    from torch.nn import functional

    side = max(shape)
    centres = [
        2 * (at + (side - length) // 2 + 0.5) / side - 1 for at, length in ((columns, shape[1]), (rows, shape[0]))
    ]
    grid = torch.from_numpy(np.stack(centres, -1).astype(np.float32))[None, None]
    maps = torch.from_numpy(np.array(field, dtype=np.float32))[None]
    sampled = functional.grid_sample(maps, grid, mode="bilinear", padding_mode="border", align_corners=False)
    return sampled[0, :, 0].numpy().astype(np.float64)
