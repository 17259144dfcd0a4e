"""Macaque V4 and IT responses to rendered objects (Majaj, Hong, Solomon & DiCarlo 2015), the public part."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._brain_score_data import dataset, in_a_window, in_time
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_IMAGES

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

AVERAGED = "MajajHong2015.public"
IN_TIME = "MajajHong2015.temporal.public"
REGIONS = ("V4", "IT")


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        *in_a_window("MajajHong2015", AVERAGED, REGIONS, "objects", (70.0, 170.0), BIBTEX),
        *in_time("MajajHong2015", IN_TIME, REGIONS, "objects", BIBTEX),
        BenchmarkSpec(
            "MajajHong2015-pose",
            aliases=("majajhong2015-pose",),
            load="harness_plugins.benchmarks.majajhong2015.pose:Pose",
            summary="size, rotations and translations of an object, decoded from every layer and time bin",
            tags=("task", "regression", "images"),
            parameters={
                "images": "number of images, drawn at random; all if not given",
                "groups": "column of groups that are never split between training and test, object_name say",
                "duration": "ms for which an image is shown",
                "bins": "number of time bins within it",
                "folds": "number of folds of the cross-validation",
            },
            expects=READ_IMAGES,
            controls=KNOWLEDGE,
            bibtex=BIBTEX,
            data=(AVERAGED,),
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    shown = {AVERAGED: "70-170 ms", IN_TIME: "in time"}
    return [
        dataset(
            identifier,
            f"88 sites of V4 and 168 of IT in two macaques, 3,200 images of objects, {when}",
            BIBTEX,
            load="harness_plugins.benchmarks.majajhong2015.recording:load",
            parameters={"duration": "ms for which images are shown"},
            arguments={"identifier": identifier},
        )
        for identifier, when in shown.items()
    ]
