"""Observers with the accuracies of participants, or with those mirrored about their mean."""

from typing import Any

from harness.testing import SimulatedObserver
from harness_plugins.benchmarks._controls.masking import observer, opposite_observer


def participants(benchmark: Any) -> SimulatedObserver:
    """Right as often as participants in every condition."""
    return observer(benchmark, benchmark.participants.accuracy.mean(0))


def mirrored_participants(benchmark: Any) -> SimulatedObserver:
    """Right most often where participants were least."""
    return opposite_observer(benchmark, benchmark.participants.accuracy.mean(0))
