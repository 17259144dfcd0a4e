"""The duration experiment, with any conditions."""

from harness.benchmarks.dynamics import DurationExperiment
from harness_plugins.stimuli._pulses import BIBTEX


class Duration(DurationExperiment):
    """The conditions of Groen et al. (2022) if none are given; all regions that the model maps."""

    identifier = "Temporal.duration"
    version = 2
    bibtex = BIBTEX
