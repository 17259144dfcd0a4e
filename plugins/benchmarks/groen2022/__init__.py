"""The experiments of Groen et al. (2022): contrast, duration and two pulses in 17 conditions."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.stimuli._pulses import BIBTEX

SUMMARIES = {
    "contrast": "Groen 2022, 5 contrasts: earlier, saturating, more transient responses from V1 to IT",
    "duration": "Groen 2022, 6 durations: subadditive summation, over windows that lengthen from V1 to IT",
    "interval": "Groen 2022, 6 intervals: a smaller second response that recovers, from V1 to IT",
}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Groen2022-{name}",
            load=f"harness_plugins.benchmarks.groen2022.benchmark:{name.capitalize()}",
            summary=summary,
            tags=("in-silico", "temporal", "human", "iEEG"),
            parameters=NOISE,
            bibtex=BIBTEX,
        )
        for name, summary in SUMMARIES.items()
    ]
