"""Simulated participants who name silhouettes in noise: a behavioural benchmark whose answer is known."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CONFUSIONS, READ_IMAGES, SIGNED

BIBTEX = "@misc{simulated-naming, title = {Simulated participants who name silhouettes in noise, with a known answer}}"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Simulated-naming",
            load="harness_plugins.benchmarks.simulated_participants.benchmark:SimulatedNaming",
            summary="which of seven silhouettes in noise simulated participants confuse, who compare local contrast with templates",
            tags=("behaviour", "simulated", "images", "objects", "noise"),
            parameters={
                "trials": "of all participants with one image",
                "seed": "of the noise and of the choices; another seed is another experiment",
            },
            expects=READ_IMAGES | SIGNED | dict.fromkeys(("noise", "hash"), "(-0.6, 0.6)"),  # their error is 0.2 to 0.3
            controls=CONFUSIONS,
            bibtex=BIBTEX,
        )
    ]
