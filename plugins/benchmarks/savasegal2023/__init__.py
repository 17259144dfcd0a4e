"""Human fMRI of four short movies (Sava-Segal et al. 2023)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._fmri import Recording

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
    return [spec for movie in MOVIES for spec in _benchmarks(movie)]


def _benchmarks(movie: str) -> tuple[BenchmarkSpec, BenchmarkSpec]:
    recording = Recording("savasegal2023", ("human", "movies"), LOADING, BIBTEX, {"movie": movie})
    name = f"SavaSegal2023-fmri-{movie}"
    shown = f"BOLD of tens of participants for the short movie '{movie}' seen once, blocks of a minute 16 s apart"
    return recording.encoding(name, shown), recording.by_dynamic_vision(f"{name}-dynamic_vision")


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
