"""Base classes of experiments, and the one place where a score is put together."""

from harness.benchmarks.base import Benchmark
from harness.benchmarks.score import make_score

__all__ = ["Benchmark", "make_score"]
