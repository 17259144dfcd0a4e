"""Errors of scores that generalise over two samples at once: stimuli, and the units or participants that responded to
all of them.

Each sample adds the variance that it alone would give, from the influence of its members on the score; noise that is particular to
one member of either stands in both and is taken off once: V = V_stimuli + V_units - V_both (Owen 2007, Annals of Applied Statistics
1:386; Cameron, Gelbach & Miller 2011, Journal of Business & Economic Statistics 29:238). What is taken off is kept as a few random
projections, whose mean square it is: they are linear in the influences, so that a difference of two models has its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from harness.checks import AnyNumber, Count, Seed, checked
from harness.errors import BenchmarkError

PROJECTIONS = 64
"""By so many a variance is known to 18 %, of the part that is taken off."""


@checked(BenchmarkError, pure=True)
@dataclass(frozen=True)
class Crossed:
    """Influence of the members of several samples on a score.

    Attributes:
        axes: what was sampled -> (n,), influence of each member, of mean 0; the standard error of their mean is part of the error.
        twice: (projections,), whose mean square is the variance that two axes share.
        shared: that variance, where it is known better.
    """

    axes: Mapping[str, np.ndarray]
    twice: np.ndarray
    shared: float | None = None

    @classmethod
    @checked(BenchmarkError, pure=True)
    def of(
        cls,
        tested: np.ndarray,
        units: np.ndarray,
        trained: np.ndarray | None = None,
        names: tuple[str, str] = ("stimuli", "units"),
    ) -> "Crossed":
        """From contributions to a score that is a sum over units of something measured on stimuli.

        Args:
            tested: (n, m), what each stimulus adds to the part of each unit beyond the mean stimulus.
            units: (m,), what each unit adds beyond the mean unit.
            trained: (n, m), how far the part that was tested on each stimulus would change with other training stimuli: one
                standard deviation, with a random sign.
            names: of the two samples, in the plural.

        Of a single stimulus nothing is known of the spread of others; the error is then over the units alone.
        """
        n, m = tested.shape
        if m < 2 or n < 1:
            raise BenchmarkError(f"an error over {names[0]} and {names[1]} takes two {names[1]}, not {m}")
        if n == 1:
            return cls({names[1]: m * (units - units.mean())}, np.zeros(PROJECTIONS), 0.0)
        tested = tested - tested.mean(0)
        axes = {names[1]: m * (units - units.mean()), names[0]: n * tested.sum(1)}
        both = tested - tested.mean(1, keepdims=True)
        parts = [both * np.sqrt(n * m / ((n - 1) * (m - 1)))]
        if trained is not None:
            axes[f"training {names[0]}"] = n * trained.sum(1)
            parts.append((trained - trained.mean(1, keepdims=True)) * np.sqrt(m / (m - 1)))
        twice = np.sum([projected(part, seed) for seed, part in enumerate(parts)], axis=0)
        return cls(axes, twice, float(sum((part**2).sum() for part in parts)))

    @classmethod
    @checked(BenchmarkError, pure=True)
    def jackknife(
        cls, each: np.ndarray, without: np.ndarray, names: tuple[str, str] = ("stimuli", "participants")
    ) -> "Crossed":
        """Of the mean over units (participants) of any statistic of stimuli.

        Args:
            each: (m,), of every unit.
            without: (n, m), the same without each stimulus, or block of them.
        """
        n, m = without.shape
        return cls.of((n - 1) * (without.mean(0) - without) / (n * m), (each - each.mean()) / m, names=names)

    def __truediv__(self, ceiling: float) -> "Crossed":
        """Of the score divided by a ceiling."""
        axes = {name: values / ceiling for name, values in self.axes.items()}
        return Crossed(axes, self.twice / ceiling, None if self.shared is None else self.shared / ceiling**2)

    def __sub__(self, other: "Crossed") -> "Crossed":
        """Influence of the members on the difference of two scores."""
        axes = {name: values - other.axes[name] for name, values in self.axes.items()}
        both = len(self.twice) and len(other.twice)
        return Crossed(axes, self.twice - other.twice if both else np.zeros(0))

    @property
    def parts(self) -> dict[str, float]:
        """Variance components: name of a sample -> variance of the score by it alone. Training stimuli belong to the stimuli."""
        return {name: float(values.var(ddof=1)) / len(values) for name, values in self.axes.items()}

    @property
    def variance(self) -> float:
        """Of the score; at least that of any one axis."""
        parts = list(self.parts.values())
        shared = self.shared if self.shared is not None else float(np.mean(self.twice**2)) if len(self.twice) else 0.0
        return max(sum(parts) - shared, *parts)

    @property
    def error(self) -> float:
        """Standard error of the score."""
        return float(np.sqrt(self.variance))

    @property
    def degrees(self) -> float:
        """Degrees of freedom of the error (Satterthwaite 1946)."""
        own = sum(part**2 / (len(self.axes[name]) - 1) for name, part in self.parts.items())
        return float(self.variance**2 / own) if own > 0 else 1.0

    @checked(BenchmarkError, pure=True)
    def interval(self, score: float, level: float = 0.95) -> list[float]:
        """Confidence interval of the score by Student's t."""
        from scipy.special import stdtrit

        half = float(stdtrit(self.degrees, (1 + level) / 2)) * self.error
        return [score - half, score + half]


