"""Images shown as pulses on a blank screen: shared by the experiments on contrast, duration, interval and
repetition.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import StimulusError
from harness.stimuli.canvas import Canvas
from harness.stimuli.images import Images, at_contrast, michelson_contrast, rms_contrast, source_images
from harness.stimuli.parameters import Values, build_stimulus_set, cross, numbers
from harness.stimuli.stimulus_set import StimulusSet
from harness.stimuli.timeline import LONGEST, Frame, Timeline


@checked(StimulusError)
class Pulses:
    """Shows images, at contrasts and for times, on a blank screen.

    Args:
        images: see `harness.stimuli.images.source_images`; so are exemplars, spatial_frequency (cycles/degree), bandwidth
            (octaves) and seed.
        visual_degrees: side of the images in degrees.
        size_px: side of the noise in pixels; images keep theirs.
        background: luminance of the blank screen.
        lead_in: ms of blank screen before the first pulse.
    """

    def __init__(
        self,
        images: Images | None = None,
        exemplars: Count = 3,
        spatial_frequency: float = 3.0,
        bandwidth: float = 1.0,
        seed: Seed = 0,
        visual_degrees: float = 8.0,
        size_px: int = 224,
        background: float = 0.5,
        lead_in: float = 0.0,
    ):
        if not 0 <= lead_in <= LONGEST:
            raise StimulusError(f"a lead-in lasts 0 ms or longer, a day at most, not {lead_in:g}")
        self.canvas = Canvas(visual_degrees, size_px, background)
        self.images = source_images(images, self.canvas, exemplars, spatial_frequency, bandwidth, seed)
        self.lead_in = float(lead_in)
        self._blank = Frame(np.full((1, 1, 3), background, dtype=np.float32))
        self._frames: dict[tuple[str, float], Frame] = {}

    @property
    def names(self) -> list[str]:
        """Of the images, in their order."""
        return list(self.images)

    @checked(StimulusError)
    def frame(self, image: str, contrast: float = 1.0) -> Frame:
        """An image at a contrast."""
        if (image, contrast) not in self._frames:
            self._frames[image, contrast] = Frame(at_contrast(self.images[image], contrast, self.canvas.background))
        return self._frames[image, contrast]

    @checked(StimulusError)
    def timeline(self, pulses: Sequence[tuple[Frame, float]], interval: float = 0.0) -> Timeline:
        """The lead-in, then pulses (frame, ms) with `interval` ms of blank screen between."""
        shown = [(self._blank, self.lead_in)]
        for number, (frame, duration) in enumerate(pulses):
            shown += [(self._blank, interval if number else 0.0), (frame, duration)]
        return Timeline.of([(frame, duration) for frame, duration in shown if duration])

    @checked(StimulusError)
    def stimuli(self, identifier: str, conditions: Sequence[Mapping[str, Any]], draw: Any) -> StimulusSet:
        """A set with one stimulus per condition, of which `image` and `contrast` are two parameters; the table also has the
        contrast that was shown, as `michelson` and `rms`, and the `onset` of the first pulse in ms."""
        degrees, background = self.canvas.visual_degrees, self.canvas.background
        stimuli = build_stimulus_set(identifier, conditions, draw, degrees, background, {"onset": self.lead_in})
        shown = [self.frame(condition["image"], condition["contrast"]).load() for condition in conditions]
        stimuli.table["michelson"] = [michelson_contrast(pixels) for pixels in shown]
        stimuli.table["rms"] = [rms_contrast(pixels, background) for pixels in shown]
        return stimuli

    @checked(StimulusError)
    def once(self, identifier: str, contrast: Values, duration: Values) -> StimulusSet:
        """Every image shown once, at every contrast and for every duration in ms."""
        parameters: dict[str, Any] = {
            "image": self.names,
            "contrast": numbers("contrast", contrast),
            "duration": numbers("duration", duration),
        }
        check_durations("duration", parameters["duration"])

        def draw(image: str, contrast: float, duration: float) -> Timeline:
            return self.timeline([(self.frame(image, contrast), duration)])

        return self.stimuli(identifier, cross(parameters), draw)


@checked(StimulusError)
def check_durations(name: str, values: Sequence[float | None], shortest: float = 0.0) -> None:
    """Raise unless all are numbers of ms above `shortest` (None is not checked)."""
    for value in values:
        if value is not None and not value > shortest:
            raise StimulusError(f"{name} is a number of ms above {shortest:g}, not {value:g}")
