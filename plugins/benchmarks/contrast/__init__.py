"""Responses of regions to images of several contrasts."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.stimuli._pulses import BIBTEX


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Temporal.contrast",
            aliases=("contrast",),
            load="harness_plugins.benchmarks.contrast.benchmark:Contrast",
            summary="do responses come earlier, saturate and grow transient with contrast, in every region?",
            tags=("in-silico", "temporal", "contrast"),
            parameters={
                "contrasts": "contrasts of the images, 0 to 1",
                "duration": "ms",
                **NOISE,
            },
            bibtex=BIBTEX,
            quick={"exemplars": 2},
            controls={"published": "harness_plugins.benchmarks._controls:normalised"},
            expects={
                "published": "> 0.95",
                "noise": "not measurable",
                "clock": "not measurable",
                "hash": "not measurable",
                "constant": "not measurable",
                "frozen": "not measurable",
                "scaled": "invariant",
                "shifted": "invariant",
                "permuted": "invariant",
            },
        )
    ]
