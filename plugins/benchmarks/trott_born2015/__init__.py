"""Surround suppression of gratings and plaids in the population of macaque V1 (Trott & Born 2015)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS, NO_SURROUND
from harness_plugins.benchmarks._parameters import UNITS
from harness_plugins.stimuli.centre_surround import BIBTEX


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "TrottBorn2015",
            load="harness_plugins.benchmarks.trott_born2015.benchmark:TrottBorn2015",
            summary="effect of surrounds on V1's population response to gratings, and to the matching component of plaids",
            tags=("in-silico", "V1", "gratings", "context", "macaque"),
            parameters={
                **UNITS,
                "centre": "diameter of the centre, as a multiple of the summation diameter",
                "gap": "inner diameter of the surround, as a multiple of the centre's",
            },
            bibtex=BIBTEX,
            quick={"units": 12},
            expects=CELLS | {"published": "> 0.8", "opposite": NO_SURROUND},
            controls={"published": "harness_plugins.benchmarks.trott_born2015.controls:suppressed"},
            chance=0.0,
        )
    ]
