"""Video files, and folders of frames."""

from harness import StimuliSpec, hookimpl


@hookimpl
def register_stimuli() -> list[StimuliSpec]:
    return [
        StimuliSpec(
            "videos",
            load="harness_plugins.stimuli.videos.videos:videos",
            summary="the video files of a folder, at their own times, and folders of frames at a frame rate",
            tags=("moving", "natural", "files", "labels"),
            parameters={
                "folder": "with videos, or with folders of frames; a sub-folder a class, if there are classes",
                "table": "CSV file (or DataFrame) with a column file, and conditions; if not given, all videos",
                "frame_rate": "frames per second of folders of frames; of files, in place of their own times",
                "start": "ms into each video where it begins, if the table does not say",
                "duration": "ms for which each video is shown at most, if the table does not say",
                "sound": "whether their sound is kept: of a WAV file of the same name, or their own; only some models hear it",
                "visual_degrees": "visual angle of the larger side of a frame, degrees; None if unknown",
                "background": "luminance around and after the videos, 0 to 1, or RGB",
            },
        )
    ]
