"""A folder of images."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "images",
            load="harness_plugins.stimuli.images.images:images",
            summary="the images of a folder, labelled by sub-folders or described by a table",
            tags=("static", "natural", "files", "labels"),
            parameters={
                "folder": "folder with images; one sub-folder per class, if there are classes",
                "table": "CSV file (or DataFrame) with a column file, and conditions; if not given, all images",
                "duration": "ms, if the table does not say; one value or several",
                "visual_degrees": "visual angle of the larger side of an image, degrees; None if unknown",
                "background": "luminance around and after the images, 0 to 1, or RGB",
            },
        )
    ]
