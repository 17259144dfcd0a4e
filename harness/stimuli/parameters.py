"""The conditions of a parameterised stimulus set: values checked, crossed, named and listed in a table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.checks import Seed, checked
from harness.errors import StimulusError
from harness.identity import digest
from harness.stimuli.stimulus_set import StimulusSet, in_milliseconds
from harness.stimuli.timeline import Timeline

if TYPE_CHECKING:
    import pandas as pd

Values = float | Iterable[float]
OptionalValues = float | Iterable[float | None] | None


@checked(StimulusError, pure=True)
def numbers(name: str, values: Any) -> list[float]:
    """One finite number or several different ones, as a list.

    Raises:
        StimulusError: naming the parameter, for anything else.
    """
    try:
        several = isinstance(values, Iterable) and not isinstance(values, str)
        array = np.atleast_1d(np.asarray(list(values) if several else values, dtype=float))
    except (TypeError, ValueError):
        raise StimulusError(f"{name} must be a number or several numbers, not {values!r}") from None
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise StimulusError(f"{name} must be a finite number or several, not {values!r}")
    if len(set(array.tolist())) < len(array):
        raise StimulusError(f"{name} holds a value twice: {values!r}; every condition is shown once")
    return array.tolist()


@checked(StimulusError, pure=True)
def optional_numbers(name: str, values: Any) -> list[float | None]:
    """As `numbers`, where None may stand for "none of it"."""
    several = list(values) if isinstance(values, Iterable) and not isinstance(values, str) else [values]
    if not several:
        raise StimulusError(f"{name} must be a number, None, or several of them, not {values!r}")
    return [None if value is None else numbers(name, value)[0] for value in several]


@checked(StimulusError, pure=True)
def choices(name: str, values: Any, allowed: Sequence[str]) -> list[str]:
    """One word or several different ones, each of which is allowed.

    Raises:
        StimulusError: naming the parameter and what it may be, for anything else.
    """
    several = [values] if isinstance(values, str) or not isinstance(values, Iterable) else list(values)
    if not several or len({str(value) for value in several}) < len(several) or any(v not in allowed for v in several):
        raise StimulusError(f"{name} is one of {', '.join(allowed)}, or several of them, not {values!r}")
    return several


@checked(StimulusError, pure=True)
def distinct(conditions: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Without those that come a second time: where one parameter makes others meaningless, crossing repeats conditions."""
    return list({repr(sorted(condition.items())): dict(condition) for condition in conditions}.values())


@checked(StimulusError, pure=True)
def generator(seed: Seed, *content: Any) -> np.random.Generator:
    """The random numbers of one stimulus: by the seed and what the stimulus is, and not by what else is in the set."""
    return np.random.default_rng(int(digest("stimulus", int(seed), *content)[:32], 16))


@checked(StimulusError, pure=True)
def cross(parameters: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Every combination, the last parameter fastest."""
    return [dict(zip(parameters, values, strict=True)) for values in product(*parameters.values())]


@checked(StimulusError, pure=True)
def names(conditions: Sequence[Mapping[str, Any]], fallback: str) -> list[str]:
    """A readable stimulus_id a condition, of the parameters that vary, without those that the ones before them determine."""
    kept = [key for key in conditions[0] if len({repr(condition[key]) for condition in conditions}) > 1]
    for key in reversed(kept):
        others = [other for other in kept if other != key]
        if others and len({tuple(_short(c[other]) for other in others) for c in conditions}) == len(conditions):
            kept = others
    return ["_".join(f"{key}={_short(condition[key])}" for key in kept) or fallback for condition in conditions]


def table(
    conditions: Sequence[Mapping[str, Any]], fallback: str, constants: Mapping[str, Any] | None = None
) -> "pd.DataFrame":
    """One row per condition: `stimulus_id`, the parameters, and columns that are the same for all."""
    import pandas as pd

    columns = {key: [condition[key] for condition in conditions] for key in conditions[0]}
    return pd.DataFrame({"stimulus_id": names(conditions, fallback), **columns, **(constants or {})})


@checked(StimulusError, pure=True)
def build_stimulus_set(
    identifier: str,
    conditions: Sequence[Mapping[str, Any]],
    draw: Callable[..., Timeline],
    visual_degrees: float | None,
    background: float | tuple[float, float, float] = 0.5,
    constants: Mapping[str, Any] | None = None,
) -> StimulusSet:
    """A set with one stimulus per condition.

    Args:
        conditions: one mapping of parameters a stimulus, see `cross`.
        draw: called with each condition's parameters, gives its timeline.
        constants: further columns of the table, the same for all.
    """
    if not conditions:
        raise StimulusError(f"'{identifier}' has no conditions; give at least one value of every parameter")
    timelines = [draw(**condition) for condition in conditions]
    made = StimulusSet(identifier, table(conditions, identifier, constants), timelines, visual_degrees, background)
    return in_milliseconds(made)


def _short(value: Any) -> str:
    if value is None:
        return "none"
    return format(value, ".6g") if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)
