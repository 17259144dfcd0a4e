"""The experiments of Groen et al. (2022): contrast, duration and two pulses in 17 conditions.

Neither responses nor fits are in the public text as numbers, so that no size is scored here, but the order and sign of the effects
claimed in the abstracts; what was measured in the same conditions with images is in `Brands2024-*`.
"""

from typing import Any

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._parameters import NOISE
from harness_plugins.benchmarks._temporal import KNOWN, load_of
from harness_plugins.stimuli._pulses import BIBTEX

HIERARCHY = ("V1", "V4", "IT")
"""Regions recorded from, as far as a model maps them, V1 at least."""
TIMES = (17.0, 33.0, 67.0, 133.0, 267.0, 533.0)
"""ms."""
_REGIONS = "harness_plugins.benchmarks._controls.regions"
_OWN = "harness_plugins.benchmarks.groen2022.benchmark"


def _spec(paradigm: str, load: str, summary: str, conditions: dict[str, Any]) -> BenchmarkSpec:
    identifier = f"Groen2022-{paradigm}"
    return BenchmarkSpec(
        identifier,
        load=load,
        summary=summary,
        tags=("in-silico", "temporal", "human", "iEEG"),
        parameters=NOISE,
        quick={"exemplars": 2},
        controls={"published": f"{_REGIONS}:as_measured", "opposite": f"{_REGIONS}:expanding"},
        expects=KNOWN if paradigm == "contrast" else KNOWN | {"hash": "0 +- 0.05"},
        arguments={"identifier": identifier, "regions": HIERARCHY, **conditions},
        bibtex=BIBTEX,
    )


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        _spec(
            "contrast",
            f"{_OWN}:Contrast",
            "Groen 2022, 5 contrasts: earlier, saturating, more transient responses from V1 to IT",
            {"contrasts": (0.0625, 0.125, 0.25, 0.5, 1.0), "duration": 500.0},
        ),
        _spec(
            "duration",
            f"{_OWN}:Duration",
            "Groen 2022, 6 durations: subadditive summation, over windows that lengthen from V1 to IT",
            {"durations": TIMES},
        ),
        _spec(
            "interval",
            load_of("interval"),
            "Groen 2022, 6 intervals: a smaller second response that recovers, from V1 to IT",
            {"intervals": TIMES, "duration": 133.0},
        ),
    ]
