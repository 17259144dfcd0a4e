"""The contrast experiment, with any conditions."""

from harness.benchmarks.dynamics import ContrastExperiment
from harness_plugins.stimuli._pulses import BIBTEX


class Contrast(ContrastExperiment):
    """The conditions of Groen et al. (2022) if none are given; all regions that the model maps."""

    identifier = "Temporal.contrast"
    version = 2
    bibtex = BIBTEX
