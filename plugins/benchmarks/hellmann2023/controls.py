"""Observers with the accuracies of participants, or with those mirrored about their mean."""

from typing import Any

from harness.testing import SimulatedObserver
from harness_plugins.benchmarks._controls.masking import mirrored
from harness_plugins.benchmarks.hellmann2023.benchmark import condition_of
from harness_plugins.benchmarks.hellmann2023.published import ACCURACY, SOAS


def participants(benchmark: Any) -> SimulatedObserver:
    """Right as often as participants at every SOA."""
    return SimulatedObserver(benchmark.choices, _masked() | _half_contrast(benchmark))


def mirrored_participants(benchmark: Any) -> SimulatedObserver:
    """Right most often where participants were least."""
    return SimulatedObserver(benchmark.choices, mirrored(_masked(), 0.5) | _half_contrast(benchmark))


def _masked() -> dict[str, float]:
    return {condition_of(soa, True): p for soa, p in zip(SOAS, ACCURACY.mean(0).tolist(), strict=True)}


def _half_contrast(benchmark: Any) -> dict[str, float]:
    return {condition_of(benchmark.long, False, 0.5): 0.9}
