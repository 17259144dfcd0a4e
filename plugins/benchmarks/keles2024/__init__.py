"""Human fMRI of a movie of eight minutes (Keles et al. 2024)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._fmri import FMRIPREP, Recording

BIBTEX = """@article{keles2024multimodal,
  title = {Multimodal single-neuron, intracranial {EEG}, and {fMRI} brain responses during movie watching in human patients},
  author = {Keles, Umit and Dubois, Julien and Le, Kevin J. M. and Tyszka, J. Michael and Kahn, David A. and Reed, Chrystal M.
            and Chung, Jeffrey M. and Mamelak, Adam N. and Adolphs, Ralph and Rutishauser, Ueli},
  journal = {Scientific Data},
  volume = {11},
  pages = {214},
  year = {2024},
  doi = {10.1038/s41597-024-03029-1}
}"""
LOADING = {
    "subjects": "which subjects, such as [p41cs]; all if not given",
    **FMRIPREP,
}


RECORDING = Recording("keles2024", ("human", "movies"), LOADING, BIBTEX)


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        RECORDING.encoding(
            "Keles2024-fmri",
            "BOLD of 15 patients for a movie of 8 min seen twice, blocks of a minute 16 s apart",
        ),
        RECORDING.by_dynamic_vision("Keles2024-fmri-dynamic_vision"),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "keles2024",
            summary="BOLD of 15 patients who watched an 8 min cut of 'Bang! You're Dead' twice, on fsaverage5",
            files={"dataset_description.json": "", "derivatives": ""},
            source="OpenNeuro ds004798, version 1.0.5 (raw BIDS)",
            licence="CC0 (recordings); the movie is not distributed",
            instructions=(
                "Download ds004798 to keles2024/, run fMRIPrep with --output-spaces fsaverage5 into keles2024/derivatives/, and "
                "ask the authors for the movie, to be put at keles2024/stimuli/film.mp4"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.keles2024.recording:load",
            parameters=LOADING,
        )
    ]
