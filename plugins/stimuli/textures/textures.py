"""A bar on a background of bars (Knierim & Van Essen 1992), and regions of oriented texture with a border (Zipser et al. 1996)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import (
    MIDDLE,
    Place,
    Values,
    build_stimulus_set,
    choices,
    cross,
    distinct,
    numbers,
    optional_numbers,
)
from harness_plugins.stimuli.textures.elements import Lattice, coverage

SURROUNDS = ("none", "parallel", "orthogonal", "random")


def surround_bars(canvas: Canvas, lattice: Lattice, kind: str, orientation: float) -> np.ndarray:
    """Coverage (size_px, size_px) of the bars around the centre of the lattice, which stays empty.

    Args:
        kind: "parallel" to `orientation`, "orthogonal" to it, "random" (each bar its own, evenly distributed, by the lattice's
            seed), or "none".
    """
    if kind == "none":
        return np.zeros_like(canvas.x)
    places = lattice.around(canvas)
    turned = orientations(kind, orientation, len(places), lattice.seed)
    return coverage(canvas, places, turned, lattice.length, lattice.width)


def orientations(kind: str, orientation: float, count: int, seed: int) -> np.ndarray:
    """(count,) degrees, of the bars of a surround; see `surround_bars`."""
    if kind == "random":
        return np.random.default_rng([seed, 1]).uniform(0, 180, count)
    return np.full(count, orientation + (90 if kind == "orthogonal" else 0), dtype=float)


def regions(
    canvas: Canvas,
    lattice: Lattice,
    orientation: float,
    figure: float | None = None,
    offset: Place = MIDDLE,
    difference: float = 90.0,
) -> np.ndarray:
    """Coverage (size_px, size_px) of a texture that fills the image, with a square figure of another orientation.

    Every place of the lattice holds a bar, and a bar belongs to the figure if its middle lies in it. What surrounds the lattice's
    centre is the same, pixel by pixel, in every figure that holds it.

    Args:
        orientation: of the bars in the figure, and of all bars where there is none.
        figure: side of the figure, or None for a uniform texture.
        offset: (x, y) of the figure's middle from the centre of the lattice.
        difference: degrees by which the bars outside are turned.

    Raises:
        StimulusError: if the figure does not lie on the image.
    """
    places = np.concatenate([lattice.around(canvas), [lattice.centre]])
    turned = np.full(len(places), orientation, dtype=float)
    if figure is not None:
        middle = lattice.centre[0] + offset[0], lattice.centre[1] + offset[1]
        canvas.check_fits(f"a figure of {figure:g} degrees", middle, (figure / 2, figure / 2))
        turned[np.abs(places - middle).max(1) > figure / 2] += difference
    return coverage(canvas, places, turned, lattice.length, lattice.width)


def textures(
    surround: str | Iterable[str] = SURROUNDS,
    centre: Values = (1, 0),
    orientation: Values = 90.0,
    length: Values = 0.5,
    width: Values = 0.2,
    pitch: Values = 0.8,
    jitter: Values = 0.0,
    x: Values = 0.0,
    y: Values = 0.0,
    contrast: Values = 1.0,
    seed: Values = 0,
    duration: Values = 200.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
) -> StimulusSet:
    """A bar alone, on textures of bars, and the textures alone; one for every combination of the values given.

    The bars stand in rows and columns along and across the bar in the centre.

    Args:
        surround: the bars around the centre: "none", "parallel" or "orthogonal" to `orientation`, "random", or several of these.
        centre: 1 for a bar in the centre, 0 for none.
        orientation: of the bar in the centre, of the contour, in degrees, counter-clockwise from horizontal.
        length: of all bars, in degrees along the contour.
        width: of all bars, in degrees across it.
        pitch: degrees between neighbours.
        jitter: each bar of the surround is moved by up to this many degrees along both axes.
        x: of the centre, in degrees to the right of the middle of the image.
        y: the same upwards.
        contrast: Weber contrast; negative for bars darker than the background.
        seed: of the jitter and of the random orientations.
        duration: ms.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance between the bars, and on the screen after them.

    Raises:
        StimulusError: for stimuli that this screen cannot show, and for bars that overlap.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    which: dict[str, list[Any]] = {
        "surround": choices("surround", surround, SURROUNDS),
        "centre": numbers("centre", centre),
    }
    conditions = cross(which | _bars(orientation, length, width, pitch, jitter, x, y, contrast, seed, duration))
    shown = [each for each in conditions if each["centre"] or each["surround"] != "none"]
    return build_stimulus_set(
        "textures", shown, lambda **each: _surrounded(canvas, **each), visual_degrees, background, _constants(canvas)
    )


