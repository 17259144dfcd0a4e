"""Random-dot kinematograms as in the studies of MT and LIP by Newsome, Shadlen, Gold and colleagues.

The dots of a stimulus are several sets (three, in these studies) that are shown in turn, a set a frame. When its turn comes again,
each dot of a set moves on with the probability `coherence`, and otherwise appears at a random place; which dots move is drawn
anew each time. Dots wrap around in the square that holds the round window.
"""

from collections.abc import Iterator

import numpy as np

from harness import Canvas, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import (
    OptionalValues,
    Values,
    build_stimulus_set,
    cross,
    generator,
    numbers,
    optional_numbers,
    refreshes,
)


def random_dots(
    coherence: Values = (0.0, 0.032, 0.064, 0.128, 0.256, 0.512),
    direction: Values = (0.0, 180.0),
    speed: Values = 5.0,
    density: Values = 16.7,
    lifetime: OptionalValues = None,
    sequences: Values = 3,
    aperture: Values = 5.0,
    dot_size: Values = 0.1,
    polarity: Values = 1.0,
    contrast: Values = 1.0,
    duration: Values = 500.0,
    x: Values = 0.0,
    y: Values = 0.0,
    exemplars: int = 1,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
    seed: int = 0,
) -> StimulusSet:
    """Random dots, one movie for every combination of the values given; the table has a column for every parameter.

    Args:
        coherence: probability that a dot moves on when its set is shown again.
        direction: of the motion, in degrees: 0 to the right, 90 upwards.
        speed: degrees per second.
        density: dots per square degree and second, all sets together.
        lifetime: ms after which also a dot that moves appears elsewhere; None for no limit. Rounded to turns of its set.
        sequences: number of sets; 1 shows the same dots in every frame.
        aperture: diameter, in degrees, of the window; a dot is seen while its middle is inside.
        dot_size: diameter of a dot, in degrees.
        polarity: 1 for light dots, -1 for dark ones, 0 for as many of each.
        contrast: Weber contrast of the dots, |L - background| / background.
        duration: ms.
        x: of the window's middle, in degrees to the right of the middle of the image.
        y: the same upwards.
        exemplars: draws of every condition.
        visual_degrees: side of the image, in degrees.
        size_px: side of the image, in pixels.
        background: luminance around the dots.
        frame_rate: frames per second.
        seed: the same dots on every machine; each stimulus has its own.

    Raises:
        StimulusError: for stimuli that cannot be shown.
    """
    if exemplars < 1:
        raise StimulusError(f"there is at least one exemplar of random dots, not {exemplars}")
    canvas = Canvas(visual_degrees, size_px, background)
    conditions = cross(
        {
            "coherence": numbers("coherence", coherence),
            "direction": numbers("direction", direction),
            "speed": numbers("speed", speed),
            "density": numbers("density", density),
            "lifetime": optional_numbers("lifetime", lifetime),
            "sequences": numbers("sequences", sequences),
            "aperture": numbers("aperture", aperture),
            "dot_size": numbers("dot_size", dot_size),
            "polarity": numbers("polarity", polarity),
            "contrast": numbers("contrast", contrast),
            "duration": numbers("duration", duration),
            "x": numbers("x", x),
            "y": numbers("y", y),
            "exemplar": range(exemplars),
        }
    )
    constants = {
        "visual_degrees": canvas.visual_degrees,
        "size_px": canvas.size_px,
        "background": canvas.background,
        "frame_rate": float(frame_rate),
        "seed": int(seed),
    }

    def draw(duration: float, x: float, y: float, exemplar: int, **dots: float) -> Timeline:
        shown = refreshes(duration, frame_rate)
        rng = generator(seed, "random_dots", dots, frame_rate, exemplar)
        frames = _frames(canvas, rng, frame_rate, len(shown), (x, y), **dots)
        return Timeline.of([(frame, length) for frame, (_, length) in zip(frames, shown, strict=True)])

    return build_stimulus_set("random_dots", conditions, draw, visual_degrees, background, constants)


def positions(
    rng: np.random.Generator,
    frames: int,
    count: int,
    step: tuple[float, float],
    side: float,
    coherence: float,
    sequences: int = 1,
    life: int | None = None,
) -> Iterator[tuple[int, np.ndarray]]:
    """(set, positions (count, 2) in degrees from the middle) for each frame.

    Args:
        count: dots in a set.
        step: how far a dot moves, (right, up) in degrees, from one turn of its set to the next.
        side: of the square that they wrap around in.
        life: turns for which a dot is shown; None for no limit.
    """
    places = rng.uniform(0, side, (sequences, count, 2))
    age = rng.integers(0, life, (sequences, count)) if life else np.zeros((sequences, count), dtype=int)
    for frame in range(frames):
        which = frame % sequences
        if frame >= sequences:
            age[which] += 1
            reborn = age[which] >= life if life else np.zeros(count, dtype=bool)
            jumps = reborn | (rng.random(count) >= coherence)
            age[which][jumps] = 0
            anywhere = rng.uniform(0, side, (count, 2))
            places[which] = np.where(jumps[:, None], anywhere, (places[which] + step) % side)
        yield which, places[which] - side / 2


