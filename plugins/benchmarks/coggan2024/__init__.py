"""Human fMRI pattern similarities of occluded objects (Coggan & Tong 2024)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._brain_score_data import dataset
from harness_plugins.benchmarks._expectations import COMPARED_IMAGES, DISSIMILARITIES

BIBTEX = """@misc{coggan2024,
  title = {Representational similarity of occluded objects in human visual cortex (fMRI), as published with Brain-Score},
  author = {Coggan, David D. and Tong, Frank},
  year = {2024},
  note = {Brain-Score data set tong.Coggan2024\\_fMRI}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Coggan2024.{region}-rdm",
            load="harness_plugins.benchmarks.coggan2024.benchmark:Coggan2024",
            summary=f"dissimilarities of whole and occluded objects in human {region} (fMRI); ceiling from other participants",
            tags=("neural", region, "human", "fmri", "rsa", "occlusion"),
            arguments={"region": region},
            expects=COMPARED_IMAGES,
            controls=DISSIMILARITIES,
            bibtex=BIBTEX,
            data=("Coggan2024_fMRI",),
        )
        for region in ("V1", "V2", "V4", "IT")
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        dataset(
            "Coggan2024_fMRI",
            "correlations between 24 occluded objects in regions of human visual cortex, by subject",
            BIBTEX,
        )
    ]
