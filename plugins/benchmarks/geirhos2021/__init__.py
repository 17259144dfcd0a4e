"""Seventeen sets of distorted images with participants' errors (Geirhos et al. 2021)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import COMPARED_IMAGES, ERRORS
from harness_plugins.benchmarks.geirhos2021.sets import SETS

BIBTEX = """@inproceedings{geirhos2021partial,
  title = {Partial success in closing the gap between human and machine vision},
  author = {Geirhos, Robert and Narayanappa, Kantharaju and Mitzkus, Benjamin and Thieringer, Tizian and Bethge, Matthias and
            Wichmann, Felix A. and Brendel, Wieland},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {34},
  year = {2021}
}"""

DATASET = "geirhos2021"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            one.identifier,
            load="harness_plugins.benchmarks.geirhos2021.consistency:Geirhos2021",
            arguments={"name": one.name},
            summary=f"error consistency with {one.observers} participants on the images of '{one.name}'",
            tags=("behaviour", "human", "images", "robustness"),
            parameters={"duration": "ms for which an image is shown"},
            data=(DATASET,),
            expects=COMPARED_IMAGES,
            controls=ERRORS,
            bibtex=BIBTEX,
        )
        for one in SETS.values()
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="17 sets of distorted images in 16 categories with the choices of 4 to 10 participants each",
            files={"raw-data": "", "datasets": ""},
            source="https://github.com/bethgelab/model-vs-human (raw-data/ in the repository; images in release v0.1)",
            licence=(
                "MIT (code); sets made of ImageNet under the terms of ImageNet; cue-conflict, edge and silhouette CC BY 4.0; "
                "sketch MIT"
            ),
            instructions=(
                "copy raw-data/ of the repository to geirhos2021/raw-data/ in HARNESS_DATA, and unpack the archives of the "
                "release, one per set, to geirhos2021/datasets/<set>/ (images in dnn/session-1/)"
            ),
            bibtex=BIBTEX,
        )
    ]
