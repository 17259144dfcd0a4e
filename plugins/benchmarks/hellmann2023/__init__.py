"""Orientation discrimination under backward masking."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import MASKED
from harness_plugins.benchmarks._parameters import MASKING

BIBTEX = """@article{hellmann2023simultaneous,
  title = {Simultaneous modeling of choice, confidence, and response time in visual perception},
  author = {Hellmann, Sebastian and Zehetleitner, Michael and Rausch, Manuel},
  journal = {Psychological Review},
  volume = {130}, number = {6}, pages = {1521--1543},
  year = {2023},
  doi = {10.1037/rev0000411}
}"""

COMMIT = "7d0aa789484131f0f3c4d744a539b7d4836d27d7"


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            "Hellmann2023-masked_orientation",
            load="harness_plugins.benchmarks.hellmann2023.benchmark:Hellmann2023",
            summary="orientation of a grating masked after 8 to 133 ms, compared with 16 participants",
            tags=("behaviour", "human", "masking", "gratings", "temporal"),
            parameters=MASKING,
            bibtex=BIBTEX,
            discriminates=False,
            remark="static models have .935 to five digits, trained or not: the mask takes nothing from what they have seen",
            expects=MASKED | {"opposite": "0 +- 0.05"},
            controls={
                "published": "harness_plugins.benchmarks.hellmann2023.controls:participants",
                "opposite": "harness_plugins.benchmarks.hellmann2023.controls:mirrored_participants",
            },
        )
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "hellmann2023_masked_orientation",
            summary="orientation discrimination under backward masking, trial by trial, 16 participants; only a test needs it",
            files={"trials.csv": "7919d80d6880f9aca2dafc97c4d4c199da6d52e08dcf2193a3568a59b0c4714b"},
            source=f"https://github.com/ManuelRausch/StatConfR at {COMMIT}, data/MaskOri.RData",
            licence="GPL-3.0 or later",
            instructions=(
                "in R, load('MaskOri.RData') and write the columns participant, stimulus, correct, confidence, soa_ms "
                "(the SOA in ms with one decimal) and trialNo to hellmann2023_masked_orientation/trials.csv in HARNESS_DATA"
            ),
            bibtex=BIBTEX,
        )
    ]