def texture_borders(
    figure: float | Iterable[float | None] | None = (None, 2.0, 4.0),
    offset_x: Values = 0.0,
    offset_y: Values = 0.0,
    difference: Values = 90.0,
    orientation: Values = 90.0,
    length: Values = 0.5,
    width: Values = 0.2,
    pitch: Values = 0.65,
    jitter: Values = 0.05,
    x: Values = 0.0,
    y: Values = 0.0,
    contrast: Values = 1.0,
    seed: Values = 0,
    duration: Values = 200.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
) -> StimulusSet:
    """Square figures of oriented texture on a ground of another orientation, one for every combination of the values given.

    With `figure` 4 and `offset_x` 1.5 the border passes half a degree to the left of (x, y).

    Args:
        figure: side of the figure in degrees; None for a uniform texture; one or several.
        offset_x: of the figure's middle, in degrees to the right of (x, y).
        offset_y: the same upwards.
        difference: degrees by which the bars of the ground are turned.
        orientation: of the bars in the figure, of the contour, in degrees, counter-clockwise from horizontal.
        length: of all bars, in degrees along the contour.
        width: of all bars, in degrees across it.
        pitch: degrees between neighbours.
        jitter: each bar but that at (x, y) is moved by up to this many degrees along both axes.
        x: of a bar of the texture, in degrees to the right of the middle of the image; where a unit has its receptive field.
        y: the same upwards.
        contrast: Weber contrast; negative for bars darker than the background.
        seed: of the jitter.
        duration: ms.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance between the bars, and on the screen after them.

    Raises:
        StimulusError: for stimuli that this screen cannot show, for bars that overlap and for a figure that leaves the image.
    """
    canvas = Canvas(visual_degrees, size_px, background)
    which: dict[str, list[Any]] = {
        "figure": optional_numbers("figure", figure),
        "offset_x": numbers("offset_x", offset_x),
        "offset_y": numbers("offset_y", offset_y),
        "difference": numbers("difference", difference),
    }
    conditions = cross(which | _bars(orientation, length, width, pitch, jitter, x, y, contrast, seed, duration))
    uniform = {"offset_x": 0.0, "offset_y": 0.0, "difference": 0.0}
    meant = distinct(each | uniform if each["figure"] is None else each for each in conditions)
    return build_stimulus_set(
        "texture_borders",
        meant,
        lambda **each: _bordered(canvas, **each),
        visual_degrees,
        background,
        _constants(canvas),
    )


def _bars(*values: Values) -> dict[str, list[float]]:
    """Columns of the tables of both sets that describe their bars."""
    named = ("orientation", "length", "width", "pitch", "jitter", "x", "y", "contrast", "seed", "duration")
    return {name: numbers(name, given) for name, given in zip(named, values, strict=True)}


def _constants(canvas: Canvas) -> dict[str, float]:
    return {"visual_degrees": canvas.visual_degrees, "size_px": canvas.size_px, "background": canvas.background}


def _surrounded(
    canvas: Canvas, surround: str, centre: float, orientation: float, contrast: float, duration: float, **bars: float
) -> Timeline:
    lattice = _lattice(turn=orientation, **bars)
    elements = [(surround_bars(canvas, lattice, surround, orientation), contrast)]
    if centre:
        elements.append((canvas.bar(lattice.length, lattice.width, orientation, lattice.centre), contrast))
    return _still(canvas, elements, contrast, duration)


def _bordered(
    canvas: Canvas,
    figure: float | None,
    offset_x: float,
    offset_y: float,
    difference: float,
    orientation: float,
    contrast: float,
    duration: float,
    **bars: float,
) -> Timeline:
    covered = regions(canvas, _lattice(**bars), orientation, figure, (offset_x, offset_y), difference)
    return _still(canvas, [(covered, contrast)], contrast, duration)


def _lattice(
    length: float, width: float, pitch: float, jitter: float, x: float, y: float, seed: float, turn: float = 0.0
) -> Lattice:
    return Lattice(length, width, pitch, jitter, (x, y), int(seed), turn)


def _still(canvas: Canvas, elements: Sequence[tuple[np.ndarray, float]], contrast: float, duration: float) -> Timeline:
    if not -1 <= contrast <= canvas.highest_contrast:
        raise StimulusError(
            f"bars of contrast {contrast:g} cannot be shown on a background of {canvas.background:g}; stay between -1 (black) "
            f"and {canvas.highest_contrast:g}"
        )
    return Timeline.still(canvas.image(canvas.compose(elements)), duration)
