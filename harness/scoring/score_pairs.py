"""Scoring of a model on a benchmark, and of many on many, where a failure never stops the others.

Scores and ceilings of registered benchmarks are served from the cache when nothing that they depend on has changed: weights,
configuration and code of the model, source of the benchmark and of what it imports or loads, arguments, recorded data, versions
of libraries. What a benchmark object made by hand depends on is not known, so its scores are computed anew; responses still come
from the store.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from harness import results
from harness.checks import checked
from harness.errors import (
    ArgumentError,
    MissingData,
    MissingWeights,
    NotMeasurable,
    StoreError,
    legible,
    renamed_argument,
    said,
)
from harness.host import host, quiet_stdout
from harness.results import Result
from harness.scoring._fetching import nothing_fetched
from harness.scoring._known import known_result, remember
from harness.scoring._options import RunOptions
from harness.scoring._pair import BenchmarkOfPair, ModelOfPair, Named, Pair
from harness.scoring._rerun import renewed
from harness.scoring._results import failed_result, message, scored_result, unmeasured_result

if TYPE_CHECKING:
    from torch.nn import Module

    from harness.assemblies import Score
    from harness.benchmarks import Benchmark
    from harness.brain_model import BrainModel
    from harness.engine import Progress
    from harness.models import Model

ModelLike: TypeAlias = "Named | Model | BrainModel | Module"
"""An identifier, (identifier, arguments), `FILE.py:FUNCTION`, a `Model`, a plain torch module (see `harness.as_model`),
or any object with Brain-Score's `look_at`."""
BenchmarkLike: TypeAlias = "Named | Benchmark"
"""An identifier, (identifier, arguments), or a benchmark."""

_log = logging.getLogger(__name__)
_DEFAULT = RunOptions()


@checked(ArgumentError)
@dataclass(frozen=True)
class Planned:
    """The plan for a pair: what scoring it would do, and why."""

    model: str
    benchmark: str
    state: Literal["cached", "run", "lacks data", "lacks weights", "fails"]
    reason: str = ""


@renamed_argument("observers", "callbacks")
@checked(ArgumentError)
def score_model(
    model: ModelLike,
    benchmark: BenchmarkLike,
    *,
    model_args: Mapping[str, Any] | None = None,
    benchmark_args: Mapping[str, Any] | None = None,
    device: str | None = None,
    batch_size: int | None = None,
    callbacks: "Sequence[Callable[[Progress], None]]" = (),
) -> "Score":
    """The score of a model on a benchmark; its result is written to `HARNESS_HOME`, also if it fails.

    Args:
        model, benchmark: identifiers, or the objects themselves.
        model_args, benchmark_args: what to load them with.
        device, batch_size, callbacks: see `RunOptions`.

    Returns:
        A scalar score with the attributes `error`, `raw`, `ceiling`, `details`, `provenance`, `model_identifier`,
        `benchmark_identifier` and `cached`.

    Raises:
        UnknownIdentifier: for a name that no plugin offers; nothing is written then.
        NotMeasurable: if the model does not have what the benchmark measures, which its result says.
        HarnessError: with one sentence that says what to do; whatever else a model or benchmark raises passes through.
    """
    pair = Pair(ModelOfPair.of(model, model_args), BenchmarkOfPair.of(benchmark, benchmark_args))
    pair.model.check()
    pair.benchmark.check()
    _, outcome = _finish(pair, RunOptions(device, batch_size, callbacks))
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


@checked(ArgumentError)
def score_each(
    models: Iterable[ModelLike], benchmarks: Iterable[BenchmarkLike], options: RunOptions = _DEFAULT
) -> Iterator[Result]:
    """Score every model on every benchmark and give the results as they come. A pair that fails gives a failed result.

    Raises:
        UnknownIdentifier: for a name that no plugin offers, before anything is scored.
    """
    of_pairs = [BenchmarkOfPair.of(benchmark) for benchmark in benchmarks]
    named = models if isinstance(models, Sequence) else ()
    for one in [*of_pairs, *map(ModelOfPair.of, named)]:
        one.check()
    for model in models:
        of_pair = ModelOfPair.of(model)
        of_pair.check()
        for benchmark in of_pairs:
            yield _result(Pair(of_pair, benchmark), options)


