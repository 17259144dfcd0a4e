"""Drawings of objects at given positions in the image."""

from collections.abc import Iterable

import numpy as np

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import Values, build_stimulus_set, choices, cross, numbers
from harness_plugins.stimuli.silhouettes.drawings import DRAWINGS, modulation


def silhouettes(
    object: str | Iterable[str] = tuple(DRAWINGS),
    x: Values = 0.0,
    y: Values = 0.0,
    size: Values = 4.0,
    contrast: Values = 1.0,
    onset: Values = 0.0,
    duration: Values = 200.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
) -> StimulusSet:
    """Objects in a dark and a light tone, each by itself on a plain background.

    Args:
        object: car, couch, face, flower, guitar, hand, kiwi; one or several.
        x: of the middle of the drawing, in degrees to the right of the middle of the image.
        y: the same upwards.
        size: side of the square that a drawing fills, in degrees.
        contrast: Weber contrast of both tones.
        onset: ms of background before the object.
        duration: ms for which the object is shown.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance around the object, and on the screen before and after it.

    Raises:
        StimulusError: if a drawing leaves the image or cannot be displayed.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    parameters = {"x": x, "y": y, "size": size, "contrast": contrast, "onset": onset, "duration": duration}
    crossed = cross(
        {
            "object": choices("object", object, tuple(DRAWINGS)),
            **{name: numbers(name, values) for name, values in parameters.items()},
        }
    )
    constants = {"visual_degrees": visual_degrees, "size_px": size_px, "background": background}
    return build_stimulus_set(
        "silhouettes",
        crossed,
        lambda **condition: _timeline(canvas, **condition),
        visual_degrees,
        background,
        constants,
    )


def draw(canvas: Canvas, name: str, centre: tuple[float, float], size: float) -> np.ndarray:
    """Modulation of the image, from -1 to 1, by an object of so many degrees in the pixels nearest to its place."""
    pixels = round(size / canvas.pixel)
    if pixels < 2:
        raise StimulusError(
            f"a drawing of {size:g} degrees is smaller than two pixels; make it larger or raise size_px"
        )
    canvas.check_fits(f"a drawing of {size:g} degrees", centre, (size / 2, size / 2))
    left, top = (
        int(np.clip(round((canvas.visual_degrees / 2 + at) / canvas.pixel - pixels / 2), 0, canvas.size_px - pixels))
        for at in (centre[0], -centre[1])
    )
    image = np.zeros_like(canvas.x)
    image[top : top + pixels, left : left + pixels] = modulation(name, pixels)
    return image


def _timeline(
    canvas: Canvas, object: str, x: float, y: float, size: float, contrast: float, onset: float, duration: float
) -> Timeline:
    canvas.check_contrast(contrast)
    if onset < 0:
        raise StimulusError(f"an object appears at its onset, 0 ms or later, not {onset:g} ms")
    shown = Timeline.still(canvas.image(contrast * draw(canvas, object, (x, y), size)), duration)
    if not onset:
        return shown
    blank = np.full((1, 1), canvas.background, dtype=np.float32)
    return Timeline.of([(blank, onset), *shown.shown()])
