"""The interval experiment, with any conditions."""

from harness.benchmarks.dynamics import IntervalExperiment
from harness_plugins.stimuli._pulses import BIBTEX


class Interval(IntervalExperiment):
    """The conditions of Groen et al. (2022) if none are given; all regions that the model maps."""

    identifier = "Temporal.interval"
    version = 2
    bibtex = BIBTEX
