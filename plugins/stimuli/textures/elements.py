"""Bars on a jittered lattice: their positions, and images of many bars."""

from dataclasses import dataclass

import numpy as np

from harness import Canvas
from harness.errors import StimulusError
from harness.stimuli import MIDDLE, Place

OVERLAP = 1e-3


@dataclass(frozen=True)
class Lattice:
    """Bars of one size at the places of a square lattice through `centre`; lengths in degrees.

    Attributes:
        length, width: of a bar, along and across its contour.
        pitch: between neighbours.
        jitter: each place is moved by up to this much, to the right or left and up or down, evenly distributed.
        centre: a place of the lattice, never moved.
        seed: of the jitter.
        turn: degrees, counter-clockwise, by which the rows of the lattice are turned from horizontal.

    Raises:
        StimulusError: for sizes that are not positive, or a jitter that lets neighbours change places.
    """

    length: float
    width: float
    pitch: float
    jitter: float = 0.0
    centre: Place = MIDDLE
    seed: int = 0
    turn: float = 0.0

    def __post_init__(self) -> None:
        if not (0 < self.width <= self.length and self.pitch > 0 and 0 <= self.jitter < self.pitch / 2):
            raise StimulusError(
                "a texture needs 0 < width <= length, pitch > 0 and a jitter below half the pitch, not "
                f"{self.width:g}, {self.length:g}, {self.pitch:g} and {self.jitter:g}"
            )

    @property
    def reach(self) -> float:
        """Degrees from the middle of a bar to its corners."""
        return float(np.hypot(self.length, self.width) / 2)

    def around(self, canvas: Canvas) -> np.ndarray:
        """(elements, 2), x and y of all places but the centre whose bars lie on the image, whatever their orientation.

        A place keeps its jitter whatever else is on the image: it depends on the seed and the position in the lattice.
        """
        side = int(np.ceil(2 * canvas.visual_degrees / self.pitch)) + 1
        steps = np.stack(np.meshgrid(np.arange(-side, side + 1), np.arange(-side, side + 1)), -1).reshape(-1, 2)
        moved = np.random.default_rng(self.seed).uniform(-self.jitter, self.jitter, steps.shape)
        cos, sin = np.cos(np.deg2rad(self.turn)), np.sin(np.deg2rad(self.turn))
        places = (steps * self.pitch + moved) @ np.array([[cos, sin], [-sin, cos]]) + np.asarray(self.centre)
        fits = (np.abs(places).max(1) + self.reach <= canvas.visual_degrees / 2) & steps.any(1)
        return places[fits]

    def clear_of(self, places: np.ndarray, length: float, width: float, orientation: float) -> np.ndarray:
        """The places whose bars stay clear, whatever their orientation, of a bar of another size at the centre."""
        angle = np.deg2rad(orientation)
        offset = places - np.asarray(self.centre)
        along = np.abs(offset @ (np.cos(angle), np.sin(angle)))
        across = np.abs(offset @ (-np.sin(angle), np.cos(angle)))
        return places[(along > length / 2 + self.reach) | (across > width / 2 + self.reach)]


def coverage(
    canvas: Canvas, places: np.ndarray, orientations: np.ndarray | float, length: float, width: float
) -> np.ndarray:
    """Coverage in [0, 1] of many bars of one size, each drawn as `Canvas.bar` draws it.

    Args:
        places: (elements, 2), x and y of their middles in degrees; the bars must lie on the image.
        orientations: (elements,) or one, of the contours.

    Returns:
        (size_px, size_px)

    Raises:
        StimulusError: if two of them overlap, or a bar is thinner than a pixel.
    """
    if width < canvas.pixel:
        raise StimulusError(
            f"a bar {width:g} degrees wide is thinner than a pixel ({canvas.pixel:.3g} degrees); raise size_px"
        )
    half = int(np.ceil(np.hypot(length, width) / 2 / canvas.pixel)) + 1
    rows, columns = np.mgrid[-half : half + 1, -half : half + 1]
    middle = canvas.visual_degrees / 2
    rows = rows + np.floor((middle - places[:, 1]) / canvas.pixel).astype(int)[:, None, None]
    columns = columns + np.floor((middle + places[:, 0]) / canvas.pixel).astype(int)[:, None, None]
    right = (columns + 0.5) * canvas.pixel - middle - places[:, 0, None, None]
    up = middle - (rows + 0.5) * canvas.pixel - places[:, 1, None, None]
    angles = np.deg2rad(np.broadcast_to(orientations, len(places)))[:, None, None]
    along, across = right * np.cos(angles) + up * np.sin(angles), up * np.cos(angles) - right * np.sin(angles)
    covered = _edge(canvas, length / 2 - np.abs(along)) * _edge(canvas, width / 2 - np.abs(across))
    on = (rows >= 0) & (rows < canvas.size_px) & (columns >= 0) & (columns < canvas.size_px)
    at = (rows * canvas.size_px + columns)[on]
    total = np.bincount(at, covered[on], minlength=canvas.size_px**2).reshape(canvas.size_px, canvas.size_px)
    if total.max() > 1 + OVERLAP:
        raise StimulusError("two bars of a texture overlap; raise the pitch, lower the jitter or make the bars smaller")
    return total


def _edge(canvas: Canvas, inside: np.ndarray) -> np.ndarray:
    return np.clip(0.5 + inside / canvas.pixel, 0, 1)
