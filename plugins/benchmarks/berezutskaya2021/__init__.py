"""Human fMRI of a short movie (Berezutskaya et al. 2022)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._fmri import FMRIPREP, Recording

BIBTEX = """@article{berezutskaya2022open,
  title = {Open multimodal {iEEG-fMRI} dataset from naturalistic stimulation with a short audiovisual movie},
  author = {Berezutskaya, Julia and Vansteensel, Mariska J. and Aarnoutse, Erik J. and Freudenburg, Zachary V. and
            Piantoni, Giovanni and Branco, Mariana P. and Ramsey, Nick F.},
  journal = {Scientific Data},
  volume = {9},
  pages = {91},
  year = {2022},
  doi = {10.1038/s41597-022-01173-0}
}"""
LOADING = {
    "subjects": "which subjects, such as [01]; all with fMRI if not given",
    **FMRIPREP,
}


RECORDING = Recording("berezutskaya2021", ("human", "movies"), LOADING, BIBTEX)


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        RECORDING.encoding(
            "Berezutskaya2021-fmri",
            "BOLD of 30 participants for a movie of 6.5 min seen once, blocks of a minute 16 s apart",
        ),
        RECORDING.by_dynamic_vision("Berezutskaya2021-fmri-dynamic_vision"),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "berezutskaya2021",
            summary="BOLD of 30 participants who watched 6.5 min of 'Pippi on the Run', on fsaverage5, TR 0.608 s",
            files={"dataset_description.json": "", "derivatives": ""},
            source="OpenNeuro ds003688, version 1.0.7 (raw BIDS; annotations of the movie, not the movie)",
            licence="CC0 (recordings); the movie belongs to its producers",
            instructions=(
                "Download ds003688 to berezutskaya2021/, run fMRIPrep with --output-spaces fsaverage5 into "
                "berezutskaya2021/derivatives/, and ask the authors for the movie, to be put at berezutskaya2021/stimuli/film.mp4"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.berezutskaya2021.recording:load",
            parameters=LOADING,
        )
    ]
