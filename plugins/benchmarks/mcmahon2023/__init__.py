"""Human fMRI of short videos of two interacting agents (McMahon, Bonner & Isik 2023)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import KNOWLEDGE, READ_CLIPS
from harness_plugins.benchmarks._fmri import Recording

BIBTEX = """@article{mcmahon2023hierarchical,
  title = {Hierarchical organization of social action features along the lateral visual pathway},
  author = {McMahon, Emalie and Bonner, Michael F. and Isik, Leyla},
  journal = {Current Biology},
  volume = {33},
  number = {23},
  pages = {5035--5047},
  year = {2023},
  doi = {10.1016/j.cub.2023.10.015}
}"""
LOADING = {"subjects": "which subjects, such as [01, 02]; all if not given"}


RECORDING = Recording("mcmahon2023", ("human", "clips", "moments_in_time"), LOADING, BIBTEX)


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        RECORDING.encoding(
            "McMahon2023-fmri",
            "voxels in functional localisers of 4 participants, 250 clips of two agents, the authors' test clips",
        ),
        BenchmarkSpec(
            "McMahon2023-social",
            aliases=("mcmahon2023-social",),
            load="harness_plugins.benchmarks.mcmahon2023.social:SocialRatings",
            summary="ratings of joint action and communication of 250 clips, decoded from every layer and time bin",
            tags=("task", "regression", "human", "clips", "moments_in_time"),
            parameters={"bins": "number of time bins of the 3 s", "folds": "number of folds of the cross-validation"},
            expects=READ_CLIPS,
            controls=KNOWLEDGE,
            bibtex=BIBTEX,
            data=("mcmahon2023",),
        ),
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "mcmahon2023",
            summary="betas of 4 participants for 250 silent clips of 3 s (200 train, 50 test), with 12 social ratings",
            files={"train.csv": "", "test.csv": "", "annotations.csv": "", "dyad_videos_3000ms": "", "localizers": ""},
            source="the authors' OSF project, linked from the publication (accession not established)",
            licence="not established; ask the authors",
            instructions=(
                "Download by hand the videos (dyad_videos_3000ms/), train.csv, test.csv, annotations.csv, the betas "
                "(sub-0N_space-T1w_desc-{train,test}-fracridge-{even,odd}_data.nii.gz) and the masks (localizers/) to mcmahon2023/"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.mcmahon2023.recording:load",
            parameters=LOADING,
        )
    ]
