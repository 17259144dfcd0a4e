"""Who is unsure where participants are, and who is unsure of the other images."""

from typing import Any

import numpy as np

from harness.metrics.behaviour import shares
from harness.testing import SimulatedParticipant
from harness_plugins.benchmarks._controls.choices import answering


def annotators(benchmark: Any) -> SimulatedParticipant:
    """Who answers with the shares of all annotators."""
    data = benchmark.data
    return answering(data.classes, data.stimuli, shares(data.counts))


def unsure_elsewhere(benchmark: Any) -> SimulatedParticipant:
    """Who differs from the mean distribution of an image's class as much, and in the opposite direction."""
    data = benchmark.data
    given = shares(data.counts)
    means = np.stack([given[label == data.labels].mean(0) for label in data.labels])
    mirrored = np.maximum(means + 0.1 * (means - given), 1e-6)
    return answering(data.classes, data.stimuli, mirrored / mirrored.sum(1, keepdims=True))
