"""Action recognition in videos: confusions among classes (o2) compared with participants."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from harness.benchmarks.behaviour.choices import ChoiceProbabilities
from harness.benchmarks.behaviour.confusion_matrices import ConfusionBenchmark, Confusions, ask, chosen_among_all
from harness.brain_model import BrainModel
from harness.checks import Count, checked
from harness.data import Choices, video
from harness.errors import BenchmarkError, MissingData
from harness.metrics.behaviour import o2
from harness.metrics.statistics import Split
from harness.stimuli import StimulusSet


class ActionConfusions(ConfusionBenchmark):
    """Base class: participants chose among all classes, so the choices of model and participants are both reduced to pairs of
    classes.

    o2 is the same for (a, b) and (b, a), so that n classes give n (n - 1) / 2 numbers: five classes ten. That is little, as the
    error says; accuracies stand beside it in `details`. The trials are halved ten times. A read-out is fitted to other videos,
    of which none shows what a tested one shows.
    """

    measure = "o2"
    signature = o2
    repetitions = 10

    @cached_property
    def fitting(self) -> StimulusSet:
        """Videos that participants did not see, with the column `image_label`."""
        raise NotImplementedError

    def answered(self, candidate: BrainModel) -> ChoiceProbabilities:
        everything = [Split(np.array([], dtype=int), np.arange(len(self.data.stimuli)))]
        return ask(candidate, self.data, everything, lambda _: self.fitting)


@checked(BenchmarkError)
def confusions(choices: Choices, files: Mapping[str, Path], classes: Sequence[str]) -> Confusions:
    """Trials about the videos at hand; those without an answer are left out.

    Args:
        files: by `stimulus_id`.

    Raises:
        MissingData: if no video is at hand. BenchmarkError: with fewer than three classes.
    """
    trials = choices.trials[choices.trials["stimulus_id"].isin(files)].dropna(subset="choice").reset_index(drop=True)
    if not len(trials):
        raise MissingData(f"none of the videos that '{choices.identifier}' has choices about is at hand")
    facts = trials.drop_duplicates("stimulus_id").sort_values("stimulus_id")
    if facts["truth"].nunique() < 3:
        raise BenchmarkError("confusions among classes need videos of three classes or more")
    if unknown := {*trials["choice"], *facts["truth"]}.difference(classes):
        raise BenchmarkError(
            f"'{min(map(str, unknown))}' was chosen or shown in '{choices.identifier}' and is none of the classes; name it, too"
        )
    stimuli = videos(choices.identifier, {name: files[name] for name in facts["stimulus_id"]}, facts["truth"].tolist())
    column = {name: at for at, name in enumerate(classes)}
    row = {name: at for at, name in enumerate(stimuli.ids)}
    image, chosen = trials["stimulus_id"].map(row).to_numpy(), trials["choice"].map(column).to_numpy()
    objects = np.array([column[name] for name in stimuli.table["image_label"]])

    def rates(rows: np.ndarray) -> np.ndarray:
        return chosen_among_all(image[rows], chosen[rows], objects, len(classes))

    return Confusions(stimuli, tuple(classes), len(trials), rates, float((trials["choice"] == trials["truth"]).mean()))


@checked(BenchmarkError)
def videos(identifier: str, files: Mapping[str, Path], labels: Sequence[str]) -> StimulusSet:
    """Video files as stimuli that fill the field of view (their size in degrees was not fixed)."""
    if len(files) != len(labels):
        raise BenchmarkError(f"{len(files)} videos need a label each, and there are {len(labels)}")
    table = pd.DataFrame({"stimulus_id": list(files), "image_label": list(labels)})
    return StimulusSet(identifier, table, [video.timeline(path) for path in files.values()])


@checked(BenchmarkError)
def first_of_each(
    candidates: Sequence[tuple[str, Path, str]], shown: set[str], most: Count
) -> tuple[dict[str, Path], list[str]]:
    """Videos to fit a read-out to: the first of each class, in the order of their paths.

    Args:
        candidates: class, file and what it shows (a performance, a source), which no tested video may share.
        shown: what the tested videos show.
        most: how many of each class.

    Raises:
        MissingData: with fewer than two classes.
    """
    files: dict[str, Path] = {}
    labels: list[str] = []
    for label, path, source in sorted(candidates, key=lambda one: one[1]):
        if source not in shown and labels.count(label) < most:
            files[f"fitting {label} {path.stem}"] = path
            labels.append(label)
    if len(set(labels)) < 2:
        raise MissingData("there are no videos to fit a read-out to that participants were not tested with; add some")
    return files, labels
