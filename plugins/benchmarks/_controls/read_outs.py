"""A brain that holds what is read out: the control of decoding and regression."""

from typing import Any

import numpy as np

from harness.testing import KnownResponses


def knowing(benchmark: Any) -> KnownResponses:
    """One unit for every label, or for every number that is read out."""
    if hasattr(benchmark, "label"):
        labels = benchmark.stimuli.table[benchmark.label].to_numpy()
        held = (labels[:, None] == np.unique(labels)).astype(float)
    else:
        held = benchmark.wanted.values
    return KnownResponses(dict(zip(benchmark.stimuli.ids, held, strict=True)), regions=("IT",))
