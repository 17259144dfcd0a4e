"""A perturbation as a user states it: what is done to which units, where, when, and how much."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from harness.checks import AnyNumber, Positive, checked
from harness.errors import ModelError
from harness.perturbation.places import EVERYWHERE, Place
from harness.stimuli import StimulusSet

Operation = Literal["silence", "scale", "add", "clamp", "noise", "replace"]
Kind = Literal["emitted", "drive", "state"]
VALUED = ("scale", "add", "clamp", "noise")
REST = "rest"


@checked(ModelError)
@dataclass(frozen=True)
class Fraction:
    """A share of the units at the place, drawn at random; which they are depends on layer and seed alone."""

    share: float
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ModelError(f"a fraction of units lies above 0 and up to 1, not at {self.share:g}")

    def __str__(self) -> str:
        return f" fraction {self.share:g} seed {self.seed}"


@checked(ModelError, own=("value", "operation", "point", "record"))
@dataclass(frozen=True, eq=False)
class Perturbation:
    """One operation on what a layer, a region or a connection hands over.

    | operation | the emitted value v becomes | `value` |
    |---|---|---|
    | "silence" | 0; its value under the blank screen with `value="rest"` | none |
    | "scale" | a v | factor; 1 is the intact network |
    | "add" | v + d | in units of the layer, or of `sd` |
    | "clamp" | c | in units of the layer, or of `sd` |
    | "noise" | v + s n, n standard normal, new in every step, or of one `frequency` | SD, in units of the layer, or of `sd` |
    | "replace" | v in response to another stimulus at the same time | a stimulus set of one |

    Nothing is clipped: rates may fall below 0. In a step that lies partly in the window, "scale", "add" and "noise" act in
    proportion; the others act if half of the step does.

    Attributes:
        target: a region, a layer, or a connection "V2->V1"; "feedback->V1" is all feedback to V1, "lateral->V1" what it tells
            itself.
        operation: see above.
        value: see above; a number, or one a channel or a unit.
        where: in the field of view, by the middle of each unit's place on its map.
        units: numbers of channels; a `Fraction`; a class of cells, "E" or "I", that the network declares; or, by a measured index,
            an array of truth values, one a channel or a unit.
        window: [start, end) in ms from stimulus onset.
        point: "emitted", what the layer hands to every reader, its own lateral connections included, while what it keeps stays
            as it is; "drive", what reaches it before its non-linearity; "state", what it keeps, as a lesion of memory.
        sd: unit of `value`: one number, or one a channel or a unit.
        seed: of noise.
        frequency: of noise in Hz, a sinusoid whose amplitude and phase are drawn for every unit and first frame; None for noise
            that is new in every step.
        record: whether a recording of the layer shows it "after" the operation, or "before", as for a closed loop.
    """

    target: str
    operation: Operation
    value: Any = None
    where: Place = EVERYWHERE
    units: Sequence[int] | Fraction | str | np.ndarray | None = None
    window: tuple[AnyNumber, AnyNumber] = (0.0, math.inf)
    point: Kind = "emitted"
    sd: float | np.ndarray | None = None
    seed: int = 0
    frequency: Positive | None = None
    record: Literal["after", "before"] = "after"

    def __post_init__(self) -> None:
        for name, given, allowed in (
            ("operation", self.operation, get_args(Operation)),
            ("point", self.point, get_args(Kind)),
            ("record", self.record, ("after", "before")),
        ):
            if not isinstance(given, str) or given not in allowed:
                raise ModelError(f"the {name} of a perturbation is one of {', '.join(allowed)}, not '{given}'")
        start, end = map(float, self.window)
        if not start < end or math.isnan(start + end if math.isfinite(start + end) else 0.0):
            raise ModelError(f"the window of a perturbation is [start, end) in ms with start < end, not {self.window}")
        object.__setattr__(self, "window", (start, end))
        if self.frequency is not None and self.operation != "noise":
            raise ModelError(f"only noise has a frequency, not '{self.operation}'")
        self._check_value()

    def _check_value(self) -> None:
        if self.operation in VALUED:
            try:
                values = np.asarray(self.value, dtype=float)
            except (TypeError, ValueError):
                values = np.array(np.nan)
            if not np.isfinite(values).all():
                raise ModelError(f"'{self.operation}' needs a finite value, not {self.value!r}")
        elif self.operation == "silence" and not (
            self.value is None or (isinstance(self.value, str) and self.value == REST)
        ):
            raise ModelError(
                f"'silence' takes no value, or '{REST}' for that under the blank screen; use 'clamp' for {self.value!r}"
            )
        elif self.operation == "replace" and not (isinstance(self.value, StimulusSet) and len(self.value) == 1):
            raise ModelError("'replace' needs a stimulus set of one stimulus, whose responses take the place of others")

    @property
    def does_nothing(self) -> bool:
        """Whether every value stays exactly what it was."""
        neutral = {"scale": 1.0, "add": 0.0, "noise": 0.0}.get(self.operation)
        return neutral is not None and bool((np.asarray(self.value, dtype=float) == neutral).all())

    @property
    def is_connection(self) -> bool:
        """Whether the target is a connection."""
        return "->" in self.target

    def __str__(self) -> str:
        """As the command line has it."""
        value = self.value
        if isinstance(value, StimulusSet):
            value = f"{value.identifier}/{value.ids[0]}"
        elif value is not None and not isinstance(value, str):
            array = np.asarray(value, dtype=float)
            value = f"{float(array):g}" if array.ndim == 0 else f"{array.size} values"
        words = [f"{self.target}: {self.operation}", f" {value}" if value is not None else ""]
        words.append(" sd" if self.sd is not None else "")
        words += [str(self.where), self._units()]
        start, end = self.window
        words.append(f" from {start:g}" if start else "")
        words.append(f" to {end:g}" if math.isfinite(end) else "")
        words.append(f" at {self.point}" if self.point != "emitted" else "")
        words.append(f" seed {self.seed}" if self.operation == "noise" and self.seed else "")
        words.append(f" frequency {self.frequency:g}" if self.frequency is not None else "")
        words.append(" recorded before" if self.record == "before" else "")
        return "".join(words)

    def _units(self) -> str:
        if self.units is None:
            return ""
        if isinstance(self.units, Fraction):
            return str(self.units)
        if isinstance(self.units, str):
            return f" class {self.units}"
        chosen = np.asarray(self.units)
        if chosen.dtype == bool:
            return f" units {int(chosen.sum())} of {chosen.size}"
        return f" units {','.join(map(str, chosen.tolist()))}"
