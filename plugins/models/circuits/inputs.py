"""Stimuli for circuits: frames whose columns are the inputs of units."""

from typing import Any

import numpy as np
import pandas as pd

from harness.errors import StimulusError
from harness.models import Model
from harness.stimuli import Frame, StimulusSet, Timeline


def columns(model: Model, inputs: Any, duration: float) -> StimulusSet:
    """A stimulus set that gives every unit of a circuit an input.

    Args:
        inputs: (stimuli, units) or (units,), between minus and plus the gain of the circuit.
        duration: ms for which each lasts.

    Raises:
        StimulusError: for inputs that are beyond the gain, which is white or black.
    """
    gain, side = float(model.network.front.gain), model.preprocessing.size  # type: ignore[union-attr, arg-type]
    rows = np.atleast_2d(np.asarray(inputs, dtype=float))
    if rows.shape[1] != side or np.abs(rows).max() > gain:
        raise StimulusError(
            f"'{model.identifier}' takes {side} inputs up to its gain of {gain:g}, not {rows.shape[1]} up to {np.abs(rows).max():g}"
        )
    frames = [Frame(np.tile((0.5 + 0.5 * row / gain).astype(np.float32), (side, 1))) for row in rows]
    table = pd.DataFrame({"stimulus_id": [f"input_{number}" for number in range(len(rows))]})
    timelines = [Timeline.still(frame, duration) for frame in frames]
    return StimulusSet("columns", table, timelines, model.visual_degrees)
