"""Control models that carry no information about the stimulus beyond its pixels."""

from harness import ModelSpec, hookimpl


@hookimpl
def register_models() -> list[ModelSpec]:
    return [
        ModelSpec(
            "constant",
            load="harness_plugins.models.controls.network:load_constant",
            summary="the same response to every frame: a benchmark must refuse it or score it at chance",
            tags=("static", "control"),
            parameters={"units": "number of units"},
        ),
        ModelSpec(
            "noise",
            load="harness_plugins.models.controls.network:load_noise",
            summary="other random numbers at every step, whatever is shown: what a benchmark gives for nothing",
            tags=("recurrent", "control"),
        ),
        ModelSpec(
            "random",
            load="harness_plugins.models.controls.network:load_random",
            summary="a fixed random linear projection of the pixels: the baseline of stimulus geometry",
            tags=("static", "baseline"),
            parameters={
                "units": "number of units",
                "seed": "seed of the projection",
                "size": "pixels along the side of the field of view",
                "visual_degrees": "visual angle of that side, degrees",
            },
        ),
        ModelSpec(
            "first_frame/*",
            load="harness_plugins.models.controls.frames:load_first",
            members="harness_plugins.models.controls.frames:names",
            summary="any model, shown only the first frame of every stimulus: the difference is the contribution of its dynamics",
            tags=("control",),
        ),
        ModelSpec(
            "shuffled_frames/*",
            load="harness_plugins.models.controls.frames:load_shuffled",
            members="harness_plugins.models.controls.frames:names",
            summary="any model, shown every stimulus with its frames shuffled: the difference is the contribution of order",
            tags=("control",),
        ),
    ]
