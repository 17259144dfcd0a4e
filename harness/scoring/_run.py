"""The score of a pair: read from the cache under its key, or computed and stored."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from harness.errors import NotMeasurable
from harness.host import host, loads_noted
from harness.scoring._measure import candidate_of, ceiling, has_lazy_ceiling, measure, measured
from harness.scoring._options import RunOptions
from harness.scoring._pair import Pair
from harness.scoring._results import provenance
from harness.store import NotKept

if TYPE_CHECKING:
    from harness.assemblies import Score
    from harness.engine import Progress

_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Unmeasured:
    """That a benchmark cannot be measured in a model, and why."""

    reason: str
    provenance: dict[str, Any]
    cached: bool = False


def score_of(pair: Pair, options: RunOptions) -> "Score | Unmeasured":
    """The score of a pair with all its attributes; or that there can be none, which is kept as a score is."""
    key, computed = pair.key(), []

    def compute() -> "Score | dict[str, Any] | NotKept":
        computed.append(True)
        return _foreseen(pair, lambda: _computed(pair, options))

    score = measured(key, compute) if key else _bare(compute())
    if isinstance(score, dict):
        return Unmeasured(**score, cached=not computed)
    score.attrs.update(
        model_identifier=pair.model.identifier,
        benchmark_identifier=pair.benchmark.identifier,
        cached=not computed,
    )
    return _with_notes(pair, score)


def is_cached(pair: Pair) -> bool:
    """Whether the score would be served from the cache."""
    key = pair.key()
    return key is not None and measured.stored(key, None)  # type: ignore[attr-defined]


def _computed(pair: Pair, options: RunOptions) -> "Score | dict[str, Any]":
    benchmark = pair.benchmark.benchmark
    candidate = candidate_of(pair.model.model, replace(options, callbacks=(_tell_plugins, *options.callbacks)))
    if pair.benchmark.key and has_lazy_ceiling(benchmark):
        benchmark.ceiling = ceiling(pair.benchmark.key, lambda: _foreseen(pair, lambda: benchmark.ceiling))
    began = time.perf_counter()
    try:
        score = measure(benchmark, candidate)
    except NotMeasurable as reason:
        found = provenance(pair, candidate, options, time.perf_counter() - began)
        return {"reason": str(reason), "provenance": found.model_dump()}
    split = score.attrs.get("split_digest") or score.attrs["details"].get("split_digest")
    found = provenance(pair, candidate, options, time.perf_counter() - began, split)
    score.attrs["provenance"] = found.model_dump()
    return score


def _foreseen(pair: Pair, compute: Callable[[], T]) -> T | NotKept:
    """The computed value; marked as not to be kept if more took part than the key says."""
    with loads_noted() as noted:
        found = compute()
    sources = pair.benchmark.sources
    if sources is None:
        return found
    if names := sources.unforeseen(noted):
        why = f"it loads '{names[0][1]}' by a name that its source does not spell out; write the name as one text"
    elif modules := sources.closure.changed():
        why = f"the source of {modules[0]} was changed after this process read it; score it again"
    else:
        return found
    _log.warning("results of '%s' are not cached: %s", pair.benchmark.identifier, why)
    return NotKept(found)


def _bare(found: Any) -> Any:
    return found.value if isinstance(found, NotKept) else found


def _with_notes(pair: Pair, score: "Score") -> "Score":
    for source in pair.common_sources(pair.model.facts()["weights"].kind):
        note = f"the weights were trained on {source}, which the stimuli are from; whether on the same items is not checked"
        score.attrs["details"] = {**score.attrs["details"], "notes": [*score.attrs["details"].get("notes", []), note]}
        _log.warning("%s: %s", pair, note)
    return score


def _tell_plugins(progress: "Progress") -> None:
    host().hook.extraction_progress(progress=progress)
