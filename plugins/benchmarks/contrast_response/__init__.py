"""Contrast gain and latency of single units."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.benchmarks._parameters import UNITS
from harness_plugins.benchmarks.albrecht2002 import BIBTEX as ALBRECHT

HAMILTON = """@article{albrecht1982striate,
  title = {Striate cortex of monkey and cat: contrast response function},
  author = {Albrecht, Duane G. and Hamilton, David B.},
  journal = {Journal of Neurophysiology},
  volume = {48}, number = {1}, pages = {217--237},
  year = {1982},
  doi = {10.1152/jn.1982.48.1.217}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "AlbrechtHamilton1982-contrast_response",
            aliases=("contrast_response",),
            load="harness_plugins.benchmarks.contrast_response.response:ContrastResponse",
            summary="semi-saturation and exponent of the contrast response of single units, compared with V1 cells",
            tags=("in-silico", "V1", "gratings", "contrast", "macaque"),
            parameters=UNITS,
            bibtex=HAMILTON,
            quick={"units": 12},
            expects=CELLS,
            controls={
                "published": "harness_plugins.benchmarks.contrast_response.controls:gain",
                "opposite": "harness_plugins.benchmarks.contrast_response.controls:opposite_gain",
            },
        ),
        BenchmarkSpec(
            "Albrecht2002-contrast_latency",
            aliases=("contrast_latency",),
            load="harness_plugins.benchmarks.contrast_response.latency:ContrastLatency",
            summary="shift of response latency and peak with contrast in single units, compared with V1 cells",
            tags=("in-silico", "V1", "gratings", "contrast", "temporal", "macaque"),
            parameters=UNITS,
            bibtex=ALBRECHT,
            quick={"units": 12},
            expects=CELLS | {"untrained": "< 1"},
            controls={
                "published": "harness_plugins.benchmarks.contrast_response.controls:earlier",
                "opposite": "harness_plugins.benchmarks.contrast_response.controls:later",
            },
        ),
    ]
