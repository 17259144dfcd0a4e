"""The recordings.

Brain-Score shows the images at 8 degrees; the monkeys saw each for 100 ms. The stored responses are firing rates, normalised by
the laboratory against blank images.
"""

from harness.brain_model import from_brainio
from harness.data import Measurement, RecordedData, from_assembly, load_assembly, load_stimulus_set
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.majajhong2015 import BIBTEX

VISUAL_DEGREES = 8.0
EXPOSURE = 100.0


def load(identifier: str = "MajajHong2015.public", duration: float = EXPOSURE) -> RecordedData:
    """V4 and IT of the monkeys Chabo and Tito, an entry each; stimuli with their objects, categories and poses.

    Args:
        identifier: MajajHong2015.public (one bin, 70 to 170 ms) or MajajHong2015.temporal.public (many).
        duration: ms for which each image is shown to a model.
    """
    return from_assembly(
        load_assembly(identifier),
        Measurement("spikes", "normalised rate", "by the laboratory, against blank images"),
        identifier=identifier,
        stimuli=load_images(duration),
        citation=BIBTEX,
    )


def load_images(duration: float = EXPOSURE) -> StimulusSet:
    """The public images alone, each shown for `duration` ms, with their objects, categories and poses."""
    return from_brainio(load_stimulus_set("hvm-public"), duration, VISUAL_DEGREES)
