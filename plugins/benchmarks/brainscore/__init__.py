"""Benchmarks of any recording that Brain-Score stores, by its Brain-Score identifier."""

from harness import BenchmarkSpec, hookimpl
from harness_plugins.benchmarks._expectations import RECORDED

BIBTEX = """@article{schrimpf2020integrative,
  title = {Integrative benchmarking to advance neurally mechanistic models of human intelligence},
  author = {Schrimpf, Martin and Kubilius, Jonas and Lee, Michael J. and Murty, N. Apurva Ratan and Ajemian, Robert and
            DiCarlo, James J.},
  journal = {Neuron},
  volume = {108}, number = {3}, pages = {413--423},
  year = {2020},
  doi = {10.1016/j.neuron.2020.07.040}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "brainscore/*",
            load="harness_plugins.benchmarks.brainscore.benchmark:BrainScoreBenchmark",
            members="harness_plugins.benchmarks.brainscore.benchmark:members",
            summary="any recording to still images that Brain-Score stores, ridge per neuroid, ceiling from repeats",
            tags=("neural", "images", "brainscore"),
            parameters={
                "region": "region of the neuroids; needed if there are several",
                "visual_degrees": "side of the images; needed where it is not known",
                "duration": "ms for which each is shown; needed where it is not known",
                "time_bin": "[start, end) in ms over which responses are averaged; all that was recorded if not given",
            },
            expects=RECORDED,
            bibtex=BIBTEX,
            data=("brainscore/*",),
        )
    ]
