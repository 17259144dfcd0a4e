"""File layouts of published data sets, as tables with `file`, `image_label` and `group`.

A group stays on one side of every split: what was cut from one video, or shows one actor.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from harness.data import SUFFIXES as VIDEOS
from harness.data import read_table
from harness.errors import MissingData
from harness.stimuli import SUFFIXES as IMAGES

LABELS = ("file", "image_label", "group")


def imagenet(folder: Path) -> pd.DataFrame:
    """ILSVRC-2012 validation images: `val/ILSVRC2012_val_N.JPEG`, named in `LOC_val_solution.csv` (id, "wnid x y x y ...")."""
    solution = read_table(_there(folder / "LOC_val_solution.csv"))
    rows = [
        (f"val/{image}.JPEG", truth.split()[0], image)
        for image, truth in zip(solution["ImageId"], solution["PredictionString"], strict=True)
    ]
    return _present(folder, rows)


def kinetics(folder: Path) -> pd.DataFrame:
    """`val/<class>/<video>_<start>_<end>.mp4`; clips of one video are a group."""
    files = _there(folder / "val").glob("*/*.mp4")
    return _present(folder, [(_path(folder, f), f.parent.name, re.sub(r"_\d{6}_\d{6}$", "", f.stem)) for f in files])


def something(folder: Path) -> pd.DataFrame:
    """`20bn-something-something-v2/<id>.webm` with `labels/validation.json`; a label is a template without its brackets."""
    entries = json.loads(_there(folder / "labels" / "validation.json").read_text())
    rows = [
        (f"20bn-something-something-v2/{entry['id']}.webm", re.sub(r"[\[\]]", "", entry["template"]), str(entry["id"]))
        for entry in entries
    ]
    return _present(folder, rows)


def vggface(folder: Path) -> pd.DataFrame:
    """`test/<identity>/<image>_<face>.jpg`; faces cut from one image are a group."""
    files = _there(folder / "test").glob("n*/*.jpg")
    rows = [(_path(folder, f), f.parent.name, f"{f.parent.name}/{f.stem.partition('_')[0]}") for f in files]
    return _present(folder, rows)


def hdm05(folder: Path) -> pd.DataFrame:
    """Point-light videos `videos/<class>/HDM_<actor>_<class>_<take>_<view>.mp4`, rendered from the motion capture; a label is a
    class without its number of repetitions, and all takes and views of one actor are a group."""
    files = _there(folder / "videos").glob("*/HDM_*.mp4")
    rows = [(_path(folder, f), re.split(r"\d", f.parent.name)[0], f.stem.split("_")[1]) for f in files]
    return _present(folder, rows)


def appearance_free(folder: Path) -> pd.DataFrame:
    """`afd101/<class>/v_<class>_g<participant>_c<clip>.avi`, as of UCF101 and AFD101; clips of one participant are a group."""
    files = [file for file in _there(folder / "afd101").glob("*/v_*") if file.suffix.lower() in VIDEOS]
    return _present(folder, [(_path(folder, f), f.parent.name, re.sub(r"_c\d+$", "", f.stem)) for f in files])


def tools(folder: Path) -> pd.DataFrame:
    """`images/<class>/<object>_<view>.jpg` (or .png); images of one object are a group, and an image without a view by itself."""
    files = [file for file in _there(folder / "images").glob("*/*") if file.suffix.lower() in IMAGES]
    rows = [(_path(folder, f), f.parent.name, f"{f.parent.name}/{re.sub(r'_[^_]*$', '', f.stem)}") for f in files]
    return _present(folder, rows)


def chosen(table: pd.DataFrame, classes: int, items: int) -> pd.DataFrame:
    """At most `items` of each of the first `classes` labels, in the order of names, among those that have so many."""
    table = table.sort_values(["image_label", "file"])
    many = table.groupby("image_label").filter(lambda rows: len(rows) >= items)
    kept = sorted(many["image_label"].unique())[:classes]
    return many[many["image_label"].isin(kept)].groupby("image_label").head(items).reset_index(drop=True)


LAYOUTS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "imagenet2012": imagenet,
    "kinetics400": kinetics,
    "smthsmthv2": something,
    "vggface2": vggface,
    "hdm05": hdm05,
    "afd2022": appearance_free,
    "mechanical_tools": tools,
}


def _there(path: Path) -> Path:
    if not path.exists():
        raise MissingData(f"there is no '{path}'; the folder must have the published layout")
    return path


def _path(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()


def _present(folder: Path, rows: list[tuple[str, str, str]]) -> pd.DataFrame:
    """The rows whose files are here: copies are often partial."""
    table = pd.DataFrame([row for row in rows if (folder / row[0]).is_file()], columns=list(LABELS))
    if table.empty:
        raise MissingData(f"'{folder}' holds none of the files that its lists name; check the layout")
    return table
