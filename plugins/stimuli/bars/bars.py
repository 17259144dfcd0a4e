"""Bars in the full crossing of their parameters: flashed at a place, or sweeping over it."""

from typing import Any

import numpy as np

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import (
    OptionalValues,
    Place,
    Values,
    build_stimulus_set,
    cross,
    distinct,
    numbers,
    optional_numbers,
    refreshes,
)


def bars(
    length: Values = 2.0,
    width: Values = 0.4,
    orientation: Values = 0.0,
    x: Values = 0.0,
    y: Values = 0.0,
    contrast: Values = 1.0,
    polarity: Values = 1.0,
    speed: Values = 0.0,
    direction: OptionalValues = None,
    duration: Values = 200.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
) -> StimulusSet:
    """Bars, one for every combination of the values given; the table has a column for every parameter.

    A moving bar is at (x, y) in the middle of its duration. A frame shows it where it is in the middle of that frame.

    Args:
        length: degrees along the contour.
        width: degrees across it.
        orientation: of the contour, in degrees, counter-clockwise from horizontal.
        x: of the bar's middle, in degrees to the right of the middle of the image.
        y: the same upwards.
        contrast: Weber contrast, |L - background| / background.
        polarity: 1 for a bar lighter than the background, -1 for a darker one.
        speed: degrees per second; 0 for a bar that stays.
        direction: of the motion, in degrees (0 to the right, 90 upwards); None for `orientation + 90`, so that a horizontal
            bar of orientation 0 moves upwards and one of 180 downwards.
        duration: ms.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance around the bar, and on the screen after it.
        frame_rate: frames per second of a moving bar.

    Raises:
        StimulusError: for stimuli that this screen cannot show, and for a bar that leaves the image anywhere on its way.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    conditions = cross(
        {
            "length": numbers("length", length),
            "width": numbers("width", width),
            "orientation": numbers("orientation", orientation),
            "x": numbers("x", x),
            "y": numbers("y", y),
            "contrast": numbers("contrast", contrast),
            "polarity": numbers("polarity", polarity),
            "speed": numbers("speed", speed),
            "direction": optional_numbers("direction", direction),
            "duration": numbers("duration", duration),
        }
    )
    constants = {
        "visual_degrees": canvas.visual_degrees,
        "size_px": canvas.size_px,
        "background": canvas.background,
        "frame_rate": float(frame_rate),
    }
    draw = lambda **condition: _timeline(canvas, frame_rate, **condition)
    meant = distinct(_with_direction(condition) for condition in conditions)
    return build_stimulus_set("bars", meant, draw, visual_degrees, background, constants)


def _with_direction(condition: dict[str, Any]) -> dict[str, Any]:
    """Direction of motion: at right angles to the contour if not given; none for a bar that stays."""
    if not condition["speed"]:
        return condition | {"direction": None}
    given = condition["direction"]
    return condition | {"direction": condition["orientation"] + 90 if given is None else given}


def _timeline(
    canvas: Canvas,
    frame_rate: float,
    x: float,
    y: float,
    speed: float,
    direction: float | None,
    duration: float,
    **bar: float,
) -> Timeline:
    if direction is None:
        return Timeline.still(_draw(canvas, (x, y), **bar), duration)
    right, up = speed * np.cos(np.deg2rad(direction)), speed * np.sin(np.deg2rad(direction))
    shown = []
    for onset, lasting in refreshes(duration, frame_rate):
        since = (onset + lasting / 2 - duration / 2) / 1000
        shown.append((_draw(canvas, (x + right * since, y + up * since), **bar), lasting))
    return Timeline.of(shown)


def _draw(
    canvas: Canvas, centre: Place, length: float, width: float, orientation: float, contrast: float, polarity: float
) -> np.ndarray:
    if not (length > 0 and width > 0 and abs(polarity) == 1):
        raise StimulusError(
            f"a bar has length and width above 0 and polarity 1 or -1, not {length:g}, {width:g} and {polarity:g}"
        )
    if width < canvas.pixel or length < canvas.pixel:
        raise StimulusError(
            f"a bar of {length:g} x {width:g} degrees is thinner than a pixel ({canvas.pixel:.3g} degrees); raise size_px"
        )
    if polarity > 0:
        canvas.check_contrast(contrast)
    elif not 0 <= contrast <= 1:
        raise StimulusError(f"a dark bar has a contrast between 0 and 1 (black), not {contrast:g}")
    return canvas.image(polarity * contrast * canvas.bar(length, width, orientation, centre))
