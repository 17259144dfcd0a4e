"""Facilitation by a bar outside the receptive field (Kapadia, Ito, Gilbert & Westheimer 1995)."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.benchmarks._parameters import UNITS

BIBTEX = """@article{kapadia1995improvement,
  title = {Improvement in visual sensitivity by changes in local context: parallel studies in human observers and in V1 of alert
    monkeys},
  author = {Kapadia, Mitesh K. and Ito, Minami and Gilbert, Charles D. and Westheimer, Gerald},
  journal = {Neuron},
  volume = {15}, number = {4}, pages = {843--856},
  year = {1995},
  doi = {10.1016/0896-6273(95)90175-2}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Kapadia1995",
            load="harness_plugins.benchmarks.kapadia1995.benchmark:Kapadia1995",
            summary="share of V1 units facilitated by a collinear bar outside the receptive field, and its suppression",
            tags=("in-silico", "V1", "contours", "macaque"),
            parameters=UNITS,
            bibtex=BIBTEX,
            quick={"units": 12},
            expects=CELLS | {"untrained": "not measurable"},
            controls={
                "published": "harness_plugins.benchmarks._controls.association_field:published",
                "opposite": "harness_plugins.benchmarks._controls.association_field:opposite",
            },
        )
    ]
