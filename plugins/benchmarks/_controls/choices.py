"""Participants in place of models: they choose as those of an experiment did, or in the opposite way."""

from typing import Any

import numpy as np

from harness.benchmarks.behaviour import CATEGORIES
from harness.stimuli import StimulusSet
from harness.testing import SimulatedParticipant


def answering(choices: Any, stimuli: StimulusSet, probabilities: np.ndarray) -> SimulatedParticipant:
    """Who answers to each of some stimuli with given probabilities (stimuli, choices)."""
    known = dict(zip(stimuli.ids, np.asarray(probabilities, dtype=float), strict=True))
    return SimulatedParticipant(choices, lambda shown: np.stack([known[name] for name in shown.ids]))


def naming(stimuli: StimulusSet, names: Any) -> SimulatedParticipant:
    """Who names each of some images by one of the 16 categories, with certainty."""
    return answering(CATEGORIES, stimuli, np.asarray(names, dtype=object)[:, None] == np.array(CATEGORIES))


def right_with_most(benchmark: Any) -> SimulatedParticipant:
    """Right in the images that more participants than the median image name rightly, within each condition."""
    return _right_in(benchmark, 1)


def right_with_few(benchmark: Any) -> SimulatedParticipant:
    """Right in the other images: the errors are the opposite ones."""
    return _right_in(benchmark, -1)


def _right_in(benchmark: Any, sign: int) -> SimulatedParticipant:
    data = benchmark.data
    accuracy = sign * np.nanmean(data.correct, axis=0)
    right = np.zeros(len(accuracy), dtype=bool)
    for condition in np.unique(data.conditions):
        rows = np.flatnonzero(data.conditions == condition)
        most = round(float(np.nanmean(data.correct[:, rows])) * len(rows))
        right[rows[np.argsort(-accuracy[rows], kind="stable")[:most]]] = True
    others = np.array(CATEGORIES)[(_positions(data.labels) + 1) % len(CATEGORIES)]
    return naming(data.stimuli, np.where(right, data.labels, others))


def _positions(labels: np.ndarray) -> np.ndarray:
    return np.array([CATEGORIES.index(label) for label in labels])


def confused_alike(benchmark: Any) -> SimulatedParticipant:
    """Whose choices between pairs are those of all participants together."""
    return _confused(benchmark, 1.0)


def confused_oppositely(benchmark: Any) -> SimulatedParticipant:
    """Who confuses most what participants confuse least: each rate mirrored about the mean."""
    return _confused(benchmark, -1.0)


def _confused(benchmark: Any, sign: float) -> SimulatedParticipant:
    data = benchmark.data
    rates = data.rates(np.arange(data.trials))
    middle = np.nanmean(rates)
    rates = np.clip(middle + sign * (np.where(np.isfinite(rates), rates, middle) - middle), 0.01, 0.99)
    odds = rates / (1 - rates)
    odds[np.arange(len(odds)), data.objects] = 1.0
    return answering(data.choices, data.stimuli, odds / odds.sum(1, keepdims=True))
