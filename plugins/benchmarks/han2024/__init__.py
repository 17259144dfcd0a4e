"""Human perception of biological motion (Han et al. 2024)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import AMONG_TEN, CONFUSIONS

BIBTEX = """@inproceedings{han2024flow,
  title = {Flow snapshot neurons in action: deep neural networks generalize to biological motion perception},
  author = {Han, Shuangpeng and Wang, Ziyu and Zhang, Mengmi},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2024}
}"""


CONDITIONS = ("RGB", "RGB-4F", "RGB-S", "J-6P", "J-6P-4F", "J-6P-S")


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Han2024-{condition}",
            load="harness_plugins.benchmarks.han2024.benchmark:Han2024",
            arguments={"condition": condition},
            summary=f"confusions among ten actions, condition {condition}, compared with participants",
            tags=("behaviour", "human", "clips", "actions", "biological-motion"),
            parameters={"fitting_videos": "number of videos of each class to which a read-out is fitted"},
            data=("han2024",),
            expects=AMONG_TEN,
            controls=CONFUSIONS,
            remark="45 numbers of ten actions are compared, a correlation of which has a standard error of .15 by chance",
            bibtex=BIBTEX,
        )
        for condition in CONDITIONS
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "han2024",
            summary="human choices among 10 actions: videos, joints and single points, reversed, shuffled, few frames",
            files={"qualified_human_data.csv": ""},
            source="https://github.com/ZhangLab-DeepNeuroCogLab/MotionPerceiver (human data by its Google Drive link)",
            licence="MIT (code and choices); RGB videos under the NTU RGB+D licence",
            instructions=(
                "Download by hand the choices of participants who passed the dummy trials to han2024/qualified_human_data.csv; RGB "
                "videos need a licence from rose1.ntu.edu.sg. Put the videos that participants saw into "
                "han2024/videos/<condition>/ under the file names in that table, and others to fit a read-out to into "
                "han2024/fitting/RGB/ and han2024/fitting/J-6P/"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.han2024.choices:load",
        )
    ]
