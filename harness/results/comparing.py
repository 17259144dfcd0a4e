"""Two scores on one benchmark, compared in one call."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.checks import AnyNumber, checked
from harness.errors import ArgumentError
from harness.results.leaderboard.differences import compare
from harness.results.result import Result

if TYPE_CHECKING:
    from harness.assemblies import Score


@checked(ArgumentError)
@dataclass(frozen=True)
class Difference:
    """The difference of two scores.

    Attributes:
        first, second: what was scored.
        benchmark: on what.
        difference: of the first score from the second.
        p: that two equally good models differ by as much; NaN where an error is unknown.
        how: in which way they were compared, such as "paired over 50 stimuli".
    """

    first: str
    second: str
    benchmark: str
    difference: float
    p: AnyNumber
    how: str

    def __str__(self) -> str:
        where = "above" if self.difference >= 0 else "below"
        by = f"{abs(self.difference):.3f} {where}"
        return f"{self.first} is {by} {self.second} on {self.benchmark} (p = {self.p:.2g}, {self.how})"


@checked(ArgumentError)
def compare_scores(first: "Score | Result", second: "Score | Result") -> Difference:
    """Compare two scores of `score_model`, or two results, on the same benchmark.

    They are compared as on a leaderboard: in pairs over the stimuli, neurons, participants that both were scored on; by their
    errors, as if independent, where these are not the same.

    Raises:
        ArgumentError: if they are of different benchmarks, or one has no score.
    """
    results = [_result(one) for one in (first, second)]
    if results[0].benchmark_name != results[1].benchmark_name:
        raise ArgumentError(
            f"scores on one benchmark are compared, not on {results[0].benchmark_name} and on {results[1].benchmark_name}"
        )
    names = [result.model_name for result in results]
    keys = (
        names if names[0] != names[1] else [f"{name} ({which})" for name, which in zip(names, ("a", "b"), strict=True)]
    )
    scores = [result.score for result in results]
    if scores[0] is None or scores[1] is None:
        raise ArgumentError(
            f"{names[scores.index(None)]} has no score on {results[0].benchmark_name}, so nothing can be compared"
        )
    found = compare(dict(zip(keys, results, strict=True)))
    first_name, second_name = keys
    return Difference(
        first_name,
        second_name,
        results[0].benchmark_name,
        scores[0] - scores[1],
        float(found.values[0, 1]),
        found.ways[found.way[0, 1]],
    )


def _result(one: "Score | Result") -> Result:
    """The result of a score, as far as a comparison needs it."""
    if isinstance(one, Result):
        return one
    model, benchmark = (one.attrs.get(f"{what}_identifier") for what in ("model", "benchmark"))
    if model is None or benchmark is None:
        raise ArgumentError(
            "scores that are compared are those of score_model, which say of which model and benchmark they are"
        )
    return Result(
        model=model,
        benchmark=benchmark,
        status="scored",
        score=float(one),
        error=one.attrs.get("error"),
        details={name: one.attrs["details"][name] for name in _COMPARED if name in one.attrs["details"]},
    )


_COMPARED = ("per_sample", "degrees_of_freedom")
