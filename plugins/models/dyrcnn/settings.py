"""The options of a DyRCNN, validated, and its delays in steps."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import ModelError

RECURRENCES = (
    *("none", "self", "full", "depthwise", "pointwise"),
    *("depthpointwise", "pointdepthwise", "local", "localdepthwise"),
)
OPERATIONS = ("layer", "addskip", "addfeedback", "tstep", "nonlin", "supralin", "record", "delay", "pool")
CHOICES = {
    "recurrence": RECURRENCES,
    "target": ("input", "middle", "output"),
    "feedback": ("none", "additive", "multiplicative"),
    "solver": ("euler", "rk4", "exponential"),
}
STABLE_BELOW = {"euler": 2.0, "rk4": 2.785}  # dt / tau, from the solvers' stability functions on the real axis


@dataclass(frozen=True)
class Settings:
    """How a network behaves in time; the plugin's parameters say what each setting means. Times in ms.

    Raises:
        ModelError: for a value that makes no sense.
    """

    dt: float = 2.0
    tau: float | Mapping[str, float] = 5.0
    train_tau: bool = False
    t_ff: float = 0.0
    t_rc: float = 6.0
    t_fb: float = 30.0
    t_sk: float = 0.0
    recurrence: str = "full"
    target: str = "output"
    skip: bool = True
    feedback: str = "none"
    solver: str = "euler"
    supralinearity: float = 1.0
    adaptation: float = 0.0
    tau_adaptation: float = 100.0
    retina: bool = False
    bias: bool = True
    feedforward_only: bool = False
    cut_recurrence: bool = False
    operations: tuple[str, ...] | None = None
    recurrent_scale: float = 0.001
    reference: bool = False

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if (value := getattr(self, name)) not in choices:
                raise ModelError(f"{name} is one of {', '.join(choices)}, not '{value}'")
        for name in ("dt", "supralinearity", "tau_adaptation", "recurrent_scale"):
            _check(name, getattr(self, name), positive=True)
        for name in ("t_ff", "t_rc", "t_fb", "t_sk", "adaptation"):
            _check(name, getattr(self, name), positive=False)
        taus = self.tau if isinstance(self.tau, Mapping) else {"": self.tau}
        for area, tau in taus.items():
            _check(f"tau of {area}" if area else "tau", tau, positive=True)
            if self.dt / tau >= (limit := STABLE_BELOW.get(self.solver, math.inf)):
                raise ModelError(
                    f"the solver {self.solver} needs a dt below {limit:g} tau, not dt={self.dt:g} and tau={tau:g} ms; "
                    "take smaller steps or solver='exponential'"
                )
        object.__setattr__(self, "operations", self._ordered())

    def _ordered(self) -> tuple[str, ...]:
        """The operations of a step, checked."""
        if self.operations is None:
            return OPERATIONS
        order = tuple(self.operations)
        if unknown := [name for name in order if name not in OPERATIONS]:
            raise ModelError(f"there is no operation '{unknown[0]}'; there are {', '.join(OPERATIONS)}")
        needed = ["layer", "record", "delay"] + ["addskip"] * self.skip + ["addfeedback"] * (self.feedback != "none")
        needed += ["supralin"] * (self.supralinearity != 1)
        if missing := [name for name in needed if name not in order]:
            raise ModelError(f"the operations of a step lack '{missing[0]}'")
        if len(set(order)) < len(order):
            raise ModelError(f"an operation stands once in a step, unlike in {', '.join(order)}")
        late = order[order.index("delay") + 1 :]
        if order[0] != "layer" or not set(late) <= {"record", "pool"} or "pool" in order[:-1]:
            raise ModelError(
                "a step begins with 'layer', ends with 'pool' if it has one, and what changes an area's state comes before "
                f"'delay'; not {', '.join(order)}"
            )
        return order

    def tau_of(self, area: str, areas: tuple[str, ...]) -> float:
        """Time constant of an area in ms."""
        if not isinstance(self.tau, Mapping):
            return float(self.tau)
        if set(self.tau) != set(areas):
            raise ModelError(
                f"tau has one value for each of {', '.join(areas)}, not for {', '.join(self.tau) or 'none'}"
            )
        return float(self.tau[area])

    def delays(self) -> "Delays":
        """The delays in steps."""
        return _reference_delays(self) if self.reference else _delays(self)


@dataclass(frozen=True)
class Delays:
    """Delays in steps: a path of k steps hears the state from k steps ago, one of 0 that of this very step.

    Attributes:
        feedforward, recurrence, feedback, skip: of the paths; None for one that never delivers anything.
        leak: whether an area's state goes on from its rectified output; if not, from what the solver gave.
    """

    feedforward: int
    recurrence: int | None
    feedback: int | None
    skip: int | None
    leak: bool = True


def _delays(settings: Settings) -> Delays:
    """Every delay is rounded to the nearest number of steps, halves up; where a path would need the future, one step."""

    def steps(milliseconds: float) -> int:
        return math.floor(milliseconds / settings.dt + 0.5 + 1e-9)

    return Delays(
        feedforward=steps(settings.t_ff),
        recurrence=max(1, steps(settings.t_rc)),
        feedback=max(1, steps(settings.t_fb)),
        skip=steps(settings.t_sk),
    )


def _reference_delays(settings: Settings) -> Delays:
    """As DynVision 0.1.0 counts: some paths truncate, some round to even, and one that outlasts the history is dead."""
    dt, feedback = settings.dt, settings.feedback != "none"
    longest = (settings.t_ff, settings.t_rc, feedback * settings.t_fb, settings.skip * (settings.t_sk + dt))
    capacity = int(max(longest) / dt)

    def alive(index: int, delay: int) -> int | None:
        return delay if index <= capacity else None

    recurrence, back, skip = (
        max(1, int(settings.t_rc / dt)),
        max(1, round(settings.t_fb / dt)),
        round(settings.t_sk / dt),
    )
    return Delays(
        feedforward=int(settings.t_ff / dt),
        recurrence=alive(recurrence, recurrence),
        feedback=alive(back, back),
        skip=alive(skip + 1, skip),
        leak=capacity > 0,
    )


def _check(name: str, value: Any, positive: bool) -> None:
    number = isinstance(value, (int, float)) and math.isfinite(value)
    if not (number and (value > 0 if positive else value >= 0)):
        raise ModelError(f"{name} must be {'positive' if positive else 'at least 0'}, not {value}")
