"""Responses of regions to images shown for several durations."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._temporal import in_all_regions


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        in_all_regions(
            "duration",
            "do responses sum subadditively over time and adapt, in every region?",
            {"durations": "ms"},
            hashed="0 +- 0.05",
        )
    ]
