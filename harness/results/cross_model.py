"""Scores on some benchmarks explained by scores on others, over models."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from harness.checks import Count, Seed, checked
from harness.errors import ArgumentError
from harness.metrics.statistics import UniqueVariance, explained_uniquely
from harness.results.choosing import choose
from harness.results.result import Result

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CLEAR = 0.05
"""False discovery rate below which a part is marked."""


@dataclass(frozen=True)
class CrossModel:
    """An analysis over models.

    Attributes:
        models: that have a score on every benchmark.
        left_out: that have scores on some only.
        explained_by: benchmarks whose scores are predictors.
        explains: benchmarks whose scores are targets.
        found: the regression.
    """

    models: tuple[str, ...]
    left_out: tuple[str, ...]
    explained_by: tuple[str, ...]
    explains: tuple[str, ...]
    found: UniqueVariance

    def rows(self) -> list[dict[str, Any]]:
        """One row for each target and predictor."""
        found = self.found
        return [
            {
                "target": target,
                "predictor": predictor,
                "weight": float(found.weights[i, t]),
                "explained": float(found.explained[t]),
                "unique": float(found.unique[i, t]),
                "low": float(found.low[i, t]),
                "high": float(found.high[i, t]),
                "p": float(found.p[i, t]),
                "q": float(found.q[i, t]),
            }
            for t, target in enumerate(self.explains)
            for i, predictor in enumerate(self.explained_by)
        ]


@checked(ArgumentError)
def explain_scores(
    results: Sequence[Result],
    explain: Sequence[str],
    by: Sequence[str],
    models: Sequence[str] = (),
    permutations: Count = 1000,
    seed: Seed = 0,
) -> CrossModel:
    """How much of models' scores on some benchmarks their scores on others explain, and what each of these explains alone.

    Args:
        results: of many models.
        explain: words for the benchmarks whose scores are explained, such as `tag:fmri` (see `choose`).
        by: words for the benchmarks whose scores explain them, such as `tag:decoding`; what `explain` names is not among them.
        models: words for the models; all if none is given.
        permutations: number of permutations, and of resamples.
        seed: of both.

    Raises:
        UnknownIdentifier: for a word for which there is no result.
        BenchmarkError: if there are too few models with a score on all of them.
    """
    scored = [one for one in results if one.status == "scored" and one.score is not None]
    targets = _scores(choose(scored, models, explain))
    predictors = {name: found for name, found in _scores(choose(scored, models, by)).items() if name not in targets}
    if not predictors:
        raise ArgumentError("no benchmark is left to explain the others by; name some that are not to be explained")
    tables = [*predictors.values(), *targets.values()]
    anywhere = sorted(set().union(*tables))
    whole = [model for model in anywhere if all(model in table for table in tables)]
    x, y = (np.array([[table[m] for table in side.values()] for m in whole]) for side in (predictors, targets))
    shape = len(predictors), len(targets)
    x, y = x.reshape(len(whole), shape[0]), y.reshape(len(whole), shape[1])
    left_out = tuple(model for model in anywhere if model not in whole)
    found = explained_uniquely(x, y, permutations, permutations, seed)
    return CrossModel(tuple(whole), left_out, tuple(predictors), tuple(targets), found)


def _scores(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Benchmark -> model -> score, in the order of their names."""
    found: dict[str, dict[str, float]] = {}
    for result in sorted(results, key=lambda one: one.benchmark_name):
        if result.score is not None:
            found.setdefault(result.benchmark_name, {})[result.model_name] = result.score
    return found


@checked(ArgumentError)
def draw_cross_model(analysis: CrossModel) -> "Figure":
    """Two panels over the targets: what all predictors explain together, and the unique part of each, with its interval; a star
    where its false discovery rate is below `CLEAR`."""
    from matplotlib.figure import Figure

    found, places = analysis.found, np.arange(len(analysis.explains))
    figure = Figure(figsize=(2.5 + 0.8 * len(places) * max(1, len(analysis.explained_by) / 3), 6), layout="constrained")
    top, bottom = figure.subplots(2, sharex=True)
    top.bar(places, found.explained, color="0.6")
    top.set_ylabel("adjusted R²\nof all predictors")
    top.set_title(f"{len(analysis.models)} models")
    width = 0.8 / len(analysis.explained_by)
    for i, predictor in enumerate(analysis.explained_by):
        at = places - 0.4 + (i + 0.5) * width
        bottom.bar(at, found.unique[i], width, label=predictor)
        bottom.vlines(at, found.low[i], found.high[i], color="0.2", linewidth=1)
        for place, height, q in zip(at, np.maximum(found.unique[i], found.high[i]), found.q[i], strict=True):
            if q < CLEAR:
                bottom.annotate("*", (place, height), ha="center", va="bottom")
    bottom.axhline(0, color="0.2", linewidth=0.8)
    bottom.set_ylabel("unique part\n(adjusted R²)")
    bottom.set_xticks(places, analysis.explains, rotation=30, ha="right")
    bottom.legend(fontsize="small")
    return figure
