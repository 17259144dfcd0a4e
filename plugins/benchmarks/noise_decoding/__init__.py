"""Decoding of objects in noise over time (DynVision's noise experiment)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_CLIPS
from harness_plugins.models.dyrcnn import BIBTEX


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Noise-decoding",
            load="harness_plugins.benchmarks.noise_decoding.benchmark:NoiseDecoding",
            summary="silhouettes in noise, decoded from every layer and time bin, with accuracy and confidence by strength",
            tags=("task", "decoding", "embedded", "temporal", "noise"),
            parameters={
                "kind": "of noise: uniform, gaussian, correlated, salt_and_pepper, poisson, phase_scrambled or pink",
                "ssnr": "signal over signal plus noise, in power, between 0 and 1; several values",
                "mode": "dynamic (a new draw every 33 ms) or static (one draw)",
                "positions": "of every object, along a side of a grid",
                "seed": "of the noise",
            },
            quick={"positions": 3, "ssnr": [0.2, 1.0]},
            expects=READ_CLIPS
            | {"permuted": "invariant +- 0.2"},  # of a hundred stimuli, whose score has an error of 0.07
            controls=KNOWLEDGE,
            bibtex=BIBTEX,
        )
    ]
