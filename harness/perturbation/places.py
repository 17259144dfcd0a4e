"""Places in the field of view, in degrees from fixation, to the right and upwards; and where the units of a map lie."""

from dataclasses import dataclass

import numpy as np

from harness.checks import checked
from harness.errors import ModelError


@dataclass(frozen=True)
class Everywhere:
    """The whole field of view."""

    def contains(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether points lie in it."""
        return np.ones(np.broadcast(x, y).shape, bool)

    def __str__(self) -> str:
        return ""


@checked(ModelError)
@dataclass(frozen=True)
class Disc:
    """A disc: centre and diameter in degrees."""

    x: float
    y: float
    diameter: float

    def __post_init__(self) -> None:
        if not self.diameter > 0:
            raise ModelError(f"a disc has a positive diameter in degrees, not {self.diameter:g}")

    def contains(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether points lie in it."""
        return np.hypot(x - self.x, y - self.y) <= self.diameter / 2

    def __str__(self) -> str:
        return f" disc {self.x:g} {self.y:g} {self.diameter:g}"


@checked(ModelError)
@dataclass(frozen=True)
class Annulus:
    """A ring: centre, inner and outer diameter in degrees."""

    x: float
    y: float
    inner: float
    outer: float

    def __post_init__(self) -> None:
        if not 0 <= self.inner < self.outer:
            raise ModelError(
                f"an annulus has an inner diameter below the outer one, in degrees, not {self.inner:g} and {self.outer:g}"
            )

    def contains(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether points lie in it."""
        distance = np.hypot(x - self.x, y - self.y)
        return (distance > self.inner / 2) & (distance <= self.outer / 2)

    def __str__(self) -> str:
        return f" annulus {self.x:g} {self.y:g} {self.inner:g} {self.outer:g}"


EVERYWHERE = Everywhere()
Place = Everywhere | Disc | Annulus


@checked(ModelError, pure=True)
def degrees_of(grid: tuple[int, ...], visual_degrees: float) -> tuple[np.ndarray, np.ndarray]:
    """(places,) x and y in degrees of the middle of every place of a map of (height, width), row by row from the top."""
    height, width = grid
    y = -((np.arange(height) + 0.5) / height - 0.5) * visual_degrees
    x = ((np.arange(width) + 0.5) / width - 0.5) * visual_degrees
    return np.tile(x, height), np.repeat(y, width)
