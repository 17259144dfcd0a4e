"""Human recognition of actions with and without appearance (Ilic, Pock & Wildes 2022)."""

from harness import BenchmarkSpec, DatasetSpec, hookimpl
from harness_plugins.benchmarks._expectations import AMONG_FIVE, CONFUSIONS

BIBTEX = """@inproceedings{ilic2022appearance,
  title = {Is appearance free action recognition possible?},
  author = {Ilic, Filip and Pock, Thomas and Wildes, Richard P.},
  booktitle = {European Conference on Computer Vision},
  year = {2022},
  doi = {10.1007/978-3-031-19772-7_10}
}"""


@hookimpl
def register_benchmarks() -> list[BenchmarkSpec]:
    return [
        BenchmarkSpec(
            f"Ilic2022-{condition}",
            load="harness_plugins.benchmarks.ilic2022.benchmark:Ilic2022",
            arguments={"condition": condition},
            summary=f"confusions among five actions in {shown}, compared with participants",
            tags=("behaviour", "human", "clips", "actions"),
            parameters={"fitting_videos": "number of videos of each class to which a read-out is fitted"},
            data=("ilic2022",),
            expects=AMONG_FIVE,
            controls=CONFUSIONS,
            remark="ten numbers of five actions are compared, a correlation of which has a standard error of .33 by chance",
            bibtex=BIBTEX,
        )
        for condition, shown in {"ucf5": "videos", "afd5": "moving noise with the videos' optic flow"}.items()
    ]


@hookimpl
def register_datasets() -> list[DatasetSpec]:
    return [
        DatasetSpec(
            "ilic2022",
            summary="human choices among 5 actions in videos (ucf5) and in their optic flow alone (afd5)",
            files={"responses": ""},
            source="https://github.com/f-ilic/AppearanceFreeActionRecognition (videos; the choices are not in the repository)",
            licence="MIT (code and videos of the authors); the choices on request",
            instructions=(
                "Ask the authors for the choices (one CSV per participant), to be put into ilic2022/responses/, and unpack their "
                "ucf101.zip and afd101.zip to ilic2022/ucf101/ and ilic2022/afd101/"
            ),
            bibtex=BIBTEX,
            load="harness_plugins.benchmarks.ilic2022.choices:load",
        )
    ]
