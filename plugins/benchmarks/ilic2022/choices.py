"""The choices: one CSV file per participant, written by the authors' program.

Rows of the warm-up are marked by an arrow in the column Prediction and are dropped. `Modality` is ucf5, or anything else for the
appearance-free videos. Paths of one video are written in several ways; a stimulus is its class and file name.
"""

from pathlib import Path, PurePosixPath

import pandas as pd

from harness.data import Choices, locate, read_table
from harness.errors import DataError, MissingData
from harness_plugins.benchmarks.ilic2022 import BIBTEX

IDENTIFIER = "ilic2022"
CLASSES = ("JumpingJack", "Lunges", "PullUps", "PushUps", "Swing")
CONDITIONS = ("ucf5", "afd5")
_COLUMNS = ("GroundTruth", "Prediction", "Fps", "Modality", "UserID", "VideoPath")


def load() -> Choices:
    """One row per trial: `condition` is ucf5 or afd5, `fps` the participant's choice (10 to 40), `stimulus_id`
    `<class>/<name>`.
    """
    folder = locate(IDENTIFIER) / "responses"
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise MissingData(f"'{folder}' has no CSV files; ask the authors for the choices")
    return Choices(IDENTIFIER, pd.concat([_read(path) for path in paths], ignore_index=True), CLASSES, citation=BIBTEX)


def _read(path: Path) -> pd.DataFrame:
    table = read_table(path)
    if missing := [name for name in _COLUMNS if name not in table]:
        raise DataError(f"'{path}' has no column '{missing[0]}'; it is not a file of this study")
    table = table[["<-----" not in str(answer) for answer in table["Prediction"]]]
    return pd.DataFrame(
        {
            "stimulus_id": [_video(text) for text in table["VideoPath"]],
            "subject": table["UserID"].astype(str),
            "choice": table["Prediction"].str.strip(),
            "truth": table["GroundTruth"].str.strip(),
            "condition": ["ucf5" if modality == "ucf5" else "afd5" for modality in table["Modality"]],
            "fps": table["Fps"],
        }
    )


def _video(text: str) -> str:
    path = PurePosixPath(str(text).replace("\\", "/"))
    return f"{path.parent.name}/{path.stem}"
