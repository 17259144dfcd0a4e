"""Patches of gratings on a screen: windows, surrounds, sums of components, and how they move."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from harness import Canvas, Frame, Timeline
from harness.errors import StimulusError
from harness.stimuli import MIDDLE, Place, refreshes

MOTIONS = ("drift", "counterphase")


@dataclass(frozen=True)
class Component:
    """A sinusoid: contour angle in degrees, cycles/degree, Michelson contrast, phase in degrees at the patch's centre."""

    orientation: float
    spatial_frequency: float
    contrast: float
    phase: float


@dataclass(frozen=True)
class Patch:
    """A sum of components seen through a window (size_px, size_px) of coverage in [0, 1]."""

    window: np.ndarray
    components: tuple[Component, ...]
    centre: Place = MIDDLE


class Screen:
    """A canvas with a frame rate, and edges of one width."""

    def __init__(self, canvas: Canvas, frame_rate: float, soft_edge: float):
        if not (frame_rate > 0 and soft_edge >= 0):
            raise StimulusError(
                f"gratings need frame_rate > 0 and soft_edge >= 0, not {frame_rate:g} and {soft_edge:g}"
            )
        self.canvas, self.frame_rate, self.soft_edge = canvas, float(frame_rate), float(soft_edge)

    def constants(self) -> dict[str, float]:
        """Columns of the table that are the same for all stimuli on this screen."""
        return {
            "soft_edge": self.soft_edge,
            "visual_degrees": self.canvas.visual_degrees,
            "size_px": self.canvas.size_px,
            "background": self.canvas.background,
            "frame_rate": self.frame_rate,
        }

    def window(self, aperture: float | None, hole: float | None = None, centre: Place = MIDDLE) -> np.ndarray:
        """Coverage of a circular window of diameter `aperture` (None: everything) with a hole of diameter `hole`."""
        if aperture is None:
            outer = np.ones_like(self.canvas.x)
        else:
            self._check_aperture("an aperture", aperture, centre)
            outer = self.canvas.disc(aperture, centre, self.soft_edge)
        if hole is None:
            return outer
        if not 0 < hole < (np.inf if aperture is None else aperture - 4 * self.soft_edge):
            raise StimulusError(
                f"a hole of {hole:g} degrees leaves no ring in an aperture of {aperture:g} degrees with soft edges of "
                f"{self.soft_edge:g}; make it smaller"
            )
        return outer - self.canvas.disc(hole + 2 * self.soft_edge, centre, self.soft_edge)

    def surround(
        self, aperture: float | None, gap: float, surround_aperture: float | None, centre: Place = MIDDLE
    ) -> np.ndarray:
        """Coverage of the area beyond `gap` degrees from the edge of the aperture, up to a diameter (None: everything)."""
        if aperture is None or gap < 0:
            raise StimulusError(
                f"a surround needs an aperture of the centre and a gap of 0 or more degrees, not {aperture} and {gap:g}"
            )
        return self.window(surround_aperture, aperture + 2 * gap, centre)

    def timeline(
        self, patches: Sequence[Patch], duration: float, temporal_frequency: float, motion: str = "drift"
    ) -> Timeline:
        """Still patches, or as many different frames as their motion has, for `duration` ms.

        A drift moves every component towards its orientation + 90; a counterphase grating has the contrast c cos(2 pi f t).
        """
        if not duration > 0:
            raise StimulusError(f"a grating is shown for a positive number of milliseconds, not {duration:g}")
        if not temporal_frequency:
            return Timeline.still(self.draw(patches), duration)
        limit = self.frame_rate / 2
        if not (abs(temporal_frequency) < limit or (motion == "counterphase" and abs(temporal_frequency) == limit)):
            raise StimulusError(
                f"a motion of {temporal_frequency:g} Hz cannot be shown at {self.frame_rate:g} frames per second; raise frame_rate"
            )
        shown = refreshes(duration, self.frame_rate)
        turns = [round(0.36 * temporal_frequency * onset % 360, 6) % 360 for onset, _ in shown]
        frames = {turn: Frame(self.draw(patches, turn, motion)) for turn in dict.fromkeys(turns)}
        return Timeline.of([(frames[turn], length) for turn, (_, length) in zip(turns, shown, strict=True)])

    def draw(self, patches: Sequence[Patch], turn: float = 0.0, motion: str = "drift") -> np.ndarray:
        """Luminance in [0, 1], float32 (size_px, size_px), `turn` degrees into the cycle of the motion."""
        total = np.zeros_like(self.canvas.x)
        for patch in patches:
            self.canvas.check_contrast(sum(component.contrast for component in patch.components))
            total += patch.window * sum(self._wave(each, patch.centre, turn, motion) for each in patch.components)
        return self.canvas.image(total)

    def _wave(self, component: Component, centre: Place, turn: float, motion: str) -> np.ndarray:
        drift, contrast = (turn, component.contrast)
        if motion == "counterphase":
            drift, contrast = 0.0, component.contrast * np.cos(np.deg2rad(turn))
        phase = component.phase - drift
        return contrast * self.canvas.grating(component.orientation, component.spatial_frequency, phase, centre)

    def _check_aperture(self, what: str, aperture: float, centre: Place) -> None:
        if not 2 * self.soft_edge <= aperture <= self.canvas.visual_degrees or aperture <= 0:
            raise StimulusError(
                f"{what} of {aperture:g} degrees does not fit between twice its soft edge ({self.soft_edge:g}) and the "
                f"image ({self.canvas.visual_degrees:g} degrees)"
            )
        self.canvas.check_fits(f"{what} of {aperture:g} degrees", centre, (aperture / 2, aperture / 2))
