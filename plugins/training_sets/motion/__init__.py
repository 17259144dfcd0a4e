"""Movies: random dots whose direction is to be told, and moving digits whose next frame is to be predicted."""

from harness import TrainingSetSpec, hookimpl

_COMMON = {
    "size": "pixels along the side; the model's if not given",
    "channels": "1 for luminance, 3 for RGB; the model's if not given",
    "samples": "movies to train on; a fifth as many are for validation",
    "steps": "frames of a movie",
    "seed": "of the movies",
}


@hookimpl
def register_training_sets() -> list[TrainingSetSpec]:
    return [
        TrainingSetSpec(
            "moving_dots",
            load="harness_plugins.training_sets.motion.dots:moving_dots",
            summary="random dots that move in one of four directions, a pixel a frame, with a coherence of their own",
            tags=("motion", "moving"),
            parameters={
                **_COMMON,
                "dots": "in a movie, as many light as dark",
                "coherence": "from and to: share of the dots that move on, the others appear elsewhere",
            },
            fast={"samples": 32, "steps": 4},
        ),
        TrainingSetSpec(
            "moving_digits",
            load="harness_plugins.training_sets.motion.digits:moving_digits",
            summary="handwritten digits that move over the frame and bounce at its border, to be predicted",
            tags=("motion", "moving", "embedded"),
            parameters={
                **_COMMON,
                "digits": "in a movie",
                "digit": "pixels along the side of a digit",
                "speed": "pixels a frame, at most",
            },
            fast={"samples": 8, "steps": 5},
        ),
    ]
