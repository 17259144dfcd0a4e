"""Comparison of the distribution of a property over units with a published one."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import BenchmarkError


@checked(BenchmarkError, pure=True)
@dataclass(frozen=True)
class Histogram:
    """A published distribution.

    Attributes:
        edges: of the bins, one more than counts; a bin holds its lower edge, the last bin also its upper.
        counts: cells in each bin.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.edges) != len(self.counts) + 1 or np.min(np.diff(self.edges)) <= 0 or sum(self.counts) < 1:
            raise BenchmarkError(
                "a histogram needs increasing edges, one more than there are counts, and at least one cell"
            )

    @property
    def n(self) -> int:
        """Number of cells."""
        return sum(self.counts)

    @cached_property
    def shares(self) -> np.ndarray:
        """(bins,), the share of cells in each bin."""
        return np.asarray(self.counts) / self.n

    @checked(BenchmarkError, pure=True)
    def shares_of(self, values: np.ndarray) -> np.ndarray:
        """(bins,), the share of `values` in each bin.

        Raises:
            BenchmarkError: if a value lies outside the bins, or there are none.
        """
        counts, _ = np.histogram(values, self.edges)
        if not counts.sum() == len(values) > 0:
            raise BenchmarkError(
                f"{len(values) - counts.sum()} of {len(values)} values lie outside the published range"
            )
        return counts / len(values)


@checked(BenchmarkError, pure=True)
def ks_distance(shares: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Kolmogorov-Smirnov distance of histograms over the same bins (last axis): the largest difference of cumulated shares."""
    return np.abs(np.cumsum(shares, -1) - np.cumsum(other, -1)).max(-1)


@checked(BenchmarkError, pure=True)
def largest_distance(published: Histogram) -> float:
    """The Kolmogorov-Smirnov distance of the population that is farthest: all of it in the first bin, or in the last. Brain-Score
    divides by it."""
    return float(1 - min(published.shares[0], published.shares[-1]))


@checked(BenchmarkError, pure=True)
def ks_similarity(values: np.ndarray, published: Histogram) -> float:
    """1 - KS distance between the values and a published histogram, as in Marques et al. 2021: 1 for equal distributions, 0 for
    disjoint ones; 0.5 at most for values that are all the same, if the published ones vary."""
    return float(1 - ks_distance(published.shares_of(values), published.shares))


@checked(BenchmarkError, pure=True)
def sampled_similarity(published: Histogram, n: int, draws: Count = 2000, seed: Seed = 0) -> np.ndarray:
    """(draws,), the similarity of `n` units to the published cells when both are samples of one distribution, the published one.

    Its mean is the ceiling of `ks_similarity` for that many units.
    """
    random = np.random.default_rng(seed)
    units = random.multinomial(n, published.shares, draws) / n
    cells = random.multinomial(published.n, published.shares, draws) / published.n
    return 1 - ks_distance(units, cells)
