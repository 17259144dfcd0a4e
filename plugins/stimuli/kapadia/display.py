"""The displays of Kapadia, Ito, Gilbert & Westheimer (1995), as bars around a target."""

from typing import NamedTuple

from harness.errors import StimulusError
from harness.stimuli import Bar, generator

CONFIGURATIONS = (
    "blank",
    "target",
    "flanker",
    "collinear",
    "orthogonal_flanker",
    "orthogonal",
    "blocked",
    "background",
    "random",
    "random_collinear",
)


class Flankers(NamedTuple):
    """Where flankers lie.

    Attributes:
        distance: degrees between the centres of target and flanker.
        contrast: Weber contrast, negative for dark ones.
        sides: 1 for one flanker, in the direction of the target's orientation, 2 for one at either end.
    """

    distance: float
    contrast: float
    sides: int = 1


class Background(NamedTuple):
    """Bars at random around the target, of its size.

    Attributes:
        spacing: degrees between the places of neighbours, on a grid along the target's contour; they are shifted at random by as
            much as keeps neighbours apart.
        contrast: Weber contrast, negative for dark ones.
        extent: side of the square field that holds them, in degrees, about the target.
        made_collinear: how many of those on the target's axis, the nearest first, are in line with it in `random_collinear`.
        seed: of places and orientations.
    """

    spacing: float
    contrast: float
    extent: float
    made_collinear: int = 2
    seed: int = 0


def display(configuration: str, target: Bar, flankers: Flankers, background: Background) -> list[Bar]:
    """The bars of a display; what of `flankers` and `background` a configuration does not show is not looked at.

    Args:
        configuration: `blank`; `target` alone; `flanker`, a collinear one alone; `collinear`, target and flanker;
            `orthogonal_flanker` and `orthogonal`, the same with the flanker turned by 90 degrees; `blocked`, target and collinear
            flanker with an orthogonal bar half-way between them (a T); `background`, bars at random alone; `random`, these around
            the target; `random_collinear`, the same with some of them in line with the target.
    """
    shown = [] if configuration in ("blank", "flanker", "orthogonal_flanker", "background") else [target]
    if configuration in ("flanker", "collinear", "blocked"):
        shown += _flankers(target, flankers, 1.0)
    if configuration in ("orthogonal_flanker", "orthogonal"):
        shown += _flankers(target, flankers, 1.0, 90.0)
    if configuration == "blocked":
        shown += _flankers(target, flankers, 0.5, 90.0)
    if configuration in ("background", "random", "random_collinear"):
        shown += _scattered(target, background, configuration == "random_collinear")
    return shown


def _flankers(target: Bar, flankers: Flankers, share: float, turn: float = 0.0) -> list[Bar]:
    """Bars at a share of the distance, at one or both ends."""
    if flankers.sides not in (1, 2):
        raise StimulusError(f"flankers are on 1 side or on 2, not {flankers.sides}")
    ends = (1, -1)[: flankers.sides]
    return [target.beside(end * share * flankers.distance, turn=turn, contrast=flankers.contrast) for end in ends]


def _scattered(target: Bar, background: Background, some_collinear: bool) -> list[Bar]:
    room = (background.spacing - target.diagonal) / 2
    if not room >= 0:
        raise StimulusError(
            f"bars with a diagonal of {target.diagonal:g} degrees overlap at a spacing of {background.spacing:g}; raise spacing"
        )
    aligned = _on_axis(background.made_collinear) if some_collinear else []
    reach = int(background.extent / 2 / background.spacing * 2**0.5) + 1
    places = [(i, j) for i in range(-reach, reach + 1) for j in range(-reach, reach + 1) if (i, j) != (0, 0)]
    bars = {place: _at(target, background, place, room * (place not in aligned)) for place in places}
    inside = {place: bar for place, bar in bars.items() if _inside(bar, target, background.extent)}
    if missing := [place for place in aligned if place not in inside]:
        raise StimulusError(
            f"a field of {background.extent:g} degrees has no room for {background.made_collinear} collinear bars "
            f"{background.spacing:g} degrees apart ({len(missing)} lie outside); enlarge extent or make fewer collinear"
        )
    return list(inside.values())


def _on_axis(count: int) -> list[tuple[int, int]]:
    """Places on the target's axis, the nearest first."""
    return [(sign * ring, 0) for ring in range(1, count + 1) for sign in (1, -1)][:count]


def _at(target: Bar, background: Background, place: tuple[int, int], room: float) -> Bar:
    """The bar at a place of the grid; its random numbers are the place's own, and aligned where it has no room."""
    along, across = (background.spacing * step for step in place)
    if not room:
        return target.beside(along, across, contrast=background.contrast)
    random = generator(background.seed, "kapadia", *place)
    shift, turn = random.uniform(-room, room, 2), random.uniform(0, 180)
    return target.beside(along + shift[0], across + shift[1], turn, background.contrast)


def _inside(bar: Bar, target: Bar, extent: float) -> bool:
    away = max(abs(bar.centre[0] - target.centre[0]), abs(bar.centre[1] - target.centre[1]))
    return away + bar.diagonal / 2 <= extent / 2
