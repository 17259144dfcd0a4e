"""Images shown twice, with several intervals between, and once."""

from collections.abc import Iterable
from typing import Any

from harness import StimulusSet, Timeline
from harness.stimuli import Images, Pulses, Values, check_durations, cross, numbers, optional_numbers

INTERVALS = (17.0, 33.0, 67.0, 133.0, 267.0, 533.0, None)
"""Groen et al. 2022, ms: 1 to 32 refreshes of a screen at 60 Hz; None is a single pulse."""


def interval(
    interval: float | Iterable[float | None] | None = INTERVALS,
    duration: Values = 133.0,
    contrast: Values = 1.0,
    images: Images | None = None,
    exemplars: int = 3,
    spatial_frequency: float = 3.0,
    bandwidth: float = 1.0,
    seed: int = 0,
    visual_degrees: float = 8.0,
    size_px: int = 224,
    background: float = 0.5,
    lead_in: float = 0.0,
) -> StimulusSet:
    """Every image shown twice with every interval between; the table has a column for every parameter, and the `second_onset`
    in ms from the first (infinite for a single pulse).

    Args:
        interval: ms of blank screen between the pulses; None for a single pulse, without which there is nothing to compare with.
        duration: of each pulse, in ms.
        contrast: of the image itself, scaled about the background; Michelson for noise.
        images: a folder, files, arrays or a stimulus set of still images; band-pass noise on the background if not given.
        exemplars: patterns of noise, in each condition.
        spatial_frequency: centre of the noise's band, in cycles per degree.
        bandwidth: of the noise, in octaves.
        seed: of the noise.
        visual_degrees: side of the images, in degrees.
        size_px: side of the noise, in pixels; images keep theirs.
        background: luminance of the blank screen, about which contrast is scaled.
        lead_in: ms of blank screen before the first onset.

    Raises:
        StimulusError: for stimuli that cannot be shown.
    """
    shown = Pulses(images, exemplars, spatial_frequency, bandwidth, seed, visual_degrees, size_px, background, lead_in)
    parameters: dict[str, Any] = {
        "image": shown.names,
        "contrast": numbers("contrast", contrast),
        "duration": numbers("duration", duration),
        "interval": optional_numbers("interval", interval),
    }
    check_durations("duration", parameters["duration"])
    check_durations("interval", parameters["interval"])

    def draw(image: str, contrast: float, duration: float, interval: float | None) -> Timeline:
        pulse = shown.frame(image, contrast), duration
        return shown.timeline([pulse] if interval is None else [pulse, pulse], interval or 0.0)

    stimuli = shown.stimuli("interval", cross(parameters), draw)
    gaps = stimuli.table["interval"].astype(float)
    stimuli.table["second_onset"] = (gaps + stimuli.table["duration"]).where(gaps.notna(), float("inf"))
    return stimuli
