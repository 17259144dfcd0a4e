"""Macaque V1 and V2 responses to textures and noise (Freeman, Ziemba, Heeger, Simoncelli & Movshon 2013), the public part."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._brain_score_data import dataset, in_a_window, in_time

BIBTEX = """@article{freeman2013functional,
  title = {A functional and perceptual signature of the second visual area in primates},
  author = {Freeman, Jeremy and Ziemba, Corey M. and Heeger, David J. and Simoncelli, Eero P. and Movshon, J. Anthony},
  journal = {Nature Neuroscience},
  volume = {16},
  pages = {974--981},
  year = {2013},
  doi = {10.1038/nn.3402}
}"""

DATA = "FreemanZiemba2013.public"
REGIONS = ("V1", "V2")
SHOWN = "textures and noise"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        *in_a_window("FreemanZiemba2013", DATA, REGIONS, SHOWN, (50.0, 200.0), BIBTEX),
        *in_time("FreemanZiemba2013", DATA, REGIONS, SHOWN, BIBTEX),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        dataset(
            DATA,
            "102 neurons of V1 and 103 of V2 in macaques, 135 textures and noises, 300 bins of 1 ms",
            BIBTEX,
            load="harness_plugins.benchmarks.freemanziemba2013.recording:load",
            parameters={"duration": "ms for which images are shown"},
        )
    ]
