"""Human fMRI of four short films (Sava-Segal et al. 2023)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks.parameters import DYNAMIC_VISION, FMRI, SCHEME

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
FILMS = ("defeat", "growth", "iteration", "lemonade")
LOADING = {
    "subjects": "which subjects, such as [NSD103]; all if not given",
    "atlas": "NIfTI image of whole numbers in the same grid, for regions; one region, brain, if not given",
}


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [_ours(film) for film in FILMS] + [_leaking(film) for film in FILMS]


def _ours(film: str) -> BenchmarkSpec:
    return BenchmarkSpec(
        f"SavaSegal2023-fmri-{film}",
        load="harness_plugins.benchmarks.savasegal2023.benchmark:SavaSegal2023",
        summary=f"BOLD of tens of people for the short film '{film}' seen once, blocks of a minute 16 s apart",
        tags=("neural", "fmri", "human", "films"),
        parameters=FMRI | LOADING,
        bibtex=BIBTEX,
        data=("savasegal2023",),
        arguments={"film": film},
    )


def _leaking(film: str) -> BenchmarkSpec:
    return BenchmarkSpec(
        f"SavaSegal2023-fmri-{film}-dynamic_vision",
        load="harness_plugins.benchmarks.savasegal2023.benchmark:SavaSegal2023DynamicVision",
        summary=DYNAMIC_VISION,
        tags=("neural", "fmri", "human", "films", "leaks"),
        parameters=SCHEME | LOADING,
        bibtex=BIBTEX,
        data=("savasegal2023",),
        arguments={"film": film},
    )


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "savasegal2023",
            summary="BOLD of tens of people who watched four short films (defeat, growth, iteration, lemonade), TR 1 s",
            files={"bold": "", "stimuli": ""},
            source="no public location is known; an open Brain-Score pull request (1249) packages group averages",
            licence="not established; ask the authors",
            instructions=(
                "Ask the authors for the volumes, to be put at savasegal2023/bold/sub-NSD<n>_task-<film>_nocensor.nii.gz, and for "
                "the films, at savasegal2023/stimuli/{Defeat,Growth,Iteration,Lemonade}.mp4; or try "
                "harness data fetch brainscore/Savasegal2023-fMRI-Defeat"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.savasegal2023.recording:load",
            parameters={"film": "defeat, growth, iteration or lemonade", **LOADING},
        )
    ]
