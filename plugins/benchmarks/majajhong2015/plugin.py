"""Registers the public recordings as Brain-Score stores them, averaged over 70 to 170 ms and in time."""

from harness import DatasetSpec, hookimpl

BIBTEX = """@article{majaj2015simple,
  title = {Simple learned weighted sums of inferior temporal neuronal firing rates accurately predict human core object
           recognition performance},
  author = {Majaj, Najib J. and Hong, Ha and Solomon, Ethan A. and DiCarlo, James J.},
  journal = {Journal of Neuroscience},
  volume = {35},
  number = {39},
  pages = {13402--13418},
  year = {2015},
  doi = {10.1523/JNEUROSCI.5181-14.2015}
}"""


def _spec(identifier: str, summary: str) -> DatasetSpec:
    return DatasetSpec(
        identifier,
        summary=summary,
        files={"objects.json": ""},
        source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), documented as public",
        licence="none is stated with the objects; cite the publication and do not pass them on",
        instructions=f"harness data fetch {identifier}",
        bibtex=BIBTEX,
        load="harness_plugins.benchmarks.majajhong2015.recording:load",
        parameters={"duration": "ms for which images are shown"},
        arguments={"identifier": identifier},
        fetch="harness.data.brainscore:fetch",
    )


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        _spec(
            "MajajHong2015.public", "88 sites of V4 and 168 of IT in two macaques, 3,200 images of objects, 70-170 ms"
        ),
        _spec(
            "MajajHong2015.temporal.public",
            "88 sites of V4 and 168 of IT in two macaques, 3,200 images of objects, in time",
        ),
    ]
