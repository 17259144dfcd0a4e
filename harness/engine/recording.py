"""A recording: layers, time bins, reduction and precision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from harness.checks import checked, shown
from harness.engine.reductions import AllUnits, Reduction
from harness.errors import RecordingError
from harness.models import Precision
from harness.stimuli import TimeBin

Storage = Literal["float32", "float16"]
SHORTEST, LONGEST = 1e-3, 24 * 3600e3
"""Milliseconds: of a time bin, below which it holds rounding alone; and from stimulus onset, a day."""
_PRECISIONS, _STORAGE = get_args(Precision), get_args(Storage)


@checked(RecordingError, own=("layers", "time_bins", "reduction", "precision", "storage"))
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
        compiled: whether `torch.compile` translates the network first, which takes long once and may gain a little in each pass.
    """

    layers: tuple[str, ...]
    time_bins: tuple[TimeBin, ...]
    reduction: Reduction
    precision: Precision
    tf32: bool
    storage: Storage
    compiled: bool

    def __init__(
        self,
        layers: Sequence[str] | str = (),
        time_bins: Iterable[Sequence[float]] | None = None,
        reduction: Reduction | None = None,
        precision: Precision = "float32",
        tf32: bool = False,
        storage: Storage = "float32",
        compiled: bool = False,
    ):
        names = (layers,) if isinstance(layers, str) else tuple(_several(layers, "layers", "names of layers"))
        for name in names:
            if not isinstance(name, str) or not name:
                raise RecordingError(f"the layers of a recording are names of layers, not {shown(name)}")
        given = () if time_bins is None else _several(time_bins, "time bins", "pairs [start, end) in ms")
        bins = tuple(_bin(one) for one in given)
        if bins and 0 < (last := max(end for _, end in bins)) < 1:
            raise RecordingError(
                f"the time bins of a recording end {last:g} ms after stimulus onset; they are in milliseconds"
            )
        for name, chosen, allowed in (("precision", precision, _PRECISIONS), ("storage", storage, _STORAGE)):
            if not isinstance(chosen, str) or chosen not in allowed:
                raise RecordingError(f"the {name} of a recording is one of {', '.join(allowed)}, not {shown(chosen)}")
        if reduction is not None and not isinstance(reduction, Reduction):
            raise RecordingError(f"the reduction of a recording is one such as SpatialMean(), not {shown(reduction)}")
        values = {"layers": tuple(dict.fromkeys(names)), "time_bins": bins, "reduction": reduction or AllUnits()}
        values |= {"precision": precision, "tf32": tf32, "storage": storage, "compiled": compiled}
        for name, value in values.items():
            object.__setattr__(self, name, value)


def _several(values: Any, what: str, kind: str) -> list[Any]:
    try:
        return list(values)
    except TypeError:
        raise RecordingError(f"the {what} of a recording are several {kind}, not {shown(values)}") from None


def _bin(given: Any) -> TimeBin:
    if isinstance(given, np.ndarray) and given.ndim == 0:  # what xarray makes of the one bin of an assembly
        given = given.item()
    try:
        start, end = map(float, given)
    except (TypeError, ValueError):
        raise RecordingError(f"a time bin is a pair [start, end) in ms, not {shown(given)}") from None
    if not (np.isfinite([start, end]).all() and start < end):
        raise RecordingError(f"a time bin is [start, end) in ms with start < end, not ({start:g}, {end:g})")
    if end - start < SHORTEST or max(-start, end) > LONGEST:
        raise RecordingError(
            f"a time bin lasts {SHORTEST:g} ms or longer and lies within {LONGEST:g} ms of stimulus onset, not ({start:g}, {end:g})"
        )
    return start, end
