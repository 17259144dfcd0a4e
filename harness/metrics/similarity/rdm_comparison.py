"""A model's dissimilarity matrix compared with the matrices of several participants: score, ceiling with its bounds,
and error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from harness.checks import checked
from harness.errors import BenchmarkError
from harness.metrics.similarity.rdm import Comparison, noise_ceiling, pairs, spearman


@dataclass(frozen=True)
class RdmCeiling:
    """How well a model could agree with these subjects.

    Attributes:
        value: the square root of the mean agreement between two subjects: what the matrix that they have in common reaches with
            one of them, whatever their number. It lies between the bounds, unless noise pushes it out.
        lower, upper: see `noise_ceiling`.
    """

    value: float
    lower: float
    upper: float


@checked(BenchmarkError, pure=True)
def rdm_ceiling(rdms: np.ndarray, compare: Comparison = spearman) -> RdmCeiling:
    """Of (n_subjects, n, n).

    Raises:
        BenchmarkError: with fewer than two subjects, or if they have nothing in common.
    """
    vectors = pairs(np.asarray(rdms, dtype=float))
    lower, upper = noise_ceiling(vectors, compare)
    shared = float(np.mean([compare(first, second) for first, second in combinations(vectors, 2)]))
    if not shared > 0:
        raise BenchmarkError("the subjects' dissimilarities do not agree with one another, so there is no ceiling")
    return RdmCeiling(float(np.sqrt(shared)), lower, upper)


@checked(BenchmarkError, pure=True)
def agreements(model: np.ndarray, rdms: np.ndarray, compare: Comparison = spearman) -> np.ndarray:
    """(n_subjects,), of a model's matrix (n, n) with each of (n_subjects, n, n)."""
    own = pairs(np.asarray(model, dtype=float))
    return np.array([compare(own, other) for other in pairs(np.asarray(rdms, dtype=float))])


@checked(BenchmarkError, pure=True)
def mean_rdm(rdms: np.ndarray) -> np.ndarray:
    """(n, n), the mean of the ranks of (n_subjects, n, n), from 0 to 1: for display."""
    from scipy.spatial.distance import squareform
    from scipy.stats import rankdata

    vectors = pairs(np.asarray(rdms, dtype=float))
    ranks = rankdata(vectors, axis=1).mean(0)
    return squareform((ranks - ranks.min()) / max(np.ptp(ranks), 1e-12))


@checked(BenchmarkError, pure=True)
def by_name(name: str) -> Comparison:
    """`spearman`, `kendall` (tau-a) or `cosine`.

    Raises:
        BenchmarkError: for any other.
    """
    from harness.metrics.similarity.rdm import cosine, kendall_tau_a

    known: dict[str, Comparison] = {"spearman": spearman, "kendall": kendall_tau_a, "cosine": cosine}
    if name not in known:
        raise BenchmarkError(f"matrices are compared by {', '.join(known)}, not by '{name}'")
    return known[name]


@checked(BenchmarkError, pure=True)
def within_and_between(rdm: np.ndarray, labels: Sequence[object] | np.ndarray) -> tuple[float, float]:
    """Mean dissimilarity of pairs with one label, and of pairs with two."""
    labels = np.asarray(labels)
    same = pairs(labels[:, None] == labels[None])
    values = pairs(np.asarray(rdm, dtype=float))
    return float(values[same].mean()), float(values[~same].mean())
