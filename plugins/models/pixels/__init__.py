"""The pixels of a frame as a model: the baseline of every other model."""

from harness import ModelSpec, hookimpl


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "pixels",
            load="harness_plugins.models.pixels.network:load",
            summary="the frame itself, at low resolution: a baseline without a network",
            tags=("static", "baseline"),
            parameters={
                "size": "pixels along the side of the field of view",
                "visual_degrees": "visual angle of that side, degrees",
            },
        )
    ]
