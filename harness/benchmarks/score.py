"""Making a score. Attributes are set last and in one place, because arithmetic on a Score drops them."""

from collections.abc import Mapping
from typing import Any

from harness.assemblies import Score
from harness.checks import AnyNumber, checked, is_number
from harness.errors import BenchmarkError

_ROUNDING = 1e-12


@checked(BenchmarkError, own=("value",))
def make_score(
    value: float,
    *,
    error: AnyNumber | None,
    raw: Any = None,
    ceiling: Score | None = None,
    details: Mapping[Any, Any] | None = None,
    **attributes: Any,
) -> Score:
    """A scalar `Score`, never clipped.

    Args:
        value: the (ceiled) score.
        error: its standard error, by resampling what was sampled. None where it is unknown; an error of 0 is never certainty but
            a sign that what was resampled could not differ, and is unknown, too.
        raw: the numbers behind the value: the score before the ceiling, or one number per unit or participant.
        ceiling: the ceiling that the value was divided by.
        details: plain numbers and lists for figures and results; see `Benchmark.figure`.
        attributes: further attributes.

    Raises:
        BenchmarkError: if the value is not finite: a score that could not be computed is an error, not a number.
    """
    if not is_number(value):
        raise BenchmarkError(
            "the score is not a number: the responses do not vary, or too few units were left to compare"
        )
    score = Score(float(value))
    score.attrs.update(
        error=known_error(error, value), raw=raw, ceiling=ceiling, details=dict(details or {}), **attributes
    )
    return score


def known_error(error: float | None, value: float) -> float | None:
    """The standard error of a value; None for one that is not a number, and for 0 but for rounding, which says nothing."""
    if error is None or not is_number(error) or error <= _ROUNDING * max(abs(value), 1e-300):
        return None
    return float(error)


@checked(BenchmarkError, own=("raw",))
def ceiled_score(raw: float, *, error: AnyNumber | None, ceiling: Score, details: Mapping[str, Any]) -> Score:
    """A scalar `Score`: a raw score and its standard error, both divided by the ceiling."""
    best, raw = float(ceiling), float(make_score(raw, error=error))
    ceiled = None if error is None else error / best
    return make_score(raw / best, error=ceiled, raw=make_score(raw, error=error), ceiling=ceiling, details=details)
