"""Object solution times in IT (Kar, Kubilius, Schmidt, Issa & DiCarlo 2019)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE_OF_TIMES, SOLUTION_TIMES

BIBTEX = """@article{kar2019evidence,
  title = {Evidence that recurrent circuits are critical to the ventral stream's execution of core object recognition behavior},
  author = {Kar, Kohitij and Kubilius, Jonas and Schmidt, Kailyn and Issa, Elias B. and DiCarlo, James J.},
  journal = {Nature Neuroscience},
  volume = {22}, number = {6}, pages = {974--983},
  year = {2019},
  doi = {10.1038/s41593-019-0392-5}
}"""
DATASET = "Kar2019"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Kar2019.IT-solution_times",
            load="harness_plugins.benchmarks.kar2019.benchmark:Kar2019",
            summary="at which time ten objects can be read out of IT, image by image, compared with macaque IT",
            tags=("neural", "IT", "macaque", "images", "objects", "temporal", "decoding"),
            parameters={"decoder": "svm or logistic: of the neurons, by which the published times were found"},
            expects=SOLUTION_TIMES,
            controls=KNOWLEDGE_OF_TIMES,
            bibtex=BIBTEX,
            data=(DATASET,),
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            DATASET,
            summary="times at which each of 1,320 images of ten objects is solved by decoders of macaque IT",
            files={"objects.json": ""},
            source="s3://brainscore-storage/brainio-brainscore, dicarlo.Kar2019 (Brain-Score vision 2.4.2)",
            licence="none is stated; not documented as public: Brain-Score or the authors give access",
            instructions="harness data fetch Kar2019, with AWS credentials that Brain-Score accepts",
            bibtex=BIBTEX,
            fetch="harness.data.brain_score:fetch",
        )
    ]