def _frames(
    canvas: Canvas,
    rng: np.random.Generator,
    frame_rate: float,
    frames: int,
    centre: tuple[float, float],
    coherence: float,
    direction: float,
    speed: float,
    density: float,
    lifetime: float | None,
    sequences: float,
    aperture: float,
    dot_size: float,
    polarity: float,
    contrast: float,
) -> Iterator[np.ndarray]:
    """Luminance, float32 (size_px, size_px), of each frame."""
    _check(coherence, density, lifetime, sequences, polarity)
    canvas.check_fits(
        f"a window of {aperture:g} degrees with dots of {dot_size:g}", centre, ((aperture + dot_size) / 2,) * 2
    )
    if dot_size < canvas.pixel:
        raise StimulusError(
            f"a dot of {dot_size:g} degrees is smaller than a pixel ({canvas.pixel:.3g} degrees); raise size_px"
        )
    turn = sequences / frame_rate  # s
    way = speed * turn
    if abs(way) > aperture / 2:
        raise StimulusError(
            f"dots of {speed:g} degrees/s move {abs(way):.3g} degrees from one frame of their set to the next, more than half "
            f"the window of {aperture:g}; raise frame_rate"
        )
    count = round(density * aperture**2 / frame_rate)
    if not count:
        raise StimulusError(f"a density of {density:g} leaves no dot in a frame; raise density or aperture")
    step = way * np.cos(np.deg2rad(direction)), way * np.sin(np.deg2rad(direction))
    life = None if lifetime is None else max(1, round(lifetime / 1000 / turn))
    signs = _signs(count, polarity)
    _check_contrasts(canvas, contrast, signs)
    for _, places in positions(rng, frames, count, step, aperture, coherence, int(sequences), life):
        seen = np.hypot(*places.T) <= aperture / 2
        yield canvas.image(contrast * _dots(canvas, places[seen] + centre, signs[seen], dot_size / 2))


def _dots(canvas: Canvas, places: np.ndarray, signs: np.ndarray, radius: float) -> np.ndarray:
    """Discs of modulation 1 or -1 with edges one pixel wide; a later one lies over an earlier one."""
    modulation = np.zeros((canvas.size_px, canvas.size_px))
    reach = radius / canvas.pixel + 1
    middle = canvas.size_px / 2 - 0.5
    for (x, y), sign in zip(places, signs, strict=True):
        row, column = middle - y / canvas.pixel, middle + x / canvas.pixel
        rows, columns = (slice(max(0, int(at - reach)), int(at + reach) + 2) for at in (row, column))
        patch = modulation[rows, columns]
        down, right = np.ogrid[rows.start : rows.start + patch.shape[0], columns.start : columns.start + patch.shape[1]]
        covered = np.clip(0.5 + radius / canvas.pixel - np.hypot(down - row, right - column), 0, 1)
        modulation[rows, columns] = patch * (1 - covered) + sign * covered
    return modulation


def _signs(count: int, polarity: float) -> np.ndarray:
    return np.where(np.arange(count) % 2, -1.0, 1.0) if polarity == 0 else np.full(count, polarity)


def _check(coherence: float, density: float, lifetime: float | None, sequences: float, polarity: float) -> None:
    if not (0 <= coherence <= 1 and density > 0 and (lifetime is None or lifetime > 0)):
        raise StimulusError(
            f"random dots need a coherence between 0 and 1, a density and a lifetime above 0, not {coherence:g}, {density:g} "
            f"and {lifetime}"
        )
    if sequences < 1 or sequences != int(sequences) or polarity not in (-1, 0, 1):
        raise StimulusError(
            f"random dots need a whole number of sequences from 1 and a polarity of 1, -1 or 0, not {sequences:g} and "
            f"{polarity:g}"
        )


def _check_contrasts(canvas: Canvas, contrast: float, signs: np.ndarray) -> None:
    if (signs > 0).any():
        canvas.check_contrast(contrast)
    elif not 0 <= contrast <= 1:
        raise StimulusError(f"dark dots have a contrast between 0 and 1 (black), not {contrast:g}")
