"""The models of Dynamic-Vision under the names that they have there."""

from harness import ModelSpec, hookimpl

BIBTEX = """@misc{dynamicvision2025,
  title = {dynamic-vision},
  author = {{EPFL NeuroAI Laboratory}},
  year = {2025},
  howpublished = {github.com/epflneuroailab/dynamic-vision, commit e66f5a7}
}"""


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "dynamic_vision/*",
            load="harness_plugins.models.dynamic_vision.names:load",
            members="harness_plugins.models.dynamic_vision.names:names",
            bare=True,
            summary="the models of Dynamic-Vision by their names there, also without dynamic_vision/",
            tags=("video", "static"),
            parameters={"weights": "as of the model that it is", "seed": "as of the model that it is"},
            bibtex=BIBTEX,
        )
    ]
