"""Centre and surround in the full crossing of their orientations and contrasts, as in Trott & Born (2015)."""

from collections.abc import Callable, Mapping
from typing import Any

from harness import Canvas, StimulusSet, Timeline
from harness.stimuli import OptionalValues, Values, build_stimulus_set, cross, distinct, numbers, optional_numbers
from harness_plugins.stimuli.centre_surround.displays import Display
from harness_plugins.stimuli.gratings.patches import Screen

OPTIONAL = ("second_orientation", "surround_orientation", "surround_diameter", "tilt")


def centre_surround(
    orientation: Values = 0.0,
    second_orientation: OptionalValues = None,
    surround_orientation: OptionalValues = (None, 0.0, 30.0, 60.0, 90.0),
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
    """A grating or a plaid in a disc and a grating in a ring around it, one for every combination of the values given.

    Without a surround, its parameters have no effect, and the stimulus is in the set once. Sizes, contrasts and
    spatial frequency of the original experiment are not established; these suit a cell of 2 cycles/degree.

    Args:
        orientation: of the centre's contours, in degrees, counter-clockwise from horizontal.
        second_orientation: of a second grating that is added to the first (a plaid); None for a grating alone.
        surround_orientation: of the surround; None for none.
        contrast: Michelson contrast of each of the centre's gratings; 0 shows the surround alone.
        surround_contrast: of the surround.
        spatial_frequency: of all gratings, in cycles/degree.
        phase: of the centre's gratings, in degrees, in the middle of the disc; 90 is even.
        surround_phase: of the surround relative to `phase`. With 0 and the centre's orientation, the surround continues the centre.
        diameter: of the centre, in degrees.
        gap: inner diameter of the surround, as a multiple of the centre's; what lies between is blank.
        surround_diameter: degrees; None for up to the border of the image.
        x: of the middle of centre and surround, in degrees to the right of the middle of the image.
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
        "second_orientation": second_orientation,
        "surround_orientation": surround_orientation,
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
    return displays("centre_surround", parameters, Canvas(visual_degrees, size_px, background))


def displays(
    identifier: str,
    parameters: Mapping[str, Any],
    canvas: Canvas,
    turned: Callable[[dict[str, Any]], dict[str, Any]] = dict,
) -> StimulusSet:
    """One display for every combination of the values of the parameters.

    Args:
        parameters: name -> one value or several; those in `OPTIONAL` may be None.
        turned: gives a condition the `surround_orientation` that follows from others, where it is no parameter itself.
    """
    screen = Screen(canvas, 60.0, 0.0)
    checked = {
        name: (optional_numbers if name in OPTIONAL else numbers)(name, values) for name, values in parameters.items()
    }
    shown = distinct(without_idle(turned(condition)) for condition in cross(checked))
    constants = {"visual_degrees": canvas.visual_degrees, "size_px": canvas.size_px, "background": canvas.background}
    draw = lambda **condition: timeline(screen, **condition)
    return build_stimulus_set(identifier, shown, draw, canvas.visual_degrees, canvas.background, constants)


def without_idle(condition: dict[str, Any]) -> dict[str, Any]:
    """The condition without the parameters of a surround that is absent."""
    if condition["surround_orientation"] is not None:
        return condition
    nothing = {"surround_contrast": None, "surround_phase": None, "surround_diameter": None, "gap": None}
    return condition | nothing


def timeline(screen: Screen, duration: float, **condition: Any) -> Timeline:
    """The display of one condition, for `duration` ms."""
    around = None
    layout = {name: condition[name] for name in ("spatial_frequency", "diameter", "phase")}
    if condition["surround_orientation"] is not None:
        around = condition["surround_orientation"], condition["surround_contrast"]
        layout |= {name: condition[name] for name in ("gap", "surround_diameter", "surround_phase")}
    centre = [(condition["orientation"], condition["contrast"])]
    if condition.get("second_orientation") is not None:
        centre.append((condition["second_orientation"], condition["contrast"]))
    return Display(screen, centre=(condition["x"], condition["y"]), **layout).still(centre, around, duration)
