"""Drawings of seven objects to be named: held, in noise, clutter and occlusion, or shown shortly and masked."""

from harness import TrainingSetSpec, hookimpl


@hookimpl
def register_training_sets() -> list[TrainingSetSpec]:
    return [
        TrainingSetSpec(
            "silhouettes",
            load="harness_plugins.training_sets.silhouettes.silhouettes:silhouettes",
            summary="drawings of seven objects at any place, with clutter, occluders and noise, or shown shortly and masked",
            tags=("objects", "noise", "occlusion", "masking"),
            parameters={
                "size": "pixels along the side; the model's if not given",
                "channels": "1 for luminance, 3 for RGB; the model's if not given",
                "samples": "drawings to train on; a fifth as many are for validation",
                "shown": "held, noise, or masked: for a few steps at a time that cannot be known, then grey or a mask",
                "noise": "standard deviation of the noise at most, in luminance",
                "clutter": "fragments of other drawings around each",
                "occlusion": "share of the drawing under blocks, at most",
                "contrast": "lowest and highest Weber contrast of a drawing",
                "side": "smallest and largest side of a drawing, as a share of the frame",
                "onset": "of masked: steps of background before the drawing, at most",
                "seed": "of the drawings",
            },
            fast={"samples": 140},
        )
    ]
