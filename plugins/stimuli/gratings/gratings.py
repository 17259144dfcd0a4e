"""Sinusoidal gratings in the full crossing of their parameters.

Angles follow the contour: 0 is horizontal, 90 vertical, 45 rises to the right. Luminance is
`background * (1 + contrast * sin(2 pi f u + phase))`, with u the distance in degrees from the centre of the picture at right
angles to the contour. It is computed here and not by `stimupy.components.waves.sine`, which samples the plane from edge to edge
(a frequency off by one part in `size_px`) and stretches every picture to its full range of luminance, so that contrast and mean
depend on the phases in view; the tests use stimupy as the judge of orientation and frequency.
"""

from collections.abc import Iterable

import numpy as np

from harness import Canvas, Frame, StimulusSet, Timeline
from harness.conditions import Values, cross, numbers, optional_numbers, stimulus_set
from harness.errors import StimulusError


def gratings(
    orientation: Values = 0.0,
    spatial_frequency: Values = 1.0,
    phase: Values = 0.0,
    contrast: Values = 1.0,
    duration: Values = 200.0,
    temporal_frequency: Values = 0.0,
    aperture: float | Iterable[float | None] | None = None,
    soft_edge: float = 0.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
) -> StimulusSet:
    """Gratings, one for every combination of the values given; the table has a column for every parameter.

    Args:
        orientation: of the contours, in degrees, counter-clockwise from horizontal. A drifting grating moves towards
            `orientation + 90`, so 0 drifts upwards and 180, which looks the same, downwards.
        spatial_frequency: cycles per degree.
        phase: degrees at the centre of the picture; a positive phase shifts the grating against its direction of drift.
        contrast: Michelson contrast (Lmax - Lmin) / (Lmax + Lmin).
        duration: ms.
        temporal_frequency: Hz; 0 for a static grating.
        aperture: diameter of a circular window, in degrees; None for the whole picture.
        soft_edge: width of the raised-cosine edge of the window, in degrees, inside its diameter.
        visual_degrees: side of the picture, in degrees.
        size_px: side of the picture, in pixels.
        background: mean luminance of the gratings, and what surrounds and follows them.
        frame_rate: frames a second of a drifting grating.

    Raises:
        StimulusError: for what a screen of this size, resolution and frame rate cannot show.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    conditions = cross(
        {
            "orientation": numbers("orientation", orientation),
            "spatial_frequency": numbers("spatial_frequency", spatial_frequency),
            "phase": numbers("phase", phase),
            "contrast": numbers("contrast", contrast),
            "duration": numbers("duration", duration),
            "temporal_frequency": numbers("temporal_frequency", temporal_frequency),
            "aperture": optional_numbers("aperture", aperture),
        }
    )
    screen = _Screen(canvas, frame_rate, soft_edge)
    constants = {
        "soft_edge": float(soft_edge),
        "visual_degrees": canvas.visual_degrees,
        "size_px": canvas.size_px,
        "background": canvas.background,
        "frame_rate": float(frame_rate),
    }
    return stimulus_set("gratings", conditions, screen.timeline, visual_degrees, background, constants)


class _Screen:
    """A canvas with a frame rate."""

    def __init__(self, canvas: Canvas, frame_rate: float, soft_edge: float):
        if not (frame_rate > 0 and soft_edge >= 0):
            raise StimulusError(
                f"gratings need frame_rate > 0 and soft_edge >= 0, not {frame_rate:g} and {soft_edge:g}"
            )
        self.canvas, self.frame_rate, self.soft_edge = canvas, frame_rate, soft_edge

    def timeline(self, duration: float, temporal_frequency: float, phase: float, **grating: float) -> Timeline:
        """A still grating, or its frames one after the other for as long as it drifts."""
        if not duration > 0:
            raise StimulusError(f"a grating is shown for a positive number of milliseconds, not {duration:g}")
        if not abs(temporal_frequency) < self.frame_rate / 2:
            raise StimulusError(
                f"a drift of {temporal_frequency:g} Hz cannot be shown at {self.frame_rate:g} frames a second; raise frame_rate"
            )
        if not temporal_frequency:
            return Timeline.still(self.draw(phase=phase, **grating), duration)
        interval = 1000 / self.frame_rate
        starts = np.arange(np.ceil(duration / interval - 1e-9)) * interval
        phases = np.round((phase - 360 * temporal_frequency * starts / 1000) % 360, 6) % 360
        frames = {now: Frame(self.draw(phase=now, **grating)) for now in dict.fromkeys(phases.tolist())}
        return Timeline.of(
            [
                (frames[now], min(interval, duration - start))
                for now, start in zip(phases.tolist(), starts.tolist(), strict=True)
            ]
        )

    def draw(
        self, orientation: float, spatial_frequency: float, phase: float, contrast: float, aperture: float | None
    ) -> np.ndarray:
        """Luminance in [0, 1], float32 (size, size)."""
        self.canvas.check_contrast(contrast)
        wave = contrast * self.canvas.grating(orientation, spatial_frequency, phase)
        return self.canvas.picture(wave if aperture is None else wave * self.window(aperture))

    def window(self, aperture: float) -> np.ndarray:
        """1 inside the aperture, 0 outside."""
        if not 2 * self.soft_edge <= aperture <= self.canvas.visual_degrees:
            raise StimulusError(
                f"an aperture of {aperture:g} degrees does not fit between twice its soft edge ({self.soft_edge:g}) and the "
                f"picture ({self.canvas.visual_degrees:g} degrees)"
            )
        return self.canvas.disc(aperture, soft_edge=self.soft_edge)
