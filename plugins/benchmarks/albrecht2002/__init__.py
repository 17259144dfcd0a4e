"""Contrast and the time course of single V1 cells (Albrecht et al. 2002)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.benchmarks._parameters import UNITS

BIBTEX = """@article{albrecht2002visual,
  title = {Visual cortex neurons of monkeys and cats: temporal dynamics of the contrast response function},
  author = {Albrecht, Duane G. and Geisler, Wilson S. and Frazor, Robert A. and Crane, Alison M.},
  journal = {Journal of Neurophysiology},
  volume = {88}, number = {2}, pages = {888--913},
  year = {2002},
  doi = {10.1152/jn.2002.88.2.888}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Albrecht2002-latency",
            load="harness_plugins.benchmarks.albrecht2002.benchmark:Latency",
            summary="contrast shifts and scales the time course of V1 units without changing its shape",
            tags=("in-silico", "temporal", "V1", "macaque", "cat", "gratings"),
            parameters=UNITS,
            bibtex=BIBTEX,
            quick={"units": 12},
            expects=CELLS | {"frozen": "not measurable", "shuffled": "not measurable", "untrained": "< 1"},
            controls={
                "published": "harness_plugins.benchmarks.contrast_response.controls:earlier",
                "opposite": "harness_plugins.benchmarks.contrast_response.controls:later",
            },
        )
    ]
