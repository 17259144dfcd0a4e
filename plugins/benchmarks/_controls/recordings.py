"""Brains that answer as the recorded ones did: controls of encoding and of representational similarity."""

from typing import Any

import numpy as np
from scipy.spatial.distance import squareform

from harness.metrics.similarity import mean_rdm
from harness.models import VENTRAL_STREAM
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


def as_dissimilar_over_time(benchmark: Any) -> KnownResponses:
    """Patterns at every time as dissimilar as those of the recorded brains on average."""
    return _over_time(benchmark, 1.0)


def oppositely_dissimilar_over_time(benchmark: Any) -> KnownResponses:
    """Patterns at every time the more alike, the more dissimilar those of the recorded brains are."""
    return _over_time(benchmark, -1.0)


def _over_time(benchmark: Any, sign: float) -> KnownResponses:
    data = benchmark.data
    mean = data.courses.mean(0)[[start >= 0 for start, _ in data.time_bins]]
    patterns = np.stack([patterns_with(sign * squareform(at, checks=False)) for at in mean], axis=1)
    known = dict(zip(data.stimuli.ids, patterns, strict=True))
    return KnownResponses(known, tuple(benchmark.regions or VENTRAL_STREAM))


def as_late(benchmark: Any) -> KnownResponses:
    """A unit that begins to answer to every stimulus when the recorded neurons do."""
    return _steps(benchmark, benchmark.latencies)


def late_for_early(benchmark: Any) -> KnownResponses:
    """A unit that is the later, the earlier the recorded neurons are."""
    known = benchmark.latencies
    return _steps(benchmark, np.nanmax(known) + np.nanmin(known) - known)


def solved_as_late(benchmark: Any) -> KnownResponses:
    """Units for the objects, of which that of the one that is shown begins to answer when the recorded neurons solve the image."""
    return _solving(benchmark, benchmark.latencies)


def solved_late_for_early(benchmark: Any) -> KnownResponses:
    """The same, the later, the earlier the neurons are."""
    known = benchmark.latencies
    return _solving(benchmark, np.nanmax(known) + np.nanmin(known) - known)


def _solving(benchmark: Any, latencies: np.ndarray) -> KnownResponses:
    labels = benchmark.stimuli.table["image_label"].astype(str).to_numpy()
    objects = np.unique(labels)
    away = np.random.default_rng(0).integers(1, len(objects), len(labels))
    others = objects[(np.searchsorted(objects, labels) + away) % len(objects)]
    shown, other = ((names[:, None] == objects).astype(float) for names in (labels, others))
    rises = _rises(benchmark, latencies)[..., None]
    values = rises * shown[:, None] + (1 - rises) * other[:, None]
    return KnownResponses(dict(zip(benchmark.stimuli.ids, values, strict=True)), (benchmark.region,))


def _steps(benchmark: Any, latencies: np.ndarray) -> KnownResponses:
    known = dict(zip(benchmark.stimuli.ids, _rises(benchmark, latencies)[..., None], strict=True))
    return KnownResponses(known, (benchmark.region,))


def _rises(benchmark: Any, latencies: np.ndarray) -> np.ndarray:
    """(stimuli, bins), from 0 to 1, evenly from one bin before a latency to one after it; early where there is none."""
    bins = np.array(benchmark.time_bins)
    centres, width = bins.mean(1), np.diff(bins[0])[0]
    return np.clip((centres - np.nan_to_num(latencies)[:, None]) / (2 * width) + 0.5, 0, 1)
