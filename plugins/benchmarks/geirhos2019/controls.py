"""Who names every image by its shape, and who names it by its texture."""

from typing import Any

from harness.testing import SimulatedParticipant
from harness_plugins.benchmarks._controls.choices import naming


def naming_shapes(benchmark: Any) -> SimulatedParticipant:
    """As participants nearly always do."""
    return naming(benchmark.data.stimuli, benchmark.data.labels)


def naming_textures(benchmark: Any) -> SimulatedParticipant:
    """The opposite preference."""
    return naming(benchmark.data.stimuli, benchmark.textures)
