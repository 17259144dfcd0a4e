"""Maps about a site: turned so that all orientations agree, averaged, and how far they are from round."""

from collections.abc import Sequence

import numpy as np

from harness.checks import Count, NotNegative, Seed, checked
from harness.errors import ArgumentError

INNER, OUTER = 3 / 65, 24 / 65
"""Radii of the ring in which anisotropy is measured, as shares of the side of the map."""


def rotated(image: np.ndarray, angle: float, centre: tuple[float, float]) -> np.ndarray:
    """The content of a map (rows downwards) turned counter-clockwise about (row, column); NaN where nothing is known."""
    from scipy.ndimage import map_coordinates

    rows, columns = np.indices(image.shape, dtype=float)
    down, right = rows - centre[0], columns - centre[1]
    turn = np.deg2rad(angle)
    from_right = np.cos(turn) * right - np.sin(turn) * down
    from_down = np.sin(turn) * right + np.cos(turn) * down
    where = [from_down + centre[0], from_right + centre[1]]
    return map_coordinates(image.astype(float), where, order=1, cval=np.nan)


@checked(ArgumentError, pure=True)
def rotated_mean(
    maps: Sequence[np.ndarray], orientations: Sequence[float], centre: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The mean of maps that belong to contours at some orientations, each turned by minus its own: what is along the contour lies
    along the horizontal. NaN outside; and at every place, of how many maps it is the mean."""
    turned = np.array([rotated(one, -angle, centre) for one, angle in zip(maps, orientations, strict=True)])
    count = np.isfinite(turned).sum(0)
    with np.errstate(invalid="ignore"):
        mean = np.where(count > 0, np.nansum(turned, 0) / np.maximum(count, 1), np.nan)
    return mean, count


@checked(ArgumentError, pure=True)
def anisotropy(image: np.ndarray, centre: tuple[float, float]) -> float:
    """|sum m exp(2 i phi)| / sum |m| in a ring about the centre: 0 for a map that looks the same along and across, 1 for a line."""
    rows, columns = np.indices(image.shape, dtype=float)
    down, right = rows - centre[0], columns - centre[1]
    side = min(image.shape)
    radius = np.hypot(down, right)
    known = (radius >= INNER * side) & (radius <= OUTER * side) & np.isfinite(image)
    total = np.abs(image[known]).sum()
    if not total > 0:
        return 0.0
    return float(np.abs((image[known] * np.exp(2j * np.arctan2(-down, right)[known])).sum()) / total)


@checked(ArgumentError, pure=True)
def anisotropy_of_noise(
    shape: tuple[int, int],
    centre: tuple[float, float],
    orientations: Sequence[float],
    draws: Count = 200,
    smoothness: NotNegative = 2.0,
    seed: Seed = 0,
) -> np.ndarray:
    """(draws,), anisotropy of the rotated means of smooth noise: what maps without any orientation give."""
    from scipy.ndimage import gaussian_filter

    if smoothness > max(shape):
        raise ArgumentError(f"noise is smoothed over {max(shape)} places of the map at most, not {smoothness:g}")
    random = np.random.default_rng(seed)
    found = []
    for _ in range(draws):
        noise = [gaussian_filter(random.standard_normal(shape), smoothness) for _ in orientations]
        found.append(anisotropy(rotated_mean(noise, orientations, centre)[0], centre))
    return np.array(found)
