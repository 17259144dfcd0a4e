"""Images from files."""

from pathlib import Path
from typing import TYPE_CHECKING

from harness import Frame, StimulusSet, Timeline
from harness.errors import StimulusError
from harness.stimuli import SUFFIXES, Values, numbers
from harness_plugins.stimuli.images.listing import folder_of, from_names, from_table, setting

if TYPE_CHECKING:
    import pandas as pd

DURATION = 200.0


def images(
    folder: str,
    table: "str | Path | pd.DataFrame | None" = None,
    duration: Values | None = None,
    visual_degrees: float | None = None,
    background: float | tuple[float, float, float] = 0.5,
) -> StimulusSet:
    """Every image of a folder, or of its table, each shown for a time.

    Images stay on disk until they are needed. Without a table, all images in the folder and below are taken, in the order of their
    names (2 before 10), and if they lie in sub-folders, the name of the outermost is their `image_label`, by which a model can
    be given a task.

    Args:
        folder: where the images are.
        table: a CSV file, in the folder or elsewhere, or a DataFrame: one row per image, with `file` (a path in the folder) and
            any conditions; `stimulus_id`, `image_label` and `duration` (ms) mean what they say.
        duration: ms; with several values every image is shown for each. 200 if neither this nor the table says.
        visual_degrees: visual angle of the larger side of an image; None if it is not known.
        background: luminance around and after the images.

    Raises:
        StimulusError: for files that are missing.
    """
    where = folder_of(folder)
    if table is None:
        found = [path for path in where.rglob("*") if _is_image(path)]
        if not found:
            raise StimulusError(f"there is no image in '{where}'; give a folder with files {', '.join(SUFFIXES)}")
        rows = from_names(where, found)
    else:
        rows = from_table(where, table, _is_image)
    several = None if duration is None else numbers("duration", duration)
    if several and len(several) > 1:
        rows = _repeated(rows, several)
        several = None
    rows["duration"] = [float(value) for value in setting("duration", several and several[0], rows, DURATION)]
    frames = {name: Frame(where / name) for name in dict.fromkeys(rows["file"])}
    timelines = [Timeline.still(frames[name], ms) for name, ms in zip(rows["file"], rows["duration"], strict=True)]
    return StimulusSet("images", rows, timelines, visual_degrees, background)


def _is_image(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _repeated(rows: "pd.DataFrame", durations: list[float]) -> "pd.DataFrame":
    import pandas as pd

    if "duration" in rows:
        raise StimulusError("the table has a column 'duration' already; leave the argument 'duration' out")
    each = [
        rows.assign(duration=ms, stimulus_id=[f"{name}_duration={ms:g}" for name in rows["stimulus_id"]])
        for ms in durations
    ]
    return pd.concat(each, ignore_index=True)
