"""Errors of a ratio of sums over units with the same stimuli: stimuli and units are resampled jointly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from harness.benchmarks.per_sample_scores import on_axes
from harness.metrics.regression import Influence
from harness.metrics.statistics import Crossed


@dataclass(frozen=True)
class UnitSums:
    """The terms of the ratio of sums r / sum of ceilings, for units that have a ceiling.

    Attributes:
        units: their positions.
        r, ceilings: (units,), summed over time bins where there are several.
        tested, trained, of_ceilings: (stimuli, units), influence of each stimulus on them (`Influence`).
        counts: (units,), how many time bins there are.
    """

    units: np.ndarray
    r: np.ndarray
    ceilings: np.ndarray
    tested: np.ndarray
    trained: np.ndarray
    of_ceilings: np.ndarray
    counts: np.ndarray

    @classmethod
    def of(
        cls,
        r: np.ndarray,
        ceilings: np.ndarray,
        influences: Sequence[Influence],
        of_ceilings: Sequence[np.ndarray],
    ) -> "UnitSums":
        """From correlations and ceilings ([bins,] units), and for each bin (stimuli, units) of both."""
        r, ceilings = (np.reshape(values, (-1, np.shape(values)[-1])) for values in (r, ceilings))
        both = np.isfinite(r) & np.isfinite(ceilings)
        units = np.flatnonzero(np.isfinite(ceilings).any(0))
        total = lambda values: np.where(both, values, 0).sum(0)[units]
        influence = lambda parts: sum(
            np.where(at, np.nan_to_num(part), 0) for at, part in zip(both, parts, strict=True)
        )
        tested, trained, theirs = (
            np.asarray(influence(parts))[:, units]
            for parts in ([one.tested for one in influences], [one.trained for one in influences], of_ceilings)
        )
        return cls(units, total(r), total(ceilings), tested, trained, theirs, both.sum(0)[units])

    @property
    def score(self) -> float:
        return float(self.r.sum() / self.ceilings.sum())

    def ratio(self, of: tuple[str, str]) -> Crossed:
        """Of the score. `of`: what stimuli and units are, in the plural."""
        best, score = self.ceilings.sum(), self.score
        return Crossed.of(
            (self.tested - score * self.of_ceilings) / best,
            (self.r - score * self.ceilings) / best,
            self.trained / best,
            of,
        )

    def mean(self) -> Crossed:
        """Of the mean of the correlations."""
        count = self.counts.sum()
        mean = self.r.sum() / count
        return Crossed.of(self.tested / count, (self.r - mean * self.counts) / count, self.trained / count)

    def described(self, of: tuple[str, str], stimuli: Sequence[object]) -> Mapping[str, Any]:
        """The interval of the score and the values by which models are compared, for the result."""
        found = self.ratio(of)
        names = {of[1]: self.units.tolist(), of[0]: stimuli, f"training {of[0]}": stimuli}
        return {
            "interval": found.interval(self.score),
            "degrees_of_freedom": round(found.degrees, 2),
            "per_sample": on_axes(found, names, self.score),
        }


def of_mean(ceilings: np.ndarray, of_ceilings: np.ndarray) -> float | None:
    """Standard error of the mean of ceilings (units,), of which some may be undefined, with the influence of stimuli on them.

    None where there are fewer than two units or stimuli to tell it from.
    """
    known = np.isfinite(ceilings)
    if known.sum() < 2 or len(of_ceilings) < 2:
        return None
    own = ceilings[known]
    return Crossed.of(of_ceilings[:, known] / len(own), (own - own.mean()) / len(own)).error
