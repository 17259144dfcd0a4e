"""Registers the correlation matrices as Brain-Score stores them."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl

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
            summary=f"dissimilarities of objects, whole and occluded, in human {region} (fMRI), ceiling from the other people",
            tags=("neural", region, "human", "fmri", "rsa", "occlusion"),
            arguments={"region": region},
            bibtex=BIBTEX,
            data=("Coggan2024_fMRI",),
        )
        for region in ("V1", "V2", "V4", "IT")
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "Coggan2024_fMRI",
            summary="correlations between 24 occluded objects in regions of human visual cortex, by subject",
            files={"objects.json": ""},
            source="s3://brainscore-storage/brainio-brainscore (Brain-Score vision 2.4.2), documented as public",
            licence="none is stated with the objects; cite the publication and do not pass them on",
            instructions="harness data fetch Coggan2024_fMRI",
            bibtex=BIBTEX,
            fetch="harness.data.brainscore:fetch",
        )
    ]
