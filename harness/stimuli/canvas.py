"""A square image measured in degrees of visual angle, and the shapes that psychophysicists draw on it.

Everything is drawn as modulation about the background: 0 is the background, 1 twice its luminance, -1 black. A grating of Michelson
contrast c has modulation c sin(..), a bar of Weber contrast c modulation c. Angles follow the contour, counter-clockwise from
horizontal; positions are (x, y) from the middle of the image, to the right and upwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import checked, is_number, shown
from harness.errors import StimulusError
from harness.stimuli.degrees import WIDEST, is_size

Place = tuple[float, float]
MIDDLE: Place = (0.0, 0.0)
ROUNDING = 1e-6
LARGEST = 8192
"""Pixels along the side of an image."""


@dataclass(frozen=True)
class Part:
    """The coverage of an element where it lies; it is 0 everywhere else.

    Attributes:
        where: rows and columns of the image.
        coverage: there, in [0, 1].
    """

    where: tuple[slice, slice]
    coverage: np.ndarray


@checked(StimulusError, own=("visual_degrees", "size_px", "background"))
class Canvas:
    """An image of known size and resolution.

    Args:
        visual_degrees: its side.
        size_px: its side in pixels.
        background: luminance, between 0 and 1, of what is not drawn upon.

    Attributes:
        x, y: (size_px, size_px), degrees to the right of and above the middle, at the pixels' centres.
        pixel: side of a pixel in degrees.
    """

    def __init__(self, visual_degrees: float = 8.0, size_px: int = 224, background: float = 0.5):
        usable = (
            is_size(visual_degrees) and is_number(size_px) and float(size_px).is_integer() and is_number(background)
        )
        if not (usable and 2 <= size_px <= LARGEST and 0 < background < 1):
            raise StimulusError(
                f"an image needs visual_degrees above 0 and up to {WIDEST:g}, size_px from 2 to {LARGEST} and a background between "
                f"0 and 1, not {shown(visual_degrees)}, {shown(size_px)} and {shown(background)}"
            )
        self.visual_degrees, self.size_px, self.background = float(visual_degrees), int(size_px), float(background)
        self.pixel = self.visual_degrees / self.size_px
        along = (np.arange(self.size_px) + 0.5) * self.pixel - self.visual_degrees / 2
        self.x, self.y = np.meshgrid(along, -along)

    @property
    def highest_contrast(self) -> float:
        """The largest modulation up and down that luminance within [0, 1] can show."""
        return min(1.0, 1 / self.background - 1)

    @checked(StimulusError, pure=True)
    def along(self, orientation: float, centre: Place = MIDDLE) -> np.ndarray:
        """Degrees from the centre along a contour."""
        angle = np.deg2rad(orientation)
        return (self.x - centre[0]) * np.cos(angle) + (self.y - centre[1]) * np.sin(angle)

    @checked(StimulusError, pure=True)
    def across(self, orientation: float, centre: Place = MIDDLE) -> np.ndarray:
        """Degrees from the centre at right angles to a contour, towards `orientation + 90`."""
        return self.along(orientation + 90, centre)

    @checked(StimulusError, pure=True)
    def grating(
        self, orientation: float, spatial_frequency: float, phase: float = 0.0, centre: Place = MIDDLE
    ) -> np.ndarray:
        """sin(2 pi f u + phase), u from the centre across the contour; phase in degrees, frequency in cycles/degree."""
        self.check_frequency(spatial_frequency)
        return np.sin(2 * np.pi * spatial_frequency * self.across(orientation, centre) + np.deg2rad(phase))

    @checked(StimulusError, pure=True)
    def disc(self, diameter: float, centre: Place = MIDDLE, soft_edge: float = 0.0) -> np.ndarray:
        """1 inside, 0 outside. The edge is one pixel wide, or a raised cosine of `soft_edge` degrees inside the diameter."""
        inside = diameter / 2 - np.hypot(self.x - centre[0], self.y - centre[1])
        if soft_edge:
            return 0.5 - 0.5 * np.cos(np.pi * np.clip(inside / soft_edge, 0, 1))
        return self._edge(inside)

    @checked(StimulusError, pure=True)
    def annulus(self, inner: float, outer: float, centre: Place = MIDDLE, soft_edge: float = 0.0) -> np.ndarray:
        """1 between two diameters; a soft edge lies inside the ring."""
        if not 0 <= inner < outer:
            raise StimulusError(f"a ring needs 0 <= inner < outer diameter, not {inner:g} and {outer:g}")
        return self.disc(outer, centre, soft_edge) - self.disc(inner + 2 * soft_edge, centre, soft_edge)

    @checked(StimulusError, pure=True)
    def bar(self, length: float, width: float, orientation: float, centre: Place = MIDDLE) -> np.ndarray:
        """Coverage in [0, 1] of a bar, edges one pixel wide.

        Raises:
            StimulusError: if a corner lies off the image.
        """
        part, whole = self.bar_part(length, width, orientation, centre), np.zeros_like(self.x)
        whole[part.where] = part.coverage
        return whole

    @checked(StimulusError, pure=True)
    def bar_part(self, length: float, width: float, orientation: float, centre: Place = MIDDLE) -> Part:
        """`bar`, computed where it lies alone."""
        angle = np.deg2rad(orientation)
        reach = (
            abs(np.cos(angle)) * length / 2 + abs(np.sin(angle)) * width / 2,
            abs(np.sin(angle)) * length / 2 + abs(np.cos(angle)) * width / 2,
        )
        self.check_fits(f"a bar of {length:g} x {width:g} degrees", centre, reach)
        where = self._pixels(-centre[1], reach[1]), self._pixels(centre[0], reach[0])
        x, y = self.x[where] - centre[0], self.y[where] - centre[1]
        turned = np.deg2rad(orientation + 90)
        along_bar, across_bar = (x * np.cos(turn) + y * np.sin(turn) for turn in (angle, turned))
        return Part(where, self._edge(length / 2 - np.abs(along_bar)) * self._edge(width / 2 - np.abs(across_bar)))

    def _pixels(self, middle: float, reach: float) -> slice:
        """Pixels along an axis within reach of a place on it, with those that an edge may touch."""
        first = (middle - reach + self.visual_degrees / 2) / self.pixel
        last = (middle + reach + self.visual_degrees / 2) / self.pixel
        return slice(max(0, int(np.floor(first)) - 2), int(np.ceil(last)) + 2)

    @checked(StimulusError, pure=True)
    def gaussian(self, sd: float, centre: Place = MIDDLE) -> np.ndarray:
        """exp(-r^2 / 2 sd^2)."""
        return np.exp(-((self.x - centre[0]) ** 2 + (self.y - centre[1]) ** 2) / (2 * sd**2))

    @checked(StimulusError, pure=True)
    def image(self, modulation: np.ndarray) -> np.ndarray:
        """Luminance, float32 in [0, 1], of a modulation about the background.

        Raises:
            StimulusError: if it cannot be displayed.
        """
        luminance = self.background * (1 + modulation)
        if luminance.min() < -ROUNDING or luminance.max() > 1 + ROUNDING:
            raise StimulusError(
                f"luminance from {luminance.min():.3g} to {luminance.max():.3g} cannot be displayed; lower the contrasts "
                f"(at most {self.highest_contrast:g} about a background of {self.background:g})"
            )
        return np.clip(luminance, 0, 1).astype(np.float32)

    @checked(StimulusError, pure=True)
    def compose(self, elements: Sequence[tuple[np.ndarray | Part, np.ndarray | float]]) -> np.ndarray:
        """The modulation of elements (coverage, modulation) side by side; that of a part is there alone.

        Raises:
            StimulusError: if two of them overlap.
        """
        covered, total = np.zeros_like(self.x), np.zeros_like(self.x)
        for element, modulation in elements:
            where, coverage = (element.where, element.coverage) if isinstance(element, Part) else (..., element)
            covered[where] += coverage
            total[where] += coverage * modulation
        if covered.max() > 1 + 1e-3:
            raise StimulusError("two elements of an image overlap; move them apart or make them smaller")
        return total

    @checked(StimulusError, pure=True)
    def check_contrast(self, contrast: float) -> None:
        """Raise for a contrast that cannot be shown about this background."""
        if not 0 <= contrast <= self.highest_contrast:
            raise StimulusError(
                f"contrast {contrast:g} cannot be shown around a background of {self.background:g}; "
                f"stay between 0 and {self.highest_contrast:g}"
            )

    @checked(StimulusError, pure=True)
    def check_frequency(self, spatial_frequency: float) -> None:
        """Raise for a spatial frequency beyond what the pixels resolve."""
        nyquist = 0.5 / self.pixel
        if not 0 < spatial_frequency < nyquist:
            raise StimulusError(
                f"{spatial_frequency:g} cycles/degree cannot be drawn with {self.size_px} pixels on "
                f"{self.visual_degrees:g} degrees; stay between 0 and {nyquist:g}, or raise size_px"
            )

    @checked(StimulusError, pure=True)
    def check_fits(self, what: str, centre: Place, reach: Place) -> None:
        """Raise if something that reaches so far (x, y) from its centre does not lie on the image."""
        half = self.visual_degrees / 2 + ROUNDING
        if abs(centre[0]) + reach[0] > half or abs(centre[1]) + reach[1] > half:
            raise StimulusError(
                f"{what} at ({centre[0]:.3g}, {centre[1]:.3g}), {2 * reach[0]:.3g} x {2 * reach[1]:.3g} degrees, does not fit on "
                f"an image of {self.visual_degrees:g} degrees; "
                "make it smaller, bring it nearer to the middle or raise visual_degrees"
            )

    def _edge(self, inside: np.ndarray) -> np.ndarray:
        return np.clip(0.5 + inside / self.pixel, 0, 1)
