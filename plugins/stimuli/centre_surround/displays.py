"""A disc and a ring around it, with any gratings, at one position on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness import Timeline
from harness.errors import StimulusError
from harness.stimuli import MIDDLE, Place
from harness_plugins.stimuli.gratings.patches import Component, Patch, Screen

Grating = tuple[float, float]
"""Contour angle in degrees, Michelson contrast."""


@dataclass(frozen=True)
class Display:
    """Position of centre and surround, and the parameters that their gratings share.

    All gratings have one spatial frequency. The phase of each is given at the middle of the disc, so that a surround of the
    centre's orientation and with `surround_phase` 0 is the centre's own grating, continued beyond the gap.

    Attributes:
        screen: the canvas with its frame rate.
        spatial_frequency: cycles/degree.
        diameter: of the disc, in degrees.
        centre: (x, y) in degrees.
        phase: of the centre's gratings, in degrees, in the middle of the disc.
        gap: inner diameter of the ring as a multiple of the disc's; what lies between is blank.
        surround_diameter: where the ring ends, in degrees; None for the border of the image.
        surround_phase: of the ring's grating relative to `phase`.
    """

    screen: Screen
    spatial_frequency: float
    diameter: float
    centre: Place = MIDDLE
    phase: float = 0.0
    gap: float = 1.1
    surround_diameter: float | None = None
    surround_phase: float = 0.0

    def still(self, gratings: Sequence[Grating], surround: Grating | None, duration: float) -> Timeline:
        """The sum of the gratings in the disc (none: the surround alone), with the surround or none, for `duration` ms.

        Raises:
            StimulusError: if the disc or the inside of the ring does not lie on the image, or luminance cannot be displayed.
        """
        patches = [self._patch(self.screen.window(self.diameter, None, self.centre), gratings, self.phase)]
        if surround is not None:
            patches.append(self._patch(self._ring(), [surround], self.phase + self.surround_phase))
        return self.screen.timeline([patch for patch in patches if patch.components], duration, 0.0)

    def _ring(self) -> np.ndarray:
        if not self.gap >= 1:
            raise StimulusError(f"gap is a multiple of the centre's diameter, 1 for none; {self.gap:g} is less")
        inner = self.gap * self.diameter
        self.screen.canvas.check_fits(f"a centre and a gap of {inner:g} degrees", self.centre, (inner / 2, inner / 2))
        return self.screen.surround(self.diameter, (inner - self.diameter) / 2, self.surround_diameter, self.centre)

    def _patch(self, window: np.ndarray, gratings: Sequence[Grating], phase: float) -> Patch:
        waves = [Component(angle, self.spatial_frequency, contrast, phase) for angle, contrast in gratings]
        return Patch(window, tuple(waves), self.centre)
