"""Images and videos of one's own."""

from harness import TrainingSetSpec, hookimpl

_COMMON = {
    "folder": "holds a folder for each class, or `train` and `val` with such folders in each",
    "size": "pixels along the side; the model's if not given",
    "channels": "1 for luminance, 3 for RGB; the model's if not given",
    "held_out": "without `val`: validation by every which file of a class",
}


@hookimpl
def register_training_sets() -> list[TrainingSetSpec]:
    return [
        TrainingSetSpec(
            "image_folder",
            load="harness_plugins.training_sets.folders.folders:image_folder",
            summary="a folder of images, one folder for each class, as ImageNet is laid out",
            tags=("images", "files"),
            parameters=_COMMON,
        ),
        TrainingSetSpec(
            "video_folder",
            load="harness_plugins.training_sets.folders.folders:video_folder",
            summary="a folder of videos or folders of frames, one folder for each class, as movies of a few frames",
            tags=("movies", "files"),
            parameters={
                **_COMMON,
                "steps": "frames of a movie",
                "dt": "ms between two of them",
                "frame_rate": "frames per second of folders of frames",
            },
        ),
    ]
