"""Bars as image elements: displaced along and across their contour, drawn side by side without overlap."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from harness.checks import checked
from harness.errors import StimulusError
from harness.stimuli.canvas import MIDDLE, Canvas, Place


@checked(StimulusError)
@dataclass(frozen=True)
class Bar:
    """A light or dark bar.

    Attributes:
        length, width: degrees along and across the contour.
        orientation: of the contour, degrees counter-clockwise from horizontal.
        centre: (x, y), degrees to the right of and above the middle of the image.
        contrast: Weber contrast (L - background) / background; negative for a dark bar.
    """

    length: float
    width: float
    orientation: float
    centre: Place = MIDDLE
    contrast: float = 1.0

    def __post_init__(self) -> None:
        if not (self.length > 0 and self.width > 0):
            raise StimulusError(f"a bar has length and width above 0, not {self.length:g} and {self.width:g}")

    @property
    def diagonal(self) -> float:
        """Diameter of the circle around the bar."""
        return float(np.hypot(self.length, self.width))

    @checked(StimulusError)
    def beside(
        self, along: float = 0.0, across: float = 0.0, turn: float = 0.0, contrast: float | None = None
    ) -> "Bar":
        """A bar of the same size, so many degrees of visual angle further along and across (towards `orientation + 90`) this one's
        contour, turned counter-clockwise about its own centre."""
        angle = np.deg2rad(self.orientation)
        x = self.centre[0] + along * np.cos(angle) - across * np.sin(angle)
        y = self.centre[1] + along * np.sin(angle) + across * np.cos(angle)
        given = self.contrast if contrast is None else contrast
        return replace(self, centre=(float(x), float(y)), orientation=self.orientation + turn, contrast=given)

    @checked(StimulusError)
    def shifted(self, x: float, y: float) -> "Bar":
        """The same bar, so many degrees further to the right and upwards."""
        return replace(self, centre=(self.centre[0] + x, self.centre[1] + y))


@checked(StimulusError)
def draw_bars(canvas: Canvas, bars: Sequence[Bar]) -> np.ndarray:
    """The modulation (see `Canvas`) of bars.

    Raises:
        StimulusError: if two overlap, one leaves the image or is thinner than a pixel, or a contrast cannot be shown.
    """
    for bar in bars:
        if min(bar.length, bar.width) < canvas.pixel:
            raise StimulusError(
                f"a bar of {bar.length:g} x {bar.width:g} degrees is thinner than a pixel ({canvas.pixel:.3g} degrees); "
                "raise size_px"
            )
        if not -1 <= bar.contrast <= canvas.highest_contrast:
            raise StimulusError(
                f"a bar of contrast {bar.contrast:g} cannot be shown around a background of {canvas.background:g}; stay "
                f"between -1 (black) and {canvas.highest_contrast:g}"
            )
    covered = [(canvas.bar_part(bar.length, bar.width, bar.orientation, bar.centre), bar.contrast) for bar in bars]
    return canvas.compose(covered)
