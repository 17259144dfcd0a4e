"""The models of Dynamic-Vision under the names that they have there."""

from harness import ModelSpec, hookimpl
from harness_plugins.benchmarks.dynamic_vision import BIBTEX


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
