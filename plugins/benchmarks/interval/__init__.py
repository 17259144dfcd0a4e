"""Responses of regions to images shown twice, with several intervals between."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._temporal import in_all_regions


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        in_all_regions(
            "interval",
            "is a second response smaller than the first, and does it recover, in every region?",
            {"intervals": "ms of blank screen between two pulses", "duration": "duration of each pulse, ms"},
            hashed="0 +- 0.05",
        )
    ]
