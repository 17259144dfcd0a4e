"""The published tables of choices and folders of images.

Names are `<trial>_<experiment>_<observer>_<condition>_<category>_<number>_<source>.png`; the first and third field differ between
observers, so that an image is known by the others. Conditions are written in several ways ("0", "0.0", "True") and are made
alike.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from harness.benchmarks.behaviour import CATEGORIES
from harness.data import Choices, read_table
from harness.errors import DataError, MissingData
from harness.stimuli import StimulusSet

COLUMNS = ("subj", "trial", "rt", "object_response", "category", "condition", "imagename")
MS = 1000.0


@dataclass(frozen=True)
class Observers:
    """Images and the choices of each participant.

    Attributes:
        stimuli: with the columns `image_label` (category), `condition` and `exemplar` (the photograph it was made from).
        answers: (observers, images), text; "na" where none was given, None where the image was not shown.
        response_ms: (observers, images), NaN where there is none.
        names: of the observers.
    """

    stimuli: StimulusSet
    answers: np.ndarray
    response_ms: np.ndarray
    names: tuple[str, ...]

    @cached_property
    def labels(self) -> np.ndarray:
        """(images,), their categories."""
        return self.stimuli.table["image_label"].to_numpy()

    @cached_property
    def conditions(self) -> np.ndarray:
        """(images,)."""
        return self.stimuli.table["condition"].to_numpy()

    @cached_property
    def correct(self) -> np.ndarray:
        """(observers, images), 1 or 0, NaN where an image was not shown; no answer is not correct."""
        shown = np.array([[answer is not None for answer in row] for row in self.answers])
        return np.where(shown, self.answers == self.labels, np.nan)


def plain(condition: object) -> str:
    """A condition as text: numbers without trailing zeros, words in small letters."""
    text = str(condition).strip()
    try:
        return f"{float(text):g}"
    except ValueError:
        return text.lower()


def image_key(name: str) -> tuple[str, str]:
    """Key and photograph of an image by its published name."""
    fields = Path(name).stem.split("_")
    if len(fields) < 7:
        raise DataError(f"the image '{name}' is not named as in the published sets: seven fields between underscores")
    return "_".join([fields[1], plain(fields[3]), *fields[4:]]), "_".join(fields[6:])


def read_tables(folder: Path, identifier: str, excluded: tuple[str, ...] = ()) -> Choices:
    """The participants' answers in `<set>_subject-NN_session_1.csv` of a folder; further columns `exemplar` and `rt_ms`.

    Args:
        excluded: conditions to leave out; of names with hyphens (eidolons) their first part.

    Raises:
        MissingData: if there are none. DataError: for a table of another form.
    """
    paths = sorted(folder.glob("*subject-*_session_*.csv"))
    if not paths:
        raise MissingData(
            f"'{folder}' has no tables of participants' answers; copy the folder from raw-data/ of model-vs-human"
        )
    trials = pd.concat([_read(path) for path in paths], ignore_index=True)
    trials = trials[[value.split("-")[0] not in excluded for value in trials["condition"]]]
    return Choices(identifier, trials, (*CATEGORIES, "na"))


def observers(choices: Choices, images: dict[str, Path], duration: float, visual_degrees: float) -> Observers:
    """Answers beside the images that are at hand, by the key of `image_key`.

    Raises:
        MissingData: if none is.
    """
    trials = choices.trials.drop_duplicates(["subject", "stimulus_id"])
    facts = trials.drop_duplicates("stimulus_id").sort_values(["condition", "truth", "stimulus_id"])
    facts = facts[facts["stimulus_id"].isin(images)]
    if not len(facts):
        raise MissingData(f"none of the images that '{choices.identifier}' has choices about is at hand")
    ids = facts["stimulus_id"].tolist()
    stimuli = StimulusSet.from_images(
        choices.identifier,
        {name: images[name] for name in ids},
        duration,
        visual_degrees,
        image_label=facts["truth"].tolist(),
        condition=facts["condition"].tolist(),
        exemplar=facts["exemplar"].tolist(),
    )
    table = trials.pivot(index="subject", columns="stimulus_id", values="choice").reindex(columns=ids)
    times = trials.pivot(index="subject", columns="stimulus_id", values="rt_ms").reindex(columns=ids)
    answers = table.to_numpy(dtype=object)
    answers[table.isna().to_numpy()] = None
    return Observers(stimuli, answers, times.to_numpy(dtype=float), tuple(table.index))


def image_folder(folder: Path) -> dict[str, Path]:
    """All images below a folder, by their key."""
    return {image_key(path.name)[0]: path for path in sorted(folder.rglob("*.png"))}


def _read(path: Path) -> pd.DataFrame:
    table = read_table(path, ("condition", "object_response", "category"), ("rt",))
    if missing := [name for name in COLUMNS if name not in table]:
        raise DataError(f"'{path}' has no column '{missing[0]}'; it is not a table of this study")
    keys = [image_key(name) for name in table["imagename"]]
    return pd.DataFrame(
        {
            "stimulus_id": [key for key, _ in keys],
            "subject": table["subj"].astype(str),
            "choice": table["object_response"].fillna("na").str.strip(),
            "truth": table["category"].str.strip(),
            "condition": [plain(value) for value in table["condition"]],
            "exemplar": [exemplar for _, exemplar in keys],
            "trial": table["trial"],
            "rt_ms": table["rt"] * MS,
        }
    )
