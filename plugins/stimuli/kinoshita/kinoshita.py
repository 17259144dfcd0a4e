"""The bars of Kinoshita, Gilbert & Das (2009): one, its two flanks, and all three."""

from collections.abc import Iterable

import numpy as np

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import Bar, Values, build_stimulus_set, choices, cross, distinct, draw_bars, numbers, refreshes

CONFIGURATIONS = ("single", "flanks", "three")


def kinoshita(
    configuration: str | Iterable[str] = CONFIGURATIONS,
    separation: Values = 0.2,
    turn: Values = 0.0,
    orientation: Values = 0.0,
    length: Values = 0.25,
    width: Values = 0.05,
    contrast: Values = 0.2,
    polarity: Values = 1.0,
    drift: Values = 0.25,
    x: Values = 0.0,
    y: Values = 0.0,
    duration: Values = 200.0,
    visual_degrees: float = 4.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
) -> StimulusSet:
    """Short bars, as they were shown for intrinsic-signal imaging; the table has a column for every parameter, empty where a single
    bar has no flanks to describe.

    Bars of 0.25 degrees, 20 % contrast and 0.2 degrees between them that drift over 0.25 degrees are the published example (legend
    of a figure); their width is not known here, and chosen.

    Args:
        configuration: `single`, the bar in the middle; `flanks`, one at either end without it; `three`, all.
        separation: degrees between the ends of neighbours in line.
        turn: degrees by which each flank is turned about its own centre, off collinearity.
        orientation: of the bar in the middle, in degrees, counter-clockwise from horizontal.
        length: degrees along a bar.
        width: degrees across it.
        contrast: Weber contrast of all bars, |L - background| / background.
        polarity: 1 for bars lighter than the background, -1 for darker ones.
        drift: degrees over which all bars move together towards `orientation + 90` within the duration, half of it before the place
            (x, y); 0 for bars that stay.
        x: of the middle, in degrees to the right of the middle of the image.
        y: the same upwards.
        duration: ms.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance around the bars, and on the screen after them.
        frame_rate: frames per second of drifting bars.

    Raises:
        StimulusError: if bars overlap or leave the image anywhere on their way, or cannot be displayed.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    parameters = {
        "separation": separation,
        "turn": turn,
        "orientation": orientation,
        "length": length,
        "width": width,
        "contrast": contrast,
        "polarity": polarity,
        "drift": drift,
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
    without_flanks = {"separation": None, "turn": None}
    shown = distinct(
        condition | without_flanks if condition["configuration"] == "single" else condition for condition in crossed
    )
    constants = {
        "visual_degrees": visual_degrees,
        "size_px": size_px,
        "background": background,
        "frame_rate": frame_rate,
    }
    draw = lambda **condition: _timeline(canvas, frame_rate, **condition)
    return build_stimulus_set("kinoshita", shown, draw, visual_degrees, background, constants)


def in_line(configuration: str, middle: Bar, separation: float, turn: float = 0.0) -> list[Bar]:
    """The bars of a configuration around the one in the middle."""
    step = middle.length + separation
    flanks = [middle.beside(step, turn=turn), middle.beside(-step, turn=turn)]
    return {"single": [middle], "flanks": flanks, "three": [middle, *flanks]}[configuration]


def _timeline(
    canvas: Canvas,
    frame_rate: float,
    configuration: str,
    separation: float | None,
    turn: float | None,
    drift: float,
    duration: float,
    x: float,
    y: float,
    contrast: float,
    polarity: float,
    **size: float,
) -> Timeline:
    if not (contrast >= 0 and abs(polarity) == 1):
        raise StimulusError(
            f"bars have a contrast of 0 or more and a polarity of 1 (light) or -1 (dark), not {contrast:g} and {polarity:g}"
        )
    middle = Bar(**size, centre=(x, y), contrast=contrast * polarity)
    bars = in_line(configuration, middle, separation or 0.0, turn or 0.0)
    if not drift:
        return Timeline.still(canvas.image(draw_bars(canvas, bars)), duration)
    towards = np.deg2rad(size["orientation"] + 90)
    shown = []
    for onset, lasting in refreshes(duration, frame_rate):
        way = drift * ((onset + lasting / 2) / duration - 0.5)
        moved = [bar.shifted(way * np.cos(towards), way * np.sin(towards)) for bar in bars]
        shown.append((canvas.image(draw_bars(canvas, moved)), lasting))
    return Timeline.of(shown)
