"""The tilt illusion (O'Toole & Wenderoth 1977), read from a population by a linear decoder."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.stimuli.tilt_illusion import BIBTEX


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "OTooleWenderoth1977",
            load="harness_plugins.benchmarks.otoole_wenderoth1977.benchmark:OTooleWenderoth1977",
            summary="the tilt illusion, measured by a linear decoder trained on gratings without a surround",
            tags=("in-silico", "V1", "gratings", "context", "illusion", "human"),
            parameters={
                "units": "maximum number of units characterised, for the size and position of the display",
                "seed": "seed of the choice of units",
                "centre": "diameter of the test, as a multiple of the median summation diameter",
                "gap": "inner diameter of the surround, as a multiple of the test's",
                "surround_phase": "phase of the surround relative to the test's, degrees",
            },
            bibtex=BIBTEX,
            chance=0.0,
            quick={"units": 12},
            expects=CELLS,
            controls={
                "published": "harness_plugins.benchmarks.otoole_wenderoth1977.controls:repelled",
                "opposite": "harness_plugins.benchmarks.otoole_wenderoth1977.controls:attracted",
            },
        )
    ]
