"""Models that show what was published: the positive controls of benchmarks."""

from typing import Any

from harness.models import Model
from harness.testing import reference_model


def normalised(benchmark: Any) -> Model:
    """Areas whose responses are divided by a pool that follows late: they saturate, sum subadditively, adapt and recover."""
    return reference_model()
