"""Drawings of seven objects in two tones, on the unit square (x to the right, y downwards)."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

DARK, GROUND, LIGHT = 0, 128, 255
_OVERSAMPLING = 8
Point = tuple[float, float]


class Pen:
    """Draws on the unit square at `size` pixels a side."""

    def __init__(self, size: int):
        self.size = size
        self.image = Image.new("L", (size, size), GROUND)
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[Point], tone: int = DARK) -> None:
        """A filled polygon."""
        self._draw.polygon([self._at(point) for point in points], fill=tone)

    def ellipse(self, centre: Point, width: float, height: float, tone: int = DARK) -> None:
        """A filled ellipse with upright axes."""
        (x, y), (a, b) = centre, (width / 2, height / 2)
        self._draw.ellipse([*self._at((x - a, y - b)), *self._at((x + a, y + b))], fill=tone)

    def stroke(self, start: Point, end: Point, width: float, tone: int = DARK) -> None:
        """A line with round ends."""
        self._draw.line([self._at(start), self._at(end)], fill=tone, width=round(width * self.size))
        for point in (start, end):
            self.ellipse(point, width, width, tone)

    def box(self, left: float, top: float, right: float, bottom: float, radius: float = 0.0, tone: int = DARK) -> None:
        """A rectangle with round corners."""
        corners = [*self._at((left, top)), *self._at((right, bottom))]
        self._draw.rounded_rectangle(corners, radius * self.size, fill=tone)

    def _at(self, point: Point) -> Point:
        return point[0] * self.size, point[1] * self.size


def modulation(name: str, size: int) -> np.ndarray:
    """(size, size) from -1 (dark) to 1 (light), 0 where nothing is drawn.

    Args:
        name: one of `DRAWINGS`.
        size: pixels a side.
    """
    pen = Pen(size * _OVERSAMPLING)
    DRAWINGS[name](pen)
    tones = np.asarray(pen.image, dtype=float)
    tones = np.where(tones > GROUND, 1.0, np.where(tones < GROUND, -1.0, 0.0))
    return tones.reshape(size, _OVERSAMPLING, size, _OVERSAMPLING).mean((1, 3))


def _car(pen: Pen) -> None:
    pen.polygon([(0.2, 0.5), (0.32, 0.3), (0.66, 0.3), (0.8, 0.5)])
    pen.box(0.04, 0.47, 0.96, 0.67, 0.06)
    pen.polygon([(0.28, 0.48), (0.36, 0.35), (0.48, 0.35), (0.48, 0.48)], LIGHT)
    pen.polygon([(0.52, 0.48), (0.52, 0.35), (0.63, 0.35), (0.71, 0.48)], LIGHT)
    for x in (0.24, 0.76):
        pen.ellipse((x, 0.68), 0.22, 0.22)
        pen.ellipse((x, 0.68), 0.1, 0.1, LIGHT)


def _couch(pen: Pen) -> None:
    pen.box(0.12, 0.26, 0.88, 0.62, 0.07)
    pen.box(0.16, 0.5, 0.495, 0.62, 0.03, LIGHT)
    pen.box(0.505, 0.5, 0.84, 0.62, 0.03, LIGHT)
    pen.box(0.04, 0.4, 0.17, 0.74, 0.06)
    pen.box(0.83, 0.4, 0.96, 0.74, 0.06)
    pen.box(0.1, 0.62, 0.9, 0.74)
    for x in (0.14, 0.86):
        pen.stroke((x, 0.74), (x, 0.82), 0.04)


def _face(pen: Pen) -> None:
    pen.ellipse((0.5, 0.46), 0.74, 0.84)
    pen.ellipse((0.5, 0.54), 0.58, 0.76, LIGHT)
    for x in (0.37, 0.63):
        pen.ellipse((x, 0.47), 0.13, 0.07)
        pen.stroke((x - 0.07, 0.38), (x + 0.07, 0.38), 0.03)
    pen.polygon([(0.5, 0.5), (0.45, 0.65), (0.55, 0.65)])
    pen.box(0.38, 0.74, 0.62, 0.79, 0.025)


def _flower(pen: Pen) -> None:
    pen.stroke((0.5, 0.35), (0.5, 0.95), 0.04)
    pen.polygon([(0.5, 0.9), (0.72, 0.66), (0.78, 0.78)])
    pen.polygon([(0.5, 0.82), (0.28, 0.6), (0.22, 0.72)])
    for angle in np.deg2rad(np.arange(0, 360, 60)):
        pen.ellipse((0.5 + 0.2 * np.sin(angle), 0.32 - 0.2 * np.cos(angle)), 0.22, 0.22, LIGHT)
    pen.ellipse((0.5, 0.32), 0.19, 0.19)


def _guitar(pen: Pen) -> None:
    pen.stroke((0.4, 0.58), (0.86, 0.14), 0.06)
    pen.stroke((0.84, 0.16), (0.92, 0.08), 0.1)
    pen.ellipse((0.29, 0.71), 0.46, 0.46)
    pen.ellipse((0.45, 0.55), 0.34, 0.34)
    pen.ellipse((0.4, 0.6), 0.14, 0.14, LIGHT)
    pen.stroke((0.2, 0.74), (0.27, 0.81), 0.035, LIGHT)


def _hand(pen: Pen) -> None:
    pen.box(0.3, 0.48, 0.72, 0.94, 0.12, LIGHT)
    for base, tip, width in (
        ((0.36, 0.55), (0.27, 0.2), 0.1),
        ((0.46, 0.5), (0.43, 0.1), 0.1),
        ((0.57, 0.5), (0.59, 0.12), 0.1),
        ((0.66, 0.55), (0.76, 0.24), 0.09),
        ((0.36, 0.78), (0.12, 0.52), 0.11),
    ):
        pen.stroke(base, tip, width, LIGHT)


def _kiwi(pen: Pen) -> None:
    pen.ellipse((0.5, 0.5), 0.92, 0.8)
    pen.ellipse((0.5, 0.5), 0.82, 0.7, LIGHT)
    for angle in np.deg2rad(np.arange(0, 360, 24)):
        pen.ellipse((0.5 + 0.22 * np.sin(angle), 0.5 + 0.19 * np.cos(angle)), 0.05, 0.05)


DRAWINGS: dict[str, Callable[[Pen], None]] = {
    "car": _car,
    "couch": _couch,
    "face": _face,
    "flower": _flower,
    "guitar": _guitar,
    "hand": _hand,
    "kiwi": _kiwi,
}
