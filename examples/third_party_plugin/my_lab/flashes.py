"""A stimulus set: a table with one row per stimulus, and a timeline for each."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from harness import StimulusSet, Timeline


def flashes(
    durations: Sequence[float] = (10, 20, 40, 80, 160),
    contrast: float = 0.8,
    total: float = 200,
    visual_degrees: float = 8,
) -> StimulusSet:
    """A bright field for each of the durations (ms), then the grey background until `total`."""
    bright = np.full((8, 8), 0.5 * (1 + contrast), dtype=np.float32)
    grey = np.full((8, 8), 0.5, dtype=np.float32)
    table = pd.DataFrame({"stimulus_id": [f"flash_{d:g}ms" for d in durations], "duration": list(durations)})
    timelines = [Timeline.of([(bright, d), (grey, total - d)]) for d in durations]
    return StimulusSet("my_lab_flashes", table, timelines, visual_degrees=visual_degrees, background=0.5)
