"""Orientation tuning of V1 units against macaque cells."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import CELLS, NO_SHAPE

BIBTEX = """@article{ringach2002orientation,
  title = {Orientation selectivity in macaque V1: diversity and laminar dependence},
  author = {Ringach, Dario L. and Shapley, Robert M. and Hawken, Michael J.},
  journal = {Journal of Neuroscience},
  volume = {22}, number = {13}, pages = {5639--5651},
  year = {2002},
  doi = {10.1523/JNEUROSCI.22-13-05639.2002}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Ringach2002-orientation_tuning",
            aliases=("orientation_tuning",),
            load="harness_plugins.benchmarks.orientation_tuning.benchmark:OrientationTuning",
            summary="circular variance and bandwidth of V1 units for gratings, compared with 308 macaque cells",
            tags=("in-silico", "V1", "gratings", "macaque"),
            bibtex=BIBTEX,
            discriminates=False,
            remark=(
                "it tells noise from tuning, and no more: margins are compared; a random ResNet-18 is as varied as cells (.74), "
                "trained and reference models of V1 are less so (.5)"
            ),
            controls={"published": "harness_plugins.benchmarks.orientation_tuning.controls:as_published"},
            expects=CELLS
            | {"noise": "(-0.1, 0.15)", "hash": "(-0.1, 0.15)", "untrained": "< 1"}
            | {"published": "> 0.8", "opposite": NO_SHAPE},
        )
    ]
