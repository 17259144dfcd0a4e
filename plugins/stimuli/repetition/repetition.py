"""Images shown again and again, the same or others in turn."""

from collections.abc import Iterable
from typing import Any

from harness import StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import Images, Pulses, Values, check_durations, cross, numbers


def repetition(
    repetitions: int = 8,
    same: bool | Iterable[bool] = (True, False),
    duration: Values = 100.0,
    interval: Values = 100.0,
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
    """Every image shown `repetitions` times, or followed by the others in turn; the table has a column for every parameter.

    Args:
        repetitions: pulses in a row.
        same: whether each pulse shows the same image; if not, the images follow each other in their order, beginning with the
            one that the stimulus is named after.
        duration: of each pulse, in ms.
        interval: ms of blank screen between the pulses; 0 for none.
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
    orders = [same] if isinstance(same, bool) else list(same)
    if repetitions < 1 or not orders:
        raise StimulusError(
            f"a repetition shows at least one pulse in at least one order, not {repetitions} in {len(orders)}"
        )
    if False in orders and len(shown.names) < 2:
        raise StimulusError("others in turn need at least two images; give more exemplars or images, or same=True")
    parameters: dict[str, Any] = {
        "image": shown.names,
        "same": orders,
        "contrast": numbers("contrast", contrast),
        "duration": numbers("duration", duration),
        "interval": numbers("interval", interval),
    }
    check_durations("duration", parameters["duration"])
    if min(parameters["interval"]) < 0:
        raise StimulusError(f"interval is 0 ms or longer, not {min(parameters['interval']):g}")

    def draw(image: str, same: bool, contrast: float, duration: float, interval: float) -> Timeline:
        first = shown.names.index(image)
        turn = [shown.names[(first + (not same) * number) % len(shown.names)] for number in range(repetitions)]
        return shown.timeline([(shown.frame(name, contrast), duration) for name in turn], interval)

    stimuli = shown.stimuli("repetition", cross(parameters), draw)
    stimuli.table["repetitions"] = repetitions
    return stimuli
