"""Boundary maps: non-maximum suppression, thinning, and one-to-one matching with a tolerance.

The steps of the evaluation on the Berkeley segmentation data: Martin, Fowlkes & Malik (2004), IEEE TPAMI 26:530 (matching);
Arbelaez, Maire, Fowlkes & Malik (2011), IEEE TPAMI 33:898 (protocol); Dollar & Zitnick (2015), IEEE TPAMI 37:1558 (suppression).
"""

import math
from functools import lru_cache

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse.csgraph import maximum_flow

TOLERANCE = 0.0075
"""Share of the image's diagonal within which two boundary pixels may be matched (Martin et al. 2004; the value of BSDS500)."""

_NEIGHBOURS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))  # from the east, counter-clockwise


def thin(mask: np.ndarray) -> np.ndarray:
    """The mask thinned to lines one pixel wide, as by MATLAB's `bwmorph(mask, 'thin', Inf)`: Guo & Hall (1989), CACM 32:359.

    Args:
        mask: (height, width), boolean.
    """
    padded = np.pad(np.asarray(mask, dtype=bool), 1).view(np.uint8)
    flat, width = padded.ravel(), padded.shape[1]
    offsets = [dy * width + dx for dy, dx in _NEIGHBOURS]
    places = np.flatnonzero(flat)
    while True:
        before = len(places)
        for removed in _removed():
            codes = np.zeros(len(places), np.uint8)
            for bit, offset in enumerate(offsets):
                codes |= flat[places + offset] << np.uint8(bit)
            gone = removed[codes]
            flat[places[gone]] = 0
            places = places[~gone]
        if len(places) == before:
            return padded.view(bool)[1:-1, 1:-1]


@lru_cache(maxsize=1)
def _removed() -> tuple[np.ndarray, np.ndarray]:
    """Which of the 256 neighbourhoods lose their centre in the two halves of a step of thinning."""
    x = (np.arange(256)[:, None] >> np.arange(8)) & 1 == 1
    following = np.roll(x, -1, axis=1)
    even = slice(0, None, 2)
    crossings = (~x[:, even] & (following[:, even] | np.roll(x, -2, axis=1)[:, even])).sum(1)
    pairs_after = (x[:, even] | following[:, even]).sum(1)
    pairs_before = (np.roll(x, 1, axis=1)[:, even] | x[:, even]).sum(1)
    fewest = np.minimum(pairs_after, pairs_before)
    either = (crossings == 1) & (fewest >= 2) & (fewest <= 3)
    x1, x2, x3, x4, x5, x6, x7, x8 = x.T
    return either & ~((x2 | x3 | ~x8) & x1), either & ~((x6 | x7 | ~x4) & x5)


def ridges(strength: np.ndarray, border: int = 5, tolerance: float = 1.01) -> np.ndarray:
    """Strength at places that are no weaker than both neighbours across the contour, 0 elsewhere (non-maximum suppression).

    The direction across is taken from the second derivatives of the map smoothed by a triangle 9 pixels wide; neighbours at one
    pixel's distance are interpolated. Towards the border of the image, strength falls linearly to 0.

    Args:
        strength: (height, width), not negative.
        border: pixels over which it falls.
        tolerance: factor by which a place may be weaker than its neighbours.
    """
    strength = np.asarray(strength, dtype=np.float64)
    across = _normal(strength)
    rows, columns = np.indices(strength.shape)
    kept = np.ones(strength.shape, dtype=bool)
    for side in (-1, 1):
        at = [rows + side * np.sin(across), columns + side * np.cos(across)]
        kept &= tolerance * strength >= ndimage.map_coordinates(strength, at, order=1, mode="nearest")
    ramps = [np.minimum(np.minimum(np.arange(n), np.arange(n)[::-1]) / border, 1) for n in strength.shape]
    return np.where(kept, strength, 0) * np.outer(*ramps)


