"""Centre and surround in the full crossing of their orientations and contrasts, as in Trott & Born (2015)."""

from collections.abc import Iterable
from typing import Any

from harness import Canvas, StimulusSet, Timeline
from harness.conditions import Values, cross, distinct, numbers, optional_numbers, stimulus_set
from harness_plugins.stimuli.centre_surround.displays import Display
from harness_plugins.stimuli.gratings.patches import Screen

OptionalValues = float | None | Iterable[float | None]


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

    Where there is no surround, what is said of it has no effect, and such a stimulus is in the set once. Sizes, contrasts and
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
        surround_diameter: degrees; None for up to the border of the picture.
        x: of the middle of centre and surround, in degrees to the right of the middle of the picture.
        y: the same upwards.
        duration: ms.
        visual_degrees: side of the picture, in degrees.
        size_px: side of the picture, in pixels.
        background: mean luminance, and that of the gap.

    Raises:
        StimulusError: for what does not fit on this picture or cannot be displayed.
    """
    screen = Screen(Canvas(visual_degrees, size_px, background), 60.0, 0.0)
    conditions = cross(
        {
            "orientation": numbers("orientation", orientation),
            "second_orientation": optional_numbers("second_orientation", second_orientation),
            "surround_orientation": optional_numbers("surround_orientation", surround_orientation),
            "contrast": numbers("contrast", contrast),
            "surround_contrast": numbers("surround_contrast", surround_contrast),
            "spatial_frequency": numbers("spatial_frequency", spatial_frequency),
            "phase": numbers("phase", phase),
            "surround_phase": numbers("surround_phase", surround_phase),
            "diameter": numbers("diameter", diameter),
            "gap": numbers("gap", gap),
            "surround_diameter": optional_numbers("surround_diameter", surround_diameter),
            "x": numbers("x", x),
            "y": numbers("y", y),
            "duration": numbers("duration", duration),
        }
    )
    constants = {"visual_degrees": float(visual_degrees), "size_px": int(size_px), "background": float(background)}
    draw = lambda **condition: timeline(screen, **condition)
    shown = distinct(without_idle(condition) for condition in conditions)
    return stimulus_set("centre_surround", shown, draw, visual_degrees, background, constants)


def without_idle(condition: dict[str, Any]) -> dict[str, Any]:
    """The condition without what it says of a surround that is not there."""
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
