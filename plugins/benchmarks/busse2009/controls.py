"""Cells that share contrast between components as those of the cat do, and cells that another component lifts."""

from typing import Any

from harness import load_model
from harness.models import Model
from harness_plugins.benchmarks._controls.cells import Cells, facilitated_across, static


def normalised(benchmark: Any) -> Model:
    """Normalisation with the cat's sensitivity to contrast."""
    return load_model("v1_normalization", dt=4, size=64, visual_degrees=4, sigma=0.02)


def facilitated(benchmark: Any) -> Model:
    """Cells that respond more to a plaid than to its own component."""
    return static("facilitated across", Cells(facilitated_across), 64, 4.0)
