"""Contour integration as Kapadia, Ito, Gilbert & Westheimer (1995) showed it, in the crossing of its parameters."""

from collections.abc import Iterable
from typing import Any

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import Bar, Values, build_stimulus_set, choices, cross, distinct, draw_bars, numbers
from harness_plugins.stimuli.kapadia.display import CONFIGURATIONS, Background, Flankers, display

SHOWN = tuple(name for name in CONFIGURATIONS if name not in ("blank", "background"))
_TARGET = ("contrast", "polarity")
_FLANKERS = ("distance", "flanker_contrast", "flanker_polarity", "sides")
_BACKGROUND = ("spacing", "flanker_contrast", "flanker_polarity", "pattern")
_USED = {
    "blank": (),
    "target": _TARGET,
    "flanker": _FLANKERS,
    "collinear": _TARGET + _FLANKERS,
    "orthogonal_flanker": _FLANKERS,
    "orthogonal": _TARGET + _FLANKERS,
    "blocked": _TARGET + _FLANKERS,
    "background": _BACKGROUND,
    "random": _TARGET + _BACKGROUND,
    "random_collinear": (*_TARGET, *_BACKGROUND, "made_collinear"),
}


def kapadia(
    configuration: str | Iterable[str] = SHOWN,
    distance: Values = 1.2,
    orientation: Values = 0.0,
    length: Values = 0.8,
    width: Values = 0.2,
    contrast: Values = 0.2,
    flanker_contrast: Values = 0.6,
    polarity: Values = 1.0,
    flanker_polarity: Values = 1.0,
    sides: Values = 1,
    spacing: Values = 1.2,
    made_collinear: Values = 2,
    pattern: Values = 0,
    x: Values = 0.0,
    y: Values = 0.0,
    duration: Values = 200.0,
    extent: float = 8.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
) -> StimulusSet:
    """A target bar with and without flankers and other bars around it; the table has a column for every parameter, empty where a
    configuration does not show what it describes.

    Args:
        configuration: `target` alone; `flanker`, a collinear one alone; `collinear`, both; `orthogonal_flanker` and `orthogonal`,
            the same with the flanker turned by 90 degrees; `blocked`, target and collinear flanker with an orthogonal bar half-way
            between them; `random`, the target among bars at random; `random_collinear`, the same with some of these in line with
            it; `background`, bars at random alone; `blank`.
        distance: degrees between the centres of target and flanker.
        orientation: of target and collinear flanker, in degrees, counter-clockwise from horizontal. The flanker of one side lies in
            this direction, so that 180 puts it at the other end of a horizontal target.
        length: degrees along a bar, of all bars.
        width: degrees across it.
        contrast: Weber contrast of the target, |L - background| / background.
        flanker_contrast: of all other bars.
        polarity: 1 for a target lighter than the background, -1 for a darker one.
        flanker_polarity: the same of all other bars.
        sides: 1 or 2 flankers.
        spacing: degrees between neighbours at random, at least the diagonal of a bar.
        made_collinear: how many bars of `random_collinear` are in line with the target, the nearest first.
        pattern: which random pattern, a whole number; `random` and `random_collinear` of one pattern differ in nothing else.
        x: of the target, in degrees to the right of the middle of the image.
        y: the same upwards.
        duration: ms.
        extent: side of the square field of bars at random, about the target.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance around the bars, and on the screen after them.

    Raises:
        StimulusError: if bars overlap or leave the image, or cannot be displayed.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    parameters = {
        "distance": distance,
        "orientation": orientation,
        "length": length,
        "width": width,
        "contrast": contrast,
        "flanker_contrast": flanker_contrast,
        "polarity": polarity,
        "flanker_polarity": flanker_polarity,
        "sides": sides,
        "spacing": spacing,
        "made_collinear": made_collinear,
        "pattern": pattern,
        "x": x,
        "y": y,
        "duration": duration,
    }
    crossed = cross(
        {
            "configuration": choices("configuration", configuration, CONFIGURATIONS),
            **{name: numbers(name, values) for name, values in parameters.items()},
        }
    )
    constants = {"extent": extent, "visual_degrees": visual_degrees, "size_px": size_px, "background": background}
    draw = lambda **condition: _timeline(canvas, extent, **condition)
    return build_stimulus_set("kapadia", distinct(map(_shown, crossed)), draw, visual_degrees, background, constants)


def _shown(condition: dict[str, Any]) -> dict[str, Any]:
    """A condition without the parameters of elements that its configuration does not show."""
    used = _USED[condition["configuration"]]
    optional = {*_TARGET, *_FLANKERS, *_BACKGROUND, "made_collinear"}
    return {name: None if name in optional and name not in used else value for name, value in condition.items()}


def _timeline(
    canvas: Canvas, extent: float, configuration: str, x: float, y: float, duration: float, **given: Any
) -> Timeline:
    whole = lambda name: _whole(name, given[name] or 0.0)
    target = Bar(given["length"], given["width"], given["orientation"], (x, y), _signed("", given))
    around = _signed("flanker_", given)
    flankers = Flankers(given["distance"] or 0.0, around, whole("sides"))
    scattered = Background(given["spacing"] or 0.0, around, extent, whole("made_collinear"), whole("pattern"))
    bars = display(configuration, target, flankers, scattered)
    return Timeline.still(canvas.image(draw_bars(canvas, bars)), duration)


def _whole(name: str, value: float) -> int:
    if value != int(value) or value < 0:
        raise StimulusError(f"{name} is a whole number of 0 or more, not {value:g}")
    return int(value)


def _signed(which: str, given: dict[str, Any]) -> float:
    """Weber contrast with the sign of its polarity; 0 for an element that is not shown."""
    contrast, polarity = given[f"{which}contrast"], given[f"{which}polarity"]
    if contrast is None:
        return 0.0
    if not (contrast >= 0 and abs(polarity) == 1):
        raise StimulusError(
            f"a bar has a contrast of 0 or more and a polarity of 1 (light) or -1 (dark), not {contrast:g} and {polarity:g}"
        )
    return contrast * polarity
