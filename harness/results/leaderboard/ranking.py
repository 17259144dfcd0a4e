"""Mean ranks of models over the benchmarks of a suite, and how far apart two must lie to differ (Demšar 2006, J. Mach.
Learn. Res. 7:1-30): Friedman's test, then Nemenyi's critical difference.
"""

import math
from dataclasses import dataclass

import numpy as np

from harness.checks import checked
from harness.errors import ArgumentError
from harness.metrics.statistics import LEVEL
from harness.results.leaderboard.table import Row, Table

FEWEST = 3
"""Models, and benchmarks, below which ranks say nothing."""
SHOWN = 30
"""The best models, that a plot has room for."""


@dataclass(frozen=True)
class Ranking:
    """Models by their mean rank over benchmarks on which all of them have a score.

    Attributes:
        models: best first.
        ranks: mean ranks; equal scores share theirs.
        benchmarks: over which ranks are taken.
        p: of Friedman's test, that all models rank alike.
        distance: between mean ranks beyond which two models differ at 5 %, over all pairs.
    """

    models: tuple[str, ...]
    ranks: tuple[float, ...]
    benchmarks: tuple[str, ...]
    p: float
    distance: float

    @property
    def friedman(self) -> str:
        """Friedman's p, in words."""
        return "p < 0.001" if self.p < 0.001 else f"p = {self.p:.3f}"

    @property
    def groups(self) -> list[tuple[int, int]]:
        """First and last position of the widest groups of models that do not differ from each other."""
        found: list[tuple[int, int]] = []
        for first, rank in enumerate(self.ranks):
            last = max(at for at, other in enumerate(self.ranks) if other - rank <= self.distance)
            if last > first and (not found or last > found[-1][1]):
                found.append((first, last))
        return found


@checked(ArgumentError)
def ranking(table: Table) -> Ranking | None:
    """The ranking over the suite of a table; None without three models that have scores on the same three benchmarks.

    Not every model has every score: of the models with the highest coverage so many are taken that models times benchmarks
    without a gap are most. Perturbed models are left out.
    """
    from scipy.stats import friedmanchisquare, rankdata

    rows, columns = _without_gaps(table)
    if min(len(rows), len(columns)) < FEWEST:
        return None
    scores = np.array([[_score(row, column) for column in columns] for row in rows], dtype=float)
    ranks = rankdata(-scores, axis=0).mean(axis=1)
    order = sorted(range(len(rows)), key=lambda at: (ranks[at], rows[at].name))
    varied = (scores != scores[0]).any()
    return Ranking(
        models=tuple(rows[at].name for at in order),
        ranks=tuple(float(ranks[at]) for at in order),
        benchmarks=tuple(table.columns[column].name for column in columns),
        p=float(friedmanchisquare(*scores).pvalue) if varied else 1.0,
        distance=critical_difference(len(rows), len(columns)),
    )


def critical_difference(models: int, benchmarks: int) -> float:
    """Nemenyi's critical difference of mean ranks (Demšar 2006, section 3.2.2)."""
    from scipy.stats import studentized_range

    quantile = studentized_range.ppf(1 - LEVEL, models, math.inf) / math.sqrt(2)
    return float(quantile * math.sqrt(models * (models + 1) / (6 * benchmarks)))


def _without_gaps(table: Table) -> tuple[list[Row], list[int]]:
    """Rows and positions of columns, all scored on each other, of which there are most cells."""
    counted = [at for at, column in enumerate(table.columns) if column.counts]
    covered = [({at for at in counted if _score(row, at) is not None}, row) for row in table.rows if not row.perturbed]
    covered.sort(key=lambda one: -len(one[0]))
    best: tuple[list[Row], list[int]] = [], []
    common = set(counted)
    for count, (columns, _) in enumerate(covered, 1):
        common &= columns
        if count * len(common) > len(best[0]) * len(best[1]):
            best = [row for _, row in covered[:count]], sorted(common)
    return best


def _score(row: Row, column: int) -> float | None:
    cell = row.cells[column]
    return cell.scored.score if cell.scored and not cell.outdated else None


def in_words(found: Ranking) -> str:
    """One paragraph: the best mean ranks, and how far two must lie apart."""
    each = [f"{name} {rank:.2f}" for name, rank in zip(found.models, found.ranks, strict=True)]
    more = f", and {len(each) - SHOWN} more" if len(each) > SHOWN else ""
    return (
        f"Mean ranks over {len(found.benchmarks)} benchmarks: {', '.join(each[:SHOWN])}{more}. Two models differ where these lie "
        f"{found.distance:.2f} apart (Nemenyi's test at 5 %, all pairs; Friedman's test {found.friedman})."
    )
