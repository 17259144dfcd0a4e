"""A simulated fMRI recording with known ground truth."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import LEAKING, RECORDED_MOVIES
from harness_plugins.benchmarks._parameters import DYNAMIC_VISION, FMRI, SCHEME

BIBTEX = "@misc{fake-fmri, title = {A simulated fMRI recording with a known answer}}"
SEED = {"seed": "another seed is another recording"}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Simulated-fmri",
            aliases=("fake-fmri",),
            load="harness_plugins.benchmarks.fake_fmri.benchmark:FakeFMRI",
            summary="simulated BOLD of 3 participants that follows luminance and contrast, with known ground truth",
            tags=("neural", "fmri", "simulated", "movies"),
            parameters=FMRI | SEED,
            expects=RECORDED_MOVIES | {"noise": "(-0.3, 0.3)", "hash": "(-0.3, 0.3)"},
            bibtex=BIBTEX,
        ),
        BenchmarkSpec(
            "Simulated-fmri-dynamic_vision",
            aliases=("fake-fmri-dynamic_vision",),
            load="harness_plugins.benchmarks.fake_fmri.benchmark:FakeFMRIDynamicVision",
            summary=DYNAMIC_VISION,
            tags=("neural", "fmri", "simulated", "movies", "leaks"),
            parameters=SCHEME | SEED,
            expects=LEAKING,
            bibtex=BIBTEX,
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "fake-fmri",
            summary="simulated BOLD of 3 participants and 4 movies with known ground truth, for trying out analyses",
            files={},
            source="generated when it is loaded",
            licence="MIT, as this project",
            instructions="Load it",
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.fake_fmri.recording:load",
            parameters=SEED,
        )
    ]
