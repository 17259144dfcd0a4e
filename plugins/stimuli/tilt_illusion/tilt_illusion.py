"""A grating whose surround is tilted, as in the tilt illusion (O'Toole & Wenderoth 1977)."""

from typing import Any

from harness import Canvas, StimulusSet
from harness.stimuli import OptionalValues, Values
from harness_plugins.stimuli.centre_surround.centre_surround import displays


def tilt_illusion(
    orientation: Values = 90.0,
    tilt: OptionalValues = (None, 0.0, 20.0, 50.0, 70.0, 90.0),
    contrast: Values = 0.5,
    surround_contrast: Values = 0.5,
    spatial_frequency: Values = 2.0,
    phase: Values = 90.0,
    surround_phase: Values = 0.0,
    diameter: Values = 1.0,
    gap: Values = 1.1,
    surround_diameter: OptionalValues = None,
    x: Values = 0.0,
    y: Values = 0.0,
    duration: Values = 200.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
) -> StimulusSet:
    """A test grating in a disc and an inducing grating around it, one for every combination of the values given.

    A vertical test within a surround tilted by 20 degrees appears tilted the other way, by some 2 degrees (repulsion); within one
    tilted by 70 it appears tilted the same way, by less than 1 (attraction). Both gratings have their phases in the middle of the
    disc, so that at tilt 0 and `surround_phase` 0 they are one grating.

    Args:
        orientation: of the test's contours, in degrees, counter-clockwise from horizontal.
        tilt: of the surround relative to the test, in degrees, positive counter-clockwise; None for no surround.
        contrast: Michelson contrast of the test; 0 shows the surround alone.
        surround_contrast: of the surround.
        spatial_frequency: of both, in cycles/degree.
        phase: of the test, in degrees, in the middle of the disc; 90 is even.
        surround_phase: of the surround relative to `phase`.
        diameter: of the test, in degrees.
        gap: inner diameter of the surround, as a multiple of the test's; what lies between is blank.
        surround_diameter: degrees; None for up to the border of the image.
        x: of the middle of test and surround, in degrees to the right of the middle of the image.
        y: the same upwards.
        duration: ms.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: mean luminance, and that of the gap.

    Raises:
        StimulusError: for stimuli that do not fit on this image or cannot be displayed.
    """
    parameters = {
        "orientation": orientation,
        "tilt": tilt,
        "contrast": contrast,
        "surround_contrast": surround_contrast,
        "spatial_frequency": spatial_frequency,
        "phase": phase,
        "surround_phase": surround_phase,
        "diameter": diameter,
        "gap": gap,
        "surround_diameter": surround_diameter,
        "x": x,
        "y": y,
        "duration": duration,
    }
    return displays("tilt_illusion", parameters, Canvas(visual_degrees, size_px, background), _tilted)


def _tilted(condition: dict[str, Any]) -> dict[str, Any]:
    tilt = condition["tilt"]
    return condition | {"surround_orientation": None if tilt is None else condition["orientation"] + tilt}
