"""Registers the human answers."""

from harness import DatasetSpec, hookimpl

BIBTEX = """@inproceedings{han2024flow,
  title = {Flow snapshot neurons in action: deep neural networks generalize to biological motion perception},
  author = {Han, Shuangpeng and Wang, Ziyu and Zhang, Mengmi},
  booktitle = {Advances in Neural Information Processing Systems},
  year = {2024}
}"""


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "han2024",
            summary="human choices among 10 actions: videos, joints and single points, reversed, shuffled, few frames",
            files={"qualified_human_data.csv": ""},
            source="https://github.com/ZhangLab-DeepNeuroCogLab/MotionPerceiver (human data by its Google Drive link)",
            licence="MIT (code and answers); RGB videos under the NTU RGB+D licence",
            instructions=(
                "Download by hand the answers of participants who passed the dummy trials to han2024/qualified_human_data.csv; RGB "
                "videos need a licence from rose1.ntu.edu.sg and go to han2024/videos/"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.han2024.choices:load",
        )
    ]
