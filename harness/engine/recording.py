"""A recording: layers, time bins, reduction and precision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from harness.engine.reductions import AllUnits, Reduction
from harness.errors import RecordingError
from harness.stimuli import TimeBin

Precision = Literal["float32", "bfloat16", "float16"]
Storage = Literal["float32", "float16"]
_PRECISIONS, _STORAGE = get_args(Precision), get_args(Storage)


@dataclass(frozen=True)
class Recording:
    """A recording asked of the engine: layers, time bins, reduction and precision.

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
    precision: Precision
    tf32: bool
    storage: Storage

    def __init__(
        self,
        layers: Sequence[str] | str = (),
        time_bins: Sequence[Sequence[float]] | None = None,
        reduction: Reduction | None = None,
        precision: Precision = "float32",
        tf32: bool = False,
        storage: Storage = "float32",
    ):
        names = (layers,) if isinstance(layers, str) else tuple(dict.fromkeys(layers))
        bins = tuple(_bin(given) for given in (() if time_bins is None else time_bins))
        for name, given, allowed in (("precision", precision, _PRECISIONS), ("storage", storage, _STORAGE)):
            if given not in allowed:
                raise RecordingError(f"the {name} of a recording is one of {', '.join(allowed)}, not {given!r}")
        if reduction is not None and not isinstance(reduction, Reduction):
            raise RecordingError(f"the reduction of a recording is one such as SpatialMean(), not {reduction!r}")
        values = {"layers": names, "time_bins": bins, "reduction": reduction or AllUnits()}
        values |= {"precision": precision, "tf32": tf32, "storage": storage}
        for name, value in values.items():
            object.__setattr__(self, name, value)


def _bin(given: Any) -> TimeBin:
    try:
        start, end = map(float, given)
    except (TypeError, ValueError):
        raise RecordingError(f"a time bin is a pair [start, end) in ms, not {given!r}") from None
    if not (np.isfinite([start, end]).all() and start < end):
        raise RecordingError(f"a time bin is [start, end) in ms with start < end, not ({start:g}, {end:g})")
    return start, end
