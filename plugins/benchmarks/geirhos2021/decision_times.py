"""Decision times of a model that unfolds in time, compared with participants' response times."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from harness.benchmarks import plain
from harness.brain_model import BrainModel, record_first
from harness.metrics.behaviour import choose_threshold, decision_times, response_time_agreement
from harness.metrics.decoding import classifier
from harness.metrics.statistics import Split, k_fold
from harness.stimuli import StimulusSet

REGIONS = ("IT", "V4", "V2", "V1")
BIN_WIDTH = 20.0
UNITS = 256
THRESHOLDS = 20


def response_times(
    candidate: BrainModel, stimuli: StimulusSet, labels: np.ndarray, splits: Sequence[Split], human: np.ndarray
) -> dict[str, Any] | None:
    """Decision times of a model and their rank correlation over stimuli with participants'.

    A read-out of the highest region that the model has is fitted, for each split, to the last time bin of the training stimuli
    and gives the certainty (largest probability) about the others in every bin. The model has decided when that passes a
    threshold, which is chosen on one half of the stimuli for the other.

    Args:
        labels: (stimuli,), what each shows.
        splits: every stimulus is in the test part of one.
        human: (observers, stimuli), response times in ms; NaN where there is none.

    Returns:
        For the result: `agreement`, `participants` (the same of each observer with the median of the others, mean),
        `region`, `decided` (share of stimuli on which the model ever decides) and for each stimulus `model_ms` (None:
        never) and `human_ms`. None for a model without time steps, which decides about all stimuli at once, and where
        fewer than half of the stimuli have response times.
    """
    timed = np.isfinite(human).any(0)
    if candidate.time_step is None or timed.mean() < 0.5:
        return None
    median = np.full(len(stimuli), np.nan)
    median[timed] = np.nanmedian(human[:, timed], axis=0)
    edges = np.arange(0, stimuli.duration + 1e-9, BIN_WIDTH)
    bins = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    region, states = _states(candidate, stimuli, bins)
    times = _decided(_certainty(states, labels, splits), edges[1:], median, timed)
    return {
        "agreement": response_time_agreement(times[timed], median[timed]),
        "participants": participants_agreement(human[:, timed]),
        "region": region,
        "decided": float(np.isfinite(times).mean()),
        "model_ms": plain(times),
        "human_ms": plain(median),
    }


def participants_agreement(human: np.ndarray) -> float:
    """Rank correlation of each observer's response times (observers, stimuli) with the median of the others, mean."""
    found = []
    for observer in range(len(human)):
        others = np.delete(human, observer, axis=0)
        both = np.isfinite(human[observer]) & np.isfinite(others).any(0)
        if both.sum() > 2:
            found.append(response_time_agreement(np.nanmedian(others[:, both], axis=0), human[observer, both]))
    return float(np.mean(found)) if found else float("nan")


def _states(candidate: BrainModel, stimuli: StimulusSet, bins: list[tuple[float, float]]) -> tuple[str, np.ndarray]:
    from harness.engine import RandomProjection

    return record_first(candidate, stimuli, REGIONS, bins, RandomProjection(UNITS))


def _certainty(states: np.ndarray, labels: np.ndarray, splits: Sequence[Split]) -> np.ndarray:
    """(stimuli, bins) from states (stimuli, bins, units)."""
    from threadpoolctl import threadpool_limits

    stimuli, bins, units = states.shape
    certainty = np.empty((stimuli, bins))
    with threadpool_limits(1):
        for split in splits:
            fitted = classifier().fit(states[split.train, -1].astype(float), labels[split.train])
            tested = states[split.test].reshape(-1, units).astype(float)
            certainty[split.test] = fitted.predict_proba(tested).max(1).reshape(-1, bins)
    return certainty


def _decided(certainty: np.ndarray, times: np.ndarray, human: np.ndarray, timed: np.ndarray) -> np.ndarray:
    """(stimuli,) in ms, the threshold of one half chosen on the other, where it is reached in half of the stimuli or more."""
    decided = np.empty(len(certainty))
    for half in k_fold(len(certainty), 2):
        chosen_on = half.train[timed[half.train]]
        candidates = np.unique(np.quantile(certainty[chosen_on].max(1), np.linspace(0, 0.5, THRESHOLDS)))
        threshold = choose_threshold(certainty[chosen_on], times, human[chosen_on], candidates)
        decided[half.test] = decision_times(certainty[half.test], times, threshold)
    return decided
