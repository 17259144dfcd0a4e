"""The computation of every score: the model is adapted to a brain model, the benchmark is run, the score is completed.

The source of this module, and of what it imports, is part of the key of every score.
"""

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from harness.assemblies import Score, score_benchmark
from harness.benchmarks import Benchmark
from harness.brain_model import BrainModel, as_brain_model
from harness.models import Model
from harness.scoring._options import RunOptions
from harness.store import ResultStorage


@ResultStorage(identifier_ignore=("compute",))
def measured(key: str, compute: Callable[[], Any]) -> Any:
    """The score under a key, or that there can be none; computed if it is not stored."""
    return compute()


@ResultStorage(identifier_ignore=("compute",))
def ceiling(key: str, compute: Callable[[], Score]) -> Score:
    """The ceiling of a benchmark, which all models share."""
    return compute()


def candidate_of(model: Any, options: RunOptions) -> BrainModel:
    """The model as benchmarks know it."""
    if not isinstance(model, Model):
        return as_brain_model(model)
    return as_brain_model(model, device=options.device, batch_size=options.batch_size, callbacks=options.callbacks)


def has_lazy_ceiling(benchmark: Benchmark) -> bool:
    """Whether the ceiling is computed when it is first asked for, so that a stored one can take its place."""
    return isinstance(inspect.getattr_static(type(benchmark), "ceiling"), cached_property)


def measure(benchmark: Benchmark, candidate: BrainModel) -> Score:
    """Run a benchmark on a candidate. Returns the score with its attributes."""
    score = score_benchmark(benchmark, candidate)
    float(score)  # a score is one number; whatever is not raises here
    for name in ("error", "raw"):
        score.attrs.setdefault(name, None)
    score.attrs.setdefault("details", {})
    if score.attrs.get("ceiling") is None:
        score.attrs["ceiling"] = benchmark.ceiling
    return score
