"""Brains that answer as the recorded ones did: controls of encoding and of representational similarity."""

from typing import Any

import numpy as np

from harness.metrics.similarity import mean_rdm
from harness.testing import KnownResponses, patterns_with


def neurons(benchmark: Any) -> KnownResponses:
    """The recorded neurons themselves, means over repeats, as the units of a model; in all time bins of the benchmark."""
    bins = benchmark.data if isinstance(benchmark.data, list) else [benchmark.data]
    means = np.stack([np.where(np.isfinite(one.mean), one.mean, np.nanmean(one.mean, axis=0)) for one in bins], axis=1)
    return KnownResponses(dict(zip(bins[0].stimuli.ids, means, strict=True)), regions=(bins[0].region,))


def as_dissimilar(benchmark: Any) -> KnownResponses:
    """Patterns as dissimilar as those of the recorded brains on average."""
    return _with(benchmark, 1.0)


def oppositely_dissimilar(benchmark: Any) -> KnownResponses:
    """Patterns the more alike, the more dissimilar those of the recorded brains are."""
    return _with(benchmark, -1.0)


def _with(benchmark: Any, sign: float) -> KnownResponses:
    patterns = patterns_with(sign * mean_rdm(benchmark.rdms))
    return KnownResponses(dict(zip(benchmark.stimuli.ids, patterns, strict=True)), tuple(benchmark.regions))
