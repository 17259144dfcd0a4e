"""Occluded objects under backward masking."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import MASKED
from harness_plugins.benchmarks._parameters import MASKING

BIBTEX = """@article{tang2018recurrent,
  title = {Recurrent computations for visual pattern completion},
  author = {Tang, Hanlin and Schrimpf, Martin and Lotter, William and Moerman, Charlotte and Paredes, Ana and
    Ortega Caro, Josue and Hardesty, Walter and Cox, David and Kreiman, Gabriel},
  journal = {Proceedings of the National Academy of Sciences},
  volume = {115}, number = {35}, pages = {8835--8840},
  year = {2018},
  doi = {10.1073/pnas.1719397115}
}"""

COMMIT = "94514806fb90da6f91193e86d97de7653c4a0247"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Tang2018-masking",
            load="harness_plugins.benchmarks.tang2018.benchmark:Tang2018",
            summary="occluded objects with and without a mask after 25 to 150 ms, compared with 21 participants",
            tags=("behaviour", "human", "masking", "occlusion", "temporal"),
            parameters={
                "images_per_category": "number of images of each category in test trials, 65 at most",
                **MASKING,
            },
            data=("tang2018_occlusion_masking",),
            quick={"images_per_category": 5},
            expects=MASKED,
            controls={
                "published": "harness_plugins.benchmarks.tang2018.controls:participants",
                "opposite": "harness_plugins.benchmarks.tang2018.controls:mirrored_participants",
            },
            bibtex=BIBTEX,
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "tang2018_occlusion_masking",
            summary="occluded-object recognition with and without backward masking, 21 participants, with 325 example images",
            files={
                "KLAB325-occluded.mat": "ba63052463b34a774e613b1f99b20a4d022e52be58a42e15365f59c6a63cb612",
                "derived/trials_v2.npz": "020e731b672c3241157d2996b0a79ef46718d6891812b8c5ca678605c789eb7e",
            },
            source=f"https://github.com/kreimanlab/occlusion-classification at {COMMIT}, data/",
            licence="none stated in the repository; ask the authors before redistributing",
            instructions=(
                "copy KLAB325-occluded.mat, and from the MATLAB dataset object in data_occlusion_klab325v2.mat write the columns "
                "subject, truth, response_category, correct, soa (s), masked, black and pres, in the order of its rows, to "
                "derived/trials_v2.npz, all in tang2018_occlusion_masking/ in HARNESS_DATA"
            ),
            bibtex=BIBTEX,
        )
    ]