@checked(BenchmarkError, pure=True)
def projected(values: np.ndarray, seed: Seed = 0, projections: Count = PROJECTIONS) -> np.ndarray:
    """(projections,), sums of values (n, m) with random signs of rows and of columns: their squares have the sum of squares of the
    values as their expectation (Alon, Matias & Szegedy 1996). The signs are the same for all values of one shape."""
    random = np.random.default_rng([seed, *values.shape])
    rows, columns = (2.0 * random.integers(0, 2, (projections, size)) - 1 for size in values.shape)
    return np.asarray(((rows @ values) * columns).sum(1))


@checked(BenchmarkError, pure=True)
def difference_p(apart: float, error: float, degrees: AnyNumber) -> float:
    """Two-sided p of a difference by Student's t; NaN where its error is 0, which is unknown."""
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -abs(apart) / error)) if error > 0 else float("nan")


@checked(BenchmarkError, pure=True)
def differences_p(means: Sequence[AnyNumber], influences: Sequence[Crossed]) -> np.ndarray:
    """(m, m), `difference_p` of all pairs of scores of the same members; 1 for equal ones, NaN where the error is unknown.

    Args:
        means: (m,), the scores.
        influences: of the members on each, with the same axes.
    """
    from scipy.special import stdtr

    axes = {name: np.array([one.axes[name] for one in influences]) for name in influences[0].axes}
    has_twice = np.array([len(one.twice) > 0 for one in influences])
    twice = np.array(
        [one.twice if len(one.twice) else np.zeros(max(len(o.twice) for o in influences)) for one in influences]
    )
    scores, p = np.array(means, dtype=float), np.full((len(means), len(means)), np.nan)
    for row in range(len(means)):
        parts = {name: (values[row] - values).var(1, ddof=1) / values.shape[1] for name, values in axes.items()}
        both = has_twice & has_twice[row]
        shared = np.where(both, ((twice[row] - twice) ** 2).mean(1), 0.0) if twice.shape[1] else np.zeros(len(means))
        stacked = np.array(list(parts.values()))
        variance = np.maximum(stacked.sum(0) - shared, stacked.max(0))
        own = sum(part**2 / (axes[name].shape[1] - 1) for name, part in parts.items())
        apart = np.abs(scores[row] - scores)
        with np.errstate(divide="ignore", invalid="ignore"):
            degrees = np.where(own > 0, variance**2 / own, 1.0)
            found = np.where(variance > 0, 2 * stdtr(degrees, -apart / np.sqrt(variance)), np.nan)
        p[row] = np.where((apart == 0) & (variance == 0), 1.0, found)
    return p
