"""Responses of regions to images shown twice, with several intervals between."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.stimuli._pulses import BIBTEX


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Temporal.interval",
            aliases=("interval",),
            load="harness_plugins.benchmarks.interval.benchmark:Interval",
            summary="is a second response smaller than the first, and does it recover, in every region?",
            tags=("in-silico", "temporal", "interval"),
            parameters={
                "intervals": "ms of blank screen between two pulses",
                "duration": "duration of each pulse, ms",
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
