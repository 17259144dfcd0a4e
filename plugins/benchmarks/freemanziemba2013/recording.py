"""The recordings: images of 4 degrees in an aperture, shown for 100 ms, spikes in 300 bins of 1 ms from onset."""

from harness.brain_model import from_brainio
from harness.data import Measurement, RecordedData, from_assembly, load_assembly, load_stimulus_set
from harness_plugins.benchmarks.freemanziemba2013 import BIBTEX

IDENTIFIER = "FreemanZiemba2013.public"
VISUAL_DEGREES = 4.0
EXPOSURE = 100.0
WINDOW = (50.0, 200.0)
"""ms over which Brain-Score averages: `load().within(*WINDOW)`."""


def load(duration: float = EXPOSURE) -> RecordedData:
    """V1 and V2, with `texture_type` and `texture_family` of each stimulus.

    Args:
        duration: ms for which each image is shown to a subject.
    """
    return from_assembly(
        load_assembly(IDENTIFIER),
        Measurement("spikes", "spikes", "none"),
        identifier=IDENTIFIER,
        stimuli=from_brainio(load_stimulus_set("FreemanZiemba2013.aperture-public"), duration, VISUAL_DEGREES),
        citation=BIBTEX,
    )
