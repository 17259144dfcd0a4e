"""Sinusoidal gratings in the full crossing of their parameters.

Angles follow the contour: 0 is horizontal, 90 vertical, 45 rises to the right. Luminance is
`background * (1 + contrast * sin(2 pi f u + phase))`, with u the distance in degrees from the centre of the patch at right
angles to the contour. It is computed here and not by `stimupy.components.waves.sine`, which samples the plane from edge to edge
(a frequency off by one part in `size_px`) and stretches every image to its full range of luminance, so that contrast and mean
depend on the phases in view; the tests use stimupy as the judge of orientation and frequency.
"""

from collections.abc import Iterable
from typing import Any

from harness import Canvas, StimulusSet, Timeline
from harness.stimuli import (
    OptionalValues,
    Values,
    build_stimulus_set,
    choices,
    cross,
    distinct,
    numbers,
    optional_numbers,
)
from harness_plugins.stimuli.gratings.patches import MOTIONS, Component, Patch, Screen


def gratings(
    orientation: Values = 0.0,
    spatial_frequency: Values = 1.0,
    phase: Values = 0.0,
    contrast: Values = 1.0,
    duration: Values = 200.0,
    temporal_frequency: Values = 0.0,
    motion: str | Iterable[str] = "drift",
    aperture: OptionalValues = None,
    hole: OptionalValues = None,
    x: Values = 0.0,
    y: Values = 0.0,
    surround_orientation: OptionalValues = None,
    surround_contrast: OptionalValues = None,
    surround_phase: Values = 0.0,
    surround_aperture: OptionalValues = None,
    gap: Values = 0.0,
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
        spatial_frequency: cycles per degree, of the centre and its surround.
        phase: degrees at (x, y); a positive phase shifts the grating against its direction of drift.
        contrast: Michelson contrast (Lmax - Lmin) / (Lmax + Lmin). 0 beside a surround shows the surround alone.
        duration: ms.
        temporal_frequency: Hz; 0 for a static grating.
        motion: "drift", or "counterphase", which reverses the contrast c cos(2 pi f t) in place.
        aperture: diameter of a circular window, in degrees; None for the whole image.
        hole: diameter of a hole in the window, which makes it an annulus; None for none.
        x: of the middle of the window, in degrees to the right of the middle of the image.
        y: the same upwards.
        surround_orientation: as `orientation`, of a grating around the aperture; None for no surround.
        surround_contrast: Michelson contrast of the surround; None for that of the centre.
        surround_phase: degrees relative to `phase`; with 0 and the same orientation, centre and surround are one grating.
        surround_aperture: diameter where the surround ends; None for the border of the image.
        gap: degrees from the edge of the aperture to the inner edge of the surround, at background luminance.
        soft_edge: width of the raised-cosine edge of all windows, in degrees, inside their borders.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: mean luminance of the gratings, and luminance around and after them.
        frame_rate: frames per second of a moving grating.

    Raises:
        StimulusError: for stimuli that a screen of this size, resolution and frame rate cannot show.
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
            "motion": choices("motion", motion, MOTIONS),
            "aperture": optional_numbers("aperture", aperture),
            "hole": optional_numbers("hole", hole),
            "x": numbers("x", x),
            "y": numbers("y", y),
            "surround_orientation": optional_numbers("surround_orientation", surround_orientation),
            "surround_contrast": optional_numbers("surround_contrast", surround_contrast),
            "surround_phase": numbers("surround_phase", surround_phase),
            "surround_aperture": optional_numbers("surround_aperture", surround_aperture),
            "gap": numbers("gap", gap),
        }
    )
    screen = Screen(canvas, frame_rate, soft_edge)
    meant = distinct(with_surround(condition) for condition in conditions)
    draw = lambda **condition: _timeline(screen, **condition)
    return build_stimulus_set("gratings", meant, draw, visual_degrees, background, screen.constants())


def with_surround(condition: dict[str, Any]) -> dict[str, Any]:
    """The surround of a condition: the contrast of the centre where none is given, nothing where there is none."""
    if condition["surround_orientation"] is None:
        nothing = {"surround_contrast": None, "surround_phase": 0.0, "surround_aperture": None, "gap": 0.0}
        return condition | nothing
    given = condition["surround_contrast"]
    return condition | {"surround_contrast": condition["contrast"] if given is None else given}


def surround_patch(screen: Screen, spatial_frequency: float, phase: float, **condition: Any) -> list[Patch]:
    """The patch of a surround, or none."""
    if condition["surround_orientation"] is None:
        return []
    centre = condition["x"], condition["y"]
    window = screen.surround(condition["aperture"], condition["gap"], condition["surround_aperture"], centre)
    wave = Component(
        condition["surround_orientation"],
        spatial_frequency,
        condition["surround_contrast"],
        phase + condition["surround_phase"],
    )
    return [Patch(window, (wave,), centre)]


def _timeline(screen: Screen, duration: float, temporal_frequency: float, motion: str, **condition: Any) -> Timeline:
    centre = condition["x"], condition["y"]
    wave = Component(*(condition[name] for name in ("orientation", "spatial_frequency", "contrast", "phase")))
    patch = Patch(screen.window(condition["aperture"], condition["hole"], centre), (wave,), centre)
    patches = [patch, *surround_patch(screen, **condition)]
    return screen.timeline(patches, duration, temporal_frequency, motion)
