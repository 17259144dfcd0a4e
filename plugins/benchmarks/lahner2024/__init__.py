"""Human fMRI of 1,102 short videos: BOLD Moments (Lahner et al. 2024)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import LEAKING
from harness_plugins.benchmarks._fmri import FMRIPREP, Recording

BIBTEX = """@article{lahner2024modeling,
  title = {Modeling short visual events through the {BOLD} moments video {fMRI} dataset and metadata},
  author = {Lahner, Benjamin and Dwivedi, Kshitij and Iamshchinina, Polina and Graumann, Monika and Lascelles, Alex and
            Roig, Gemma and Gifford, Alessandro Thomas and Pan, Bowen and Jin, SouYoung and Ratan Murty, N. Apurva and
            Kay, Kendrick and Oliva, Aude and Cichy, Radoslaw},
  journal = {Nature Communications},
  volume = {15},
  pages = {6241},
  year = {2024},
  doi = {10.1038/s41467-024-50310-3}
}"""
_BETAS = (
    "derivatives/versionB/fsaverage/GLM/sub-01/prepared_betas/sub-01_organized_betas_task-test_hemi-left_normalized.pkl"
)
LOADING = {
    "subjects": "which of 01 to 10; all at hand if not given",
    "tasks": "train, test or both",
    "atlas": FMRIPREP["atlas"],
}


RECORDING = Recording("lahner2024", ("human", "clips", "moments_in_time"), LOADING, BIBTEX)


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        RECORDING.encoding(
            "Lahner2024-fmri",
            "fsaverage5 betas of 10 participants for BOLD Moments, the publication's 102 test clips",
        ),
        RECORDING.by_dynamic_vision("Lahner2024-fmri-dynamic_vision", expects=LEAKING),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "lahner2024",
            summary="BOLD Moments: betas of 10 participants for 1,102 clips of 3 s (1,000 train x 3, 102 test x 10) on fsaverage5",
            files={_BETAS: ""},
            source="OpenNeuro ds005165, version 1.0.4 (s3://openneuro.org/ds005165, no account)",
            licence="CC0 (betas); the videos under the terms of boldmomentsdataset.csail.mit.edu",
            instructions=(
                "Copy derivatives/versionB/fsaverage/GLM/sub-*/prepared_betas/*_normalized.pkl (5.3 GB per hemisphere and subject) "
                "to lahner2024/, and by hand the videos, after accepting their terms at "
                "boldmomentsdataset.csail.mit.edu/stimuli_metadata, to lahner2024/stimuli/mp4_h264/0001.mp4 ... 1102.mp4"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.lahner2024.recording:load",
            parameters=LOADING,
        )
    ]
