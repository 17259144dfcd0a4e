"""Self-motion through simulated scenes, decoded from a model's responses."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_CLIPS

BIBTEX = """@inproceedings{mineault2021your,
  title = {Your head is there to move you around: Goal-driven models of the primate dorsal pathway},
  author = {Mineault, Patrick J. and Bakhtiari, Shahab and Richards, Blake A. and Pack, Christopher C.},
  booktitle = {Advances in Neural Information Processing Systems},
  volume = {34},
  year = {2021}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Mineault2021-selfmotion",
            aliases=("selfmotion",),
            load="harness_plugins.benchmarks.selfmotion.benchmark:SelfMotion",
            summary="heading, rotation and speed of an observer in simulated scenes, decoded from every layer and time bin",
            tags=("task", "regression", "movies", "motion"),
            parameters={
                "clips": "number of clips of each batch, from its first on",
                "groups": "environment to test on unseen environments; every clip is its own group if not given",
                "frame_rate": "frames per second",
                "bins": "number of time bins from onset to the end of a clip, or to 1000 ms",
                "folds": "number of folds of the cross-validation",
            },
            expects=READ_CLIPS,
            controls=KNOWLEDGE,
            bibtex=BIBTEX,
            data=("selfmotion",),
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "selfmotion",
            summary="clips of fly-throughs of AirSim environments with heading, rotation and speed of the observer",
            files={"environments": ""},
            source="the authors of github.com/patrickmineault/your-head-is-there-to-move-you-around (address not established)",
            licence="not established; ask the authors",
            instructions="Put the environments into `environments/<environment>/<batch>/output.h5`",
            bibtex=BIBTEX,
        )
    ]
