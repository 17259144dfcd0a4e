"""Seventeen manipulations of objects, with and without a mask."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import MASKED
from harness_plugins.benchmarks._parameters import MASKING

BIBTEX = """@article{maniquet2025recurrent,
  title = {Recurrent issues with deep neural network models of visual recognition},
  author = {Maniquet, Tim and Op de Beeck, Hans and Costantino, Andrea Ivan},
  journal = {Scientific Reports},
  year = {2025},
  doi = {10.1038/s41598-025-20245-w}
}"""

COMMIT = "a8245984f0ba94ad43db7a985354dfc2d9542860"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Maniquet2025-masking",
            load="harness_plugins.benchmarks.maniquet2025.benchmark:Maniquet2025",
            summary="objects under 14 manipulations, 50 ms with and without a mask, compared with 218 participants",
            tags=("behaviour", "human", "masking", "occlusion", "temporal"),
            parameters={
                "exemplars": "number of exemplars of each category in test trials, 5 at most",
                **MASKING,
            },
            data=("maniquet2025_masking",),
            quick={"exemplars": 2},
            expects=MASKED,
            controls={
                "published": "harness_plugins.benchmarks.maniquet2025.controls:participants",
                "opposite": "harness_plugins.benchmarks.maniquet2025.controls:mirrored_participants",
            },
            bibtex=BIBTEX,
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "maniquet2025_masking",
            summary="recognition of manipulated objects with and without backward masking: 218 participants and 15 networks",
            files={
                "derived/human_by_condition.csv": "2bab0c0523c9050e3eccbb5fd86bdaf36f6508fb7e1b2fc665eeb7a637966299",
                "derived/published_model_accuracy.csv": "e4f1b93b75b5d1c3eeffc1769b09a9d7eb52631e67b45189aa7499c73ff4cd6a",
                "stimuli/control/control_banana1.png": "6e0aed1a0921715d45b6bbd63c842a67421a47fd27b95ce0fd057b89eb0b94fb",
            },
            source=f"https://github.com/TimManiquet/recurrent_issues_DNNs at {COMMIT}",
            licence="MIT; the licences of the photographs vary",
            instructions=(
                "copy to maniquet2025_masking/stimuli/ in HARNESS_DATA the folders control (all images), occlusion "
                "(exemplars 1 to 5) and phase_scrambling/lowpass (exemplars 1 and 2), and write the tables of human and model "
                "accuracy by condition in processed/*.pkl as CSV files to derived/; pickles run code, so unpack them where "
                "that does no harm"
            ),
            bibtex=BIBTEX,
        )
    ]
