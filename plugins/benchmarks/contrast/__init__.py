"""Responses of regions to images of several contrasts."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._temporal import in_all_regions


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        in_all_regions(
            "contrast",
            "do responses come earlier, saturate and grow transient with contrast, in every region?",
            {"contrasts": "contrasts of the images, 0 to 1", "duration": "ms"},
            hashed="not measurable",
        )
    ]