def score_all(
    models: Iterable[ModelLike], benchmarks: Iterable[BenchmarkLike], options: RunOptions = _DEFAULT
) -> list[Result]:
    """The results of every model on every benchmark, whatever their outcome."""
    return list(score_each(models, benchmarks, options))


@checked(ArgumentError)
def recall(model: Named, benchmark: Named, options: RunOptions = _DEFAULT) -> Result | None:
    """The result of a pair whose score is in the cache, if that can be told without loading either; it is then written."""
    with renewed(options.rerun):
        known = known_result(Pair(ModelOfPair.of(model), BenchmarkOfPair.of(benchmark)))
    if known is not None:
        _tell(known)
    return known


@checked(ArgumentError)
def give_up(model: ModelLike, benchmark: BenchmarkLike, error: BaseException, options: RunOptions = _DEFAULT) -> Result:
    """The written result of a pair that failed together with its process, or was stopped."""
    result = failed_result(Pair(ModelOfPair.of(model), BenchmarkOfPair.of(benchmark)), error, options)
    _tell(result)
    return result


@checked(ArgumentError)
def plan(
    models: Iterable[ModelLike], benchmarks: Iterable[BenchmarkLike], options: RunOptions = _DEFAULT
) -> list[Planned]:
    """The plan of `score_all`. Nothing is shown to a model and nothing is fetched, but models are built: their weights are part of
    the answer."""
    of_pairs = [BenchmarkOfPair.of(benchmark) for benchmark in benchmarks]
    with renewed(options.rerun):
        return [
            _planned(Pair(model, benchmark), options) for model in map(ModelOfPair.of, models) for benchmark in of_pairs
        ]


def _planned(pair: Pair, options: RunOptions) -> Planned:
    from harness.scoring._run import is_cached

    model, benchmark = (results.named(one.identifier, one.plain_arguments) for one in (pair.model, pair.benchmark))
    if options.remember and known_result(pair) is not None:
        return Planned(model, benchmark, "cached")
    try:
        with nothing_fetched() as asked:
            return Planned(model, benchmark, "cached" if is_cached(pair) else "run")
    except MissingData as error:
        return Planned(model, benchmark, "lacks data", str(error))
    except MissingWeights as error:
        if asked:
            return Planned(model, benchmark, "run", f"its weights are fetched first, from {asked[0]}")
        return Planned(model, benchmark, "lacks weights", str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # also one that would end the program
        return Planned(model, benchmark, "fails", message(error))


def _finish(pair: Pair, options: RunOptions) -> "tuple[Result, Score | BaseException]":
    """Score a pair, write its result and tell the plugins."""
    from harness.identity import weights_hashed_once
    from harness.scoring._run import Unmeasured, score_of

    outcome: Score | BaseException
    with weights_hashed_once(), quiet_stdout():
        try:
            found = score_of(pair, options)
            if isinstance(found, Unmeasured):
                outcome = NotMeasurable(found.reason)
                result = unmeasured_result(pair, found.reason, found.provenance, found.cached)
            else:
                outcome, result = found, scored_result(pair, found)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also one that would end the program
            outcome, result = error, _failed(pair, error, options)
            _log.debug("%s", legible(f"{pair} failed: {result.message}"))
        if options.remember and result.status != "failed":
            remember(pair, result)
    _tell(result)
    if options.figures and result.status == "scored" and not result.cached:
        results.draw(result, pair.benchmark.benchmark)
    return result, outcome


def _failed(pair: Pair, error: BaseException, options: RunOptions) -> Result:
    try:
        return failed_result(pair, error, options)
    except Exception as broken:  # what was raised cannot even be looked at
        return failed_result(pair, broken, options)


def _result(pair: Pair, options: RunOptions) -> Result:
    """The result of a pair: told from memory, or scored."""
    with renewed(options.rerun):
        known = known_result(pair) if options.remember else None
        if known is None:
            return _finish(pair, options)[0]
    _tell(known)
    return known


def _tell(result: Result) -> None:
    _write(result)
    host().hook.score_finished(result=result)


def _write(result: Result) -> None:
    try:
        results.write(result)
    except (StoreError, ValueError) as error:
        _log.warning("the result of %s on %s is lost: %s", result.model_name, result.benchmark_name, said(error))
