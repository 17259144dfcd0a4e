"""Confusions of images of one object with another object, compared with participants (Rajalingham et al. 2018)."""

from functools import cached_property

import numpy as np

from harness.benchmarks.behaviour import ChoiceProbabilities, ConfusionBenchmark, Confusions, ask
from harness.brain_model import BrainModel
from harness.data import Choices
from harness.errors import BenchmarkError
from harness.metrics.behaviour import choice_rates, i2n
from harness.metrics.decoding import label_folds
from harness.stimuli import StimulusSet, split_groups
from harness_plugins.benchmarks.rajalingham2018 import BIBTEX
from harness_plugins.benchmarks.rajalingham2018.choices import EXPOSURE, load, stimuli


class Rajalingham2018(ConfusionBenchmark):
    """Image-level pattern of confusions (i2n) with 24 objects, on the public images.

    Participants saw an image for 100 ms and chose between its object and another. The signature is d' of every image for every
    other object, less its mean over the images of the object: what is particular to the image. The model's probabilities
    come from a read-out of 24 objects, fitted in folds to the images that it is not tested on (the fitting images of Brain-Score's
    private benchmark are the test images here). The number of halvings, two, and the ceiling are those of Brain-Score.

    Args:
        duration: ms for which an image is shown.
    """

    identifier = "Rajalingham2018-i2n"
    version = 1
    bibtex = BIBTEX
    measure = "i2n"
    signature = i2n
    repetitions = 2
    folds = 4

    def __init__(self, duration: float = EXPOSURE):
        self.duration = float(duration)

    @cached_property
    def data(self) -> Confusions:
        """Images with trials, and participants' choices."""
        return confusions(load(), stimuli(self.duration))

    def answered(self, candidate: BrainModel) -> ChoiceProbabilities:
        labels = self.data.stimuli.table["image_label"].to_numpy()
        return ask(candidate, self.data, label_folds(labels, split_groups(self.data.stimuli), self.folds, self.seed))


def confusions(choices: Choices, shown: StimulusSet) -> Confusions:
    """Two-alternative trials, of the images that are at hand.

    Raises:
        BenchmarkError: if there are none, or an image is said to show another object than in the trials.
    """
    trials = (
        choices.trials[choices.trials["stimulus_id"].isin(shown.ids)].dropna(subset="choice").reset_index(drop=True)
    )
    if not len(trials):
        raise BenchmarkError(f"no trial of '{choices.identifier}' shows one of the images; their identifiers differ")
    truth = trials.drop_duplicates("stimulus_id").set_index("stimulus_id")["truth"]
    some = shown.select(np.flatnonzero([name in truth.index for name in shown.ids]))
    some = some.replace(table=some.table.assign(image_label=truth[some.ids].to_numpy()))
    names = tuple(sorted(set(trials["truth"]) | set(trials["distractor"])))
    column = {name: at for at, name in enumerate(names)}
    row = {name: at for at, name in enumerate(some.ids)}
    objects = np.array([column[name] for name in some.table["image_label"]])
    image = trials["stimulus_id"].map(row).to_numpy()
    distractor = trials["distractor"].map(column).to_numpy()
    wrong = (trials["choice"] == trials["distractor"]).to_numpy()

    def rates(rows: np.ndarray) -> np.ndarray:
        return choice_rates(image[rows], distractor[rows], wrong[rows], objects, len(names))

    return Confusions(some, names, len(trials), rates, float(1 - wrong.mean()))
