"""Sinusoidal gratings in the full crossing of their parameters.

Angles follow the contour: 0 is horizontal, 90 vertical, 45 rises to the right. Luminance is
`background * (1 + contrast * sin(2 pi f u + phase))`, with u the distance in degrees from the centre of the picture at right
angles to the contour. It is computed here and not by `stimupy.components.waves.sine`, which samples the plane from edge to edge
(a frequency off by one part in `size_px`) and stretches every picture to its full range of luminance, so that contrast and mean
depend on the phases in view; the tests use stimupy as the judge of orientation and frequency.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from harness import Frame, StimulusSet, Timeline
from harness.errors import StimulusError

Values = float | Iterable[float]


def gratings(
    orientation: Values = 0.0,
    spatial_frequency: Values = 1.0,
    phase: Values = 0.0,
    contrast: Values = 1.0,
    duration: Values = 200.0,
    temporal_frequency: Values = 0.0,
    aperture: float | Iterable[float | None] | None = None,
    soft_edge: float = 0.0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    frame_rate: float = 60.0,
) -> StimulusSet:
    """Gratings, one for every combination of the values given; the table has a column for every parameter.

    Args:
        orientation: of the contours, in degrees, counter-clockwise from horizontal. A drifting grating moves towards
            `orientation + 90`, so 0 drifts upwards and 180, which looks the same, downwards.
        spatial_frequency: cycles per degree.
        phase: degrees at the centre of the picture; a positive phase shifts the grating against its direction of drift.
        contrast: Michelson contrast (Lmax - Lmin) / (Lmax + Lmin).
        duration: ms.
        temporal_frequency: Hz; 0 for a static grating.
        aperture: diameter of a circular window, in degrees; None for the whole picture.
        soft_edge: width of the raised-cosine edge of the window, in degrees, inside its diameter.
        visual_degrees: side of the picture, in degrees.
        size_px: side of the picture, in pixels.
        background: mean luminance of the gratings, and what surrounds and follows them.
        frame_rate: frames a second of a drifting grating.

    Raises:
        StimulusError: for what a screen of this size, resolution and frame rate cannot show.
    """
    crossed: dict[str, list[Any]] = {
        "orientation": _numbers("orientation", orientation),
        "spatial_frequency": _numbers("spatial_frequency", spatial_frequency),
        "phase": _numbers("phase", phase),
        "contrast": _numbers("contrast", contrast),
        "duration": _numbers("duration", duration),
        "temporal_frequency": _numbers("temporal_frequency", temporal_frequency),
        "aperture": _apertures(aperture),
    }
    screen = _Screen(visual_degrees, size_px, background, frame_rate, soft_edge)
    screen.check(crossed)
    conditions = [dict(zip(crossed, values, strict=True)) for values in product(*crossed.values())]
    varied = [name for name, values in crossed.items() if len(values) > 1]
    table = pd.DataFrame(
        {
            "stimulus_id": [_identifier(condition, varied) for condition in conditions],
            **{name: [condition[name] for condition in conditions] for name in crossed},
            "soft_edge": float(soft_edge),
            "visual_degrees": float(visual_degrees),
            "size_px": int(size_px),
            "background": float(background),
            "frame_rate": float(frame_rate),
        }
    )
    timelines = [screen.timeline(**condition) for condition in conditions]
    return StimulusSet("gratings", table, timelines, visual_degrees, background)


class _Screen:
    """A square picture of known size and resolution, and what can be drawn on it."""

    def __init__(self, degrees: float, size: int, background: float, frame_rate: float, soft_edge: float):
        if not (degrees > 0 and size >= 2 and 0 < background < 1 and frame_rate > 0 and soft_edge >= 0):
            raise StimulusError(
                "gratings need visual_degrees > 0, size_px >= 2, background between 0 and 1, frame_rate > 0 and soft_edge >= 0"
            )
        self.degrees, self.size, self.background = degrees, size, background
        self.frame_rate, self.soft_edge = frame_rate, soft_edge
        along = (np.arange(size) + 0.5) / size * degrees - degrees / 2
        self.x, self.y = np.meshgrid(along, -along)  # y points upwards

    def check(self, crossed: dict[str, list]) -> None:
        """Raise for the first value that cannot be shown."""
        highest = min(1.0, 1 / self.background - 1)
        nyquist = self.size / self.degrees / 2
        for contrast in crossed["contrast"]:
            if not 0 <= contrast <= highest:
                raise StimulusError(
                    f"contrast {contrast:g} cannot be shown around a background of {self.background:g}; "
                    f"stay between 0 and {highest:g}"
                )
        for frequency in crossed["spatial_frequency"]:
            if not 0 < frequency < nyquist:
                raise StimulusError(
                    f"{frequency:g} cycles/degree cannot be drawn with {self.size} pixels on {self.degrees:g} degrees; "
                    f"stay between 0 and {nyquist:g}, or raise size_px"
                )
        for frequency in crossed["temporal_frequency"]:
            if not abs(frequency) < self.frame_rate / 2:
                raise StimulusError(
                    f"a drift of {frequency:g} Hz cannot be shown at {self.frame_rate:g} frames a second; raise frame_rate"
                )
        for aperture in crossed["aperture"]:
            if aperture is not None and not 2 * self.soft_edge <= aperture <= self.degrees:
                raise StimulusError(
                    f"an aperture of {aperture:g} degrees does not fit between twice its soft edge ({self.soft_edge:g}) and the "
                    f"picture ({self.degrees:g} degrees)"
                )

    def timeline(self, duration: float, temporal_frequency: float, phase: float, **grating: Any) -> Timeline:
        """A still grating, or its frames one after the other for as long as it drifts."""
        if not (np.isfinite(duration) and duration > 0):
            raise StimulusError(f"a grating is shown for a positive number of milliseconds, not {duration:g}")
        if not temporal_frequency:
            return Timeline.still(self.draw(phase=phase, **grating), duration)
        interval = 1000 / self.frame_rate
        starts = np.arange(np.ceil(duration / interval - 1e-9)) * interval
        phases = np.round((phase - 360 * temporal_frequency * starts / 1000) % 360, 6) % 360
        frames = {now: Frame(self.draw(phase=now, **grating)) for now in dict.fromkeys(phases.tolist())}
        return Timeline.of(
            [
                (frames[now], min(interval, duration - start))
                for now, start in zip(phases.tolist(), starts.tolist(), strict=True)
            ]
        )

    def draw(
        self, orientation: float, spatial_frequency: float, phase: float, contrast: float, aperture: float | None
    ) -> np.ndarray:
        """Luminance in [0, 1], float32 (size, size)."""
        across = np.deg2rad(orientation + 90)
        distance = self.x * np.cos(across) + self.y * np.sin(across)
        wave = contrast * np.sin(2 * np.pi * spatial_frequency * distance + np.deg2rad(phase))
        luminance = self.background * (1 + wave * self.window(aperture))
        return np.clip(luminance, 0, 1).astype(np.float32)  # only rounding can lie outside

    def window(self, aperture: float | None) -> np.ndarray | float:
        """1 inside the aperture, 0 outside, half a cosine over the soft edge."""
        if aperture is None:
            return 1.0
        inside = aperture / 2 - np.hypot(self.x, self.y)
        if not self.soft_edge:
            return (inside >= 0).astype(float)
        return 0.5 - 0.5 * np.cos(np.pi * np.clip(inside / self.soft_edge, 0, 1))


def _numbers(name: str, values: Any) -> list[float]:
    try:
        several = isinstance(values, Iterable) and not isinstance(values, str)
        numbers = np.atleast_1d(np.asarray(list(values) if several else values, dtype=float))
    except (TypeError, ValueError):
        raise StimulusError(f"{name} must be a number or several numbers, not {values!r}") from None
    if numbers.ndim != 1 or not numbers.size or not np.isfinite(numbers).all():
        raise StimulusError(f"{name} must be a finite number or several, not {values!r}")
    if len(set(numbers)) < len(numbers):
        raise StimulusError(f"{name} holds a value twice: {values!r}; every grating is shown once")
    return numbers.tolist()


def _apertures(values: Any) -> list[float | None]:
    several = list(values) if isinstance(values, Iterable) else [values]
    if not several:
        raise StimulusError("aperture must be a number of degrees, None, or several of them, not []")
    return [None if value is None else _numbers("aperture", value)[0] for value in several]


def _identifier(condition: dict[str, Any], varied: list[str]) -> str:
    return "_".join(_parts(condition, varied)) or "grating"


def _parts(condition: dict[str, Any], varied: list[str]) -> Iterator[str]:
    for name in varied:
        value = condition[name]
        yield f"{name}={'none' if value is None else format(value, '.6g')}"
