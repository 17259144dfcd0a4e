"""Base classes of experiments, and the one place where a score is put together."""

from harness.benchmarks.base import Benchmark
from harness.benchmarks.per_sample_scores import jackknifed, per_sample
from harness.benchmarks.physiology.experiment import InSilicoBenchmark, Measured
from harness.benchmarks.score import ceiled_score, make_score
from harness.metrics.statistics.agreement import Target

__all__ = [
    "Benchmark",
    "InSilicoBenchmark",
    "Measured",
    "Target",
    "ceiled_score",
    "jackknifed",
    "make_score",
    "per_sample",
]