def _normal(strength: np.ndarray) -> np.ndarray:
    """Angle across the contour at every place, in radians from the row's direction towards the next row."""
    triangle = np.convolve(np.ones(5), np.ones(5)) / 25
    for axis in (0, 1):
        strength = ndimage.convolve1d(strength, triangle, axis=axis, mode="reflect")
    dy, dx = np.gradient(strength)
    dxy, dxx = np.gradient(dx)
    dyy = np.gradient(dy, axis=0)
    sign = np.where(dxx + dyy <= 0, 1, -1)  # of the two curvatures, the larger one by size says what is across
    return 0.5 * np.arctan2(-2 * dxy * sign, (dyy - dxx) * sign)


def match(first: np.ndarray, second: np.ndarray, tolerance: float = TOLERANCE) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels of two masks are matched, one to one, no further apart than the tolerance, as many as possible.

    The published assignment has the least cost, of distances and of a hundred tolerances for every pixel left out. Leaving one out
    costs more than any rearrangement saves, so that it, too, matches as many as possible: the number of pairs here is the same
    and exact (the greatest flow from one mask to the other, by scipy), where the published construction gives each pixel a few
    random outliers and is nearly so. Which of several equally large sets of pairs is found may differ.

    Args:
        first, second: (height, width), boolean.
        tolerance: as a share of the diagonal.

    Returns:
        Masks of the matched pixels of both.
    """
    places = np.argwhere(first), np.argwhere(second)
    matched = np.zeros(first.shape, dtype=bool), np.zeros(second.shape, dtype=bool)
    if len(places[0]) and len(places[1]):
        graph = _neighbours(places[0], places[1], second.shape, tolerance * math.hypot(*first.shape))
        rows, columns = _most_pairs(graph)
        matched[0][tuple(places[0][rows].T)] = True
        matched[1][tuple(places[1][columns].T)] = True
    return matched


def _most_pairs(graph: sparse.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a largest set of the graph's edges of which no two share an end.

    By Dinic's algorithm; scipy's matching proper can take minutes where this takes milliseconds.
    """
    n, m = graph.shape
    edges, sink = graph.nnz, n + m + 1
    ends = np.concatenate([[0, n], n + graph.indptr[1:], n + edges + 1 + np.arange(m), [n + edges + m]])
    to = np.concatenate([1 + np.arange(n), 1 + n + graph.indices, np.full(m, sink)])
    network = (np.ones(len(to), np.int32), to.astype(np.int32), ends.astype(np.int32))
    flow = maximum_flow(sparse.csr_matrix(network, shape=(sink + 1, sink + 1)), 0, sink).flow
    pairs = flow[1 : n + 1, n + 1 : sink].tocoo()
    return pairs.row[pairs.data > 0], pairs.col[pairs.data > 0]


def _neighbours(first: np.ndarray, second: np.ndarray, shape: tuple[int, ...], reach: float) -> sparse.csr_matrix:
    """Which places (y, x) of two lists lie within reach of each other; a row's columns stand in the order of distance."""
    offsets = _disc(reach)
    margin = int(np.abs(offsets).max(initial=0))
    number = np.full((shape[0] + 2 * margin, shape[1] + 2 * margin), -1)
    number[tuple((second + margin).T)] = np.arange(len(second))
    at = first[:, None] + margin + offsets
    partners = number[at[..., 0], at[..., 1]]
    near = partners >= 0
    ends = np.concatenate([[0], np.cumsum(near.sum(1))])
    return sparse.csr_matrix((np.ones(ends[-1]), partners[near], ends), shape=(len(first), len(second)))


@lru_cache(maxsize=64)
def _disc(radius: float) -> np.ndarray:
    """All (dy, dx) no longer than the radius, the shorter ones first."""
    side = np.arange(-int(radius + 1e-9), int(radius + 1e-9) + 1)
    offsets = np.stack(np.meshgrid(side, side, indexing="ij"), -1).reshape(-1, 2)
    length = np.hypot(*offsets.T)
    order = np.argsort(length, kind="stable")
    return offsets[order][length[order] <= radius + 1e-9]
