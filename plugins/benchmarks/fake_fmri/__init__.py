"""Simulated fMRI recordings with known ground truth: movies, and betas of images."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import IMAGES, RECORDED_MOVIES
from harness_plugins.benchmarks._fmri import Recording

BIBTEX = "@misc{fake-fmri, title = {A simulated fMRI recording with a known answer}}"
LOADING = {
    "seed": "another seed is another recording",
    "movies": "how many, 4 if not given; many short ones are shown to a model at once and cost less than few long ones",
    "seconds": "length of each movie, 60 if not given; shorter ones cost less, and scores vary more where there is less in all",
}
LOADING_BETAS = {"seed": LOADING["seed"], "images": "how many, 120 if not given"}
RECORDING = Recording("fake-fmri", ("simulated", "movies"), LOADING, BIBTEX, controls=("control",))
BETAS = Recording("simulated-betas", ("simulated", "images"), LOADING_BETAS, BIBTEX, controls=("control",))


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        RECORDING.encoding(
            "Simulated-fmri",
            "simulated BOLD of 3 participants that follows luminance and contrast, with known ground truth",
            aliases=("fake-fmri",),
            controls={"published": "harness_plugins.benchmarks.fake_fmri.controls:driving"},
            expects=RECORDED_MOVIES | {"noise": "(-0.3, 0.3)", "hash": "(-0.3, 0.3)", "published": "> 0.8"},
        ),
        BETAS.encoding(
            "Simulated-betas",
            "simulated betas of 3 participants that follow the contrast energy of textures, with known ground truth",
            controls={"published": "harness_plugins.benchmarks.fake_fmri.controls:energetic"},
            expects=IMAGES | {"published": "> 0.7"},  # 64 weights are fitted to 96 images
        ),
        RECORDING.by_dynamic_vision("Simulated-fmri-dynamic_vision", aliases=("fake-fmri-dynamic_vision",)),
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
            parameters=LOADING,
        ),
        DatasetSpec(
            "simulated-betas",
            summary="simulated betas of 3 participants for 120 textures with known ground truth, for trying out analyses",
            files={},
            source="generated when it is loaded",
            licence="MIT, as this project",
            instructions="Load it",
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.fake_fmri.betas:load",
            parameters=LOADING_BETAS,
        ),
    ]
