"""Handwritten digits that come with scikit-learn, without those that the benchmark shows."""

from harness import TrainingSetSpec, hookimpl


@hookimpl
def register_training_sets() -> list[TrainingSetSpec]:
    return [
        TrainingSetSpec(
            "digits",
            load="harness_plugins.training_sets.digits.digits:digits",
            summary="handwritten digits of scikit-learn but for those of Digits-decoding: held, in noise or in sequences",
            tags=("objects", "embedded", "noise"),
            parameters={
                "size": "pixels along the side; the model's if not given",
                "channels": "1 for luminance, 3 for RGB; the model's if not given",
                "shown": "held, noise, or sequence: one after the other",
                "noise": "standard deviation of the noise at most, in luminance",
                "each": "of sequence: steps of a digit",
                "held_out": "validation by every which of the digits that the benchmark does not show",
                "samples": "so many to train on; all of them if not given",
            },
            fast={"samples": 128},
        )
    ]
