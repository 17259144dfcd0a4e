"""One value for each unit over which a score generalises, in a result's details: models are compared in pairs by these
values.

The mean of the values is the score. Where the score is a mean over units, they are what is averaged. Where it is not (a
correlation, Cohen's kappa, a ratio of rates), they are the score plus each unit's influence on it by the jackknife, whose mean
has the standard error of the score: the difference of two models is then tested as if their scores were means. A value for each
participant would be no substitute where stimuli are what was sampled: it would tell whether models differ on these stimuli, and say
nothing of others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from harness.checks import Count, checked
from harness.errors import BenchmarkError
from harness.metrics.statistics import Crossed, Jackknife, jackknife

MOST = 500
"""Maximum number of values in a result; with more units, neighbouring ones are averaged."""
BESIDE = 120
"""The same for each further axis."""


@checked(BenchmarkError, pure=True, own=("names",))
def per_sample(
    of: str, names: Iterable[object], scores: Sequence[float] | np.ndarray, most: Count = MOST
) -> dict[str, Any]:
    """The entry `per_sample` of the details of a score, to six digits.

    Args:
        of: what the units are, in the plural: "neurons", "participants", "stimuli".
        names: (n,), of the units, the same for every model; two models are compared in pairs where all names agree.
        scores: (n,), whose mean is the score.
        most: of more than so many, neighbours are averaged in blocks of equal size.

    Raises:
        BenchmarkError: unless there is one finite score for every name and every name is there once.
    """
    listed, values = [str(name) for name in names], np.asarray(scores, dtype=float)
    if values.shape != (len(listed),) or not np.isfinite(values).all():
        raise BenchmarkError(f"models are compared by one finite value for each of the {len(listed)} {of}")
    if len(set(listed)) < len(listed):
        raise BenchmarkError(
            f"the names of the {of} must all be different, so that models are compared on the same ones"
        )
    if len(listed) > most:
        size = -(-len(listed) // most)
        blocks = np.array_split(np.arange(len(listed)), -(-len(listed) // size))
        values = np.array([values[block].sum() for block in blocks]) * len(blocks) / len(values)
        of, listed = _in_blocks(of, listed, blocks)
    return {"of": of, "names": listed, "scores": [float(f"{value:.6g}") for value in values]}


@checked(BenchmarkError, pure=True)
def jackknifed(
    of: str,
    names: Sequence[object] | np.ndarray,
    statistic: Callable[[np.ndarray], float],
    score: float,
    strata: Sequence[object] | np.ndarray | None = None,
) -> dict[str, Any]:
    """Units of any score: the score plus the influence of each, or of blocks of more than 200 (`jackknife`).

    Args:
        of: what the units are.
        names: (n,).
        statistic: the score of some of the units, by their positions.
        score: that of all.
        strata: (n,), what every block shall have its share of.
    """
    return influences(of, names, jackknife(statistic, len(names), strata), score)


@checked(BenchmarkError, pure=True)
def influences(of: str, names: Sequence[object] | np.ndarray, found: Jackknife, score: float) -> dict[str, Any]:
    """Units, or blocks of them, of a score whose jackknife is known: the score plus the influence of each.

    Args:
        of: what the units are.
        names: (n,), of the units.
        score: that of all.
    """
    return per_sample(*_in_blocks(of, names, found.blocks), score + found.influence)


@checked(BenchmarkError, pure=True)
def on_axes(found: Crossed, names: Mapping[str, Iterable[object]], score: float) -> dict[str, Any]:
    """Members of several samples, of a score that generalises over all of them: stimuli and units.

    Values of the first axis stand where those of a single one do, the others under `crossed`; the variances of their means add,
    less the mean square of `twice` (`harness.metrics.statistics.Crossed`).

    Args:
        names: what was sampled -> the members of each.
    """
    first, *others = found.axes
    beside = [per_sample(of, names[of], score + found.axes[of], BESIDE) for of in others]
    twice = [float(f"{value:.4g}") for value in found.twice]
    return {**per_sample(first, names[first], score + found.axes[first]), "crossed": beside, "twice": twice}


def _in_blocks(of: str, names: Sequence[object] | np.ndarray, blocks: Sequence[np.ndarray]) -> tuple[str, list[str]]:
    """Names of blocks of units; each is called by its first one."""
    size = round(len(names) / len(blocks))
    return of if len(blocks) == len(names) else f"blocks of {size} {of}", [str(names[block[0]]) for block in blocks]
