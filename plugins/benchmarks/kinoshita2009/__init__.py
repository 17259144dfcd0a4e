"""Collinear bars suppress the pooled drive and facilitate spikes (Kinoshita, Gilbert & Das 2009)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.benchmarks._parameters import UNITS

BIBTEX = """@article{kinoshita2009optical,
  author = {Kinoshita, M. and Gilbert, C. D. and Das, A.},
  title = {Optical imaging of contextual interactions in V1 of the behaving monkey},
  journal = {Journal of Neurophysiology},
  volume = {102}, number = {3}, pages = {1930--1944},
  year = {2009},
  doi = {10.1152/jn.90882.2008}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Kinoshita2009",
            load="harness_plugins.benchmarks.kinoshita2009.benchmark:Kinoshita2009",
            summary="three bars in line suppress V1's pooled drive (as imaged) and facilitate single units: opposite signs",
            tags=("in-silico", "V1", "contours", "macaque", "imaging"),
            parameters={
                **UNITS,
                "layers": "layers that are pooled; the layer of V1, with the inhibitory state of the same circuit if there is one",
            },
            bibtex=BIBTEX,
            quick={"units": 12},
            expects=CELLS | {"untrained": "not measurable"},
            controls={
                "published": "harness_plugins.benchmarks._controls.association_field:published",
                "opposite": "harness_plugins.benchmarks._controls.association_field:opposite",
            },
        )
    ]
