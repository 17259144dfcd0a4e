"""A benchmark: show stimuli to a model, compare its responses, return a score with its error."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from harness import Benchmark
from harness.benchmarks import make_score
from harness.brain_model import BrainModel
from harness.errors import NotMeasurable
from harness.models import Model
from my_lab.flashes import flashes
from my_lab.net import load


class TemporalSummation(Benchmark):
    """Peak response against duration of a flash, correlated with the curve of a leaky integrator, `1 - exp(-d / time_constant)`.

    The score is the mean correlation over units, its error a bootstrap over units. A unit whose peak does not depend on the
    duration counts as 0, so a static network scores 0.
    """

    identifier = "MyLab2026-summation"
    version = 1
    parent = "in-silico"

    def __init__(self, time_constant: float = 50.0):
        self.time_constant = time_constant

    def run(self, candidate: BrainModel):
        stimuli = flashes()
        bins = [(start, start + 10) for start in range(0, int(stimuli.duration), 10)]
        responses = candidate.record(stimuli, "V1", bins).astype(float)  # (stimuli, time, units)
        durations = stimuli.table["duration"].to_numpy()
        driven = np.ptp(responses, axis=(0, 1)) > 0
        if not driven.any():
            raise NotMeasurable(f"no unit of '{candidate.identifier}' answers to a flash")
        peaks = responses[:, :, driven].max(axis=1)
        target = 1 - np.exp(-durations / self.time_constant)
        correlations = correlate(peaks, target)
        details = {"durations": durations.tolist(), "peaks": peaks.mean(axis=1).tolist(), "target": target.tolist()}
        return make_score(correlations.mean(), error=standard_error(correlations), raw=correlations, details=details)

    def figure(self, details: dict[str, Any]) -> Figure:
        """Mean peak response against duration, with the target scaled to it."""
        figure = Figure(figsize=(4, 3), layout="constrained")
        axes = figure.subplots()
        scale = max(details["peaks"]) / max(details["target"])
        axes.plot(details["durations"], [scale * value for value in details["target"]], "k--", label="leaky integrator")
        axes.plot(details["durations"], details["peaks"], "o-", label="model")
        axes.set(xlabel="duration (ms)", ylabel="mean peak response")
        axes.legend()
        return figure


def leaky_integrator(benchmark: TemporalSummation) -> Model:
    """The positive control: a model that integrates with the benchmark's own time constant."""
    return load(tau=benchmark.time_constant)


def correlate(peaks: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Pearson's correlation of every column of (stimuli, units) with (stimuli,); 0 where a column is constant."""
    centred, target = peaks - peaks.mean(axis=0), target - target.mean()
    norm = np.linalg.norm(centred, axis=0) * np.linalg.norm(target)
    constant = np.ptp(peaks, axis=0) <= 1e-5 * np.abs(peaks).max(initial=0)
    return np.where(constant, 0.0, centred.T @ target / np.where(constant, 1.0, norm))


def standard_error(values: np.ndarray, resamples: int = 1000) -> float:
    """Standard error of the mean, by bootstrap over the values."""
    random = np.random.default_rng(0)
    return float(np.std([random.choice(values, len(values)).mean() for _ in range(resamples)]))
