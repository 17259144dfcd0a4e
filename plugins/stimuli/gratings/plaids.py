"""Plaids: the sum of two gratings in one window, with or without a grating around it."""

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
from harness_plugins.stimuli.gratings.gratings import surround_patch, with_surround
from harness_plugins.stimuli.gratings.patches import MOTIONS, Component, Patch, Screen


def plaids(
    orientation: Values = 0.0,
    second_orientation: Values = 90.0,
    contrast: Values = 0.5,
    second_contrast: OptionalValues = None,
    spatial_frequency: Values = 1.0,
    phase: Values = 0.0,
    second_phase: Values = 0.0,
    duration: Values = 200.0,
    temporal_frequency: Values = 0.0,
    motion: str | Iterable[str] = "drift",
    aperture: OptionalValues = None,
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
    """Plaids, one for every combination of the values given; the table has a column for every parameter.

    Luminance is `background * (1 + c1 sin(..) + c2 sin(..))`, so the contrasts of both components together are limited by what
    the background leaves room for. A component of contrast 0 leaves the other one alone.

    Args:
        orientation: contour of the first component, in degrees, counter-clockwise from horizontal.
        second_orientation: contour of the second.
        contrast: Michelson contrast of the first component.
        second_contrast: of the second; None for that of the first.
        spatial_frequency: cycles per degree, of both components and the surround.
        phase: degrees at (x, y), of the first component.
        second_phase: of the second.
        duration: ms.
        temporal_frequency: Hz; each component drifts towards its orientation + 90; 0 for a static plaid.
        motion: "drift", or "counterphase", which reverses both components in place.
        aperture: diameter of a circular window, in degrees; None for the whole image.
        x: of the middle of the window, in degrees to the right of the middle of the image.
        y: the same upwards.
        surround_orientation: contour of a grating around the aperture; None for no surround.
        surround_contrast: Michelson contrast of the surround; None for that of the first component.
        surround_phase: degrees relative to `phase`.
        surround_aperture: diameter where the surround ends; None for the border of the image.
        gap: degrees from the edge of the aperture to the inner edge of the surround, at background luminance.
        soft_edge: width of the raised-cosine edge of all windows, in degrees, inside their borders.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: mean luminance.
        frame_rate: frames per second of a moving plaid.

    Raises:
        StimulusError: for stimuli that a screen of this size, resolution and frame rate cannot show.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    conditions = cross(
        {
            "orientation": numbers("orientation", orientation),
            "second_orientation": numbers("second_orientation", second_orientation),
            "contrast": numbers("contrast", contrast),
            "second_contrast": optional_numbers("second_contrast", second_contrast),
            "spatial_frequency": numbers("spatial_frequency", spatial_frequency),
            "phase": numbers("phase", phase),
            "second_phase": numbers("second_phase", second_phase),
            "duration": numbers("duration", duration),
            "temporal_frequency": numbers("temporal_frequency", temporal_frequency),
            "motion": choices("motion", motion, MOTIONS),
            "aperture": optional_numbers("aperture", aperture),
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
    meant = distinct(with_surround(_with_second(condition)) for condition in conditions)
    draw = lambda **condition: _timeline(screen, **condition)
    return build_stimulus_set("plaids", meant, draw, visual_degrees, background, screen.constants())


def _with_second(condition: dict[str, Any]) -> dict[str, Any]:
    given = condition["second_contrast"]
    return condition | {"second_contrast": condition["contrast"] if given is None else given}


def _timeline(screen: Screen, duration: float, temporal_frequency: float, motion: str, **condition: Any) -> Timeline:
    centre, frequency = (condition["x"], condition["y"]), condition["spatial_frequency"]
    waves = tuple(
        Component(
            condition[f"{which}orientation"], frequency, condition[f"{which}contrast"], condition[f"{which}phase"]
        )
        for which in ("", "second_")
    )
    patch = Patch(screen.window(condition["aperture"], None, centre), waves, centre)
    patches = [patch, *surround_patch(screen, **condition)]
    return screen.timeline(patches, duration, temporal_frequency, motion)
