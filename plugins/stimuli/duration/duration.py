"""Images shown once, for several durations."""

from harness import StimulusSet
from harness.stimuli import Images, Pulses, Values

DURATIONS = (17.0, 33.0, 67.0, 133.0, 267.0, 533.0)
"""Groen et al. 2022, ms: 1 to 32 refreshes of a screen at 60 Hz."""


def duration(
    duration: Values = DURATIONS,
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
    """Every image shown once for every duration; the table has a column for every parameter.

    Args:
        duration: ms.
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
    return shown.once("duration", contrast, duration)
