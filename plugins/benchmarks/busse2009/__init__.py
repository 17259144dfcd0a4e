"""Cross-orientation suppression in the population of cat V1 (Busse, Wade & Carandini 2009)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.benchmarks._parameters import UNITS

BIBTEX = """@article{busse2009representation,
  title = {Representation of concurrent stimuli by population activity in visual cortex},
  author = {Busse, Laura and Wade, Alex R. and Carandini, Matteo},
  journal = {Neuron},
  volume = {64}, number = {6}, pages = {931--942},
  year = {2009},
  doi = {10.1016/j.neuron.2009.11.004}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Busse2009",
            load="harness_plugins.benchmarks.busse2009.benchmark:Busse2009",
            summary="cross-orientation suppression: averaging of equal contrasts and winner-take-all in cat V1",
            tags=("in-silico", "V1", "plaids", "contrast", "cat"),
            parameters={
                **UNITS,
                "diameter": "diameter of the plaids, as a multiple of the summation diameter",
            },
            bibtex=BIBTEX,
            chance=0.0,
            quick={"units": 12},
            expects=CELLS,
            controls={
                "published": "harness_plugins.benchmarks.busse2009.controls:normalised",
                "opposite": "harness_plugins.benchmarks.busse2009.controls:facilitated",
            },
        )
    ]
