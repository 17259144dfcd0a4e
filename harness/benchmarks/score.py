"""Putting a Score together. Attributes are set last and in one place, because arithmetic on a Score drops them."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.assemblies import Score
from harness.errors import BenchmarkError


def make_score(
    value: float,
    *,
    error: float,
    raw: Any = None,
    ceiling: Score | None = None,
    details: Mapping[str, Any] | None = None,
    **attributes: Any,
) -> Score:
    """A scalar `Score`, never clipped.

    Args:
        value: the (ceiled) score.
        error: its standard error, by resampling the unit that generalises.
        raw: what the value was aggregated from: the score before the ceiling, or one number a unit or subject.
        ceiling: the ceiling that the value was divided by.
        details: plain numbers and lists for figures and records; see `Benchmark.figure`.
        attributes: further attributes.

    Raises:
        BenchmarkError: if the value is not finite: a score that could not be computed is an error, not a number.
    """
    if not np.isfinite(value):
        raise BenchmarkError(
            "the score is not a number: the responses do not vary, or too few units were left to compare"
        )
    score = Score(float(value))
    score.attrs.update(error=float(error), raw=raw, ceiling=ceiling, details=dict(details or {}), **attributes)
    return score


def ceiled_score(raw: float, *, error: float, ceiling: Score, details: Mapping[str, Any]) -> Score:
    """A scalar `Score`: a raw score and its standard error, both divided by the ceiling."""
    best = float(ceiling)
    return make_score(
        raw / best, error=error / best, raw=make_score(raw, error=error), ceiling=ceiling, details=details
    )
