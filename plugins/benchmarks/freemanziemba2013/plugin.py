"""Registers the public recordings as Brain-Score stores them."""

from harness import DatasetSpec, hookimpl

BIBTEX = """@article{freeman2013functional,
  title = {A functional and perceptual signature of the second visual area in primates},
  author = {Freeman, Jeremy and Ziemba, Corey M. and Heeger, David J. and Simoncelli, Eero P. and Movshon, J. Anthony},
  journal = {Nature Neuroscience},
  volume = {16},
  pages = {974--981},
  year = {2013},
  doi = {10.1038/nn.3402}
}"""


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "FreemanZiemba2013.public",
            summary="102 neurons of V1 and 103 of V2 in macaques, 135 textures and noises, 300 bins of 1 ms",
            files={"objects.json": ""},
            source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), documented as public",
            licence="none is stated with the objects; cite the publication and do not pass them on",
            instructions="harness data fetch FreemanZiemba2013.public",
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.freemanziemba2013.recording:load",
            parameters={"duration": "ms for which images are shown"},
            fetch="harness.data.brainscore:fetch",
        )
    ]
