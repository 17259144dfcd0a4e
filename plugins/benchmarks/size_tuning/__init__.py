"""Spatial summation and suppression, and how they change with contrast."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS
from harness_plugins.benchmarks._parameters import UNITS

CAVANAUGH = """@article{cavanaugh2002nature,
  title = {Nature and interaction of signals from the receptive field center and surround in macaque V1 neurons},
  author = {Cavanaugh, James R. and Bair, Wyeth and Movshon, J. Anthony},
  journal = {Journal of Neurophysiology},
  volume = {88}, number = {5}, pages = {2530--2546},
  year = {2002},
  doi = {10.1152/jn.00692.2001}
}"""
KAPADIA = """@article{kapadia1999dynamics,
  title = {Dynamics of spatial summation in primary visual cortex of alert monkeys},
  author = {Kapadia, Mitesh K. and Westheimer, Gerald and Gilbert, Charles D.},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {96}, number = {21}, pages = {12073--12078},
  year = {1999},
  doi = {10.1073/pnas.96.21.12073}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Cavanaugh2002-size_tuning",
            load="harness_plugins.benchmarks.size_tuning.cavanaugh2002:SizeTuning",
            summary="surround suppression, and the increase of the summation field at low contrast",
            tags=("in-silico", "V1", "gratings", "contrast", "context", "macaque"),
            parameters=UNITS,
            bibtex=CAVANAUGH,
            quick={"units": 12},
            expects=CELLS | {"published": "> 0.85"},
            controls={
                "published": "harness_plugins.benchmarks.size_tuning.controls:suppressed",
                "opposite": "harness_plugins.benchmarks.size_tuning.controls:shorter_at_low_contrast",
            },
        ),
        BenchmarkSpec(
            "Kapadia1999-length_tuning",
            load="harness_plugins.benchmarks.size_tuning.kapadia1999:LengthTuning",
            summary="increase of the excitatory length of units at low contrast and on a texture",
            tags=("in-silico", "V1", "bars", "contrast", "context", "macaque"),
            parameters=UNITS,
            bibtex=KAPADIA,
            quick={"units": 12},
            expects=CELLS,
            controls={
                "published": "harness_plugins.benchmarks.size_tuning.controls:longer_at_low_contrast",
                "opposite": "harness_plugins.benchmarks.size_tuning.controls:shorter_at_low_contrast",
            },
        ),
    ]
