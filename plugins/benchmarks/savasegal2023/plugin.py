"""Registers the data set: preprocessed volumes that have no public home."""

from harness import DatasetSpec, hookimpl

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
            parameters={
                "film": "defeat, growth, iteration or lemonade",
                "subjects": "which subjects, such as [NSD103]; all if not given",
                "atlas": "NIfTI image of whole numbers in the same grid, for regions; one region, brain, if not given",
            },
        )
    ]
