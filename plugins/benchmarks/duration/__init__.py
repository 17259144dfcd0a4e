"""Responses of regions to images shown for several durations."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.stimuli._pulses import BIBTEX


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Temporal.duration",
            aliases=("duration",),
            load="harness_plugins.benchmarks.duration.benchmark:Duration",
            summary="do responses sum subadditively over time and adapt, in every region?",
            tags=("in-silico", "temporal", "duration"),
            parameters={
                "durations": "ms",
                **NOISE,
            },
            bibtex=BIBTEX,
            quick={"exemplars": 2},
            controls={"published": "harness_plugins.benchmarks._controls:normalised"},
            expects={
                "published": "> 0.95",
                "noise": "not measurable",
                "clock": "not measurable",
                "hash": "0 +- 0.05",
                "constant": "not measurable",
                "frozen": "not measurable",
                "scaled": "invariant",
                "shifted": "invariant",
                "permuted": "invariant",
            },
        )
    ]
