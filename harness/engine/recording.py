"""What is recorded: which layers, which time bins, which reduction, which precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from harness.engine.reductions import AllUnits, Reduction
from harness.errors import RecordingError
from harness.stimuli import TimeBin


@dataclass(frozen=True)
class Recording:
    """Which layers, which time bins, which reduction, which precision.

    Attributes:
        layers: names of layers; the model's default layers if there are none.
        time_bins: bins [start, end) in ms from stimulus onset; one bin from 0 to the end of the longest stimulus if there are none.
            A response is the mean over its bin.
        reduction: what is kept of a layer.
        precision: in which the network computes; anything but float32 is autocast.
        tf32: whether a GPU may round float32 products to TF32.
        storage: in which responses are kept.
    """

    layers: tuple[str, ...]
    time_bins: tuple[TimeBin, ...]
    reduction: Reduction
    precision: Literal["float32", "bfloat16", "float16"]
    tf32: bool
    storage: Literal["float32", "float16"]

    def __init__(
        self,
        layers: Sequence[str] | str = (),
        time_bins: Sequence[Sequence[float]] | None = None,
        reduction: Reduction | None = None,
        precision: Literal["float32", "bfloat16", "float16"] = "float32",
        tf32: bool = False,
        storage: Literal["float32", "float16"] = "float32",
    ):
        names = (layers,) if isinstance(layers, str) else tuple(dict.fromkeys(layers))
        bins = tuple((float(start), float(end)) for start, end in (() if time_bins is None else time_bins))
        for start, end in bins:
            if not (np.isfinite([start, end]).all() and start < end):
                raise RecordingError(f"a time bin is [start, end) in ms with start < end, not ({start:g}, {end:g})")
        values = {"layers": names, "time_bins": bins, "reduction": reduction or AllUnits()}
        values |= {"precision": precision, "tf32": tf32, "storage": storage}
        for name, value in values.items():
            object.__setattr__(self, name, value)
