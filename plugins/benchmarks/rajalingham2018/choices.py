"""The choices, and their images."""

from harness.brain_model import from_brainio
from harness.data import Choices, choices_from_assembly, load_assembly, load_stimulus_set
from harness.stimuli import StimulusSet
from harness_plugins.benchmarks.rajalingham2018 import BIBTEX

IDENTIFIER = "Rajalingham2018.public"
VISUAL_DEGREES = 8.0
EXPOSURE = 100.0


def load() -> Choices:
    """One row per trial: `truth` and `distractor` are the two objects on offer, `choice` the one that was chosen."""
    columns = {"subject": "WorkerID", "truth": "sample_obj", "distractor": "dist_obj"}
    choices = choices_from_assembly(load_assembly(IDENTIFIER), identifier=IDENTIFIER, **columns)
    return Choices(IDENTIFIER, choices.trials, citation=BIBTEX)


def stimuli(duration: float = EXPOSURE) -> StimulusSet:
    """The images, 8 degrees wide, each shown for `duration` ms; their object is `image_label`."""
    return from_brainio(load_stimulus_set("objectome.public"), duration, VISUAL_DEGREES)
