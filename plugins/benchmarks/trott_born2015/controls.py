"""Cells whose surround suppresses what it matches."""

from typing import Any

from harness.models import Model
from harness_plugins.benchmarks._controls.cells import surrounded

SMALL = {"size": 128, "visual_degrees": 8.0, "dt": 4}


def suppressed(benchmark: Any) -> Model:
    """Normalisation with a surround tuned to orientation."""
    return surrounded(1, **SMALL)
