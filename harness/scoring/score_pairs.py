"""Scoring: a model, a benchmark, a score; and many of each, where one that fails never stops the others.

Scores and ceilings of registered benchmarks are served from the cache when nothing that they depend on has changed: weights,
configuration and code of the model, source of the benchmark and of the harness, arguments, recorded data, versions of libraries.
What a benchmark object made by hand depends on is not known, so its scores are computed anew; responses still come from the store.
"""

import inspect
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import torch

from harness import results
from harness.assemblies import Score, score_benchmark
from harness.benchmarks import Benchmark
from harness.brain_model import BrainModel, as_brain_model
from harness.engine import Progress
from harness.errors import HarnessError, MissingData, MissingWeights, StoreError, renamed_argument
from harness.host import host, one_line
from harness.models import Model
from harness.results import Provenance, Result
from harness.scoring.pairs import BenchmarkSide, ModelSide, Named
from harness.scoring.provenance import platform_name, revision, versions
from harness.store import ResultStorage

ModelLike = Named | Model | Any
"""An identifier, (identifier, arguments), a `Model`, or any subject with Brain-Score's `look_at`."""
BenchmarkLike = Named | Benchmark | Any
"""An identifier, (identifier, arguments), or a benchmark."""

SOURCES = ("imagenet", "cifar10", "kinetics400", "moments_in_time")
"""Tags that name a published set, on which weights were trained or from which stimuli are: scores say where the two meet."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunOptions:
    """How to run networks: what does not change a result beyond rounding.

    Attributes:
        device: a GPU if there is one, if None.
        batch_size: where the engine's search for one begins.
        callbacks: called with `Progress` by every extraction.
    """

    device: str | None = None
    batch_size: int | None = None
    callbacks: Sequence[Callable[[Progress], None]] = ()


@dataclass(frozen=True)
class Planned:
    """What scoring a pair would mean, and why."""

    model: str
    benchmark: str
    state: Literal["cached", "run", "lacks data", "lacks weights", "fails"]
    reason: str = ""


@renamed_argument("observers", "callbacks")
def score_model(
    model: ModelLike,
    benchmark: BenchmarkLike,
    *,
    model_args: Mapping[str, Any] | None = None,
    benchmark_args: Mapping[str, Any] | None = None,
    device: str | None = None,
    batch_size: int | None = None,
    callbacks: Sequence[Callable[[Progress], None]] = (),
) -> Score:
    """The score of a model on a benchmark; its result is written to `HARNESS_HOME`, also if it fails.

    Args:
        model, benchmark: identifiers, or the things themselves.
        model_args, benchmark_args: what to load them with.
        device, batch_size, callbacks: see `RunOptions`.

    Returns:
        A scalar score with the attributes `error`, `raw`, `ceiling`, `details`, `provenance`, `model_identifier`,
        `benchmark_identifier` and `cached`.

    Raises:
        UnknownIdentifier: for a name that no plugin offers; nothing is written then.
        HarnessError: with one sentence that says what to do; whatever else a model or benchmark raises passes through.
    """
    sides = ModelSide.of(model, model_args), BenchmarkSide.of(benchmark, benchmark_args)
    for side in sides:
        side.check()
    _, outcome = _finish(*sides, RunOptions(device, batch_size, callbacks))
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def score_each(
    models: Iterable[ModelLike], benchmarks: Iterable[BenchmarkLike], options: RunOptions = RunOptions()
) -> Iterator[Result]:
    """Score every model on every benchmark and give the results as they come. A pair that fails gives a failed result.

    Raises:
        UnknownIdentifier: for a name that no plugin offers, before anything is scored.
    """
    sides = [BenchmarkSide.of(benchmark) for benchmark in benchmarks]
    named = models if isinstance(models, Sequence) else ()
    for one in [*sides, *map(ModelSide.of, named)]:
        one.check()
    for model in models:
        side = ModelSide.of(model)
        side.check()
        for benchmark in sides:
            yield _finish(side, benchmark, options)[0]


def score_all(
    models: Iterable[ModelLike], benchmarks: Iterable[BenchmarkLike], options: RunOptions = RunOptions()
) -> list[Result]:
    """The results of every model on every benchmark, scored or failed."""
    return list(score_each(models, benchmarks, options))


def plan(models: Iterable[ModelLike], benchmarks: Iterable[BenchmarkLike]) -> list[Planned]:
    """What `score_all` would do. Nothing is shown to a model, but models are built: their weights are part of the answer."""
    sides = [BenchmarkSide.of(benchmark) for benchmark in benchmarks]
    return [_planned(side, benchmark) for side in map(ModelSide.of, models) for benchmark in sides]


def _planned(model: ModelSide, benchmark: BenchmarkSide) -> Planned:
    names = (
        results.named(model.identifier, model.plain_arguments),
        results.named(benchmark.identifier, benchmark.plain_arguments),
    )
    try:
        key = _key(model, benchmark)
        known = key is not None and _measured.stored(key, None)  # type: ignore[attr-defined]
        return Planned(*names, "cached" if known else "run")
    except MissingData as error:
        return Planned(*names, "lacks data", str(error))
    except MissingWeights as error:
        return Planned(*names, "lacks weights", str(error))
    except (Exception, SystemExit) as error:
        return Planned(*names, "fails", _message(error))


def _finish(model: ModelSide, benchmark: BenchmarkSide, options: RunOptions) -> tuple[Result, Score | BaseException]:
    """Score a pair, write its result and tell the plugins."""
    outcome: Score | BaseException
    try:
        outcome = _score(model, benchmark, options)
        result = _scored(model, benchmark, outcome)
    except (Exception, SystemExit) as error:
        _log.debug("%s on %s failed", model.identifier, benchmark.identifier, exc_info=True)
        outcome, result = error, _failed(model, benchmark, error, options)
    try:
        results.write(result)
    except StoreError as error:
        _log.warning("the result of %s on %s is lost: %s", result.model_name, result.benchmark_name, error)
    host().hook.score_finished(result=result)
    return result, outcome


def _score(model: ModelSide, benchmark: BenchmarkSide, options: RunOptions) -> Score:
    computed = []

    def compute() -> Score:
        computed.append(True)
        return _compute(model, benchmark, options)

    key = _key(model, benchmark)
    score = compute() if key is None else _measured(key, compute)
    score.attrs.update(
        model_identifier=model.identifier, benchmark_identifier=benchmark.identifier, cached=not computed
    )
    for source in _common_sources(model, benchmark):
        note = f"the weights were trained on {source}, which the stimuli are from; whether on the same items is not checked"
        score.attrs["details"] = {**score.attrs["details"], "notes": [*score.attrs["details"].get("notes", []), note]}
        _log.warning("%s on %s: %s", model.identifier, benchmark.identifier, note)
    return score


def _common_sources(model: ModelSide, benchmark: BenchmarkSide) -> list[str]:
    """Published sets that trained weights and stimuli share."""
    if not model.spec or not benchmark.spec or model.facts()["weights"].kind not in ("pretrained", "file"):
        return []
    return [name for name in SOURCES if name in model.spec.tags and name in benchmark.spec.tags]


def _key(model: ModelSide, benchmark: BenchmarkSide) -> str | None:
    """Identity of the score of a pair, with all data checked to be there; None if its cache could not be trusted."""
    data = benchmark.data
    keys = model.key, benchmark.key
    return None if None in keys else "/".join([*map(str, keys), *data])


@ResultStorage(identifier_ignore=("compute",))
def _measured(key: str, compute: Callable[[], Score]) -> Score:
    return compute()


@ResultStorage(identifier_ignore=("benchmark",))
def _ceiling(key: str, benchmark: Benchmark) -> Score:
    return benchmark.ceiling


def _compute(model: ModelSide, benchmark: BenchmarkSide, options: RunOptions) -> Score:
    candidate, experiment = _candidate(model.thing, options), benchmark.thing
    if benchmark.key and isinstance(inspect.getattr_static(type(experiment), "ceiling"), cached_property):
        experiment.ceiling = _ceiling(benchmark.key, experiment)
    began = time.perf_counter()
    score = score_benchmark(experiment, candidate)
    duration = time.perf_counter() - began
    float(score)  # a score is one number; whatever is not raises here
    for name in ("error", "raw"):
        score.attrs.setdefault(name, None)
    score.attrs.setdefault("details", {})
    if score.attrs.get("ceiling") is None:
        score.attrs["ceiling"] = experiment.ceiling
    provenance = Provenance(
        versions=versions(),
        revision=revision(),
        plugins={"model": model.plugin, "benchmark": benchmark.plugin},
        stimulus_digests=_by_name(candidate.shown),
        data_digests=benchmark.data,
        split_digest=score.attrs.get("split_digest") or score.attrs["details"].get("split_digest"),
        device=_device(options),
        duration=round(duration, 3),
        platform=platform_name(),
        **model.provenance(),
    )
    score.attrs["provenance"] = provenance.model_dump()
    return score


def _candidate(model: Any, options: RunOptions) -> BrainModel:
    if not isinstance(model, Model):
        return as_brain_model(model)
    callbacks = (_tell_plugins, *options.callbacks)
    return as_brain_model(model, device=options.device, batch_size=options.batch_size, callbacks=callbacks)


def _by_name(shown: Mapping[str, str]) -> dict[str, str]:
    """Name -> digest from digest -> name; sets that share a name are numbered."""
    named: dict[str, str] = {}
    for identity, name in shown.items():
        same = sum(other == name for other in list(shown.values())[: len(named)])
        named[f"{name} ({same + 1})" if same else name] = identity
    return named


def _tell_plugins(progress: Progress) -> None:
    host().hook.extraction_progress(progress=progress)


def _device(options: RunOptions) -> str:
    device = torch.device(options.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    return f"cuda ({torch.cuda.get_device_name(device)})" if device.type == "cuda" else str(device)


def _scored(model: ModelSide, benchmark: BenchmarkSide, score: Score) -> Result:
    ceiling = score.attrs["ceiling"]
    return Result(
        **model.facts(),
        **benchmark.facts(),
        status="scored",
        score=float(score),
        error=_number(score.attrs["error"]),
        ceiling=_number(ceiling),
        ceiling_error=_number(getattr(ceiling, "attrs", {}).get("error")),
        raw=results.plain(score.attrs["raw"]),
        details=results.plain(score.attrs["details"]),
        provenance=Provenance.model_validate(score.attrs["provenance"]),
        cached=score.attrs["cached"],
    )


def _failed(model: ModelSide, benchmark: BenchmarkSide, error: BaseException, options: RunOptions) -> Result:
    provenance = Provenance(
        versions=versions(), revision=revision(), device=_device(options), platform=platform_name(), **model.identity()
    )
    return Result(**model.facts(), **benchmark.facts(), status="failed", message=_message(error), provenance=provenance)


def _number(value: Any) -> float | None:
    return None if value is None else results.plain(float(value))


def _message(error: BaseException) -> str:
    return str(error) if isinstance(error, HarnessError) and str(error) else one_line(error)
