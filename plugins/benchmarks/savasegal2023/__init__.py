"""Human fMRI of four short movies (Sava-Segal et al. 2023)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import LEAKING, RECORDED_MOVIES
from harness_plugins.benchmarks._parameters import DYNAMIC_VISION, FMRI, SCHEME

BIBTEX = """@article{savasegal2023individual,
  title = {Individual differences in neural event segmentation of continuous experiences},
  author = {Sava-Segal, Clara and Richards, Chandler and Leung, Megan and Finn, Emily S.},
  journal = {Cerebral Cortex},
  volume = {33},
  number = {13},
  pages = {8164--8178},
  year = {2023},
  doi = {10.1093/cercor/bhad106}
}"""
MOVIES = ("defeat", "growth", "iteration", "lemonade")
LOADING = {
    "subjects": "which subjects, such as [NSD103]; all if not given",
    "atlas": "NIfTI image of whole numbers in the same grid, for regions; one region, brain, if not given",
}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [_ours(movie) for movie in MOVIES] + [_leaking(movie) for movie in MOVIES]


def _ours(movie: str) -> BenchmarkSpec:
    return BenchmarkSpec(
        f"SavaSegal2023-fmri-{movie}",
        load="harness_plugins.benchmarks.savasegal2023.benchmark:SavaSegal2023",
        summary=f"BOLD of tens of participants for the short movie '{movie}' seen once, blocks of a minute 16 s apart",
        tags=("neural", "fmri", "human", "movies"),
        parameters=FMRI | LOADING,
        expects=RECORDED_MOVIES,
        bibtex=BIBTEX,
        data=("savasegal2023",),
        arguments={"movie": movie},
    )


def _leaking(movie: str) -> BenchmarkSpec:
    return BenchmarkSpec(
        f"SavaSegal2023-fmri-{movie}-dynamic_vision",
        load="harness_plugins.benchmarks.savasegal2023.benchmark:SavaSegal2023DynamicVision",
        summary=DYNAMIC_VISION,
        tags=("neural", "fmri", "human", "movies", "leaks"),
        parameters=SCHEME | LOADING,
        expects=LEAKING,
        bibtex=BIBTEX,
        data=("savasegal2023",),
        arguments={"movie": movie},
    )


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "savasegal2023",
            summary="BOLD of tens of participants who watched four short movies (defeat, growth, iteration, lemonade), TR 1 s",
            files={"bold": "", "stimuli": ""},
            source="no public location is known; an open Brain-Score pull request (1249) packages group averages",
            licence="not established; ask the authors",
            instructions=(
                "Ask the authors for the volumes, to be put at savasegal2023/bold/sub-NSD<n>_task-<movie>_nocensor.nii.gz, and for "
                "the movies, at savasegal2023/stimuli/{Defeat,Growth,Iteration,Lemonade}.mp4; or try "
                "harness data fetch brainscore/Savasegal2023-fMRI-Defeat"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.savasegal2023.recording:load",
            parameters={"movie": "defeat, growth, iteration or lemonade", **LOADING},
        )
    ]
