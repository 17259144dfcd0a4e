"""Cells with the published contrast gain and latency, and with the opposite ones."""

from typing import Any

from harness import load_model
from harness.models import DelayedNormalization, Model
from harness_plugins.benchmarks._controls.cells import Cells, Slowed, moving, saturated_first, static

SMALL: dict[str, Any] = {"size": 64, "visual_degrees": 4.0}
BETWEEN = DelayedNormalization(
    35.0, 0, 35.2, 2.28, 0.0266, source="macaque V1 cell 1 of Zhou et al. 2019, 0.885 as slow"
)
"""Between the three cells, as their means are."""


def gain(benchmark: Any) -> Model:
    """Normalisation of V1."""
    return load_model("v1_normalization", dt=4, **SMALL)


def opposite_gain(benchmark: Any) -> Model:
    """Cells that saturate where contrast is low and accelerate where it is high."""
    return static("saturated first", Cells(saturated_first), 64, 4.0)


def earlier(benchmark: Any) -> Model:
    """Cells whose responses come earlier at high contrast, as those of the publication."""
    return load_model("dn/v1_energy", spatial_frequencies=(2.0,), **SMALL, stride=8, dynamics=BETWEEN, dt=4)


def later(benchmark: Any) -> Model:
    """Cells whose responses come later at high contrast."""
    return moving("slowed", Slowed(), Slowed.DT, 64, 4.0)
