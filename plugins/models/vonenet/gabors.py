"""Gabor filters as numerous as cells of macaque V1 that were recorded with their parameters.

Written anew from the paper (Dapello et al. 2020, supplement), which names the recordings: preferred orientations of De Valois,
Yund & Hepler (1982), peak spatial frequencies of De Valois, Albrecht & Thorell (1982), and shapes of receptive fields of Ringach
(2002), whose width in cycles goes with the frequency (Schiller, Finlay & Volman 1976).
"""

from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats

_ORIENTATIONS = np.array([66, 49, 77, 54])  # cells about 0, 45, 90 and 135 degrees
_FREQUENCY_EDGES = np.array([0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0])  # cycles per degree
_FREQUENCIES = np.array([4, 4, 8, 25, 32, 26, 28, 12])
_SHAPE_EDGES = np.logspace(-1, 0.2, 6)  # standard deviations of the envelope, cycles
_SHAPES = np.array(
    [[2, 0, 1, 0, 0], [8, 9, 4, 1, 0], [1, 2, 19, 17, 3], [0, 0, 1, 7, 4], [0, 0, 0, 0, 0]]
)  # across, along
_CORRELATION = 0.75


@dataclass(frozen=True)
class Gabors:
    """Parameters of filters, (n,) each.

    Attributes:
        frequency: cycles per degree.
        orientation, phase: radians.
        across, along: standard deviations of the envelope, degrees.
        colour: which of three channels it looks at.
    """

    frequency: np.ndarray
    orientation: np.ndarray
    phase: np.ndarray
    across: np.ndarray
    along: np.ndarray
    colour: np.ndarray


def drawn(number: int, seed: int) -> Gabors:
    """So many filters, drawn from the recordings."""
    random = np.random.default_rng(seed)
    pairs = stats.norm.cdf(random.multivariate_normal([0, 0], [[1, _CORRELATION], [_CORRELATION, 1]], number))
    frequency = _quantiles(pairs[:, 1], _FREQUENCIES, np.log(_FREQUENCY_EDGES))
    across = _quantiles(pairs[:, 0], _SHAPES.sum(1), np.log(_SHAPE_EDGES))
    rows = np.clip(np.searchsorted(np.log(_SHAPE_EDGES), across, side="right") - 1, 0, 3)
    along = np.array([_quantiles(random.random(1), _SHAPES[row], np.log(_SHAPE_EDGES))[0] for row in rows])
    degrees = _quantiles(random.random(number), _ORIENTATIONS, np.array([-22.5, 22.5, 67.5, 112.5, 157.5]))
    cycles = np.exp(frequency)
    return Gabors(
        frequency=cycles,
        orientation=np.deg2rad(degrees % 180),
        phase=2 * np.pi * random.random(number),
        across=np.exp(across) / cycles,
        along=np.exp(along) / cycles,
        colour=random.integers(0, 3, number),
    )


def _quantiles(chances: np.ndarray, counts: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Values of a histogram at these cumulative probabilities."""
    return np.interp(chances, np.concatenate([[0.0], np.cumsum(counts) / counts.sum()]), edges)


def kernels(gabors: Gabors, per_degree: float, side: int, shift: float) -> torch.Tensor:
    """(n, 3, side, side) filters, of unit integral of the envelope, their phase shifted; `per_degree` is pixels in a degree."""
    places = np.arange(side) - side // 2
    rows, columns = np.meshgrid(places, places, indexing="ij")
    stack = np.zeros((len(gabors.frequency), 3, side, side), np.float32)
    for i in range(len(stack)):
        cosine, sine = np.cos(gabors.orientation[i]), np.sin(gabors.orientation[i])
        x, y = rows * cosine + columns * sine, -rows * sine + columns * cosine
        wide, long = gabors.across[i] * per_degree, gabors.along[i] * per_degree
        envelope = np.exp(-0.5 * ((x / wide) ** 2 + (y / long) ** 2)) / (2 * np.pi * wide * long)
        wave = np.cos(2 * np.pi * gabors.frequency[i] / per_degree * x + gabors.phase[i] + shift)
        stack[i, gabors.colour[i]] = envelope * wave
    return torch.from_numpy(stack)
