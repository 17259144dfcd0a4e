"""Control models that carry no information about the stimulus beyond its pixels."""

from harness import ModelSpec, hookimpl


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "constant",
            load="harness_plugins.models.controls.network:load_constant",
            summary="the same response to every frame: what a benchmark must refuse, or score at chance",
            tags=("static", "control"),
            parameters={"units": "how many"},
        ),
        ModelSpec(
            "random",
            load="harness_plugins.models.controls.network:load_random",
            summary="a fixed random linear projection of the pixels: what geometry alone gives",
            tags=("static", "baseline"),
            parameters={
                "units": "how many",
                "seed": "of the projection",
                "size": "pixels along the side of the field of view",
                "visual_degrees": "what that side spans",
            },
        ),
        ModelSpec(
            "first_frame/*",
            load="harness_plugins.models.controls.frames:load_first",
            members="harness_plugins.models.controls.frames:names",
            summary="any model that sees the first frame of every stimulus only: what its dynamics add is the difference",
            tags=("control",),
        ),
        ModelSpec(
            "shuffled_frames/*",
            load="harness_plugins.models.controls.frames:load_shuffled",
            members="harness_plugins.models.controls.frames:names",
            summary="any model that sees the frames of every stimulus in another order: what the order adds is the difference",
            tags=("control",),
        ),
    ]
