"""Per-sample scores, by which models are compared in pairs."""

import math
from typing import Self

import numpy as np
from pydantic import BaseModel, Field, model_validator

from harness.checks import Strict
from harness.metrics.statistics import Crossed


class Sample(Strict, BaseModel):
    """One value for each unit that the score generalises over.

    Attributes:
        of: what the units are, in the plural.
        names: of the units, all different.
        scores: one per unit, whose mean is the score; None where a unit has none, which leaves the result out of comparisons.
    """

    of: str = Field(min_length=1)
    names: list[str | int]
    scores: list[float | None]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.names) != len(self.scores):
            raise ValueError(f"it has {len(self.names)} names and {len(self.scores)} scores; every unit needs both")
        if any(score is not None and not math.isfinite(score) for score in self.scores):
            raise ValueError("a score of its is not a finite number; leave it None where a unit has none")
        if len({str(name) for name in self.names}) < len(self.names):
            raise ValueError("two units have one name")
        return self


class PerSample(Sample, BaseModel):
    """By these models with the same units are compared in pairs.

    Attributes:
        crossed: further samples that the score generalises over at once, such as the stimuli that all units answered to; the
            variances of their means add. None in older results, and where there is one sample.
        twice: numbers whose mean square is what these variances have in common (`harness.metrics.statistics.Crossed`).
    """

    crossed: list[Sample] = []
    twice: list[float] = []

    @property
    def units(self) -> tuple[str, ...]:
        """The identity of the samples, equal for two models that can be compared in pairs."""
        return tuple(text for one in self.samples for text in (one.of, *map(str, one.names)))

    @property
    def samples(self) -> "list[Sample]":
        """All that the score generalises over."""
        return [self, *self.crossed]

    @property
    def over(self) -> str:
        """How many units of which kinds: "50 neurons and 640 stimuli". Training stimuli are the stimuli again."""
        shown = [one for one in self.samples if "training " not in one.of]
        return " and ".join(f"{len(one.names)} {one.of}" for one in shown)

    @property
    def whole(self) -> bool:
        """Whether every sample has a value for each of two units or more."""
        return all(len(one.scores) > 1 and None not in one.scores for one in self.samples)

    @property
    def influences(self) -> Crossed:
        """Influence of the units on the score."""
        values = {one.of: np.array(one.scores, dtype=float) for one in self.samples}
        return Crossed({of: scores - scores.mean() for of, scores in values.items()}, np.array(self.twice))
