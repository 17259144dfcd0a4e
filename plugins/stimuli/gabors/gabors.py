"""Gabor patches: gratings under a Gaussian window, alone or several in one image."""

from collections.abc import Iterable, Sequence
from typing import Any

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import Values, build_stimulus_set, choices, cross, numbers
from harness_plugins.stimuli.gratings.patches import MOTIONS, Component, Patch, Screen

REACH = 3.0
"""Standard deviations of the envelope (1.1 % of its height) that must lie on the image."""


def gabors(
    orientation: Values = 0.0,
    spatial_frequency: Values = 2.0,
    phase: Values = 0.0,
    contrast: Values = 1.0,
    sigma: Values = 0.5,
    x: Values = 0.0,
    y: Values = 0.0,
    temporal_frequency: Values = 0.0,
    motion: str | Iterable[str] = "drift",
    duration: Values = 200.0,
    array: Sequence[Sequence[float]] = ((0.0, 0.0),),
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
) -> StimulusSet:
    """Gabor patches, one image for every combination of the values given; the table has a column for every parameter.

    Luminance is `background * (1 + contrast * exp(-r^2 / 2 sigma^2) * sin(2 pi f u + phase))`. Patches of an array that lie
    near each other add up. In sine phase (0) a patch has the luminance of the background on average; in cosine phase (90) it
    differs by the fraction exp(-2 (pi f sigma)^2) of the envelope.

    Args:
        orientation: of the contours, in degrees, counter-clockwise from horizontal.
        spatial_frequency: cycles per degree.
        phase: degrees, at the middle of the patch.
        contrast: Michelson contrast of the carrier.
        sigma: standard deviation of the envelope, in degrees.
        x: of the patch, or of the middle of the array, in degrees to the right of the middle of the image.
        y: the same upwards.
        temporal_frequency: Hz, of the carrier under a window that stays; 0 for a static patch.
        motion: "drift", towards `orientation + 90`, or "counterphase".
        duration: ms.
        array: the patches of every image: (dx, dy) in degrees from (x, y), or (dx, dy, turn) with degrees that are added to
            the orientation of that patch.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: mean luminance.
        frame_rate: frames per second of a moving carrier.

    Raises:
        StimulusError: for stimuli that this screen cannot show, and for a patch that does not lie on the image.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    places = _places(array)
    conditions = cross(
        {
            "orientation": numbers("orientation", orientation),
            "spatial_frequency": numbers("spatial_frequency", spatial_frequency),
            "phase": numbers("phase", phase),
            "contrast": numbers("contrast", contrast),
            "sigma": numbers("sigma", sigma),
            "x": numbers("x", x),
            "y": numbers("y", y),
            "temporal_frequency": numbers("temporal_frequency", temporal_frequency),
            "motion": choices("motion", motion, MOTIONS),
            "duration": numbers("duration", duration),
        }
    )
    screen = Screen(canvas, frame_rate, 0.0)
    constants = {name: value for name, value in screen.constants().items() if name != "soft_edge"}
    draw = lambda **condition: _timeline(screen, places, **condition)
    return build_stimulus_set(
        "gabors", conditions, draw, visual_degrees, background, constants | {"patches": len(places)}
    )


def _timeline(
    screen: Screen,
    places: list[tuple[float, float, float]],
    duration: float,
    temporal_frequency: float,
    motion: str,
    **gabor: Any,
) -> Timeline:
    patches = [_patch(screen.canvas, (gabor["x"] + dx, gabor["y"] + dy), turn, gabor) for dx, dy, turn in places]
    return screen.timeline(patches, duration, temporal_frequency, motion)


def _patch(canvas: Canvas, centre: tuple[float, float], turn: float, gabor: dict[str, float]) -> Patch:
    sigma = gabor["sigma"]
    if not sigma > 0:
        raise StimulusError(f"the envelope of a Gabor patch has a standard deviation above 0, not {sigma:g} degrees")
    canvas.check_fits(f"a Gabor patch of sigma {sigma:g}, drawn to {REACH:g} sigma,", centre, (REACH * sigma,) * 2)
    wave = Component(gabor["orientation"] + turn, gabor["spatial_frequency"], gabor["contrast"], gabor["phase"])
    return Patch(canvas.gaussian(sigma, centre), (wave,), centre)


def _places(array: Sequence[Sequence[float]]) -> list[tuple[float, float, float]]:
    """(dx, dy, turn) of every patch."""
    try:
        places = [tuple(float(value) for value in place) for place in array]
    except (TypeError, ValueError):
        places = []
    if not places or any(len(place) not in (2, 3) for place in places):
        raise StimulusError(f"array is a list of (dx, dy) or (dx, dy, turn) in degrees, one a patch, not {array!r}")
    return [(place[0], place[1], place[2] if len(place) == 3 else 0.0) for place in places]
